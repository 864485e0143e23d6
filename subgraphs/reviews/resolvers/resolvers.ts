import { scalars } from '../../kit/scalars.ts'
import type { Resolvers } from '../schema.generated.ts'
import { Customer } from './customer.ts'
import { Mutation } from './mutation.ts'
import { Product } from './product.ts'
import { Query } from './query.ts'
import { RatingSummary } from './rating-summary.ts'
import { Review, ReviewRevision } from './review.ts'

export const resolvers = {
  DateTime: scalars.DateTime,
  Decimal: scalars.Decimal,
  URL: scalars.URL,
  JSON: scalars.JSON,
  Query,
  Mutation,
  Product,
  Customer,
  Review,
  ReviewRevision,
  RatingSummary,
} satisfies Resolvers
