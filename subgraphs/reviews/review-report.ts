import { z } from 'zod'
import { requireCustomer } from '../kit/caller.ts'
import { newUuid, toUuid } from '../kit/ids.ts'
import { readText } from '../kit/text.ts'
import type { Context } from './context.ts'
import { lockReview } from './review-rows.ts'
import { type Refusal, reviewNotFound, toUserErrors, writeOnce } from './review-write.ts'
import type { ReviewReportInput, ReviewUserError } from './schema.generated.ts'
import { besideOtherWriters } from './writers-lock.ts'

interface ReviewReported {
  reportedAt: Date | null
  userErrors: ReviewUserError[]
}

const answer = z.object({ reportedAt: z.iso.datetime() })
const refused = (refusal: Refusal): ReviewReported => ({
  reportedAt: null,
  userErrors: toUserErrors([refusal]),
})

/** Takes the caller's report of a published review; enough of them take it back to a moderator. */
export async function reportReview(context: Context, input: ReviewReportInput): Promise<ReviewReported> {
  const { caller, settings } = context
  const customerId = requireCustomer(caller)
  const id = toUuid('rev', input.reviewId)
  const comment = input.comment == null ? null : readText(input.comment, 500)
  if (input.comment != null && comment === null) {
    const message = 'Write 1 to 500 characters of plain text, or leave the comment out.'
    return refused({ code: 'INVALID_COMMENT', field: ['comment'], message })
  }
  if (id === null) return refused(reviewNotFound)

  const outcome = await writeOnce(context, {
    name: 'reviewReport',
    input,
    answer,
    async write(tx) {
      await besideOtherWriters(tx)
      const review = await lockReview(tx, id)
      if (review?.status !== 'PUBLISHED') return { refuse: reviewNotFound }
      if (review.customerId === customerId) {
        const message = 'Nobody reports their own review: change it.'
        return { refuse: { code: 'OWN_REVIEW', field: ['reviewId'], message } }
      }
      const [report] = await tx.$queryRaw<{ reportedAt: Date }[]>`
        INSERT INTO "ReviewReport" ("id", "reviewId", "customerId", "concern", "comment")
        VALUES (${newUuid()}::uuid, ${id}::uuid, ${customerId}::uuid, ${input.concern}::"ReviewConcern", ${comment})
        ON CONFLICT ("reviewId", "customerId") DO NOTHING RETURNING "reportedAt"`
      if (report === undefined) {
        const message = 'You have reported this review before: we are looking into it.'
        return { refuse: { code: 'ALREADY_REPORTED', field: ['reviewId'], message } }
      }
      const isHeld = review.reportCount + 1 >= settings.reviewReportsToHold
      await tx.$executeRaw`
        UPDATE "Review" SET
          "reportCount" = "reportCount" + 1,
          "status" = CASE WHEN ${isHeld}::boolean THEN 'PENDING' ELSE "status" END,
          "heldAt" = CASE WHEN ${isHeld}::boolean THEN now() END,
          "holdReasons" = CASE WHEN ${isHeld}::boolean THEN ARRAY['REPORTS']::"ReviewHoldReason"[] ELSE '{}' END,
          "version" = "version" + ${isHeld}::boolean::int
        WHERE "id" = ${id}::uuid`
      return { keep: { reportedAt: report.reportedAt.toISOString() } }
    },
  })
  if ('refusal' in outcome) return refused(outcome.refusal)
  return { reportedAt: new Date(outcome.answer.reportedAt), userErrors: [] }
}
