import {
  createCall,
  createSlide,
  deleteCall,
  deleteSlide,
  reorderCalls,
  reorderSlides,
  updateCall,
  updateSlide,
} from '../banner-writes.ts'
import { addProducts, createCollection, removeProducts, updateCollection } from '../collection-writes.ts'
import { deleteMenu, setMenu } from '../menu-writes.ts'
import { setProductComplements } from '../product-complements-set.ts'
import {
  createProduct,
  createVariant,
  publishProduct,
  unpublishProduct,
  updateProduct,
  updateVariant,
} from '../product-writes.ts'
import type { MutationResolvers } from '../schema.generated.ts'
import { createLocation, updateLocation } from '../stock-locations.ts'
import { commitStock, releaseStock, reserveStock, returnStock } from '../stock-reservations.ts'
import { removeVariantPrice, setVariantPrice } from '../variant-price-set.ts'
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
  menuSet: (_, { input }, context) => setMenu(context, input),
  menuDelete: (_, { input }, context) => deleteMenu(context, input),
  carouselSlideCreate: (_, { input }, context) => createSlide(context, input),
  carouselSlideUpdate: (_, { input }, context) => updateSlide(context, input),
  carouselSlideDelete: (_, { input }, context) => deleteSlide(context, input),
  carouselSlidesReorder: (_, { input }, context) => reorderSlides(context, input),
  callToActionCreate: (_, { input }, context) => createCall(context, input),
  callToActionUpdate: (_, { input }, context) => updateCall(context, input),
  callToActionDelete: (_, { input }, context) => deleteCall(context, input),
  callsToActionReorder: (_, { input }, context) => reorderCalls(context, input),
  collectionCreate: (_, { input }, context) => createCollection(context, input),
  collectionUpdate: (_, { input }, context) => updateCollection(context, input),
  collectionAddProducts: (_, { input }, context) => addProducts(context, input),
  collectionRemoveProducts: (_, { input }, context) => removeProducts(context, input),
  productCreate: (_, { input }, context) => createProduct(context, input),
  productUpdate: (_, { input }, context) => updateProduct(context, input),
  productPublish: (_, { input }, context) => publishProduct(context, input),
  productUnpublish: (_, { input }, context) => unpublishProduct(context, input),
  variantCreate: (_, { input }, context) => createVariant(context, input),
  variantUpdate: (_, { input }, context) => updateVariant(context, input),
  variantPriceRemove: (_, { input }, context) => removeVariantPrice(context, input),
}
