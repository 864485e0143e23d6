import { toId, toUuid } from '../../kit/ids.ts'
import { visibleTo } from '../review-rows.ts'
import type { ReviewResolvers } from '../schema.generated.ts'

export const Review: ReviewResolvers = {
  async __resolveReference(reference, { caller, loaders }) {
    const id = toUuid('rev', reference.id)
    return id === null ? null : visibleTo(caller, await loaders.review.load(id))
  },
  id: ({ id }) => toId('rev', id),
  product: ({ productId }) => ({ id: productId }),
  author: ({ authorName }) => ({ displayName: authorName }),
}
