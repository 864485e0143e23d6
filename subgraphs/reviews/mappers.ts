import type { Connection } from '../kit/paging.ts'
import type { ReviewConcern, ReviewHoldReason, ReviewStatus } from './schema.generated.ts'

// What stands behind the GraphQL types. Every id is a uuid.

export interface ProductModel {
  id: string
}

export interface CustomerModel {
  id: string
}

/** What an author writes, and may change. */
export interface ReviewContent {
  authorName: string
  rating: number
  title: string
  body: string
  /** The ratings of the product's sides, each by its key. */
  dimensionRatings: Readonly<Record<string, number>>
  photos: readonly { url: string; altText: string | null }[]
}

export interface ReviewModel extends ReviewContent {
  id: string
  productId: string
  customerId: string
  verifiedPurchase: boolean
  version: number
  status: ReviewStatus
  /** Empty unless it is pending. */
  holdReasons: ReviewHoldReason[]
  rejectionConcern: ReviewConcern | null
  rejectionNote: string | null
  decidedAt: Date | null
  /** Since a moderator last decided. */
  reportCount: number
  helpfulCount: number
  unhelpfulCount: number
  answerBody: string | null
  answeredAt: Date | null
  answerEditedAt: Date | null
  answerVersion: number
  createdAt: Date
  editedAt: Date | null
  /** Null unless it is pending. */
  heldAt: Date | null
}

export interface ReviewRevisionModel extends ReviewContent {
  productId: string
  version: number
  writtenAt: Date
}

export interface RatingSummaryModel {
  productId: string
  average: string | null
  count: number
  histogram: { rating: number; count: number }[]
}

export interface ReviewConnectionModel extends Connection<ReviewModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
}
