import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { type Change, followFeed } from '../kit/change-feed.ts'
import type { BackgroundWork, Services } from '../kit/subgraph.ts'

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

/** An order is placed before it is cancelled, and never again after, so that a batch takes two statements. */
async function applyOrders(tx: Prisma.TransactionClient, changes: readonly Change[]): Promise<void> {
  const purchases = changes.filter(({ kind }) => kind === 'order.placed').flatMap(purchasesIn)
  const cancelled = changes.filter(({ kind }) => kind === 'order.cancelled').map(({ entityId }) => entityId)
  if (purchases.length > 0) {
    // Two lines of one product are one purchase, and a change may come again.
    await tx.$executeRaw`
      INSERT INTO "Purchase" ("orderId", "productId", "customerId", "placedAt")
      SELECT "orderId", "productId", "customerId", "placedAt"
      FROM jsonb_to_recordset(${JSON.stringify(purchases)}::jsonb)
        AS purchase ("orderId" uuid, "productId" uuid, "customerId" uuid, "placedAt" timestamptz)
      ON CONFLICT DO NOTHING`
  }
  if (cancelled.length > 0) {
    await tx.$executeRaw`DELETE FROM "Purchase" WHERE "orderId" = ANY(${cancelled}::uuid[])`
  }
}

/** Keeps the copy of who bought what in step with cart's orders, for verified purchases. */
export const followPurchases = (services: Services<PrismaClient>): BackgroundWork =>
  followFeed({
    services,
    owner: 'cart',
    apply: applyOrders,
    async reset(tx: Prisma.TransactionClient) {
      await tx.purchase.deleteMany()
    },
  })
