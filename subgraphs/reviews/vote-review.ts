import { requireCustomer } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import { visibleTo } from './review-rows.ts'
import type { ReviewUserError, VoteReviewInput } from './schema.generated.ts'
import type { ReviewWritten } from './submit-review.ts'

/** How long a vote may wait for a connection, and how long for those before it, in milliseconds. */
const limits = { maxWait: 5_000, timeout: 10_000 }

/** Sets, replaces or, by null, takes back the caller's vote. Sent again, it changes nothing. */
export async function voteReview(context: Context, input: VoteReviewInput): Promise<ReviewWritten> {
  const { caller, prisma } = context
  const customerId = requireCustomer(caller)
  const reviewId = toUuid('rev', input.reviewId)
  const review = reviewId === null ? null : visibleTo(caller, await context.loaders.review.load(reviewId))
  if (review === null) return refused('REVIEW_NOT_FOUND', 'There is no such review.')
  if (review.customerId === customerId) return refused('OWN_REVIEW', 'Nobody votes on their own review.')

  const helpful = input.helpful ?? null
  await prisma.$transaction(async (tx) => {
    // Votes on one review stand in line from here, so that each finds the vote that it replaces.
    await tx.$executeRaw`SELECT FROM "Review" WHERE "id" = ${review.id}::uuid FOR NO KEY UPDATE`
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
      )
      UPDATE "Review" SET "helpfulCount" = "helpfulCount" + change."helpful",
                          "unhelpfulCount" = "unhelpfulCount" + change."unhelpful"
      FROM change WHERE "id" = ${review.id}::uuid AND (change."helpful" <> 0 OR change."unhelpful" <> 0)`
  }, limits)
  context.forgetLoaded()
  return { review: await context.loaders.review.load(review.id), userErrors: [] }
}

const refused = (code: ReviewUserError['code'], message: string): ReviewWritten => ({
  review: null,
  userErrors: [{ code, field: ['input', 'reviewId'], message }],
})
