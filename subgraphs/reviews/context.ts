import DataLoader from 'dataloader'
import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { loaderWithArguments } from '../kit/batching.ts'
import type { Caller } from '../kit/caller.ts'
import { createRequestContext, type RequestContext } from '../kit/request-context.ts'
import type { Services } from '../kit/subgraph.ts'
import { loadRatings } from './rating-summary.ts'
import { countReviews, loadReviewPages, type ReviewList, type ReviewPage } from './review-lists.ts'
import { loadReviews } from './review-rows.ts'

export type Context = RequestContext<PrismaClient, ReturnType<typeof createLoaders>>

export const createContext = (services: Services<PrismaClient>, caller: Caller): Context =>
  createRequestContext(services, caller, createLoaders)

function createLoaders(prisma: PrismaClient) {
  return {
    /** By the review's uuid, whatever its status. */
    review: new DataLoader((ids: readonly string[]) => loadReviews(prisma, ids)),
    /** By the product's uuid. */
    rating: new DataLoader((ids: readonly string[]) => loadRatings(prisma, ids)),
    /** By the uuid of the product or customer whose list it is. */
    reviewPage: loaderWithArguments((owners, page: ReviewPage) => loadReviewPages(prisma, owners, page)),
    reviewCount: loaderWithArguments((owners, list: ReviewList) => countReviews(prisma, owners, list)),
  }
}
