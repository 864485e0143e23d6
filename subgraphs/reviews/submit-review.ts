import { z } from 'zod'
import { requireCustomer } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { readLine, readText, shortName } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ReviewModel } from './mappers.ts'
import { countRating } from './rating-summary.ts'
import type { ReviewUserError, SubmitReviewInput } from './schema.generated.ts'

export interface ReviewWritten {
  review: ReviewModel | null
  userErrors: ReviewUserError[]
}

interface NewReview {
  productId: string
  rating: number
  title: string
  body: string
  authorName: string
}

const longestName = 60
const nameless = 'A customer'

/** The name that a review shows; null when the one that was asked for is not acceptable. */
function readAuthorName(asked: string | null | undefined, own: string | null): string | null {
  if (asked?.trim()) return readLine(asked, longestName)
  return (own === null ? null : readLine(shortName(own), longestName)) ?? nameless
}

function readReview(input: SubmitReviewInput, callerName: string | null): NewReview | ReviewUserError[] {
  const productId = toUuid('prod', input.productId)
  const title = readLine(input.title, 120)
  const body = readText(input.body, 5000)
  const authorName = readAuthorName(input.displayName, callerName)
  const { rating } = input

  const userErrors: ReviewUserError[] = []
  const refuse = (code: ReviewUserError['code'], field: keyof SubmitReviewInput, message: string) =>
    userErrors.push({ code, field: ['input', field], message })
  if (productId === null) refuse('INVALID_PRODUCT', 'productId', 'This is not the id of a product.')
  if (rating < 1 || rating > 5) refuse('INVALID_RATING', 'rating', `The rating is ${rating}: give 1 to 5.`)
  if (title === null)
    refuse('INVALID_TITLE', 'title', 'Give the review a title: 1 to 120 characters of plain text.')
  if (body === null) refuse('INVALID_BODY', 'body', 'Write 1 to 5,000 characters of plain text.')
  if (authorName === null) {
    refuse(
      'INVALID_DISPLAY_NAME',
      'displayName',
      `Choose a name: at most ${longestName} characters of plain text.`,
    )
  }
  if (productId === null || title === null || body === null || authorName === null || userErrors.length > 0) {
    return userErrors
  }
  return { productId, rating, title, body, authorName }
}

const answer = z.object({ reviewId: z.uuid() })
type Answer = z.infer<typeof answer>

/** Publishes the caller's review of a product. Needs no other subgraph: a product's id is enough. */
export async function submitReview(context: Context, input: SubmitReviewInput): Promise<ReviewWritten> {
  const { caller, prisma } = context
  const customerId = requireCustomer(caller)
  const review = readReview(input, caller.name)
  if (Array.isArray(review)) return { review: null, userErrors: review }

  const { idempotencyKey: key, ...written } = input
  const outcome = await once(
    prisma,
    { scope: `submitReview:${customerId}`, key, input: written, answer },
    async (tx): Promise<WriteOutcome<Answer, 'ALREADY_REVIEWED'>> => {
      // Who comes second waits here for the first to commit, and is then skipped.
      const [created] = await tx.review.createManyAndReturn({
        data: [{ ...review, customerId }],
        select: { id: true },
        skipDuplicates: true,
      })
      if (created === undefined) return { refuse: 'ALREADY_REVIEWED' }
      await countRating(tx, review.productId, review.rating)
      return { keep: { reviewId: created.id } }
    },
  )

  switch (outcome.state) {
    case 'written':
      context.forgetLoaded()
      return { review: await context.loaders.review.load(outcome.answer.reviewId), userErrors: [] }
    case 'refused':
      return refused('ALREADY_REVIEWED', 'productId', 'You have reviewed this product before.')
    case 'key reused':
      return refused(
        'IDEMPOTENCY_KEY_REUSED',
        'idempotencyKey',
        'This key was used before for another review: make a new one.',
      )
  }
}

function refused(
  code: ReviewUserError['code'],
  field: keyof SubmitReviewInput,
  message: string,
): ReviewWritten {
  return { review: null, userErrors: [{ code, field: ['input', field], message }] }
}
