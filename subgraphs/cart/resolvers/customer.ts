import { graphqlError } from '../../../service/errors.ts'
import { type Caller, maySee, type Role } from '../../kit/caller.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import { checkFirst, decodeCursor, toConnection } from '../../kit/paging.ts'
import { orderCursor } from '../orders/orders.ts'
import type { CustomerResolvers } from '../schema.generated.ts'

/** @throws FORBIDDEN for whoever is neither that customer nor has one of the roles. */
function requireSight(caller: Caller, customerId: string, ...roles: Role[]) {
  if (!maySee(caller, customerId, ...roles))
    throw graphqlError('FORBIDDEN', 'This is for the customer alone.')
}

export const Customer: CustomerResolvers = {
  // Identity comes from the token and is kept nowhere: any id of a customer is one.
  __resolveReference({ id }) {
    const uuid = toUuid('cus', id)
    return uuid === null ? null : { id: uuid }
  },
  id: ({ id }) => toId('cus', id),

  cart({ id }, _, { caller, loaders }) {
    requireSight(caller, id)
    return loaders.cartOfCustomer.load(id)
  },

  async orders({ id }, { first, after }, { caller, loaders }) {
    requireSight(caller, id, 'staff')
    checkFirst(first, 100)
    const rows = await loaders.orderPage(id, { first, after: decodeCursor(after, orderCursor) })
    const connection = toConnection({
      rows,
      first,
      after,
      sortKey: ({ placedAt, id }) => [placedAt.toISOString(), id],
      toNode: (order) => order,
    })
    return { ...connection, totalCount: () => loaders.orderCount.load(id) }
  },
}
