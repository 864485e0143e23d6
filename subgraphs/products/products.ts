import { PrismaClient } from '../../prisma/products/generated/client.ts'
import { changesRoute } from '../kit/change-feed.ts'
import type { SubgraphDefinition } from '../kit/subgraph.ts'
import { type Context, createContext } from './context.ts'
import { pictureRoute } from './picture-route.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { sweepExpiredStock } from './stock-expiry.ts'

export const products: SubgraphDefinition<PrismaClient, Context> = {
  name: 'products',
  createClient: (adapter) => new PrismaClient({ adapter }),
  resolvers,
  createContext,
  routes: (services) => ({ ...changesRoute(services), ...pictureRoute }),
  background: (services) => [sweepExpiredStock(services)],
}
