import type { Connection } from '../kit/paging.ts'
import type { ReviewStatus } from './schema.generated.ts'

// What stands behind the GraphQL types. Every id is a uuid.

export interface ProductModel {
  id: string
}

export interface CustomerModel {
  id: string
}

export interface ReviewModel {
  id: string
  productId: string
  customerId: string
  authorName: string
  rating: number
  title: string
  body: string
  status: ReviewStatus
  helpfulCount: number
  unhelpfulCount: number
  createdAt: Date
  verifiedPurchase: boolean
}

export interface ReviewConnectionModel extends Connection<ReviewModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
}
