import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/chat/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { Services } from '../kit/subgraph.ts'
import {
  type ConversationList,
  type ConversationPage,
  countConversations,
  loadConversationPages,
} from './conversation-lists.ts'
import { loadConversations } from './conversation-rows.ts'
import { loadMessagePages, loadMessages, type MessagePage } from './messages.ts'

/** What the resolvers of one request share. Whatever is loaded for many is loaded by one statement. */
export interface Context {
  caller: Caller
  prisma: PrismaClient
  loaders: ReturnType<typeof createLoaders>
}

export const createContext = ({ prisma }: Services<PrismaClient>, caller: Caller): Context => ({
  caller,
  prisma,
  loaders: createLoaders(prisma),
})

/** To be called after a write: a request may have several, and what was loaded for one may be otherwise after the next. */
export function forgetLoaded(context: Context): void {
  context.loaders = createLoaders(context.prisma)
}

function createLoaders(prisma: PrismaClient) {
  return {
    /** By uuid, whoever's they are. */
    conversation: new DataLoader((ids: readonly string[]) => loadConversations(prisma, ids)),
    message: new DataLoader((ids: readonly string[]) => loadMessages(prisma, ids)),
    /** By the conversation's uuid. */
    messagePage: loaderWithArguments((conversations, page: MessagePage) =>
      loadMessagePages(prisma, conversations, page),
    ),
    /** By the uuid of the customer or order whose list it is. */
    conversationPage: loaderWithArguments((owners, page: ConversationPage) =>
      loadConversationPages(prisma, owners, page),
    ),
    conversationCount: loaderWithArguments((owners, list: ConversationList) =>
      countConversations(prisma, owners, list),
    ),
  }
}
