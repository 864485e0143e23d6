import { PrismaClient } from '../../prisma/chat/generated/client.ts'
import type { SubgraphDefinition } from '../kit/subgraph.ts'
import { type Context, createContext } from './context.ts'
import { resolvers } from './resolvers/resolvers.ts'

export const chat: SubgraphDefinition<PrismaClient, Context> = {
  name: 'chat',
  createClient: (adapter) => new PrismaClient({ adapter }),
  resolvers,
  createContext,
}
