import { setProductKind } from '../product-kind-set.ts'
import { removeAnswer, setAnswer } from '../review-answer.ts'
import { eraseReviewData } from '../review-data.ts'
import { moderateReview } from '../review-moderate.ts'
import { reportReview } from '../review-report.ts'
import { updateReview } from '../review-update.ts'
import type { MutationResolvers } from '../schema.generated.ts'
import { submitReview } from '../submit-review.ts'
import { voteReview } from '../vote-review.ts'

export const Mutation: MutationResolvers = {
  submitReview: (_, { input }, context) => submitReview(context, input),
  reviewUpdate: (_, { input }, context) => updateReview(context, input),
  voteReview: (_, { input }, context) => voteReview(context, input),
  reviewReport: (_, { input }, context) => reportReview(context, input),
  reviewModerate: (_, { input }, context) => moderateReview(context, input),
  reviewAnswerSet: (_, { input }, context) => setAnswer(context, input),
  reviewAnswerRemove: (_, { input }, context) => removeAnswer(context, input),
  productKindSet: (_, { input }, context) => setProductKind(context, input),
  reviewDataErase: (_, { input }, context) => eraseReviewData(context, input),
}
