import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Logger } from '../../../service/log.ts'
import { appendChanges } from '../../kit/change-feed.ts'
import { reason } from '../../kit/database/errors.ts'
import type { Stock, StockLine } from '../checkout/stock.ts'
import type { PaymentProvider } from '../payments/payment-provider.ts'
import { addOrderEvents, type NewOrderEvent } from './order-events.ts'

// What has to be done elsewhere for an order: money given back, goods put back. It is written down in the transaction
// that asks for it, and tried until it is done, by whichever process comes first. Its id is the idempotency key.

type Transaction = Prisma.TransactionClient

interface Refund {
  refundId: string
  orderId: string
  amount: number
  actor: NewOrderEvent['actor']
  returnId?: string | null
  reason?: string | null
  lines?: readonly { lineId: string; quantity: number }[]
}

/**
 * Asks for money to be given back. It counts as given back from here on, so that nobody can give back more than was
 * taken; should the provider refuse, it is taken in again.
 */
export async function queueRefund(
  tx: Transaction,
  { refundId, orderId, amount, actor, returnId = null, reason: why = null, lines = [] }: Refund,
): Promise<void> {
  const made = await tx.$executeRaw`
    INSERT INTO "Refund" ("id", "orderId", "returnId", "amount", "reason", "lines")
    VALUES (${refundId}::uuid, ${orderId}::uuid, ${returnId}::uuid, ${amount}, ${why}, ${JSON.stringify(lines)}::jsonb)
    ON CONFLICT DO NOTHING`
  if (made === 0) return
  await tx.$executeRaw`
    UPDATE "Order" SET "refunded" = "refunded" + ${amount}, "version" = "version" + 1 WHERE "id" = ${orderId}::uuid`
  await queue(tx, { id: refundId, orderId, kind: 'refund', payload: { amount, reference: null } })
  await addOrderEvents(tx, [{ orderId, kind: 'refund_started', actor, amount }])
}

/** Asks for goods to be put back into stock. */
export async function queueRestock(
  tx: Transaction,
  goods: { returnId: string; orderId: string; reservationId: string; lines: readonly StockLine[] },
): Promise<void> {
  const { returnId, orderId, reservationId } = goods
  const lines = goods.lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  await queue(tx, { id: returnId, orderId, kind: 'restock', payload: { reservationId, lines } })
}

const queue = (
  tx: Transaction,
  { id, orderId, kind, payload }: { id: string; orderId: string; kind: string; payload: object },
) => tx.$executeRaw`
  INSERT INTO "OrderEffect" ("id", "orderId", "kind", "payload")
  VALUES (${id}::uuid, ${orderId}::uuid, ${kind}, ${JSON.stringify(payload)}::jsonb) ON CONFLICT DO NOTHING`

const effectSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('refund'),
    payload: z.object({ amount: z.int(), reference: z.string().nullable() }),
  }),
  z.object({
    kind: z.literal('restock'),
    payload: z.object({
      reservationId: z.uuid(),
      lines: z.array(z.object({ variantId: z.uuid(), quantity: z.int() })),
    }),
  }),
])

interface EffectRow {
  id: string
  orderId: string
  kind: string
  payload: unknown
  attempts: number
}

interface EffectTools {
  prisma: PrismaClient
  stock: Pick<Stock, 'putBack'>
  provider: PaymentProvider
  log: Logger
  leaseMs: number
}

/** Does what is due, or what is to be done for one order. @returns how many were tried. */
export async function carryOutEffects(tools: EffectTools, orderId: string | null = null): Promise<number> {
  const { prisma, leaseMs } = tools
  const due = await prisma.$queryRaw<EffectRow[]>`
    /* background */ UPDATE "OrderEffect"
    SET "attempts" = "attempts" + 1, "leasedUntil" = now() + ${leaseMs}::int * interval '1 ms'
    WHERE "id" IN (
      SELECT "id" FROM "OrderEffect"
      WHERE "dueAt" <= now() AND ("leasedUntil" IS NULL OR "leasedUntil" < now())
        AND (${orderId}::uuid IS NULL OR "orderId" = ${orderId}::uuid)
      ORDER BY "dueAt" LIMIT 20 FOR UPDATE SKIP LOCKED
    )
    RETURNING "id", "orderId", "kind", "payload", "attempts"`
  await Promise.all(due.map((effect) => carryOut(tools, effect)))
  return due.length
}

