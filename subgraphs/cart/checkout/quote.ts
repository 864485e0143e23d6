import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { loadCartLines } from '../carts.ts'
import type { CartModel } from '../mappers.ts'
import { priceOneCart } from '../priced-carts.ts'
import type { Quote } from './checkout-state.ts'

/** What a cart comes to now, in all that an order keeps of it, and whether there is a way for it to go. */
export async function quoteCart(
  tx: Prisma.TransactionClient,
  cart: CartModel,
  now: Date,
): Promise<{ quote: Quote; hasWays: boolean }> {
  const [lines = []] = await loadCartLines(tx, [cart.id], now)
  const skus = await tx.$queryRaw<{ id: string; sku: string }[]>`
    SELECT "id", "sku" FROM "CatalogueVariant" WHERE "id" = ANY(${lines.map(({ variantId }) => variantId)}::uuid[])`
  const skuOf = new Map(skus.map(({ id, sku }) => [id, sku]))
  const { priced, deliveryOption, deliveryOptions } = await priceOneCart(tx, cart, lines, now)
  const pricedLines = new Map(priced.lines.map((line) => [line.id, line]))
  const { subtotal, discount, delivery, tax, taxIncluded, total } = priced.totals
  const quote: Quote = {
    currency: cart.currency,
    lines: lines.flatMap((line) => {
      const pricedLine = pricedLines.get(line.id)
      if (pricedLine === undefined) return []
      const { id, variantId, productId, title, variantTitle, quantity, unitPrice, unitPriceWhenAdded } = line
      return [
        {
          ...{ id, variantId, productId, title, variantTitle, quantity, unitPrice, unitPriceWhenAdded },
          sku: skuOf.get(variantId) ?? '',
          subtotal: pricedLine.subtotal,
          paid: pricedLine.total + (taxIncluded ? 0 : (pricedLine.tax ?? 0)),
        },
      ]
    }),
    subtotal,
    discount,
    delivery,
    tax: tax ?? 0,
    taxIncluded,
    total,
    discounts: priced.discounts.applied.map(({ id, code, title, amount }) => ({ id, code, title, amount })),
    taxes: (priced.taxes ?? []).map(({ name, millionths, amount }) => ({ name, millionths, amount })),
    deliveryOption: deliveryOption && { handle: deliveryOption.handle, title: deliveryOption.title },
  }
  return { quote, hasWays: deliveryOptions.length > 0 }
}
