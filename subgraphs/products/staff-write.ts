import { z } from 'zod'
import type { Prisma } from '../../prisma/products/generated/client.ts'
import { requireRole } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { type IdPrefix, toUuid } from '../kit/ids.ts'
import { isSite, type Site, sites } from '../kit/sites.ts'
import { isStorable, readLine, readText } from '../kit/text.ts'
import { type Context, createLoaders } from './context.ts'
import type { ProductUserError } from './schema.generated.ts'

/** Why nothing was written. */
export interface Refusal {
  code: ProductUserError['code']
  /** The input field, or the path to it below the input. */
  field: string | readonly string[]
  message: string
  /** The version now, of what is newer than was said. */
  version?: number
}

export const toUserErrors = (refusals: readonly Refusal[]): ProductUserError[] =>
  refusals.map(({ code, message, field, version }) => ({
    ...{ code, message, field: ['input', ...(typeof field === 'string' ? [field] : field)] },
    ...(version !== undefined && { version }),
  }))

/** What a write by staff came to: the key of what was written, or why it was not. */
export type StaffWritten = { written: string } | { refusals: Refusal[] }

interface StaffWrite<Input> {
  /** The mutation. Keys of two mutations, or of two members of staff, never meet. */
  name: string
  input: Input
  /** @returns the key by which the answer is read again, or why nothing may be written */
  write: (tx: Prisma.TransactionClient) => Promise<StaffWritten>
}

const answer = z.object({ written: z.string() })

/**
 * Writes once, however often it is sent. A repeat gets what was written as it is now.
 * @throws UNAUTHENTICATED or FORBIDDEN for anybody but staff; BAD_USER_INPUT when the key is not acceptable.
 */
export async function writeAsStaff<Input extends { idempotencyKey: string }>(
  context: Context,
  { name, input, write }: StaffWrite<Input>,
): Promise<StaffWritten> {
  const { prisma, moment, caller } = context
  requireRole(caller, 'staff')
  const { idempotencyKey: key, ...rest } = input
  const outcome = await once(
    prisma,
    { scope: `${name}:${caller.subject ?? ''}`, key, input: rest, answer },
    async (tx: Prisma.TransactionClient): Promise<WriteOutcome<z.infer<typeof answer>, Refusal[]>> => {
      const result = await write(tx)
      return 'written' in result ? { keep: result } : { refuse: result.refusals }
    },
  )
  switch (outcome.state) {
    case 'written':
      context.loaders = createLoaders(prisma, moment)
      return outcome.answer
    case 'refused':
      return { refusals: outcome.refusal }
    case 'key reused': {
      const message = 'This key was used before with other input: make a new one.'
      return { refusals: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey', message }] }
    }
  }
}

/** No window begins or ends outside of this: beyond it an instant has no form that every reader would know. */
const calendar = { first: new Date('2000-01-01T00:00:00Z'), last: new Date('9999-12-31T23:59:59.999Z') }

type Field = Refusal['field']

/** Reads an input, and collects what is wrong with it, so that all of it is told at once. */
export function createReading() {
  const refusals: Refusal[] = []
  const refuse = (code: Refusal['code'], field: Field, message: string) => {
    refusals.push({ code, field, message })
  }
  return {
    refusals,
    refuse,
    /** One line of text, trimmed. Null where none is given, or where it is wrong. */
    line(field: Field, text: string | null | undefined, max: number): string | null {
      if (text == null) return null
      const line = readLine(text, max)
      if (line === null) refuse('INVALID_TEXT', field, `This takes a line of 1 to ${max} characters.`)
      return line
    },
    /** The same, of several lines. */
    text(field: Field, text: string | null | undefined, max: number): string | null {
      if (text == null) return null
      const read = readText(text, max)
      if (read === null) refuse('INVALID_TEXT', field, `This takes a text of 1 to ${max} characters.`)
      return read
    },
    /** What stands in addresses. */
    slug(field: Field, text: string | null | undefined) {
      if (text == null || (text.length <= 60 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text))) return
      refuse('INVALID_TEXT', field, 'This takes small letters, digits and single hyphens, 1 to 60 in all.')
    },
    /** A path within the site: what begins with two slashes, or with backslashes, leads elsewhere. */
    path(field: Field, path: string | null | undefined): string | null {
      if (path == null) return null
      if (path.length <= 500 && /^\/(?![/\\])[!-[\]-~]*$/.test(path)) return path
      const message =
        'This takes a path within the site, as /collections/knitwear: at most 500 characters, none of them blank.'
      refuse('INVALID_PATH', field, message)
      return null
    },
    /** The uuid in an id. */
    id(prefix: IdPrefix, code: Refusal['code'], field: Field, id: string | null | undefined): string | null {
      if (id == null) return null
      const uuid = toUuid(prefix, id)
      if (uuid === null) refuse(code, field, `This takes an id that begins with ${prefix}_.`)
      return uuid
    },
    site(field: Field, name: string): Site | null {
      if (isSite(name)) return name
      const message = `There is no such site: the sites are ${Object.keys(sites).join(' and ')}.`
      refuse('SITE_NOT_FOUND', field, message)
      return null
    },
    sites(field: string, names: readonly string[]): Site[] {
      const read = names.map((name, index) => this.site([field, String(index)], name))
      return [...new Set(read.filter((site) => site !== null))].sort()
    },
    /** From when until when something holds. */
    window(startsAt: Date, endsAt: Date | null) {
      for (const [field, instant] of [
        ['startsAt', startsAt],
        ['endsAt', endsAt],
      ] as const) {
        if (instant === null || (instant >= calendar.first && instant <= calendar.last)) continue
        const [first, last] = [calendar.first.toISOString(), calendar.last.toISOString()]
        refuse('INVALID_WINDOW', field, `The window takes instants from ${first} to ${last}.`)
      }
      if (endsAt !== null && endsAt <= startsAt) {
        refuse('INVALID_WINDOW', 'endsAt', 'The window ends before it begins.')
      }
    },
    /** Whoever wants the same name waits here until this transaction ends. */
    async claim(tx: Prisma.TransactionClient, name: string) {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
    },
    /** Whether there is a picture of the key. */
    async picture(tx: Prisma.TransactionClient, field: Field, key: string | null | undefined) {
      if (key == null) return
      const known = isStorable(key)
        ? await tx.$queryRaw<unknown[]>`SELECT FROM "Picture" WHERE "key" = ${key} FOR KEY SHARE`
        : []
      if (known.length === 0) refuse('PICTURE_NOT_FOUND', field, 'There is no picture of that key.')
    },
  }
}

export type Reading = ReturnType<typeof createReading>

/** What somebody else has changed since it was read. */
export const stale = (version: number): Refusal => ({
  ...{ code: 'STALE_VERSION', field: 'version', version },
  message: `It has been changed since: it is at version ${version} now. Read it again.`,
})
