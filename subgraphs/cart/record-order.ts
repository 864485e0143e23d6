import type { Prisma } from '../../prisma/cart/generated/client.ts'
import { appendChanges } from '../kit/change-feed.ts'
import { newUuid } from '../kit/ids.ts'
import { type Site, sites } from '../kit/sites.ts'
import { lineSubtotal, subtotalOf } from './totals.ts'

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

/** Writes an order, and tells of it in the change feed. Call it late in a transaction, as `appendChanges`. */
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
      placedAt,
      lines: {
        createMany: {
          data: lines.map((line, position) => ({
            ...line,
            id: newUuid(),
            position,
            subtotal: lineSubtotal(line),
          })),
        },
      },
    },
  })
  await appendChanges(tx, [
    {
      kind: 'order.placed',
      entityId: id,
      payload: {
        customerId,
        site,
        placedAt: placedAt.toISOString(),
        lines: lines.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })),
      },
    },
  ])
  return { id, number }
}
