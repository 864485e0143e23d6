import type { MutationResolvers } from '../schema.generated.ts'
import { submitReview } from '../submit-review.ts'
import { voteReview } from '../vote-review.ts'

export const Mutation: MutationResolvers = {
  submitReview: (_, { input }, context) => submitReview(context, input),
  voteReview: (_, { input }, context) => voteReview(context, input),
}
