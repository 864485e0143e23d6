import { z } from 'zod'
import type { Prisma } from '../../prisma/products/generated/client.ts'
import { requireRole } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { readLine } from '../kit/text.ts'
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

/** Collects what is wrong with an input, so that all of it is told at once. */
export function createReading() {
  const refusals: Refusal[] = []
  const refuse = (code: Refusal['code'], field: Refusal['field'], message: string) => {
    refusals.push({ code, field, message })
  }
  return {
    refusals,
    refuse,
    /** One line of text, trimmed. Null where none is given, or where it is wrong. */
    line(field: Refusal['field'], text: string | null | undefined, max: number): string | null {
      if (text == null) return null
      const line = readLine(text, max)
      if (line === null) refuse('INVALID_TEXT', field, `This takes a line of 1 to ${max} characters.`)
      return line
    },
    /** What stands in addresses. */
    slug(field: Refusal['field'], text: string) {
      if (text.length <= 60 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) return
      refuse('INVALID_TEXT', field, 'This takes small letters, digits and single hyphens, 1 to 60 in all.')
    },
  }
}

export type Reading = ReturnType<typeof createReading>

/** What somebody else has changed since it was read. */
export const stale = (version: number): Refusal => ({
  ...{ code: 'STALE_VERSION', field: 'version', version },
  message: `It has been changed since: it is at version ${version} now. Read it again.`,
})
