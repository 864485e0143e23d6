import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import type { SubgraphConfig } from '../kit/config.ts'
import { createRequestContext, type RequestContext } from '../kit/request-context.ts'
import type { Services } from '../kit/subgraph.ts'
import { loadDimensions } from './rating-dimensions.ts'
import { loadDimensionSummaries, loadRatings } from './rating-summary.ts'
import type { ReviewFilter } from './review-filter.ts'
import { type HistoryPage, loadReportPages, loadRevisionPages } from './review-history.ts'
import { countReviews, loadReviewPages, type ReviewList, type ReviewPage } from './review-lists.ts'
import { loadReviews } from './review-rows.ts'

export interface Context extends RequestContext<PrismaClient, ReturnType<typeof createLoaders>> {
  settings: Pick<SubgraphConfig, 'reviewPhotoHosts' | 'reviewReportsToHold'>
  /** Decides whether what somebody writes is published at once. */
  filter: ReviewFilter
}

/** The contexts of requests whose reviews `filter` looks through. */
export const contextWith =
  (filter: ReviewFilter) =>
  (services: Services<PrismaClient>, caller: Caller): Context => ({
    ...createRequestContext(services, caller, createLoaders),
    settings: services.config,
    filter,
  })

function createLoaders(prisma: PrismaClient) {
  return {
    /** By the review's uuid, whatever its status. */
    review: new DataLoader((ids: readonly string[]) => loadReviews(prisma, ids)),
    /** By the review's uuid. */
    revisionPage: loaderWithArguments((ids, page: HistoryPage) => loadRevisionPages(prisma, ids, page)),
    reportPage: loaderWithArguments((ids, page: HistoryPage) => loadReportPages(prisma, ids, page)),
    /** By the product's uuid. */
    rating: new DataLoader((ids: readonly string[]) => loadRatings(prisma, ids)),
    dimensions: new DataLoader((ids: readonly string[]) => loadDimensions(prisma, ids)),
    dimensionSummaries: new DataLoader((ids: readonly string[]) => loadDimensionSummaries(prisma, ids)),
    /** By the uuid of the product or customer whose list it is. */
    reviewPage: loaderWithArguments((owners, page: ReviewPage) => loadReviewPages(prisma, owners, page)),
    reviewCount: loaderWithArguments((owners, list: ReviewList) => countReviews(prisma, owners, list)),
  }
}
