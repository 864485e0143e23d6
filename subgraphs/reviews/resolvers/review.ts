import { graphqlError } from '../../../service/errors.ts'
import { maySee, requireRole } from '../../kit/caller.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import type { ReviewContent } from '../mappers.ts'
import { ratedDimensions } from '../rating-dimensions.ts'
import { reportConnection, revisionConnection } from '../review-history.ts'
import { visibleTo } from '../review-rows.ts'
import type { ReviewResolvers, ReviewRevisionResolvers } from '../schema.generated.ts'

const photosOf = ({ photos, authorName }: ReviewContent) =>
  photos.map(({ url, altText }) => ({ url, altText: altText ?? `Photo by ${authorName}` }))

export const Review: ReviewResolvers = {
  async __resolveReference(reference, { caller, loaders }) {
    const id = toUuid('rev', reference.id)
    return id === null ? null : visibleTo(caller, await loaders.review.load(id))
  },
  id: ({ id }) => toId('rev', id),
  product: ({ productId }) => ({ id: productId }),
  author: ({ authorName }) => ({ displayName: authorName }),
  photos: photosOf,
  async dimensionRatings({ productId, dimensionRatings }, _, { loaders }) {
    if (Object.keys(dimensionRatings).length === 0) return []
    return ratedDimensions(await loaders.dimensions.load(productId), dimensionRatings)
  },
  answer: ({ answerBody: body, answeredAt, answerEditedAt: editedAt, answerVersion: version }) =>
    body === null || answeredAt === null ? null : { body, answeredAt, editedAt, version },
  rejection: ({ rejectionConcern: concern, rejectionNote: note, decidedAt: rejectedAt }) =>
    concern === null || rejectedAt === null ? null : { concern, note, rejectedAt },
  revisions({ id, customerId }, page, context) {
    if (!maySee(context.caller, customerId, 'moderator')) throw graphqlError('FORBIDDEN')
    return revisionConnection(context, id, page)
  },
  holdReasons({ holdReasons }, _, { caller }) {
    requireRole(caller, 'moderator')
    return holdReasons
  },
  reportCount({ reportCount }, _, { caller }) {
    requireRole(caller, 'moderator')
    return reportCount
  },
  reports({ id }, page, context) {
    requireRole(context.caller, 'moderator')
    return reportConnection(context, id, page)
  },
}

export const ReviewRevision: ReviewRevisionResolvers = {
  author: ({ authorName }) => ({ displayName: authorName }),
  photos: photosOf,
  dimensionRatings: async ({ productId, dimensionRatings }, _, { loaders }) =>
    ratedDimensions(await loaders.dimensions.load(productId), dimensionRatings),
}
