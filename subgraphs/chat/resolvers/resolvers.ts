import { scalars } from '../../kit/scalars.ts'
import type { Resolvers } from '../schema.generated.ts'
import { Conversation } from './conversation.ts'
import { Customer } from './customer.ts'
import { Message } from './message.ts'
import { Mutation } from './mutation.ts'
import { Order } from './order.ts'
import { Query } from './query.ts'

export const resolvers = {
  DateTime: scalars.DateTime,
  Query,
  Mutation,
  Customer,
  Order,
  Conversation,
  Message,
} satisfies Resolvers
