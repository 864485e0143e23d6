import { requireRole } from '../../kit/caller.ts'
import { toUuid } from '../../kit/ids.ts'
import { queueConnection } from '../conversation-lists.ts'
import { visibleTo } from '../conversation-rows.ts'
import type { QueryResolvers } from '../schema.generated.ts'

export const Query: QueryResolvers = {
  me: (_, __, { caller }) => (caller.customerId === null ? null : { id: caller.customerId }),

  async conversation(_, { id }, { caller, loaders }) {
    const uuid = toUuid('conv', id)
    return uuid === null ? null : visibleTo(caller, await loaders.conversation.load(uuid))
  },

  conversationQueue(_, page, { caller, prisma }) {
    requireRole(caller, 'agent')
    return queueConnection(prisma, page)
  },
}
