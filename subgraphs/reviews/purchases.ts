import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { type Change, followFeed } from '../kit/change-feed.ts'
import type { BackgroundWork, Services } from '../kit/subgraph.ts'
import { hasBought } from './review-rows.ts'
import { withoutOtherWriters } from './writers-lock.ts'

const placedOrder = z.object({
  /** Null for a guest's order: a guest writes no reviews. */
  customerId: z.uuid().nullable(),
  placedAt: z.iso.datetime(),
  lines: z.array(z.object({ productId: z.uuid() })),
})

function purchasesIn({ entityId: orderId, payload }: Change) {
  const { customerId, placedAt, lines } = placedOrder.parse(payload)
  return customerId === null
    ? []
    : lines.map(({ productId }) => ({ orderId, productId, customerId, placedAt }))
}

const wholeRefund = z.object({ whole: z.literal(true) })

/** Whether nothing of the order is left: who gave all of it back has bought nothing. Part of a refund undoes no purchase. */
const isUndone = ({ kind, payload }: Change): boolean =>
  kind === 'order.cancelled' || (kind === 'order.refunded' && wholeRefund.safeParse(payload).success)

interface Pair {
  customerId: string
  productId: string
}

/** Brings the reviews of those products by those customers into step with what they bought. */
async function verifyReviews(tx: Prisma.TransactionClient, pairs: readonly Pair[]): Promise<void> {
  if (pairs.length === 0) return
  const bought = hasBought(Prisma.sql`review."customerId"`, Prisma.sql`review."productId"`)
  await tx.$executeRaw`
    UPDATE "Review" review SET "verifiedPurchase" = ${bought}
    FROM (
      SELECT DISTINCT "customerId", "productId"
      FROM jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) AS pair ("customerId" uuid, "productId" uuid)
    ) pair
    WHERE review."productId" = pair."productId" AND review."customerId" = pair."customerId"
      AND review."verifiedPurchase" <> ${bought}`
}

/** An order is placed before it is undone, and never again after, so that a batch takes few statements. */
async function applyOrders(tx: Prisma.TransactionClient, changes: readonly Change[]): Promise<void> {
  const purchases = changes.filter(({ kind }) => kind === 'order.placed').flatMap(purchasesIn)
  const undone = changes.filter(isUndone).map(({ entityId }) => entityId)
  if (purchases.length === 0 && undone.length === 0) return

  // A review that is being written at the moment looks for its purchase before or after this, and never beside it.
  await withoutOtherWriters(tx)
  const touched: Pair[] = []
  if (purchases.length > 0) {
    // Two lines of one product are one purchase, and a change may come again: what was erased stays erased.
    touched.push(
      ...(await tx.$queryRaw<Pair[]>`
        INSERT INTO "Purchase" ("orderId", "productId", "customerId", "placedAt")
        SELECT "orderId", "productId", "customerId", "placedAt"
        FROM jsonb_to_recordset(${JSON.stringify(purchases)}::jsonb)
          AS purchase ("orderId" uuid, "productId" uuid, "customerId" uuid, "placedAt" timestamptz)
        WHERE NOT EXISTS (
          SELECT FROM "ErasedCustomer" erased
          WHERE erased."customer" = sha256(uuid_send(purchase."customerId"))
            AND purchase."placedAt" <= erased."erasedAt"
        )
        ON CONFLICT DO NOTHING RETURNING "customerId", "productId"`),
    )
  }
  if (undone.length > 0) {
    touched.push(
      ...(await tx.$queryRaw<Pair[]>`
        DELETE FROM "Purchase" WHERE "orderId" = ANY(${undone}::uuid[]) RETURNING "customerId", "productId"`),
    )
  }
  await verifyReviews(tx, touched)
}

/** Keeps the copy of who bought what in step with cart's orders, for verified purchases. */
export const followPurchases = (services: Services<PrismaClient>): BackgroundWork =>
  followFeed({
    services,
    owner: 'cart',
    apply: applyOrders,
    async reset(tx: Prisma.TransactionClient) {
      // Once in the life of a shop, and then of all reviews that were verified: as long as that takes.
      await tx.$executeRaw`SET LOCAL statement_timeout = 0`
      await withoutOtherWriters(tx)
      await tx.purchase.deleteMany()
      await tx.$executeRaw`UPDATE "Review" SET "verifiedPurchase" = false WHERE "verifiedPurchase"`
    },
  })
