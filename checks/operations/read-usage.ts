import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { type DocumentNode, GraphQLError, parse, Source } from 'graphql'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { readJson } from '../read-json.ts'
import type { StoredOperation } from './load-operations.ts'

/** An operation that a client has really sent. */
export interface UsedOperation {
  /** As people are told it: one without a name has a part of its hash. */
  name: string
  /** The operation and its fragments; null where neither the file nor the stored operations have it. */
  document: DocumentNode | null
  /** The coordinates that it uses, where it has no document; null where nobody knows them. */
  fields: ReadonlySet<string> | null
  /** Its name and version. */
  client: string
  /** How often; null where it was not counted. */
  count: number | null
  /** The day on which it was last seen, as `2026-11-20`. */
  lastSeen: string
}

/** Who has sent what, as far as it counts. */
export interface Usage {
  operations: readonly UsedOperation[]
  /** Entries that were last seen before that. */
  leftOut: number
  /** The first day that counts; null where all do. */
  from: string | null
  /** Why more may be in use than this. */
  gaps: readonly string[]
}

export interface UsageSettings {
  /** Files, and folders of `.json` files: each gateway writes one. */
  files: readonly string[]
  /** What was last seen before that does not count; null where all does. */
  withinDays: number | null
}

const day = z.iso.date()

/** What docs/usage.schema.json says. */
const usageFile = z.strictObject({
  version: z.literal(1),
  since: day.optional(),
  updated: day.optional(),
  dropped: z
    .strictObject({ operations: z.int().min(0), clients: z.int().min(0), lastSeen: day.nullable() })
    .optional(),
  operations: z.array(
    z.strictObject({
      name: z.string().nullable(),
      kind: z.enum(['query', 'mutation', 'subscription']).optional(),
      hash: z.string().optional(),
      document: z.string().nullish(),
      fields: z.array(z.string()).nullish(),
      clients: z
        .array(
          z.strictObject({
            name: z.string().nullable(),
            version: z.string().nullable(),
            firstSeen: day.optional(),
            lastSeen: day,
            count: z.int().min(1).optional(),
          }),
        )
        .min(1),
    }),
  ),
})

type UsageFile = z.output<typeof usageFile>
type Entry = UsageFile['operations'][number]
type Client = Entry['clients'][number]

interface Reading {
  stored: readonly StoredOperation[]
  /** As `2026-11-25`. */
  today: string
}

/**
 * Reads who has sent which operation, out of all files together.
 * @throws InputError that names the file and the entry, and what is accepted there.
 */
export function readUsage({ files, withinDays }: UsageSettings, { stored, today }: Reading): Usage {
  const read = files.flatMap(filesAt).map((file) => ({ file, content: readFile(file) }))
  const documents = new Map<string, DocumentNode>()
  const parseOnce = (text: string, place: string): DocumentNode => {
    const document = documents.get(text) ?? parseDocument(text, place)
    documents.set(text, document)
    return document
  }
  const documentOf = ({ name, document = null }: Entry, place: string): DocumentNode | null =>
    document === null
      ? (stored.find((operation) => operation.name === name)?.document ?? null)
      : parseOnce(document, `${place}.document`)
  const all = read.flatMap(({ file, content }) =>
    content.operations.flatMap((entry, index): UsedOperation[] => {
      const document = documentOf(entry, `${file}: operations.${index}`)
      const { fields = null } = entry
      const known = { name: nameOf(entry), document, fields: fields === null ? null : new Set(fields) }
      return entry.clients.map((client) => ({ ...known, ...describeClient(client) }))
    }),
  )
  const from = withinDays === null ? null : daysBefore(today, withinDays)
  const counting = all.filter(({ lastSeen }) => from === null || lastSeen >= from)
  return {
    operations: counting,
    leftOut: all.length - counting.length,
    from,
    gaps: findGaps(read, { from, isEmpty: counting.length === 0 }),
  }
}

function filesAt(place: string): string[] {
  if (!existsSync(place) || !statSync(place).isDirectory()) return [place]
  const files = readdirSync(place).filter((file) => file.endsWith('.json'))
  if (files.length === 0) throw new InputError(`${place}: there is no .json file in this folder.`)
  return files.sort().map((file) => path.join(place, file))
}

function readFile(file: string): UsageFile {
  const { success, data, error } = usageFile.safeParse(readJson(file))
  if (success) return data
  const [issue] = error.issues
  throw new InputError(
    `${file}: ${issue?.path.join('.') || 'the top level'}: ${issue?.message}. ` +
      'It takes what the gateway writes (docs/usage.schema.json), or as little of it as ' +
      '{"version": 1, "operations": [{"name", "document"?, "clients": [{"name", "version", "lastSeen": "2026-11-20"}]}]}.',
  )
}

const nameOf = ({ name, hash }: Entry): string =>
  name ??
  (hash === undefined ? 'an operation without a name' : `an operation without a name (${hash.slice(0, 8)})`)

const describeClient = ({
  name,
  version,
  lastSeen,
  count,
}: Client): Pick<UsedOperation, 'client' | 'count' | 'lastSeen'> => ({
  client: [name ?? 'an unnamed client', ...(version === null ? [] : [version])].join(' '),
  count: count ?? null,
  lastSeen,
})

const dayMs = 86_400_000

const daysBefore = (today: string, days: number): string =>
  new Date(Date.parse(today) - days * dayMs).toISOString().slice(0, 10)

/** What is not known must not let a change through. */
function findGaps(
  read: readonly { file: string; content: UsageFile }[],
  { from, isEmpty }: { from: string | null; isEmpty: boolean },
): string[] {
  const full = read.flatMap(({ file, content: { dropped } }) => {
    if (!dropped || dropped.operations === 0 || dropped.lastSeen === null) return []
    if (from !== null && dropped.lastSeen < from) return []
    return [
      `${file} had no room for all operations: ${dropped.operations} had to go, the last of them sent on ${dropped.lastSeen} (USAGE_MAX_OPERATIONS, USAGE_MAX_BYTES).`,
    ]
  })
  const begun = read.flatMap(({ content: { since } }) => (since === undefined ? [] : [since])).sort()
  const isLate = from !== null && begun[0] !== undefined && begun.length === read.length && begun[0] > from
  return [
    ...full,
    ...(isLate ? [`Counting began on ${begun[0]} only, and what was sent since ${from} counts.`] : []),
    ...(isEmpty ? [`Nothing was counted${from === null ? '' : ` since ${from}`}.`] : []),
  ]
}

function parseDocument(text: string, place: string): DocumentNode {
  try {
    return parse(new Source(text, place))
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new InputError(`${place}: ${error.message}`)
  }
}
