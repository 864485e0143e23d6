import { Prisma, type PrismaClient } from '../../prisma/chat/generated/client.ts'
import { oneForEach } from '../kit/batching.ts'
import { type Caller, maySee } from '../kit/caller.ts'
import type { ConversationModel } from './mappers.ts'

/** A `ConversationModel` of `conversation`, a row by its name in the statement. */
export const conversationColumns = Prisma.sql`
  conversation."id", conversation."customerId", conversation."orderId", conversation."subject",
  conversation."status", conversation."statusSince", conversation."createdAt", conversation."lastMessageAt"`

export async function loadConversations(
  prisma: PrismaClient,
  ids: readonly string[],
): Promise<(ConversationModel | null)[]> {
  const rows = await prisma.$queryRaw<ConversationModel[]>`
    SELECT ${conversationColumns} FROM "Conversation" conversation
    WHERE conversation."id" = ANY(${ids}::uuid[])`
  return oneForEach(ids, rows, ({ id }) => id)
}

/** A conversation, or what is said in it, is seen by its customer and by agents; to others it is not there. */
export const visibleTo = <Row extends { customerId: string }>(
  caller: Caller,
  row: Row | null | undefined,
): Row | null => (row && maySee(caller, row.customerId, 'agent') ? row : null)
