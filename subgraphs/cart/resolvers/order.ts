import { toId, toUuid } from '../../kit/ids.ts'
import type { Context } from '../context.ts'
import type { OrderWrite } from '../mappers.ts'
import { amountOfEvent, readSnapshot } from '../orders/order-details.ts'
import { paymentStatusOf } from '../orders/order-states.ts'
import { maySeeOrder, orderNumber } from '../orders/orders.ts'
import type {
  FulfillmentResolvers,
  OrderEventActor,
  OrderEventKind,
  OrderEventResolvers,
  OrderLineQuantityResolvers,
  OrderLineResolvers,
  OrderResolvers,
  OrderReturnLineResolvers,
  OrderReturnResolvers,
  RefundResolvers,
} from '../schema.generated.ts'

export const Order: OrderResolvers = {
  async __resolveReference({ id }, { caller, loaders }) {
    const uuid = toUuid('ord', id)
    const order = uuid === null ? null : await loaders.order.load(uuid)
    return order !== null && maySeeOrder(order, caller) ? order : null
  },
  id: ({ id }) => toId('ord', id),
  number: ({ number }) => orderNumber(number),
  lines: ({ id }, _, { loaders }) => loaders.orderLines.load(id),
  cost: ({ subtotal, delivery, discount, tax, total, refunded, currency }) => ({
    subtotal: { amount: subtotal, currency },
    delivery: { amount: delivery, currency },
    discount: { amount: discount, currency },
    tax: { amount: tax, currency },
    total: { amount: total, currency },
    refunded: { amount: refunded, currency },
  }),
  paymentStatus: paymentStatusOf,
  deliveryAddress: ({ snapshot }) => readSnapshot(snapshot).deliveryAddress ?? null,
  billingAddress: ({ snapshot }) => readSnapshot(snapshot).billingAddress ?? null,
  deliveryOption: ({ snapshot }) => readSnapshot(snapshot).deliveryOption ?? null,
  note: ({ snapshot }) => readSnapshot(snapshot).note ?? null,
  giftMessage: ({ snapshot }) => readSnapshot(snapshot).giftMessage ?? null,
  discounts: ({ snapshot, currency }) =>
    readSnapshot(snapshot).discounts.map(({ code, title, amount }) => ({
      code,
      title,
      amount: { amount, currency },
    })),
  timeline: ({ id }, _, { loaders }) => loaders.timeline.load(id),
  fulfillments: ({ id }, _, { loaders }) => loaders.fulfillments.load(id),
  refunds: ({ id }, _, { loaders }) => loaders.refunds.load(id),
  returns: ({ id }, _, { loaders }) => loaders.returns.load(id),
}

export const OrderLine: OrderLineResolvers = {
  id: ({ id }) => toId('line', id),
  variant: ({ variantId }) => ({ id: variantId }),
  product: ({ productId }) => ({ id: productId }),
  unitPrice: ({ unitPrice, currency }) => ({ amount: unitPrice, currency }),
  subtotal: ({ subtotal, currency }) => ({ amount: subtotal, currency }),
  quantityFulfilled: ({ fulfilled }) => fulfilled,
  quantityReturned: ({ returned }) => returned,
  paid: ({ paid, currency }) => ({ amount: paid, currency }),
}

const kinds: Readonly<Record<string, OrderEventKind>> = {
  created: 'CREATED',
  placed: 'PLACED',
  shipped: 'SHIPPED',
  delivered: 'DELIVERED',
  cancelled: 'CANCELLED',
  refund_started: 'REFUND_STARTED',
  refunded: 'REFUNDED',
  refund_failed: 'REFUND_FAILED',
  return_requested: 'RETURN_REQUESTED',
  return_approved: 'RETURN_APPROVED',
  return_declined: 'RETURN_DECLINED',
  return_received: 'RETURN_RECEIVED',
}
const actors: Readonly<Record<string, OrderEventActor>> = {
  customer: 'CUSTOMER',
  staff: 'STAFF',
  shop: 'SHOP',
}

function known<Value>(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = values[name]
  if (value === undefined) throw new TypeError(`a timeline holds ${JSON.stringify(name)}`)
  return value
}

export const OrderEvent: OrderEventResolvers = {
  kind: ({ kind }) => known(kinds, kind),
  actor: ({ actor }) => known(actors, actor),
  amount(event) {
    const amount = amountOfEvent(event)
    return amount === null ? null : { amount, currency: event.currency }
  },
}

export const OrderLineQuantity: OrderLineQuantityResolvers = { lineId: ({ lineId }) => toId('line', lineId) }
export const OrderReturnLine: OrderReturnLineResolvers = { lineId: ({ lineId }) => toId('line', lineId) }

export const Fulfillment: FulfillmentResolvers = {
  id: ({ id }) => toId('ful', id),
  shippedAt: ({ createdAt }) => createdAt,
}

export const Refund: RefundResolvers = {
  id: ({ id }) => toId('rfd', id),
  amount: ({ amount, currency }) => ({ amount, currency }),
}

export const OrderReturn: OrderReturnResolvers = { id: ({ id }) => toId('ret', id) }

const one = async <Item extends { id: string }>(
  items: Promise<Item[]>,
  id: string | null | undefined,
): Promise<Item | null> => (id == null ? null : ((await items).find((item) => item.id === id) ?? null))

/** What was written. It is read only now, so that failing to read it hides nothing of the write. */
export const OrderPayload = {
  order: ({ orderId }: OrderWrite, _: unknown, { loaders }: Context) =>
    orderId === null ? null : loaders.order.load(orderId),
  fulfillment: ({ orderId, fulfillmentId }: OrderWrite, _: unknown, { loaders }: Context) =>
    orderId === null ? null : one(loaders.fulfillments.load(orderId), fulfillmentId),
  refund: ({ orderId, refundId }: OrderWrite, _: unknown, { loaders }: Context) =>
    orderId === null ? null : one(loaders.refunds.load(orderId), refundId),
  return: ({ orderId, returnId }: OrderWrite, _: unknown, { loaders }: Context) =>
    orderId === null ? null : one(loaders.returns.load(orderId), returnId),
}
