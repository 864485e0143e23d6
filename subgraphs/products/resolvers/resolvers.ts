import type { Resolvers } from '../schema.generated.ts'
import { Collection, CollectionFacetValue } from './collection.ts'
import { Image } from './image.ts'
import { CallToAction, CarouselSlide, MenuItem } from './merchandising.ts'
import { Mutation } from './mutation.ts'
import { Product, ProductOption } from './product.ts'
import { Query } from './query.ts'
import { StockLocation, StockMovement, StoreAvailability, VariantStock } from './stock.ts'
import { Variant } from './variant.ts'

export const resolvers = {
  Query,
  Mutation,
  Product,
  ProductOption,
  Variant,
  Collection,
  CollectionFacetValue,
  Image,
  MenuItem,
  CarouselSlide,
  CallToAction,
  StoreAvailability,
  StockLocation,
  StockMovement,
  VariantStock,
} satisfies Resolvers
