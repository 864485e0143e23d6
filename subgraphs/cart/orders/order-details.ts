import { z } from 'zod'
import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { listForEach } from '../../kit/batching.ts'
import { addressSchema } from '../delivery/address.ts'
import type { FulfillmentModel, OrderEventModel, OrderReturnModel, RefundModel } from '../mappers.ts'

// What has become of orders: each loader reads for all orders of an answer at once.

type Transaction = Prisma.TransactionClient
type Ids = readonly string[]

const byOrder = ({ orderId }: { orderId: string }) => orderId

export async function loadTimelines(tx: Transaction, orderIds: Ids): Promise<OrderEventModel[][]> {
  const rows = await tx.$queryRaw<OrderEventModel[]>`
    SELECT event.*, placed."currency"
    FROM "Order" placed
    CROSS JOIN LATERAL (
      SELECT "orderId", "kind", "actor", "detail", "at", "sequence" FROM "OrderEvent"
      WHERE "orderId" = placed."id" ORDER BY "sequence" LIMIT 200
    ) event
    WHERE placed."id" = ANY(${orderIds}::uuid[])
    ORDER BY event."sequence"`
  return listForEach(orderIds, rows, byOrder)
}

export async function loadFulfillments(tx: Transaction, orderIds: Ids): Promise<FulfillmentModel[][]> {
  const rows = await tx.$queryRaw<FulfillmentModel[]>`
    SELECT "id", "orderId", "status", "trackingCompany", "trackingNumber", "trackingUrl", "lines", "createdAt",
           "deliveredAt"
    FROM "Fulfillment" WHERE "orderId" = ANY(${orderIds}::uuid[]) ORDER BY "createdAt", "id"`
  return listForEach(orderIds, rows, byOrder)
}

export async function loadRefunds(tx: Transaction, orderIds: Ids): Promise<RefundModel[][]> {
  const rows = await tx.$queryRaw<RefundModel[]>`
    SELECT refund."id", refund."orderId", refund."status", refund."amount", refund."reason", refund."lines",
           refund."createdAt", placed."currency"
    FROM "Refund" refund JOIN "Order" placed ON placed."id" = refund."orderId"
    WHERE refund."orderId" = ANY(${orderIds}::uuid[]) ORDER BY refund."createdAt", refund."id"`
  return listForEach(orderIds, rows, byOrder)
}

export async function loadReturns(tx: Transaction, orderIds: Ids): Promise<OrderReturnModel[][]> {
  const rows = await tx.$queryRaw<OrderReturnModel[]>`
    SELECT "id", "orderId", "status", "note", "declineReason", "lines", "requestedAt"
    FROM "OrderReturn" WHERE "orderId" = ANY(${orderIds}::uuid[]) ORDER BY "requestedAt", "id"`
  return listForEach(orderIds, rows, byOrder)
}

const snapshotSchema = z.object({
  deliveryAddress: addressSchema.nullish(),
  billingAddress: addressSchema.nullish(),
  deliveryOption: z.object({ handle: z.string(), title: z.string() }).nullish(),
  note: z.string().nullish(),
  giftMessage: z.string().nullish(),
  discounts: z
    .array(z.object({ code: z.string().nullable(), title: z.string(), amount: z.int() }))
    .default([]),
})

/** What an order keeps of its checkout; nothing of it on older orders. */
export const readSnapshot = (snapshot: unknown) => snapshotSchema.parse(snapshot ?? {})

const detail = z.object({ amount: z.int() }).nullish()

export const amountOfEvent = (event: Pick<OrderEventModel, 'detail'>): number | null =>
  detail.parse(event.detail)?.amount ?? null
