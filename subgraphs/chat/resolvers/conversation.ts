import { toId, toUuid } from '../../kit/ids.ts'
import { visibleTo } from '../conversation-rows.ts'
import { messageConnection } from '../messages.ts'
import type { ConversationResolvers } from '../schema.generated.ts'

export const Conversation: ConversationResolvers = {
  async __resolveReference(reference, { caller, loaders }) {
    const id = toUuid('conv', reference.id)
    return id === null ? null : visibleTo(caller, await loaders.conversation.load(id))
  },
  id: ({ id }) => toId('conv', id),
  customer: ({ customerId }) => ({ id: customerId }),
  order: ({ orderId }) => (orderId === null ? null : { id: orderId }),
  messages: ({ id }, page, context) => messageConnection(context, id, page),
}
