import { z } from 'zod'
import { Prisma } from '../../../prisma/cart/generated/client.ts'
import { listForEach, oneForEach } from '../../kit/batching.ts'
import { type Caller, maySee } from '../../kit/caller.ts'
import { cursorInstant } from '../../kit/paging.ts'
import type { OrderLineModel, OrderModel } from '../mappers.ts'

/** As people read it, `A-100042`. */
export const orderNumber = (number: number): string => `A-${number}`

/** What stands behind an order in the graph. */
export const orderColumns = Prisma.raw(
  [
    'id',
    'number',
    'customerId',
    'site',
    'currency',
    'status',
    'subtotal',
    'delivery',
    'total',
    'placedAt',
    'version',
    'email',
    'discount',
    'tax',
    'snapshot',
    'captured',
    'refunded',
  ]
    .map((column) => `"${column}"`)
    .join(', '),
)

/** Whether the caller may see an order: its customer may, and staff. */
export const maySeeOrder = ({ customerId }: OrderModel, caller: Caller): boolean =>
  customerId === null ? caller.has('staff') : maySee(caller, customerId, 'staff')

/** The orders with these uuids, whoever's they are. */
export async function loadOrders(
  tx: Prisma.TransactionClient,
  ids: readonly string[],
): Promise<(OrderModel | null)[]> {
  const rows = await tx.$queryRaw<OrderModel[]>`
    SELECT ${orderColumns}
    FROM "Order" WHERE "id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

/** The lines of these orders. */
export async function loadOrderLines(
  tx: Prisma.TransactionClient,
  orderIds: readonly string[],
): Promise<OrderLineModel[][]> {
  const rows = await tx.$queryRaw<OrderLineModel[]>`
    SELECT line."id", line."orderId", line."variantId", line."productId", line."title", line."variantTitle",
           line."quantity", line."unitPrice", line."subtotal", placed."currency",
           coalesce(line."paid", line."subtotal") AS "paid", line."fulfilled", line."returned"
    FROM "OrderLine" line JOIN "Order" placed ON placed."id" = line."orderId"
    WHERE line."orderId" = ANY(${orderIds}::uuid[])
    ORDER BY line."position"`
  return listForEach(orderIds, rows, ({ orderId }) => orderId)
}

/** The place of an order in its customer's list: when it was placed, and its uuid. */
export const orderCursor = z.tuple([cursorInstant, z.uuid()])
type OrderCursor = z.infer<typeof orderCursor>

export interface OrderPage {
  first: number
  after: OrderCursor | null
}

/** Of each customer one page, the latest first, and one order of the next page where there is one. */
export async function loadOrderPages(
  tx: Prisma.TransactionClient,
  customerIds: readonly string[],
  { first, after }: OrderPage,
): Promise<OrderModel[][]> {
  const [placedAt, id] = after ?? [null, null]
  const rows = await tx.$queryRaw<(OrderModel & { customerId: string })[]>`
    SELECT page.*
    FROM unnest(${customerIds}::uuid[]) AS customer ("id")
    CROSS JOIN LATERAL (
      SELECT ${orderColumns}
      FROM "Order"
      WHERE "customerId" = customer."id"
        AND (${placedAt}::timestamptz IS NULL OR ("placedAt", "id") < (${placedAt}::timestamptz, ${id}::uuid))
      ORDER BY "placedAt" DESC, "id" DESC
      LIMIT ${first + 1}
    ) page
    ORDER BY page."placedAt" DESC, page."id" DESC`
  return listForEach(customerIds, rows, ({ customerId }) => customerId)
}

export async function countOrders(
  tx: Prisma.TransactionClient,
  customerIds: readonly string[],
): Promise<number[]> {
  const rows = await tx.$queryRaw<{ customerId: string; count: number }[]>`
    SELECT "customerId", count(*)::int AS "count" FROM "Order"
    WHERE "customerId" = ANY(${customerIds}::uuid[]) GROUP BY "customerId"`
  return oneForEach(customerIds, rows, ({ customerId }) => customerId).map((row) => row?.count ?? 0)
}
