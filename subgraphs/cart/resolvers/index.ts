import { toId } from '../../kit/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { Cart, CartLine } from './cart.ts'
import { Customer } from './customer.ts'
import { Discount } from './discount.ts'
import { CartPayload, DiscountPayload, Mutation, VariantQuantityLimitSetPayload } from './mutation.ts'
import { Order, OrderLine } from './order.ts'
import { Query } from './query.ts'

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Customer,
  Cart,
  CartLine,
  Order,
  OrderLine,
  Product: { id: ({ id }) => toId('prod', id) },
  Variant: { id: ({ id }) => toId('var', id) },
  CartCreatePayload: CartPayload,
  CartLinesAddPayload: CartPayload,
  CartLinesUpdatePayload: CartPayload,
  CartLinesRemovePayload: CartPayload,
  CartDiscountCodesUpdatePayload: CartPayload,
  CartBuyerIdentityUpdatePayload: CartPayload,
  CartDeliveryAddressUpdatePayload: CartPayload,
  CartDeliveryOptionSelectPayload: CartPayload,
  CartNoteUpdatePayload: CartPayload,
  CartMergePayload: CartPayload,
  Discount,
  DiscountCreatePayload: DiscountPayload,
  DiscountUpdatePayload: DiscountPayload,
  DiscountEndPayload: DiscountPayload,
  VariantQuantityLimitSetPayload,
}
