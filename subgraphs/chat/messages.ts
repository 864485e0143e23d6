import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/chat/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import { type Connection, checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import type { MessageModel } from './mappers.ts'

export interface MessagePage {
  first: number
  after: string | null
}

/** A `MessageModel` of `message` in `conversation`, rows by their names in the statement. */
const messageColumns = Prisma.sql`
  message."id", message."conversationId", conversation."customerId", message."sequence", message."authorKind",
  message."authorName", message."body", message."sentAt"`

export async function loadMessages(
  prisma: PrismaClient,
  ids: readonly string[],
): Promise<(MessageModel | null)[]> {
  const rows = await prisma.$queryRaw<MessageModel[]>`
    SELECT ${messageColumns} FROM "Message" message
    JOIN "Conversation" conversation ON conversation."id" = message."conversationId"
    WHERE message."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

const sequenceKey = z.tuple([
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
])

/** For each conversation `first + 1` messages, by one statement for all of them. */
export async function loadMessagePages(
  prisma: PrismaClient,
  conversations: readonly string[],
  { first, after }: MessagePage,
): Promise<MessageModel[][]> {
  const [place] = decodeCursor(after, sequenceKey) ?? [0]
  const rows = await prisma.$queryRaw<MessageModel[]>`
    SELECT ${messageColumns} FROM "Conversation" conversation
    CROSS JOIN LATERAL (
      SELECT * FROM "Message" message
      WHERE message."conversationId" = conversation."id" AND message."sequence" > ${place}::int
      ORDER BY message."sequence" LIMIT ${first + 1}
    ) message
    WHERE conversation."id" = ANY(${conversations}::uuid[])
    ORDER BY message."sequence"`
  return listForEach(conversations, rows, ({ conversationId }) => conversationId)
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  loaders: { messagePage: (conversation: string, page: MessagePage) => Promise<MessageModel[]> }
}

/**
 * A page of a conversation's messages, the first one first.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function messageConnection(
  { loaders }: Loading,
  conversationId: string,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<Connection<MessageModel>> {
  checkFirst(first, 100)
  decodeCursor(after, sequenceKey)
  const rows = await loaders.messagePage(conversationId, { first, after })
  return toConnection({ rows, first, after, sortKey: ({ sequence }) => [sequence], toNode: (row) => row })
}
