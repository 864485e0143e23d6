import { toId, toUuid } from '../../kit/ids.ts'
import { mayUse } from '../carts.ts'
import { maxAmount } from '../price.ts'
import type { CartLineResolvers, CartResolvers, CurrencyCode, Money } from '../schema.generated.ts'
import { lineSubtotal, quantityOf, subtotalOf } from '../totals.ts'

/** A sum of money; null beyond GraphQL's Int, where prices have risen since the lines were put in. */
const chargeable = (amount: number, currency: CurrencyCode): Money | null =>
  amount > maxAmount ? null : { amount, currency }

export const Cart: CartResolvers = {
  async __resolveReference({ id }, { caller, loaders }) {
    const uuid = toUuid('cart', id)
    const cart = uuid === null ? null : await loaders.cart.load(uuid)
    return cart !== null && mayUse(cart, caller) ? cart : null
  },
  id: ({ id }) => toId('cart', id),
  lines: ({ id }, _, { loaders }) => loaders.cartLines.load(id),
  totalQuantity: async ({ id }, _, { loaders }) => quantityOf(await loaders.cartLines.load(id)),
  async cost({ id, currency }, _, { loaders }) {
    const sum = chargeable(subtotalOf(await loaders.cartLines.load(id)), currency)
    return sum && { subtotal: sum, total: sum }
  },
}

export const CartLine: CartLineResolvers = {
  id: ({ id }) => toId('line', id),
  variant: ({ variantId }) => ({ id: variantId }),
  product: ({ productId }) => ({ id: productId }),
  unitPrice: ({ unitPrice, currency }) => ({ amount: unitPrice, currency }),
  unitPriceWhenAdded: ({ unitPriceWhenAdded, currency }) => ({ amount: unitPriceWhenAdded, currency }),
  priceChanged: ({ unitPrice, unitPriceWhenAdded }) => unitPrice !== unitPriceWhenAdded,
  subtotal: (line) => chargeable(lineSubtotal(line), line.currency),
}
