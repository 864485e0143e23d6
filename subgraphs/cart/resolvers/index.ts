import { toId } from '../../kit/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { Cart, CartLine } from './cart.ts'
import { Customer } from './customer.ts'
import { CartPayload, Mutation } from './mutation.ts'
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
}
