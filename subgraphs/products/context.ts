import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { Services } from '../kit/subgraph.ts'
import {
  loadChildren,
  loadCollections,
  loadCollectionsBySlug,
  loadCollectionsOfProducts,
} from './collections.ts'
import { loadImages, loadMedia } from './images.ts'
import { loadPriorPrices } from './prior-price.ts'
import type { ReadFilter } from './product-filter.ts'
import {
  countCollections,
  loadCollectionFacets,
  loadCollectionPages,
  type ProductPage,
} from './product-lists.ts'
import { loadProducts, loadProductsBySlug, type Moment } from './product-rows.ts'
import { loadComplementary, loadRelated } from './recommendations.ts'
import type { SelectedOptionInput } from './schema.generated.ts'
import { loadStocks, loadStores } from './stock-rows.ts'
import {
  loadAllVariants,
  loadVariantPages,
  loadVariants,
  loadVariantsByOptions,
  type VariantPage,
} from './variant-rows.ts'

/** What the resolvers of one request share. Whatever is loaded for many is loaded by one statement. */
export interface Context {
  caller: Caller
  prisma: PrismaClient
  /** The site and the instant that every price in the answer is of. */
  moment: Moment
  /** Where the pictures are, without a slash at the end. */
  publicUrl: string
  loaders: ReturnType<typeof createLoaders>
}

export function createContext({ prisma, publicUrl }: Services<PrismaClient>, caller: Caller): Context {
  const moment = { site: caller.site, now: new Date() }
  return { caller, prisma, moment, publicUrl: publicUrl(), loaders: createLoaders(prisma, moment) }
}

/** Loaders keep what they loaded: a request that writes takes new ones. */
export function createLoaders(prisma: PrismaClient, moment: Moment) {
  const { site } = moment
  return {
    /** By uuid, whether the site sells it or not. */
    product: new DataLoader((ids: readonly string[]) => loadProducts(prisma, moment, ids)),
    productBySlug: new DataLoader((slugs: readonly string[]) => loadProductsBySlug(prisma, moment, slugs)),
    variant: new DataLoader((ids: readonly string[]) => loadVariants(prisma, moment, ids)),
    collection: new DataLoader((ids: readonly string[]) => loadCollections(prisma, ids)),
    collectionBySlug: new DataLoader((slugs: readonly string[]) => loadCollectionsBySlug(prisma, slugs)),
    image: new DataLoader((keys: readonly string[]) => loadImages(prisma, keys)),
    /** By the product's uuid. */
    media: new DataLoader((products: readonly string[]) => loadMedia(prisma, products)),
    collectionsOfProduct: new DataLoader((products: readonly string[]) =>
      loadCollectionsOfProducts(prisma, site, products),
    ),
    variantsOfProduct: loaderWithArguments((products, page: VariantPage) =>
      loadVariantPages(prisma, moment, products, page),
    ),
    allVariantsOfProduct: new DataLoader((products: readonly string[]) =>
      loadAllVariants(prisma, moment, products),
    ),
    /** By the variant's uuid. */
    priorPrice: new DataLoader((variants: readonly string[]) => loadPriorPrices(prisma, moment, variants)),
    related: loaderWithArguments((products, first: number) => loadRelated(prisma, moment, products, first)),
    complementary: loaderWithArguments((products, first: number) =>
      loadComplementary(prisma, moment, products, first),
    ),
    variantOfProduct: loaderWithArguments((products, choices: readonly SelectedOptionInput[]) =>
      loadVariantsByOptions(prisma, moment, products, choices),
    ),
    /** By the variant's uuid. */
    stock: new DataLoader((variants: readonly string[]) => loadStocks(prisma, variants)),
    stores: new DataLoader((variants: readonly string[]) => loadStores(prisma, site, variants)),
    /** By the collection's uuid. */
    children: new DataLoader((parents: readonly string[]) => loadChildren(prisma, site, parents)),
    productsOfCollection: loaderWithArguments((collections, page: ProductPage) =>
      loadCollectionPages(prisma, moment, collections, page),
    ),
    productCountOfCollection: loaderWithArguments((collections, filter: ReadFilter) =>
      countCollections(prisma, moment, collections, filter),
    ),
    productFacetsOfCollection: loaderWithArguments((collections, filter: ReadFilter) =>
      loadCollectionFacets(prisma, moment, collections, filter),
    ),
  }
}