async function carryOut(tools: EffectTools, effect: EffectRow): Promise<void> {
  const { prisma, stock, provider, log } = tools
  const { id, orderId, attempts } = effect
  try {
    const { kind, payload } = effectSchema.parse(effect)
    if (kind === 'restock') {
      const putBack = await stock.putBack({ returnId: id, ...payload })
      if (!putBack) log.warn({ orderId }, 'products had nothing of an order to put back')
      await end(prisma, id, putBack ? null : 'refused')
      return
    }
    const reference = await paidBy(prisma, orderId)
    if (reference === null) return await settleRefund(prisma, { id, orderId, amount: payload.amount }, false)
    const { amount, reference: known } = payload
    const refund = await provider.refund({ refundId: id, reference, amount, known })
    if (refund.status === 'PENDING') {
      await later(prisma, effect, { amount, reference: refund.reference })
      return
    }
    await settleRefund(prisma, { id, orderId, amount }, refund.status === 'SUCCEEDED')
  } catch (error) {
    // Once it has been so for a while, somebody should look.
    const line = { orderId, effect: effect.kind, attempts, reason: reason(error) }
    if (attempts === 10) log.error(line, 'what an order asks for still can not be done')
    else if (attempts === 1) log.warn(line, 'what an order asks for could not be done, and is tried again')
    await later(prisma, effect, null).catch(() => undefined)
  }
}

async function paidBy(tx: Transaction, orderId: string): Promise<string | null> {
  const [payment] = await tx.$queryRaw<{ reference: string | null }[]>`
    /* background */ SELECT "reference" FROM "Payment" WHERE "orderId" = ${orderId}::uuid`
  return payment?.reference ?? null
}

/** Again after about 0.1 s, then twice as long each time, up to ten minutes. */
async function later(tx: Transaction, { id, attempts }: EffectRow, payload: object | null): Promise<void> {
  const pauseMs = Math.round(Math.min(600_000, 100 * 2 ** Math.min(attempts, 20)) * (0.5 + Math.random() / 2))
  await tx.$executeRaw`
    /* background */ UPDATE "OrderEffect"
    SET "leasedUntil" = NULL, "dueAt" = now() + ${pauseMs}::int * interval '1 ms',
      "payload" = coalesce(${payload && JSON.stringify(payload)}::jsonb, "payload")
    WHERE "id" = ${id}::uuid`
}

/** @returns whether it was this call that ended it. */
async function end(tx: Transaction, id: string, failure: string | null): Promise<boolean> {
  const ended = await tx.$executeRaw`
    /* background */ UPDATE "OrderEffect" SET "endedAt" = now(), "dueAt" = NULL, "failure" = ${failure}
    WHERE "id" = ${id}::uuid AND "endedAt" IS NULL`
  return ended === 1
}

async function settleRefund(
  prisma: PrismaClient,
  { id, orderId, amount }: { id: string; orderId: string; amount: number },
  succeeded: boolean,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    if (!(await end(tx, id, succeeded ? null : 'refused'))) return
    await tx.$executeRaw`
      /* background */ UPDATE "Refund" SET "status" = ${succeeded ? 'SUCCEEDED' : 'FAILED'}::"RefundStatus", "settledAt" = now()
      WHERE "id" = ${id}::uuid`
    const takenIn = succeeded ? 0 : amount
    const [order] = await tx.$queryRaw<{ captured: number; refunded: number }[]>`
      /* background */ UPDATE "Order" SET "refunded" = "refunded" - ${takenIn}, "version" = "version" + ${succeeded ? 0 : 1}
      WHERE "id" = ${orderId}::uuid RETURNING "captured", "refunded"`
    await addOrderEvents(tx, [
      { orderId, kind: succeeded ? 'refunded' : 'refund_failed', actor: 'shop', amount },
    ])
    if (!succeeded) return
    const whole = order !== undefined && order.refunded >= order.captured
    await appendChanges(tx, [
      { kind: 'order.refunded', entityId: orderId, payload: { refundId: id, amount, whole } },
    ])
  })
}
