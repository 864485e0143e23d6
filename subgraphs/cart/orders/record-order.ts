import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { appendChanges, type NewChange } from '../../kit/change-feed.ts'
import { newUuid } from '../../kit/ids.ts'
import { type Site, sites } from '../../kit/sites.ts'
import type { Checkout } from '../checkout/checkout-state.ts'
import { lineSubtotal, subtotalOf } from '../totals.ts'
import { addOrderEvents } from './order-events.ts'

export interface NewOrder {
  /** Null for a guest. */
  customerId: string | null
  site: Site
  /** In minor units of the site's currency, as are the lines' prices. */
  delivery: number
  placedAt: Date
  lines: {
    variantId: string
    productId: string
    sku: string
    title: string
    variantTitle: string | null
    quantity: number
    unitPrice: number
  }[]
}

/**
 * Writes an order that was paid for elsewhere, and tells of it in the change feed. Call it late in a transaction, as
 * `appendChanges`.
 */
export async function recordOrder(
  tx: Prisma.TransactionClient,
  { customerId, site, delivery, placedAt, lines }: NewOrder,
): Promise<{ id: string; number: number }> {
  const id = newUuid()
  const subtotal = subtotalOf(lines)
  const { number } = await tx.order.create({
    select: { number: true },
    data: {
      id,
      customerId,
      site,
      currency: sites[site].currency,
      subtotal,
      delivery,
      total: subtotal + delivery,
      captured: subtotal + delivery,
      placedAt,
      lines: {
        createMany: {
          data: lines.map((line, position) => ({
            ...line,
            id: newUuid(),
            position,
            subtotal: lineSubtotal(line),
            paid: lineSubtotal(line),
          })),
        },
      },
    },
  })
  await addOrderEvents(tx, [{ orderId: id, kind: 'placed', actor: 'shop', amount: subtotal + delivery }])
  await appendChanges(tx, [orderPlaced(id, { customerId, site, placedAt, lines })])
  return { id, number }
}

/** Writes the order of a checkout, which is not placed yet: it is being paid for. */
export async function insertOrder(tx: Prisma.TransactionClient, checkout: Checkout): Promise<void> {
  const { id, customerId, site, state } = checkout
  const { quote, request, orderId, reservationId } = state
  const { deliveryAddress, billingAddress, email, note, giftMessage } = request
  const { discounts, taxes, taxIncluded, deliveryOption } = quote
  const ways = { deliveryAddress, billingAddress, deliveryOption, note, giftMessage }
  const snapshot = { ...ways, discounts, taxes, taxIncluded }
  await tx.$executeRaw`
    INSERT INTO "Order" ("id", "customerId", "site", "currency", "status", "subtotal", "delivery", "total", "email",
                         "discount", "tax", "snapshot", "checkoutId", "reservation")
    VALUES (${orderId}::uuid, ${customerId}::uuid, ${site}, ${quote.currency}::"CurrencyCode", 'PENDING',
            ${quote.subtotal}, ${quote.delivery}, ${quote.total}, ${email}, ${quote.discount}, ${quote.tax},
            ${JSON.stringify(snapshot)}::jsonb, ${id}::uuid, ${reservationId}::uuid)`
  const lines = quote.lines.map((line, position) => ({ ...line, id: newUuid(), position }))
  await tx.$executeRaw`
    INSERT INTO "OrderLine" ("id", "orderId", "position", "variantId", "productId", "sku", "title", "variantTitle",
                             "quantity", "unitPrice", "subtotal", "paid")
    SELECT "id", ${orderId}::uuid, "position", "variantId", "productId", "sku", "title", "variantTitle",
           "quantity", "unitPrice", "subtotal", "paid"
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS line (
      "id" uuid, "position" int, "variantId" uuid, "productId" uuid, "sku" text, "title" text, "variantTitle" text,
      "quantity" int, "unitPrice" int, "subtotal" int, "paid" int)`
}

/** What the change feed tells of the order of a checkout. */
export const placedChange = ({ customerId, site, state }: Checkout): NewChange =>
  orderPlaced(state.orderId, { customerId, site, placedAt: new Date(), lines: state.quote.lines })

const orderPlaced = (
  id: string,
  {
    customerId,
    site,
    placedAt,
    lines,
  }: Pick<NewOrder, 'customerId' | 'site' | 'placedAt'> & {
    lines: readonly { productId: string; variantId: string; quantity: number }[]
  },
): NewChange => ({
  kind: 'order.placed',
  entityId: id,
  payload: {
    customerId,
    site,
    placedAt: placedAt.toISOString(),
    lines: lines.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })),
  },
})
