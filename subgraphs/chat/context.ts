import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/chat/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import { createRequestContext, type RequestContext } from '../kit/request-context.ts'
import type { Services } from '../kit/subgraph.ts'
import {
  type ConversationList,
  type ConversationPage,
  countConversations,
  loadConversationPages,
} from './conversation-lists.ts'
import { loadConversations } from './conversation-rows.ts'
import { loadMessagePages, loadMessages, type MessagePage } from './messages.ts'

export type Context = RequestContext<PrismaClient, ReturnType<typeof createLoaders>>

export const createContext = (services: Services<PrismaClient>, caller: Caller): Context =>
  createRequestContext(services, caller, createLoaders)

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
