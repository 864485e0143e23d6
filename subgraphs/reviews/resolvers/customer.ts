import { graphqlError } from '../../../service/errors.ts'
import { maySee } from '../../kit/caller.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import { reviewConnection } from '../review-lists.ts'
import type { CustomerResolvers } from '../schema.generated.ts'

export const Customer: CustomerResolvers = {
  __resolveReference(reference) {
    const id = toUuid('cus', reference.id)
    return id === null ? null : { id }
  },
  id: ({ id }) => toId('cus', id),
  reviews(customer, page, context) {
    if (!maySee(context.caller, customer.id, 'moderator')) throw graphqlError('FORBIDDEN')
    return reviewConnection(context, 'customer', customer.id, page)
  },
}
