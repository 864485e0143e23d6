import { requireRole } from '../../kit/caller.ts'
import { toUuid } from '../../kit/ids.ts'
import { checkFirst } from '../../kit/paging.ts'
import { mayUse } from '../carts.ts'
import { findCheckout } from '../checkout/checkout-log.ts'
import { mayUseCheckout } from '../checkout/complete-checkout.ts'
import { findServedCountries } from '../delivery/delivery-options.ts'
import { findDiscounts } from '../discounts/discount-lists.ts'
import { lookUpOrder } from '../orders/order-lookup.ts'
import { maySeeOrder } from '../orders/orders.ts'
import { findPopular } from '../popular.ts'
import type { QueryResolvers } from '../schema.generated.ts'

export const Query: QueryResolvers = {
  me: (_, __, { caller }) => (caller.customerId === null ? null : { id: caller.customerId }),

  async cart(_, { id }, { caller, loaders }) {
    const uuid = toUuid('cart', id)
    const cart = uuid === null ? null : await loaders.cart.load(uuid)
    return cart !== null && mayUse(cart, caller) ? cart : null
  },

  deliveryCountries: (_, __, { caller, prisma }) => findServedCountries(prisma, caller.site),

  discounts(_, page, { caller, prisma }) {
    requireRole(caller, 'staff')
    return findDiscounts(prisma, caller.site, page)
  },

  discount(_, { id }, { caller, loaders }) {
    requireRole(caller, 'staff')
    const uuid = toUuid('disc', id)
    return uuid === null ? null : loaders.discount.load(uuid)
  },

  async order(_, { id }, { caller, loaders }) {
    const uuid = toUuid('ord', id)
    const order = uuid === null ? null : await loaders.order.load(uuid)
    return order !== null && maySeeOrder(order, caller) ? order : null
  },

  orderLookup: (_, { number, email }, { caller, prisma }) =>
    lookUpOrder(prisma, { number, email, site: caller.site }),

  async checkout(_, { id }, { caller, prisma }) {
    const uuid = toUuid('chk', id)
    const checkout = uuid === null ? null : await findCheckout(prisma, uuid)
    return checkout !== null && mayUseCheckout(checkout, caller) ? checkout : null
  },

  async popular(_, { first }, { caller, prisma, now }) {
    const ids = await findPopular(prisma, { site: caller.site, first: checkFirst(first, 50), now })
    return ids.map((id) => ({ id }))
  },
}
