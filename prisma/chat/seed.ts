import { seedOnce } from '../../subgraphs/kit/database/seed-once.ts'
import { toId } from '../../subgraphs/kit/ids.ts'
import { type ConversationData, shopData } from '../shop-data/index.ts'

interface SeedOptions {
  url: string
  scale?: number
  today?: Date
  /** Called with how many conversations have been written, of how many. */
  onProgress?: (done: number, total: number) => void
}

// A conversation and its messages go in by one statement. What is there already stays as it is.
const writeConversations = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS conversation (
      "id" uuid, "customerId" uuid, "orderId" uuid, "site" text, "subject" text, "status" "ConversationStatus",
      "statusSince" timestamptz, "createdAt" timestamptz, "lastMessageAt" timestamptz, "messages" jsonb
    )
  ), written AS (
    INSERT INTO "Conversation" (
      "id", "customerId", "orderId", "site", "subject", "status", "statusSince", "createdAt", "lastMessageAt",
      "lastSequence"
    )
    SELECT "id", "customerId", "orderId", "site", "subject", "status", "statusSince", "createdAt", "lastMessageAt",
           jsonb_array_length("messages")
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING "id"
  )
  INSERT INTO "Message" (
    "id", "conversationId", "sequence", "authorKind", "authorId", "authorName", "body", "sentAt"
  )
  SELECT message."id", given."id", message."sequence", message."authorKind", message."authorId",
         message."authorName", message."body", message."sentAt"
  FROM written JOIN given USING ("id")
  CROSS JOIN jsonb_to_recordset(given."messages") AS message (
    "id" uuid, "sequence" int, "authorKind" "MessageAuthorKind", "authorId" text, "authorName" text, "body" text,
    "sentAt" timestamptz
  )`

/** When the last speaker began to speak: since then it has been the other's turn. */
function turnSince({ status, messages, lastMessageAt }: ConversationData): Date {
  if (status === 'CLOSED') return lastMessageAt
  const speaker = messages.at(-1)?.author
  const before = messages.findLastIndex(({ author }) => author !== speaker)
  return messages[before + 1]?.sentAt ?? lastMessageAt
}

const rowOf = (conversation: ConversationData) => ({
  ...conversation,
  statusSince: turnSince(conversation),
  messages: conversation.messages.map(({ position, author, authorId, displayName, ...message }) => ({
    ...message,
    sequence: position + 1,
    authorKind: author,
    // As tokens have it: a customer's is an id, an agent's is whatever their identity provider says.
    authorId: author === 'CUSTOMER' ? toId('cus', authorId) : authorId,
    authorName: displayName,
  })),
})

function* rowsOf(conversations: Iterable<ConversationData>) {
  for (const conversation of conversations) yield rowOf(conversation)
}

/** Writes the shop's conversations, once for each scale; a run that was broken off is taken up by the next. */
export async function seed({ url, scale = 1, today, onProgress }: SeedOptions): Promise<void> {
  const shop = shopData({ scale, ...(today && { today }) })
  await seedOnce({
    url,
    name: `scale ${scale}`,
    rows: rowsOf(shop.conversations()),
    total: shop.counts.conversations,
    insert: writeConversations,
    tables: ['Conversation', 'Message'],
    onProgress,
  })
}
