import { Prisma, type PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { oneForEach } from '../kit/batching.ts'
import { type Caller, maySee } from '../kit/caller.ts'
import type { ReviewModel } from './mappers.ts'

/** A `ReviewModel` of `review`, a row by its name in the statement. */
export const reviewColumns = Prisma.sql`
  review."id", review."productId", review."customerId", review."authorName", review."rating", review."title",
  review."body", review."dimensionRatings", review."photos", review."verifiedPurchase", review."version",
  review."status", review."holdReasons"::text[], review."rejectionConcern", review."rejectionNote",
  review."decidedAt", review."reportCount", review."helpfulCount", review."unhelpfulCount", review."answerBody",
  review."answeredAt", review."answerEditedAt", review."answerVersion", review."createdAt", review."editedAt",
  review."heldAt"`

/** Whether the customer bought the product, as far as the copy of cart's orders says. */
export const hasBought = (customerId: Prisma.Sql, productId: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM "Purchase" purchase
  WHERE purchase."customerId" = ${customerId} AND purchase."productId" = ${productId}
)`

/** A review that nobody else changes until the transaction ends; null when there is none. */
export async function lockReview(tx: Prisma.TransactionClient, id: string): Promise<ReviewModel | null> {
  const [row] = await tx.$queryRaw<ReviewModel[]>`
    SELECT ${reviewColumns} FROM "Review" review WHERE review."id" = ${id}::uuid FOR NO KEY UPDATE`
  return row ?? null
}

export async function loadReviews(
  prisma: Pick<PrismaClient, '$queryRaw'>,
  ids: readonly string[],
): Promise<(ReviewModel | null)[]> {
  const rows = await prisma.$queryRaw<ReviewModel[]>`
    SELECT ${reviewColumns} FROM "Review" review WHERE review."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

/** What is not published is seen by its author and by moderators alone. */
export const visibleTo = (caller: Caller, review: ReviewModel | null): ReviewModel | null =>
  review !== null && (review.status === 'PUBLISHED' || maySee(caller, review.customerId, 'moderator'))
    ? review
    : null
