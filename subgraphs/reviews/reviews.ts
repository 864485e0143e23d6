import { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import type { SubgraphDefinition } from '../kit/subgraph.ts'
import { type Context, contextWith } from './context.ts'
import { followPurchases } from './purchases.ts'
import { resolvers } from './resolvers/resolvers.ts'
import { shopFilter } from './word-and-link-filter.ts'

export const reviews: SubgraphDefinition<PrismaClient, Context> = {
  name: 'reviews',
  createClient: (adapter) => new PrismaClient({ adapter }),
  resolvers,
  createContext: contextWith(shopFilter),
  background: (services) => [followPurchases(services)],
}
