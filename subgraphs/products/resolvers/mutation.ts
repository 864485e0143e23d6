import type { MutationResolvers } from '../schema.generated.ts'
import { setVariantPrice } from '../variant-price-set.ts'
import { setVariantStock } from '../variant-stock-set.ts'

export const Mutation: MutationResolvers = {
  variantStockSet: (_, { input }, context) => setVariantStock(context, input),
  variantPriceSet: (_, { input }, context) => setVariantPrice(context, input),
}
