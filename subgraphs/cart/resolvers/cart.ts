import { toId, toUuid } from '../../kit/ids.ts'
import { mayUse } from '../carts.ts'
import type { CartLineResolvers, CartResolvers } from '../schema.generated.ts'
import { lineSubtotal, quantityOf, subtotalOf } from '../totals.ts'

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
    const amount = subtotalOf(await loaders.cartLines.load(id))
    return { subtotal: { amount, currency }, total: { amount, currency } }
  },
}

export const CartLine: CartLineResolvers = {
  id: ({ id }) => toId('line', id),
  variant: ({ variantId }) => ({ id: variantId }),
  product: ({ productId }) => ({ id: productId }),
  unitPrice: ({ unitPrice, currency }) => ({ amount: unitPrice, currency }),
  unitPriceWhenAdded: ({ unitPriceWhenAdded, currency }) => ({ amount: unitPriceWhenAdded, currency }),
  priceChanged: ({ unitPrice, unitPriceWhenAdded }) => unitPrice !== unitPriceWhenAdded,
  subtotal: (line) => ({ amount: lineSubtotal(line), currency: line.currency }),
}
