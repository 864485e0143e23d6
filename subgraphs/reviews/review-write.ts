import { z } from 'zod'
import type { Prisma } from '../../prisma/reviews/generated/client.ts'
import type { Caller } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import type { Context } from './context.ts'
import { customerDigest } from './customer-digest.ts'
import type { ReviewModel } from './mappers.ts'
import type { ReviewUserError } from './schema.generated.ts'

/** Something that the caller can mend. */
export interface Refusal {
  code: ReviewUserError['code']
  /** The path of the field below `input`. */
  field: readonly string[]
  message: string
}

export interface ReviewWritten {
  review: ReviewModel | null
  userErrors: ReviewUserError[]
}

export const toUserErrors = (refusals: readonly Refusal[]): ReviewUserError[] =>
  refusals.map(({ code, field, message }) => ({ code, message, field: ['input', ...field] }))

/** Nothing was written, for these reasons. */
export const refused = (...refusals: readonly Refusal[]): ReviewWritten => ({
  review: null,
  userErrors: toUserErrors(refusals),
})

export const reviewNotFound: Refusal = {
  code: 'REVIEW_NOT_FOUND',
  field: ['reviewId'],
  message: 'There is no such review.',
}

export const versionConflict = (current: number): Refusal => ({
  code: 'VERSION_CONFLICT',
  field: ['version'],
  message: `It was changed meanwhile, and is at version ${current}: read it again, and change that.`,
})

interface WriteOptions<Answer> {
  /** The mutation. Keys of two mutations, or of two callers, never meet. */
  name: string
  input: { idempotencyKey: string }
  /** The shape of what is kept of the outcome. */
  answer: z.ZodType<Answer>
  write: (tx: Prisma.TransactionClient) => Promise<WriteOutcome<NoInfer<Answer>, Refusal>>
}

/** A customer's keys are kept when the customer's data is erased, so they do not say whose they are. */
const keyOwner = ({ customerId, subject }: Caller): string =>
  customerId === null ? (subject ?? '') : customerDigest(customerId)

/**
 * Writes once, however often it is sent. What a refusal was about is undone, and its key is free again.
 * @throws BAD_USER_INPUT when the idempotency key is not acceptable.
 */
export async function writeOnce<Answer>(
  context: Context,
  { name, input, answer, write }: WriteOptions<Answer>,
): Promise<{ answer: Answer } | { refusal: Refusal }> {
  const { idempotencyKey: key, ...written } = input
  const outcome = await once(
    context.prisma,
    { scope: `${name}:${keyOwner(context.caller)}`, key, input: written, answer },
    write,
  )
  if (outcome.state === 'refused') return { refusal: outcome.refusal }
  if (outcome.state === 'written') {
    context.forgetLoaded()
    return { answer: outcome.answer }
  }
  return {
    refusal: {
      code: 'IDEMPOTENCY_KEY_REUSED',
      field: ['idempotencyKey'],
      message: 'This key was used before with other input: make a new one.',
    },
  }
}

const reviewAnswer = z.object({ reviewId: z.uuid() })

/** Writes a review once, however often it is sent, and gives it as it is then. */
export async function writeReview(
  context: Context,
  options: Omit<WriteOptions<z.infer<typeof reviewAnswer>>, 'answer'>,
): Promise<ReviewWritten> {
  const outcome = await writeOnce(context, { ...options, answer: reviewAnswer })
  if ('refusal' in outcome) return refused(outcome.refusal)
  const review = await context.loaders.review.load(outcome.answer.reviewId)
  if (review !== null) return { review, userErrors: [] }
  // A write that is sent again after an erasure does not bring back what was erased.
  return refused({ code: 'REVIEW_NOT_FOUND', field: ['idempotencyKey'], message: 'The review was erased.' })
}
