import { requireCustomer } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import { visibleTo } from './review-rows.ts'
import { type ReviewWritten, refused, reviewNotFound } from './review-write.ts'
import type { ReviewStatus, VoteReviewInput } from './schema.generated.ts'
import { besideOtherWriters } from './writers-lock.ts'

/** How long a vote may wait for a connection, and how long for those before it, in milliseconds. */
const limits = { maxWait: 5_000, timeout: 10_000 }

/** Sets, replaces or, by null, takes back the caller's vote. Sent again, it changes nothing. */
export async function voteReview(context: Context, input: VoteReviewInput): Promise<ReviewWritten> {
  const { caller, prisma } = context
  const customerId = requireCustomer(caller)
  const reviewId = toUuid('rev', input.reviewId)
  const review = reviewId === null ? null : visibleTo(caller, await context.loaders.review.load(reviewId))
  if (review?.customerId === customerId) {
    const message = 'Nobody votes on their own review.'
    return refused({ code: 'OWN_REVIEW', field: ['reviewId'], message })
  }
  if (review === null) return refused(reviewNotFound)

  const helpful = input.helpful ?? null
  const isWritten = await prisma.$transaction(async (tx) => {
    await besideOtherWriters(tx)
    // Votes on one review stand in line from here, so that each finds the vote that it replaces.
    const [locked] = await tx.$queryRaw<{ status: ReviewStatus }[]>`
      SELECT "status" FROM "Review" WHERE "id" = ${review.id}::uuid FOR NO KEY UPDATE`
    if (locked?.status !== 'PUBLISHED') return false
    await tx.$executeRaw`
      WITH before AS (
        SELECT "helpful" FROM "ReviewVote"
        WHERE "reviewId" = ${review.id}::uuid AND "customerId" = ${customerId}::uuid
      ), change AS (
        SELECT (${helpful}::boolean IS TRUE)::int - (count(*) FILTER (WHERE "helpful"))::int AS "helpful",
               (${helpful}::boolean IS FALSE)::int - (count(*) FILTER (WHERE NOT "helpful"))::int AS "unhelpful"
        FROM before
      ), withdrawn AS (
        DELETE FROM "ReviewVote" WHERE ${helpful}::boolean IS NULL
          AND "reviewId" = ${review.id}::uuid AND "customerId" = ${customerId}::uuid
      ), given AS (
        INSERT INTO "ReviewVote" ("reviewId", "customerId", "helpful")
        SELECT ${review.id}::uuid, ${customerId}::uuid, ${helpful}::boolean WHERE ${helpful}::boolean IS NOT NULL
        ON CONFLICT ("reviewId", "customerId") DO UPDATE SET "helpful" = excluded."helpful", "votedAt" = now()
        WHERE "ReviewVote"."helpful" <> excluded."helpful"
      )
      UPDATE "Review" SET "helpfulCount" = "helpfulCount" + change."helpful",
                          "unhelpfulCount" = "unhelpfulCount" + change."unhelpful"
      FROM change WHERE "id" = ${review.id}::uuid AND (change."helpful" <> 0 OR change."unhelpful" <> 0)`
    return true
  }, limits)
  if (!isWritten) return refused(reviewNotFound)
  context.forgetLoaded()
  return { review: await context.loaders.review.load(review.id), userErrors: [] }
}
