import { toId, toUuid } from '../../kit/ids.ts'
import { maySeeOrder, orderNumber } from '../orders.ts'
import type { OrderLineResolvers, OrderResolvers } from '../schema.generated.ts'

export const Order: OrderResolvers = {
  async __resolveReference({ id }, { caller, loaders }) {
    const uuid = toUuid('ord', id)
    const order = uuid === null ? null : await loaders.order.load(uuid)
    return order !== null && maySeeOrder(order, caller) ? order : null
  },
  id: ({ id }) => toId('ord', id),
  number: ({ number }) => orderNumber(number),
  lines: ({ id }, _, { loaders }) => loaders.orderLines.load(id),
  cost: ({ subtotal, delivery, total, currency }) => ({
    subtotal: { amount: subtotal, currency },
    delivery: { amount: delivery, currency },
    total: { amount: total, currency },
  }),
}

export const OrderLine: OrderLineResolvers = {
  id: ({ id }) => toId('line', id),
  variant: ({ variantId }) => ({ id: variantId }),
  product: ({ productId }) => ({ id: productId }),
  unitPrice: ({ unitPrice, currency }) => ({ amount: unitPrice, currency }),
  subtotal: ({ subtotal, currency }) => ({ amount: subtotal, currency }),
}
