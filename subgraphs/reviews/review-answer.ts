import { requireRole } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import { readText } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ReviewModel } from './mappers.ts'
import { lockReview } from './review-rows.ts'
import { type ReviewWritten, refused, reviewNotFound, versionConflict, writeReview } from './review-write.ts'
import type { ReviewAnswerRemoveInput, ReviewAnswerSetInput } from './schema.generated.ts'

/** The version of the answer that is to be seen; 0 where there is none. */
const currentVersion = ({ answerBody, answerVersion }: ReviewModel): number =>
  answerBody === null ? 0 : answerVersion

/** Writes the shop's answer to a review, or changes it. */
export async function setAnswer(context: Context, input: ReviewAnswerSetInput): Promise<ReviewWritten> {
  requireRole(context.caller, 'staff')
  const id = toUuid('rev', input.reviewId)
  const body = readText(input.body, 2000)
  if (body === null) {
    const message = 'Write 1 to 2,000 characters of plain text.'
    return refused({ code: 'INVALID_ANSWER', field: ['body'], message })
  }
  if (id === null) return refused(reviewNotFound)

  return writeReview(context, {
    name: 'reviewAnswerSet',
    input,
    async write(tx) {
      const before = await lockReview(tx, id)
      if (before === null) return { refuse: reviewNotFound }
      const version = currentVersion(before)
      if (version !== input.version) return { refuse: versionConflict(version) }
      await tx.$executeRaw`
        UPDATE "Review" SET
          "answerBody" = ${body}, "answerVersion" = "answerVersion" + 1, "answeredAt" = coalesce("answeredAt", now()),
          "answerEditedAt" = CASE WHEN "answeredAt" IS NOT NULL THEN now() END
        WHERE "id" = ${id}::uuid`
      return { keep: { reviewId: id } }
    },
  })
}

/** Takes the shop's answer to a review away. */
export async function removeAnswer(context: Context, input: ReviewAnswerRemoveInput): Promise<ReviewWritten> {
  requireRole(context.caller, 'staff')
  const id = toUuid('rev', input.reviewId)
  if (id === null) return refused(reviewNotFound)

  return writeReview(context, {
    name: 'reviewAnswerRemove',
    input,
    async write(tx) {
      const before = await lockReview(tx, id)
      if (before === null) return { refuse: reviewNotFound }
      const version = currentVersion(before)
      if (version === 0) {
        const message = 'The shop has not answered this review.'
        return { refuse: { code: 'ANSWER_NOT_FOUND', field: ['reviewId'], message } }
      }
      if (version !== input.version) return { refuse: versionConflict(version) }
      await tx.$executeRaw`
        UPDATE "Review" SET "answerBody" = NULL, "answeredAt" = NULL, "answerEditedAt" = NULL
        WHERE "id" = ${id}::uuid`
      return { keep: { reviewId: id } }
    },
  })
}
