import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { Services } from '../kit/subgraph.ts'
import { loadCartLines, loadCarts, loadCartsOfCustomers } from './carts.ts'
import { countOrders, loadOrderLines, loadOrderPages, loadOrders, type OrderPage } from './orders.ts'

/** What the resolvers of one request share. Whatever is loaded for many is loaded by one statement. */
export interface Context {
  caller: Caller
  prisma: PrismaClient
  /** One moment for the whole answer, so that all of its prices agree. */
  now: Date
  loaders: ReturnType<typeof createLoaders>
}

export function createContext({ prisma }: Services<PrismaClient>, caller: Caller): Context {
  const now = new Date()
  return { caller, prisma, now, loaders: createLoaders(prisma, caller, now) }
}

function createLoaders(prisma: PrismaClient, { site }: Caller, now: Date) {
  return {
    /** By the cart's uuid, whoever's it is. */
    cart: new DataLoader((ids: readonly string[]) => loadCarts(prisma, ids)),
    /** By the customer's uuid: the cart on the caller's site. */
    cartOfCustomer: new DataLoader((ids: readonly string[]) => loadCartsOfCustomers(prisma, ids, site)),
    /** By the cart's uuid. */
    cartLines: new DataLoader((ids: readonly string[]) => loadCartLines(prisma, ids, now)),
    /** By the order's uuid, whoever's it is. */
    order: new DataLoader((ids: readonly string[]) => loadOrders(prisma, ids)),
    /** By the order's uuid. */
    orderLines: new DataLoader((ids: readonly string[]) => loadOrderLines(prisma, ids)),
    /** By the uuid of the customer whose list it is. */
    orderPage: loaderWithArguments((customerIds, page: OrderPage) =>
      loadOrderPages(prisma, customerIds, page),
    ),
    orderCount: new DataLoader((customerIds: readonly string[]) => countOrders(prisma, customerIds)),
  }
}
