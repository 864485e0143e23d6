import { isDeepStrictEqual } from 'node:util'
import { requireCustomer } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { ReviewContent, ReviewModel } from './mappers.ts'
import { readContent } from './review-content.ts'
import type { Verdict } from './review-filter.ts'
import { lockReview } from './review-rows.ts'
import { type ReviewWritten, refused, reviewNotFound, versionConflict, writeReview } from './review-write.ts'
import type { ReviewHoldReason, ReviewStatus, ReviewUpdateInput } from './schema.generated.ts'
import { besideOtherWriters } from './writers-lock.ts'

const ofTheFilter: readonly ReviewHoldReason[] = ['WORDS', 'LINKS', 'CONTACT_DETAILS']

/** What an edit leaves of a review's status: an author settles what the filter found, and nothing else. */
function statusAfterEdit(
  before: Pick<ReviewModel, 'status' | 'holdReasons'>,
  verdict: Verdict,
): { status: ReviewStatus; reasons: ReviewHoldReason[] } {
  const found = verdict.decision === 'hold' ? verdict.reasons : []
  const kept: readonly ReviewHoldReason[] =
    before.status === 'REJECTED'
      ? ['EDITED_AFTER_REJECTION']
      : before.holdReasons.filter((reason) => !ofTheFilter.includes(reason))
  const reasons = [...found, ...kept]
  // One that waits for no stated reason was put there by hand.
  const waitsAnyway = before.status === 'PENDING' && before.holdReasons.length === 0
  return { status: reasons.length > 0 || waitsAnyway ? 'PENDING' : 'PUBLISHED', reasons }
}

const contentOf = ({
  authorName,
  rating,
  title,
  body,
  dimensionRatings,
  photos,
}: ReviewContent): ReviewContent => ({ authorName, rating, title, body, dimensionRatings, photos })

/** Changes the caller's own review, and keeps what it said before. */
export async function updateReview(context: Context, input: ReviewUpdateInput): Promise<ReviewWritten> {
  const { caller, filter, loaders } = context
  const customerId = requireCustomer(caller)
  const id = toUuid('rev', input.reviewId)
  const found = id === null ? null : await loaders.review.load(id)
  // One whose write may have been sent before is looked for by its key, though it was erased since.
  const read = await readContent(context, found?.productId ?? '', {
    ...input,
    dimensionRatings: found === null ? null : input.dimensionRatings,
  })
  if ('refusals' in read) return refused(...read.refusals)
  if (id === null) return refused(reviewNotFound)

  return writeReview(context, {
    name: 'reviewUpdate',
    input,
    async write(tx) {
      await besideOtherWriters(tx)
      const before = await lockReview(tx, id)
      if (before?.customerId !== customerId) return { refuse: reviewNotFound }
      if (before.version !== input.version) return { refuse: versionConflict(before.version) }
      const content = { ...contentOf(before), ...read.content }
      if (isDeepStrictEqual(content, contentOf(before))) return { keep: { reviewId: id } }

      const { status, reasons } = statusAfterEdit(before, filter(content))
      await tx.$executeRaw`
        INSERT INTO "ReviewRevision" (
          "reviewId", "version", "authorName", "rating", "title", "body", "dimensionRatings", "photos", "writtenAt"
        )
        SELECT "id", "version", "authorName", "rating", "title", "body", "dimensionRatings", "photos",
               coalesce("editedAt", "createdAt")
        FROM "Review" WHERE "id" = ${id}::uuid`
      await tx.$executeRaw`
        UPDATE "Review" SET
          "authorName" = ${content.authorName}, "rating" = ${content.rating}::int, "title" = ${content.title},
          "body" = ${content.body}, "dimensionRatings" = ${JSON.stringify(content.dimensionRatings)}::jsonb,
          "photos" = ${JSON.stringify(content.photos)}::jsonb,
          "status" = ${status}::"ReviewStatus", "holdReasons" = ${reasons}::text[]::"ReviewHoldReason"[],
          "heldAt" = CASE WHEN ${status} = 'PENDING' THEN coalesce("heldAt", now()) END,
          "rejectionConcern" = NULL, "rejectionNote" = NULL, "version" = "version" + 1, "editedAt" = now()
        WHERE "id" = ${id}::uuid`
      return { keep: { reviewId: id } }
    },
  })
}
