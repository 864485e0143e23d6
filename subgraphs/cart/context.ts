import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { Services } from '../kit/subgraph.ts'
import { loadCartLines, loadCarts, loadCartsOfCustomers } from './carts.ts'
import type { ShopServices } from './checkout/shop-services.ts'
import { loadDiscounts } from './discounts/discount-lists.ts'
import { loadFulfillments, loadRefunds, loadReturns, loadTimelines } from './orders/order-details.ts'
import { countOrders, loadOrderLines, loadOrderPages, loadOrders, type OrderPage } from './orders/orders.ts'
import { priceCarts } from './priced-carts.ts'

/** What the resolvers of one request share. Whatever is loaded for many is loaded by one statement. */
export interface Context {
  caller: Caller
  prisma: PrismaClient
  /** One moment for the whole answer, so that all of its prices agree. */
  now: Date
  shop: ShopServices
  loaders: ReturnType<typeof createLoaders>
}

export function createContext(
  { prisma }: Services<PrismaClient>,
  caller: Caller,
  shop: ShopServices,
): Context {
  const now = new Date()
  return { caller, prisma, now, shop, loaders: createLoaders(prisma, caller, now) }
}

function createLoaders(prisma: PrismaClient, { site }: Caller, now: Date) {
  const cart = new DataLoader((ids: readonly string[]) => loadCarts(prisma, ids))
  const cartLines = new DataLoader((ids: readonly string[]) => loadCartLines(prisma, ids, now))
  const cartPrice = new DataLoader(async (ids: readonly string[]) => {
    const carts = await Promise.all(
      ids.map(async (id) => {
        const [found, lines] = await Promise.all([cart.load(id), cartLines.load(id)])
        if (found === null) throw new Error('a cart that is not there has no price')
        return { cart: found, lines }
      }),
    )
    return priceCarts(prisma, carts, now)
  })
  return {
    /** By the cart's uuid, whoever's it is. */
    cart,
    /** By the customer's uuid: the cart on the caller's site. */
    cartOfCustomer: new DataLoader((ids: readonly string[]) => loadCartsOfCustomers(prisma, ids, site)),
    /** By the cart's uuid. */
    cartLines,
    /** By the cart's uuid, which has to be one of a cart: what it comes to. */
    cartPrice,
    /** By the discount's uuid: those of the caller's site. */
    discount: new DataLoader((ids: readonly string[]) => loadDiscounts(prisma, site, ids)),
    /** By the order's uuid, whoever's it is. */
    order: new DataLoader((ids: readonly string[]) => loadOrders(prisma, ids)),
    /** By the order's uuid. */
    orderLines: new DataLoader((ids: readonly string[]) => loadOrderLines(prisma, ids)),
    /** By the order's uuid, as all that follow. */
    timeline: new DataLoader((ids: readonly string[]) => loadTimelines(prisma, ids)),
    fulfillments: new DataLoader((ids: readonly string[]) => loadFulfillments(prisma, ids)),
    refunds: new DataLoader((ids: readonly string[]) => loadRefunds(prisma, ids)),
    returns: new DataLoader((ids: readonly string[]) => loadReturns(prisma, ids)),
    /** By the uuid of the customer whose list it is. */
    orderPage: loaderWithArguments((customerIds, page: OrderPage) =>
      loadOrderPages(prisma, customerIds, page),
    ),
    orderCount: new DataLoader((customerIds: readonly string[]) => countOrders(prisma, customerIds)),
  }
}
