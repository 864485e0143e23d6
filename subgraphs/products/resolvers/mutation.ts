import { setProductComplements } from '../product-complements-set.ts'
import type { MutationResolvers } from '../schema.generated.ts'
import { createLocation, updateLocation } from '../stock-locations.ts'
import { commitStock, releaseStock, reserveStock, returnStock } from '../stock-reservations.ts'
import { setVariantPrice } from '../variant-price-set.ts'
import {
  adjustVariantStock,
  moveVariantStock,
  setBackOrderLimit,
  setVariantStock,
} from '../variant-stock-writes.ts'

export const Mutation: MutationResolvers = {
  stockReserve: (_, { input }, context) => reserveStock(context, input),
  stockCommit: (_, { input }, context) => commitStock(context, input),
  stockRelease: (_, { input }, context) => releaseStock(context, input),
  stockReturn: (_, { input }, context) => returnStock(context, input),
  variantStockSet: (_, { input }, context) => setVariantStock(context, input),
  variantStockAdjust: (_, { input }, context) => adjustVariantStock(context, input),
  variantStockMove: (_, { input }, context) => moveVariantStock(context, input),
  variantBackOrderLimitSet: (_, { input }, context) => setBackOrderLimit(context, input),
  stockLocationCreate: (_, { input }, context) => createLocation(context, input),
  stockLocationUpdate: (_, { input }, context) => updateLocation(context, input),
  productComplementsSet: (_, { input }, context) => setProductComplements(context, input),
  variantPriceSet: (_, { input }, context) => setVariantPrice(context, input),
}
