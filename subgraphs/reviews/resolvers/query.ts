import { requireRole } from '../../kit/caller.ts'
import { toUuid } from '../../kit/ids.ts'
import { checkFirst } from '../../kit/paging.ts'
import { topRatedProducts } from '../rating-summary.ts'
import { exportReviewData } from '../review-data.ts'
import { reviewQueue } from '../review-lists.ts'
import { visibleTo } from '../review-rows.ts'
import type { QueryResolvers } from '../schema.generated.ts'

export const Query: QueryResolvers = {
  me: (_, __, { caller }) => (caller.customerId === null ? null : { id: caller.customerId }),

  async review(_, { id }, { caller, loaders }) {
    const uuid = toUuid('rev', id)
    return uuid === null ? null : visibleTo(caller, await loaders.review.load(uuid))
  },

  async topRated(_, { first }, { prisma }) {
    const ids = await topRatedProducts(prisma, checkFirst(first, 50))
    return ids.map((id) => ({ id }))
  },

  reviewQueue(_, page, { caller, prisma }) {
    requireRole(caller, 'moderator')
    return reviewQueue(prisma, page)
  },

  reviewDataExport: (_, page, context) => exportReviewData(context, page),
}
