import { collections, kindOf, productAt } from './catalogue.ts'
import { CONVERSATIONS_PER_BLOCK, conversationsOf } from './conversations.ts'
import { customerAt } from './customers.ts'
import { SHOP_TODAY, startOfDay } from './dates.ts'
import { callsToAction, carousel, menus } from './navigation.ts'
import { cartsOf, type Market, ORDERS_PER_BLOCK, ordersOf } from './orders.ts'
import { kindOfFamily } from './review-extras.ts'
import { REVIEWS_PER_BLOCK, reviewsOf } from './reviews.ts'
import type {
  CallToActionData,
  CarouselSlideData,
  CartData,
  CollectionData,
  ConversationData,
  CustomerData,
  MenuData,
  OrderData,
  ProductData,
  ProductKindName,
  ReviewData,
  ShopCounts,
} from './types.ts'

export { currencies, priceAt } from './catalogue.ts'
export { SHOP_TODAY } from './dates.ts'
export { uuidFor } from './ids.ts'
export { deliveryCosts } from './orders.ts'
export { customerIdFor } from './people.ts'
export { ratingDimensions } from './review-extras.ts'
export { stockInStore, stores } from './stores.ts'
export type * from './types.ts'

const PRODUCTS_PER_BLOCK = 300
const CUSTOMERS_PER_BLOCK = 300

/** The whole shop, told from `today`. Every iteration starts anew and yields the same. */
export interface ShopData {
  counts: ShopCounts
  collections(): Iterable<CollectionData>
  products(): Iterable<ProductData>
  menus(): Iterable<MenuData>
  carousel(): Iterable<CarouselSlideData>
  callsToAction(): Iterable<CallToActionData>
  customers(): Iterable<CustomerData>
  orders(): Iterable<OrderData>
  openCarts(): Iterable<CartData>
  reviews(): Iterable<ReviewData>
  /** The kind of each product, to reviews. */
  productKinds(): Iterable<{ productId: string; kind: ProductKindName }>
  conversations(): Iterable<ConversationData>
}

/**
 * The data that the seeds agree on. The shop is made in blocks of 300 products and 300 customers with their
 * orders, reviews and conversations. `scale` is the number of blocks; block n is the same at every scale, and
 * only one is held in memory at a time.
 *
 * `today` moves dates and the sale windows near it, never an id. Throws a RangeError when `scale` is not a whole
 * number from 1 to 1000.
 */
export function shopData({ scale = 1, today = SHOP_TODAY }: { scale?: number; today?: Date } = {}): ShopData {
  if (!Number.isInteger(scale) || scale < 1 || scale > 1000) {
    throw new RangeError(`The scale is ${scale}; it has to be a whole number from 1 to 1000.`)
  }
  const day = startOfDay(today)
  let favourites: readonly ProductData[] | null = null

  function marketOf(block: number): Market {
    favourites ??= Array.from({ length: PRODUCTS_PER_BLOCK }, (_, index) => productAt(index, day))
    return {
      block,
      today: day,
      favourites,
      products:
        block === 0 ? favourites : [...numbered(block, PRODUCTS_PER_BLOCK, (index) => productAt(index, day))],
      customers: [...numbered(block, CUSTOMERS_PER_BLOCK, (index) => customerAt(index, day))],
    }
  }

  function* byBlock<T>(make: (market: Market) => Iterable<T>): Generator<T> {
    for (let block = 0; block < scale; block++) yield* make(marketOf(block))
  }

  function* byIndex<T>(perBlock: number, make: (index: number) => T): Generator<T> {
    for (let index = 0; index < scale * perBlock; index++) yield make(index)
  }

  return {
    counts: {
      collections: [...collections()].length,
      products: scale * PRODUCTS_PER_BLOCK,
      customers: scale * CUSTOMERS_PER_BLOCK,
      orders: scale * ORDERS_PER_BLOCK,
      reviews: scale * REVIEWS_PER_BLOCK,
      conversations: scale * CONVERSATIONS_PER_BLOCK,
    },
    collections,
    products: () => byIndex(PRODUCTS_PER_BLOCK, (index) => productAt(index, day)),
    menus,
    carousel: () => carousel(day),
    callsToAction: () => callsToAction(day),
    customers: () => byIndex(CUSTOMERS_PER_BLOCK, (index) => customerAt(index, day)),
    orders: () => byBlock(ordersOf),
    openCarts: () => cartsOf(marketOf(0)),
    reviews: () => byBlock((market) => reviewsOf(market, ordersOf(market))),
    productKinds: () =>
      byIndex(PRODUCTS_PER_BLOCK, (index) => ({
        productId: productAt(index, day).id,
        kind: kindOfFamily[kindOf(index).family],
      })),
    conversations: () => byBlock((market) => conversationsOf(market, ordersOf(market))),
  }
}

function* numbered<T>(block: number, count: number, make: (index: number) => T): Generator<T> {
  for (let index = block * count; index < (block + 1) * count; index++) yield make(index)
}
