import { toUuid } from '../../kit/ids.ts'
import { checkFirst } from '../../kit/paging.ts'
import { mayUse } from '../carts.ts'
import { maySeeOrder } from '../orders.ts'
import { findPopular } from '../popular.ts'
import type { QueryResolvers } from '../schema.generated.ts'

export const Query: QueryResolvers = {
  me: (_, __, { caller }) => (caller.customerId === null ? null : { id: caller.customerId }),

  async cart(_, { id }, { caller, loaders }) {
    const uuid = toUuid('cart', id)
    const cart = uuid === null ? null : await loaders.cart.load(uuid)
    return cart !== null && mayUse(cart, caller) ? cart : null
  },

  async order(_, { id }, { caller, loaders }) {
    const uuid = toUuid('ord', id)
    const order = uuid === null ? null : await loaders.order.load(uuid)
    return order !== null && maySeeOrder(order, caller) ? order : null
  },

  async popular(_, { first }, { caller, prisma, now }) {
    const ids = await findPopular(prisma, { site: caller.site, first: checkFirst(first, 50), now })
    return ids.map((id) => ({ id }))
  },
}
