import { requireRole } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import { readText } from '../kit/text.ts'
import type { Context } from './context.ts'
import { lockReview } from './review-rows.ts'
import {
  type Refusal,
  type ReviewWritten,
  refused,
  reviewNotFound,
  versionConflict,
  writeReview,
} from './review-write.ts'
import type { ReviewHoldReason, ReviewModerateInput } from './schema.generated.ts'

/** What is wrong with a decision, whatever the review. */
function problemsOf({ status, concern, note }: ReviewModerateInput): Refusal[] {
  const isRejection = status === 'REJECTED'
  const problems: Refusal[] = []
  if (isRejection !== (concern != null)) {
    const message = isRejection
      ? 'Say what is wrong with the review: its author sees it.'
      : 'Leave the concern out: only a rejection has one.'
    problems.push({ code: 'INVALID_CONCERN', field: ['concern'], message })
  }
  if (note != null && (!isRejection || readText(note, 500) === null)) {
    const message = isRejection
      ? 'Write 1 to 500 characters of plain text, or leave the note out.'
      : 'Leave the note out: only a rejection has one.'
    problems.push({ code: 'INVALID_NOTE', field: ['note'], message })
  }
  return problems
}

/** A moderator's decision. It settles what was held and reported until now. */
export async function moderateReview(context: Context, input: ReviewModerateInput): Promise<ReviewWritten> {
  requireRole(context.caller, 'moderator')
  const problems = problemsOf(input)
  if (problems.length > 0) return refused(...problems)
  const id = toUuid('rev', input.reviewId)
  if (id === null) return refused(reviewNotFound)
  const { status, concern = null } = input
  const note = input.note == null ? null : readText(input.note, 500)
  const reasons: ReviewHoldReason[] = status === 'PENDING' ? ['MODERATOR'] : []

  return writeReview(context, {
    name: 'reviewModerate',
    input,
    async write(tx) {
      const before = await lockReview(tx, id)
      if (before === null) return { refuse: reviewNotFound }
      if (before.version !== input.version) return { refuse: versionConflict(before.version) }
      await tx.$executeRaw`
        UPDATE "Review" SET
          "status" = ${status}::"ReviewStatus", "holdReasons" = ${reasons}::text[]::"ReviewHoldReason"[],
          "heldAt" = CASE WHEN ${status} = 'PENDING' THEN coalesce("heldAt", now()) END,
          "rejectionConcern" = ${concern}::"ReviewConcern", "rejectionNote" = ${note},
          "reportCount" = 0, "decidedAt" = now(), "version" = "version" + 1
        WHERE "id" = ${id}::uuid`
      return { keep: { reviewId: id } }
    },
  })
}
