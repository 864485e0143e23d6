import { randomUUID } from 'node:crypto'
import { withConnection } from '../kit/database/migrate.ts'
import type { ConversationStatus } from './schema.generated.ts'

/** A conversation as a test wants it in the tables; what it does not say is plain. */
export interface NewConversation {
  customerId?: string
  orderId?: string | null
  status?: ConversationStatus
  statusSince?: Date
  createdAt?: Date
  /** How many messages it has; customer and agent take turns. */
  messages?: number
}

const plainTime = new Date('2026-10-01T12:00:00.000Z')

/** Puts conversations with their messages into the tables as they are. */
export async function insertConversations(databaseUrl: string, conversations: readonly NewConversation[]) {
  const rows = conversations.map(({ messages: count = 1, createdAt = plainTime, ...conversation }) => {
    const id = randomUUID()
    const messages = Array.from({ length: count }, (_, index) => ({
      id: randomUUID(),
      conversationId: id,
      sequence: index + 1,
      authorKind: index % 2 === 0 ? 'CUSTOMER' : 'AGENT',
      authorName: index % 2 === 0 ? 'Ada L.' : 'Maya',
      body: `Message ${index + 1}`,
      sentAt: new Date(createdAt.getTime() + index),
    }))
    return {
      id,
      customerId: randomUUID(),
      orderId: null,
      site: 'main',
      subject: 'My order',
      status: 'WAITING' as const,
      statusSince: createdAt,
      lastSequence: count,
      createdAt,
      lastMessageAt: messages.at(-1)?.sentAt ?? createdAt,
      ...conversation,
      messages,
    }
  })
  await withConnection(databaseUrl, async (connection) => {
    await connection.query(
      'INSERT INTO "Conversation" SELECT * FROM jsonb_populate_recordset(NULL::"Conversation", $1::jsonb)',
      [JSON.stringify(rows)],
    )
    await connection.query(
      'INSERT INTO "Message" SELECT * FROM jsonb_populate_recordset(NULL::"Message", $1::jsonb)',
      [JSON.stringify(rows.flatMap(({ messages }) => messages))],
    )
  })
  return rows
}
