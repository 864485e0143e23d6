import { Prisma } from '../../prisma/reviews/generated/client.ts'
import { requireCustomer } from '../kit/caller.ts'
import { newUuid, toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import { ownName, readContent } from './review-content.ts'
import { hasBought } from './review-rows.ts'
import { type Refusal, type ReviewWritten, refused, writeReview } from './review-write.ts'
import type { SubmitReviewInput } from './schema.generated.ts'
import { besideOtherWriters } from './writers-lock.ts'

const invalidProduct: Refusal = {
  code: 'INVALID_PRODUCT',
  field: ['productId'],
  message: 'This is not the id of a product.',
}

/** Writes the caller's review of a product. Needs no other subgraph: a product's id is enough. */
export async function submitReview(context: Context, input: SubmitReviewInput): Promise<ReviewWritten> {
  const { caller, filter } = context
  const customerId = requireCustomer(caller)
  const productId = toUuid('prod', input.productId)
  // Without a product nothing is known of its sides: what is said of them can wait.
  const given = productId === null ? { ...input, dimensionRatings: null } : input
  const read = await readContent(context, productId ?? '', given)
  const wrong = [
    ...(productId === null ? [invalidProduct] : []),
    ...('refusals' in read ? read.refusals : []),
  ]
  if (productId === null || 'refusals' in read) return refused(...wrong)

  const review = {
    rating: input.rating,
    title: input.title,
    body: input.body,
    authorName: ownName(caller.name),
    dimensionRatings: {},
    photos: [],
    ...read.content,
  }
  const verdict = filter(review)
  const isHeld = verdict.decision === 'hold'
  const reasons = isHeld ? verdict.reasons : []

  return writeReview(context, {
    name: 'submitReview',
    input,
    async write(tx) {
      await besideOtherWriters(tx)
      // Who comes second waits here for the first to commit, and is then skipped.
      const [created] = await tx.$queryRaw<{ id: string }[]>`
        INSERT INTO "Review" (
          "id", "productId", "customerId", "authorName", "rating", "title", "body", "dimensionRatings", "photos",
          "verifiedPurchase", "status", "heldAt", "holdReasons"
        )
        VALUES (
          ${newUuid()}::uuid, ${productId}::uuid, ${customerId}::uuid, ${review.authorName}, ${review.rating}::int,
          ${review.title}, ${review.body}, ${JSON.stringify(review.dimensionRatings)}::jsonb,
          ${JSON.stringify(review.photos)}::jsonb,
          ${hasBought(Prisma.sql`${customerId}::uuid`, Prisma.sql`${productId}::uuid`)},
          ${isHeld ? 'PENDING' : 'PUBLISHED'}::"ReviewStatus", CASE WHEN ${isHeld}::boolean THEN now() END,
          ${reasons}::text[]::"ReviewHoldReason"[]
        )
        ON CONFLICT ("productId", "customerId") DO NOTHING RETURNING "id"`
      if (created !== undefined) return { keep: { reviewId: created.id } }
      return {
        refuse: {
          code: 'ALREADY_REVIEWED',
          field: ['productId'],
          message: 'You have reviewed this product before: change that review.',
        },
      }
    },
  })
}
