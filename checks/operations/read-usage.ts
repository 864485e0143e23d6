import { type DocumentNode, GraphQLError, parse, Source } from 'graphql'
import { z } from 'zod'
import { InputError } from '../finding.ts'
import { readJson } from '../read-json.ts'
import type { StoredOperation } from './load-operations.ts'

/** An operation that somebody has really sent. */
export interface UsedOperation {
  name: string
  /** The operation and its fragments; null where neither the file nor the stored operations have it. */
  document: DocumentNode | null
  client: string
  version: string
  /** The day on which it was last seen, as `2026-11-20`. */
  lastSeen: string
}

const usageFile = z.strictObject({
  operations: z.array(
    z.strictObject({
      name: z.string().min(1),
      /** The text that was sent. Left out where it is a stored operation, which is found by its name. */
      document: z.string().optional(),
      client: z.string().min(1),
      version: z.string().min(1),
      lastSeen: z.iso.date(),
    }),
  ),
})

/**
 * Reads who has sent which operation.
 * @throws InputError that names the entry, and what is accepted there.
 */
export function readUsage(file: string, stored: readonly StoredOperation[]): UsedOperation[] {
  const { success, data, error } = usageFile.safeParse(readJson(file))
  if (!success) {
    const [issue] = error.issues
    throw new InputError(
      `${file}: ${issue?.path.join('.') || 'the top level'}: ${issue?.message}. ` +
        'It takes {"operations": [{"name", "client", "version", "lastSeen": "2026-11-20", "document"?}]}.',
    )
  }
  return data.operations.map(({ document, ...entry }, index) => ({
    ...entry,
    document:
      document === undefined
        ? (stored.find(({ name }) => name === entry.name)?.document ?? null)
        : parseDocument(document, `${file}: operations.${index}.document`),
  }))
}

function parseDocument(text: string, place: string): DocumentNode {
  try {
    return parse(new Source(text, place))
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new InputError(`${place}: ${error.message}`)
  }
}
