import type { RatingSummaryResolvers } from '../schema.generated.ts'

export const RatingSummary: RatingSummaryResolvers = {
  dimensions: ({ productId }, _, { loaders }) => loaders.dimensionSummaries.load(productId),
}
