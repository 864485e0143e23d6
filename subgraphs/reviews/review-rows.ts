import { Prisma, type PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { oneForEach } from '../kit/batching.ts'
import { type Caller, maySee } from '../kit/caller.ts'
import type { ReviewModel } from './mappers.ts'

/**
 * Whether the author of `review` (a row, by its name in the statement) bought the product. `OFFSET 0` keeps it
 * a look-up for each row that is shown: made into a join, it would have all of a product's reviews read.
 */
export const isVerified = Prisma.sql`EXISTS (
  SELECT FROM "Purchase" purchase
  WHERE purchase."customerId" = review."customerId" AND purchase."productId" = review."productId" OFFSET 0
)`

/** A `ReviewModel` of `review`, a row by its name in the statement. */
export const reviewColumns = Prisma.sql`
  review."id", review."productId", review."customerId", review."authorName", review."rating", review."title",
  review."body", review."status", review."helpfulCount", review."unhelpfulCount", review."createdAt",
  ${isVerified} AS "verifiedPurchase"`

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
