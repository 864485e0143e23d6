import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { type Checkout, outcomeSchema, stateSchema } from './checkout-state.ts'

// The durable log of checkouts: where each stands, and every step that was begun, done and undone.

type Transaction = Prisma.TransactionClient

type CheckoutRow = Omit<Checkout, 'state' | 'outcome'> & { state: unknown; outcome: unknown }

const read = ({ state, outcome, ...row }: CheckoutRow): Checkout => ({
  ...row,
  state: stateSchema.parse(state),
  outcome: outcome === null ? null : outcomeSchema.parse(outcome),
})

/** Something that is written to the log: what became of which step. */
export interface LogEntry {
  step: string
  event: 'begun' | 'done' | 'failed' | 'waiting' | 'undoing' | 'undone'
  detail?: unknown
}

/** How a checkout is to stand from now on. */
export type Stand = Pick<Checkout, 'status' | 'step' | 'state' | 'outcome' | 'attempts'> & {
  /** When there is something to do; null for never again. */
  dueInMs: number | null
  /** How long it is still held; 0 lets go of it. */
  leaseMs: number
  ended: boolean
  keyFreed: boolean
}

export async function insertCheckout(
  tx: Transaction,
  checkout: Pick<Checkout, 'id' | 'cartId' | 'customerId' | 'site' | 'fingerprint' | 'state'> & {
    key: string
  },
  { step, leaseMs, giveUpMs }: { step: string; leaseMs: number; giveUpMs: number },
): Promise<Checkout> {
  const { id, cartId, customerId, site, key, fingerprint, state } = checkout
  const [row] = await tx.$queryRaw<CheckoutRow[]>`
    WITH made AS (
      INSERT INTO "Checkout" ("id", "cartId", "customerId", "site", "key", "fingerprint", "status", "step", "state",
                              "lease", "leasedUntil", "giveUpAt")
      VALUES (${id}::uuid, ${cartId}::uuid, ${customerId}::uuid, ${site}, ${key}, ${fingerprint}, 'RUNNING', ${step},
              ${JSON.stringify(state)}::jsonb, 1, now() + ${leaseMs}::int * interval '1 ms',
              now() + ${giveUpMs}::int * interval '1 ms')
      RETURNING *
    ), logged AS (
      INSERT INTO "CheckoutStep" ("checkoutId", "step", "event")
      SELECT "id", entry."step", entry."event" FROM made
      CROSS JOIN (VALUES (1, 'validate', 'done'), (2, ${step}, 'begun')) AS entry ("position", "step", "event")
      ORDER BY entry."position"
    )
    SELECT * FROM made`
  if (row === undefined) throw new Error('the checkout was not made')
  return read(row)
}

/** The latest checkout of a cart with this key, unless the key is free again. */
export async function findByKey(tx: Transaction, cartId: string, key: string): Promise<Checkout | null> {
  const [row] = await tx.$queryRaw<CheckoutRow[]>`
    SELECT * FROM "Checkout" WHERE "cartId" = ${cartId}::uuid AND "key" = ${key} AND NOT "keyFreed"`
  return row === undefined ? null : read(row)
}

/** What is under way for a cart. */
export async function findActive(tx: Transaction, cartId: string): Promise<Checkout | null> {
  const [row] = await tx.$queryRaw<CheckoutRow[]>`
    SELECT * FROM "Checkout"
    WHERE "cartId" = ${cartId}::uuid AND "status" IN ('RUNNING', 'ACTION_NEEDED') AND "dueAt" IS NOT NULL`
  return row === undefined ? null : read(row)
}

export async function findCheckout(tx: Transaction, id: string): Promise<Checkout | null> {
  const [row] = await tx.$queryRaw<CheckoutRow[]>`SELECT * FROM "Checkout" WHERE "id" = ${id}::uuid`
  return row === undefined ? null : read(row)
}

/**
 * Writes how a checkout stands, and what was done. @returns false when somebody else has taken it over meanwhile:
 * then nothing is written.
 */
export async function writeStand(
  tx: Transaction,
  { id, lease }: Pick<Checkout, 'id' | 'lease'>,
  { status, step, state, outcome, attempts, dueInMs, leaseMs, ended, keyFreed }: Stand,
  entries: readonly LogEntry[],
): Promise<boolean> {
  const written = await tx.$executeRaw`
    WITH held AS (
      UPDATE "Checkout" SET
        "status" = ${status}::"CheckoutStatus", "step" = ${step}, "state" = ${JSON.stringify(state)}::jsonb,
        "outcome" = ${outcome === null ? null : JSON.stringify(outcome)}::jsonb, "attempts" = ${attempts},
        "dueAt" = now() + ${dueInMs}::int * interval '1 ms',
        "leasedUntil" = CASE WHEN ${leaseMs}::int > 0 THEN now() + ${leaseMs}::int * interval '1 ms' END,
        "endedAt" = CASE WHEN ${ended} THEN now() END, "keyFreed" = ${keyFreed}
      WHERE "id" = ${id}::uuid AND "lease" = ${lease}
      RETURNING "id"
    )
    INSERT INTO "CheckoutStep" ("checkoutId", "step", "event", "detail")
    SELECT held."id", entry->>'step', entry->>'event', entry->'detail'
    FROM held CROSS JOIN jsonb_array_elements(${JSON.stringify(entries)}::jsonb)
      WITH ORDINALITY AS list (entry, position)
    ORDER BY position`
  return written > 0
}

/** Takes hold of one checkout, unless somebody has, or there is nothing to do. */
export async function claimOne(tx: Transaction, id: string, leaseMs: number): Promise<Checkout | null> {
  const [row] = await tx.$queryRaw<CheckoutRow[]>`
    UPDATE "Checkout" SET "lease" = "lease" + 1, "leasedUntil" = now() + ${leaseMs}::int * interval '1 ms'
    WHERE "id" = ${id}::uuid AND "dueAt" IS NOT NULL AND ("leasedUntil" IS NULL OR "leasedUntil" < now())
    RETURNING *`
  return row === undefined ? null : read(row)
}

/** Takes hold of what is due and held by nobody, or by somebody who has not been heard of for too long. */
export async function claimDue(
  tx: Transaction,
  { most, leaseMs }: { most: number; leaseMs: number },
): Promise<Checkout[]> {
  const rows = await tx.$queryRaw<CheckoutRow[]>`
    /* background */ UPDATE "Checkout" SET
      "lease" = "lease" + 1, "leasedUntil" = now() + ${leaseMs}::int * interval '1 ms'
    WHERE "id" IN (
      SELECT "id" FROM "Checkout"
      WHERE "dueAt" <= now() AND ("leasedUntil" IS NULL OR "leasedUntil" < now())
      ORDER BY "dueAt" LIMIT ${most} FOR UPDATE SKIP LOCKED
    )
    RETURNING *`
  return rows.map(read)
}

/** What waits for this payment is due now. */
export async function hasten(tx: Transaction, reference: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Checkout" SET "dueAt" = now() FROM "Payment" payment
    WHERE payment."reference" = ${reference} AND "Checkout"."id" = payment."checkoutId" AND "dueAt" > now()`
}
