import type { MutationResolvers } from '../schema.generated.ts'
import { commitStock, releaseStock, reserveStock, returnStock } from '../stock-reservations.ts'
import { setVariantPrice } from '../variant-price-set.ts'
import { setVariantStock } from '../variant-stock-set.ts'

export const Mutation: MutationResolvers = {
  stockReserve: (_, { input }, context) => reserveStock(context, input),
  stockCommit: (_, { input }, context) => commitStock(context, input),
  stockRelease: (_, { input }, context) => releaseStock(context, input),
  stockReturn: (_, { input }, context) => returnStock(context, input),
  variantStockSet: (_, { input }, context) => setVariantStock(context, input),
  variantPriceSet: (_, { input }, context) => setVariantPrice(context, input),
}
