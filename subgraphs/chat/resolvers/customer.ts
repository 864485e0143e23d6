import { graphqlError } from '../../../service/errors.ts'
import { maySee } from '../../kit/caller.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import { conversationConnection } from '../conversation-lists.ts'
import type { CustomerResolvers } from '../schema.generated.ts'

export const Customer: CustomerResolvers = {
  __resolveReference(reference) {
    const id = toUuid('cus', reference.id)
    return id === null ? null : { id }
  },
  id: ({ id }) => toId('cus', id),
  conversations({ id }, page, context) {
    if (!maySee(context.caller, id, 'agent')) throw graphqlError('FORBIDDEN')
    return conversationConnection(context, { of: 'customer', ownedBy: null }, id, page)
  },
}
