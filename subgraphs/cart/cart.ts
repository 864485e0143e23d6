import { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { changesRoute, followFeed } from '../kit/change-feed.ts'
import type { Services, SubgraphDefinition } from '../kit/subgraph.ts'
import { cartSettings } from './cart-settings.ts'
import { applyCatalogueChanges, resetCatalogue } from './catalogue.ts'
import { hasten } from './checkout/checkout-log.ts'
import { startRecoveryWorker } from './checkout/recovery-worker.ts'
import { createShopServices, type ShopOptions, type ShopServices } from './checkout/shop-services.ts'
import { type Context, createContext } from './context.ts'
import { sweepCarts } from './expire-carts.ts'
import { deliverSandboxWebhooks } from './payments/deliver-sandbox-webhooks.ts'
import { sandboxRoutes } from './payments/sandbox-routes.ts'
import { webhookPath, webhookRoute } from './payments/webhook-route.ts'
import { resolvers } from './resolvers/index.ts'

type CartServices = Services<PrismaClient>

/** The subgraph, with what tests put between it and the world. */
export function defineCart(options: ShopOptions = {}): SubgraphDefinition<PrismaClient, Context> {
  // One for each running subgraph, made where it starts: what is wrong with its settings keeps it from starting.
  const shops = new WeakMap<CartServices, ShopServices>()
  function shopOf(services: CartServices): ShopServices {
    const known = shops.get(services)
    if (known !== undefined) return known
    const shop = createShopServices(services, options)
    shops.set(services, shop)
    return shop
  }

  return {
    name: 'cart',
    createClient: (adapter) => new PrismaClient({ adapter }),
    resolvers,
    createContext: (services, caller) => createContext(services, caller, shopOf(services)),
    routes(services) {
      const { prisma, log } = services
      const { provider, sandboxProvider, runner } = shopOf(services)
      return {
        ...changesRoute(services),
        ...webhookRoute({
          prisma,
          provider,
          log,
          async onNews(reference) {
            await hasten(prisma, reference)
            await runner.recover()
          },
        }),
        ...(sandboxProvider && sandboxRoutes(sandboxProvider)),
      }
    },
    background(services) {
      const { prisma, log, publicUrl } = services
      const { runner, sandboxProvider, times, carryOutEffects, close } = shopOf(services)
      const worker = startRecoveryWorker({
        prisma,
        runner,
        carryOutEffects,
        log,
        pollMs: times.workerPollMs,
      })
      return [
        sweepCarts(services, cartSettings()),
        followFeed({ services, owner: 'products', apply: applyCatalogueChanges, reset: resetCatalogue }),
        { ...worker, stop: () => worker.stop().then(close) },
        ...(sandboxProvider
          ? [deliverSandboxWebhooks({ prisma, url: () => `${publicUrl()}${webhookPath}` })]
          : []),
      ]
    },
  }
}

export const cart = defineCart()
