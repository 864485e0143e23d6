import type { Connection } from '../kit/paging.ts'
import type {
  Availability,
  ProductFacets,
  SearchCorrection,
  SearchQuerySuggestion,
  StockMovementReason,
} from './schema.generated.ts'

// What stands behind the GraphQL types. Every id is a uuid, every amount is in minor units of the caller's site.

export interface ProductModel {
  /** What search engines are told in place of title and description. */
  seoTitle: string | null
  seoDescription: string | null
  id: string
  slug: string
  title: string
  titleOrder: string
  description: string
  brand: string
  tags: string[]
  options: { name: string; values: string[] }[]
  availability: Availability
  publishedAt: Date
  /** The cheapest and the dearest variant's price now; null where the caller's site does not sell it. */
  minimum: number | null
  maximum: number | null
  /** The same before the reduction, of the variants that are reduced now. */
  compareAtMinimum: number | null
  compareAtMaximum: number | null
  /** The deepest reduction that holds now. */
  reduction: number | null
  published: boolean
  version: number
}

export interface VariantModel {
  id: string
  productId: string
  sku: string
  title: string
  position: number
  options: { name: string; value: string }[]
  availability: Availability
  weightGrams: number | null
  pictureKey: string | null
  /** Outside of a sale; null where the caller's site does not sell it. */
  amount: number | null
  /** Of the sale that holds now. */
  saleAmount: number | null
  saleEndsAt: Date | null
  version: number
}

/** One of a product's choices, with the product that it belongs to. */
export interface ProductOptionModel {
  productId: string
  name: string
  values: string[]
}

export interface ProductOptionValueModel {
  name: string
  selected: boolean
  exists: boolean
  availability: Availability | null
  variant: VariantModel | null
}

export interface BreadcrumbModel {
  title: string
  path: string
  collection: CollectionModel
}

export interface CollectionModel {
  id: string
  slug: string
  title: string
  description: string
  position: number
  parentId: string | null
  /** The sites that show it. */
  sites: string[]
  pictureKey: string | null
  version: number
}

/** A picture, by what the drawing is made from. */
export interface ImageModel {
  key: string
  altText: string
  width: number
  height: number
  /** A ThumbHash in base64. */
  placeholder: string | null
}

export interface ProductConnectionModel extends Connection<ProductModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
  facets: () => Promise<ProductFacetsModel>
}

export interface ProductSearchConnectionModel extends Connection<ProductModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
  facets: () => Promise<ProductFacetsModel>
  didYouMean: () => Promise<SearchCorrection | null>
}

export interface SearchSuggestionsModel {
  queries: SearchQuerySuggestion[]
  products: ProductModel[]
  collections: CollectionModel[]
}

export interface CollectionFacetValueModel {
  collectionId: string
  count: number
  selected: boolean
}

export interface ProductFacetsModel extends Omit<ProductFacets, 'collections'> {
  collections: CollectionFacetValueModel[]
}

export interface MenuModel {
  handle: string
  version: number
  items: MenuItemModel[]
}

export interface MenuItemModel {
  title: string
  path: string
  collectionId: string | null
  items: MenuItemModel[]
}

export interface CarouselSlideModel {
  id: string
  title: string
  subtitle: string | null
  path: string
  picture: ImageModel
  startsAt: Date
  endsAt: Date | null
  version: number
}

export interface CallToActionModel {
  id: string
  title: string
  body: string | null
  label: string
  path: string
  startsAt: Date
  endsAt: Date | null
  version: number
}

export interface StockLocationModel {
  id: string
  handle: string
  name: string
  position: number
  shipsOrders: boolean
  pickUpSites: string[]
  /** In words. */
  pickUpTime: string | null
  version: number
}

export interface StockLevelModel {
  location: StockLocationModel
  onHand: number
}

export interface VariantStockModel {
  variantId: string
  available: number
  onHand: number
  held: number
  owed: number
  backOrderLimit: number
  levels: StockLevelModel[]
}

export interface StockMovementModel {
  sequence: string
  location: StockLocationModel
  quantity: number
  reason: StockMovementReason
  reference: string | null
  actor: string
  at: Date
}

export interface StoreAvailabilityModel {
  variantId: string
  locationId: string
  name: string
  availability: Availability
  pickUpTime: string | null
}
