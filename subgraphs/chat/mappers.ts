import type { Connection } from '../kit/paging.ts'
import type { ConversationStatus, MessageAuthorKind } from './schema.generated.ts'

// What stands behind the GraphQL types. Every id is a uuid.

export interface CustomerModel {
  id: string
}

export interface OrderModel {
  id: string
}

export interface ConversationModel {
  id: string
  customerId: string
  orderId: string | null
  subject: string
  status: ConversationStatus
  /** Since when the status holds. */
  statusSince: Date
  createdAt: Date
  lastMessageAt: Date
}

export interface ConversationConnectionModel extends Connection<ConversationModel> {
  /** Counts only when it is asked for. */
  totalCount: () => Promise<number>
}

export interface MessageModel {
  id: string
  conversationId: string
  /** Whose conversation it is in. */
  customerId: string
  /** From 1, without a gap. */
  sequence: number
  authorKind: MessageAuthorKind
  authorName: string
  body: string
  sentAt: Date
}
