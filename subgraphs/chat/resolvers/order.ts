import { toId, toUuid } from '../../kit/ids.ts'
import { conversationConnection } from '../conversation-lists.ts'
import type { OrderResolvers } from '../schema.generated.ts'

/** The nil uuid, which is nobody's (RFC 9562, section 5.9). */
const nobody = '00000000-0000-0000-0000-000000000000'

export const Order: OrderResolvers = {
  __resolveReference(reference) {
    const id = toUuid('ord', reference.id)
    return id === null ? null : { id }
  },
  id: ({ id }) => toId('ord', id),
  conversations({ id }, page, context) {
    const { caller } = context
    const ownedBy = caller.has('agent') ? null : (caller.customerId ?? nobody)
    return conversationConnection(context, { of: 'order', ownedBy }, id, page)
  },
}
