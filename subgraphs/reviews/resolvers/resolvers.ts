import { scalars } from '../../kit/scalars.ts'
import type { Resolvers } from '../schema.generated.ts'
import { Customer } from './customer.ts'
import { Mutation } from './mutation.ts'
import { Product } from './product.ts'
import { Query } from './query.ts'
import { Review } from './review.ts'

export const resolvers = {
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,
  Query,
  Mutation,
  Product,
  Customer,
  Review,
} satisfies Resolvers
