import { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { changesRoute, followFeed } from '../kit/change-feed.ts'
import type { SubgraphDefinition } from '../kit/subgraph.ts'
import { cartSettings } from './cart-settings.ts'
import { applyCatalogueChanges, resetCatalogue } from './catalogue.ts'
import { type Context, createContext } from './context.ts'
import { sweepCarts } from './expire-carts.ts'
import { resolvers } from './resolvers/index.ts'

export const cart: SubgraphDefinition<PrismaClient, Context> = {
  name: 'cart',
  createClient: (adapter) => new PrismaClient({ adapter }),
  resolvers,
  createContext,
  routes: changesRoute,
  background: (services) => [
    sweepCarts(services, cartSettings()),
    followFeed({ services, owner: 'products', apply: applyCatalogueChanges, reset: resetCatalogue }),
  ],
}
