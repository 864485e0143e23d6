import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { graphqlError } from '../../service/errors.ts'
import { isStorable } from './text.ts'
import type { Transaction, TransactionStarter } from './transaction.ts'

interface OnceOptions<Answer> {
  /** Whose keys, and for what: `cartLinesAdd:<cart's uuid>`. Two scopes never meet. */
  scope: string
  /** The caller's key, 8 to 100 characters. */
  key: string
  /** All that the write depends on. The same key with another input is refused. */
  input: unknown
  /** The shape of what is kept: JSON. */
  answer: z.ZodType<Answer>
}

/** What a write came to: an answer to keep, or a refusal, which undoes whatever the write did. */
export type WriteOutcome<Answer, Refusal> = { keep: Answer } | { refuse: Refusal }

type OnceOutcome<Answer, Refusal> =
  | {
      state: 'written'
      answer: Answer /** Whether an earlier send of this key wrote it. */
      repeated: boolean
    }
  | { state: 'refused'; refusal: Refusal }
  /** The key was used before with another input: `IDEMPOTENCY_KEY_REUSED`. */
  | { state: 'key reused' }

/** How long a write may wait for a connection, and how long it may then take. */
const limits = { maxWait: 5_000, timeout: 10_000 }

/**
 * Runs `write` in a transaction, once for each key however often and however simultaneously it is sent; every
 * send gets the first one's answer. A refusal is rolled back and not kept, so that the same key may be sent
 * again when what was wrong has been mended.
 * @throws BAD_USER_INPUT when the key is not 8 to 100 characters of text.
 */
export async function once<Tx extends Transaction, Answer, Refusal = never>(
  prisma: TransactionStarter<Tx>,
  { scope, key, input, answer }: OnceOptions<Answer>,
  write: (tx: Tx) => Promise<WriteOutcome<Answer, Refusal>>,
): Promise<OnceOutcome<Answer, Refusal>> {
  checkKey(key)
  const fingerprint = fingerprintOf(input)
  const rolledBack: { with?: { refusal: Refusal } } = {}

  try {
    return await prisma.$transaction(async (tx) => {
      // The key goes in first. A second send waits here for the first to end: it then finds the answer or,
      // where the first was undone, the key free.
      const inserted = await tx.$executeRaw`
        INSERT INTO "IdempotencyKey" ("scope", "key", "fingerprint", "answer")
        VALUES (${scope}, ${key}, ${fingerprint}, 'null'::jsonb) ON CONFLICT DO NOTHING`
      if (inserted === 0) return await firstAnswer(tx)

      const outcome = await write(tx)
      if ('refuse' in outcome) {
        rolledBack.with = { refusal: outcome.refuse }
        throw new Error('rolled back')
      }
      await tx.$executeRaw`
        UPDATE "IdempotencyKey" SET "answer" = ${JSON.stringify(outcome.keep)}::jsonb
        WHERE "scope" = ${scope} AND "key" = ${key}`
      return { state: 'written', answer: outcome.keep, repeated: false }
    }, limits)
  } catch (error) {
    if (rolledBack.with) return { state: 'refused', ...rolledBack.with }
    throw error
  }

  async function firstAnswer(tx: Tx): Promise<OnceOutcome<Answer, Refusal>> {
    const [first] = await tx.$queryRaw<{ fingerprint: string; answer: unknown }[]>`
      SELECT "fingerprint", "answer" FROM "IdempotencyKey" WHERE "scope" = ${scope} AND "key" = ${key}`
    if (first?.fingerprint !== fingerprint) return { state: 'key reused' }
    return { state: 'written', answer: answer.parse(first.answer), repeated: true }
  }
}

/** @throws BAD_USER_INPUT when the key is not 8 to 100 characters of text. */
export function checkKey(key: string) {
  if (key.length < 8 || key.length > 100) {
    throw graphqlError(
      'BAD_USER_INPUT',
      `idempotencyKey has ${key.length} characters: it takes 8 to 100, as a random UUID.`,
    )
  }
  // Stored, two keys with other halves of pairs would be one.
  if (!isStorable(key)) throw graphqlError('BAD_USER_INPUT', 'idempotencyKey has a character that is none.')
}

/** Equal for inputs that are equal as JSON, whatever the order of their keys. */
export function fingerprintOf(input: unknown): string {
  const text = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256')
    .update(text ?? '')
    .digest('hex')
}
