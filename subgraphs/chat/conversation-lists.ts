import { z } from 'zod'
import { Prisma, type PrismaClient } from '../../prisma/chat/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import { checkFirst, cursorInstant, decodeCursor, toConnection } from '../kit/paging.ts'
import { conversationColumns } from './conversation-rows.ts'
import type { ConversationConnectionModel, ConversationModel } from './mappers.ts'

/** The conversations of a customer, or about an order. */
export interface ConversationList {
  of: 'customer' | 'order'
  /** Only those of this customer; null for all. */
  ownedBy: string | null
}

export interface ConversationPage extends ConversationList {
  first: number
  after: string | null
}

interface PageArguments {
  first: number
  after?: string | null | undefined
}

/** Whether `conversation` is in the list of `list`, both rows by their names in the statement. */
function isInList({ of, ownedBy }: ConversationList): Prisma.Sql {
  const owned = of === 'customer' ? Prisma.sql`conversation."customerId"` : Prisma.sql`conversation."orderId"`
  const visible =
    ownedBy === null ? Prisma.empty : Prisma.sql`AND conversation."customerId" = ${ownedBy}::uuid`
  return Prisma.sql`${owned} = list."owner" ${visible}`
}

const newestKey = z.tuple([cursorInstant, z.uuid()])

/** For each owner `first + 1` conversations, by one statement for all of them. */
export async function loadConversationPages(
  prisma: PrismaClient,
  owners: readonly string[],
  page: ConversationPage,
): Promise<ConversationModel[][]> {
  const place = decodeCursor(page.after, newestKey)
  const isAfter =
    place === null
      ? Prisma.empty
      : Prisma.sql`AND (conversation."createdAt", conversation."id") < (${place[0]}::timestamptz, ${place[1]}::uuid)`
  const orderBy = Prisma.sql`conversation."createdAt" DESC, conversation."id" DESC`
  const rows = await prisma.$queryRaw<ConversationModel[]>`
    SELECT ${conversationColumns}
    FROM unnest(${owners}::uuid[]) AS list ("owner")
    CROSS JOIN LATERAL (
      SELECT * FROM "Conversation" conversation
      WHERE ${isInList(page)} ${isAfter}
      ORDER BY ${orderBy} LIMIT ${page.first + 1}
    ) conversation
    ORDER BY ${orderBy}`
  return listForEach(owners, rows, (row) => (page.of === 'customer' ? row.customerId : (row.orderId ?? '')))
}

/** How many conversations each owner's list has, by one statement for all of them. */
export async function countConversations(
  prisma: PrismaClient,
  owners: readonly string[],
  list: ConversationList,
): Promise<number[]> {
  const rows = await prisma.$queryRaw<{ owner: string; count: number }[]>`
    SELECT list."owner",
           (SELECT count(*)::int FROM "Conversation" conversation WHERE ${isInList(list)}) AS "count"
    FROM unnest(${owners}::uuid[]) AS list ("owner")`
  const counts = new Map(rows.map(({ owner, count }) => [owner, count]))
  return owners.map((owner) => counts.get(owner) ?? 0)
}

// The context imports this file, so this names what it takes of the context, and not the context.
interface Loading {
  loaders: {
    conversationPage: (owner: string, page: ConversationPage) => Promise<ConversationModel[]>
    conversationCount: (owner: string, list: ConversationList) => Promise<number>
  }
}

/**
 * A page of a customer's conversations, or of those about an order, the one opened last first.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function conversationConnection(
  { loaders }: Loading,
  list: ConversationList,
  owner: string,
  { first, after = null }: PageArguments,
): Promise<ConversationConnectionModel> {
  checkFirst(first, 100)
  decodeCursor(after, newestKey)
  const rows = await loaders.conversationPage(owner, { ...list, first, after })
  const sortKey = ({ createdAt, id }: ConversationModel) => [createdAt.toISOString(), id]
  return {
    ...toConnection({ rows, first, after, sortKey, toNode: (row) => row }),
    totalCount: () => loaders.conversationCount(owner, list),
  }
}

const queueKey = z.tuple([z.enum(['WAITING', 'ANSWERED']), cursorInstant, z.uuid()])

/**
 * A page of the open conversations: those that wait before those that have been answered, and in each state
 * the one that has been in it longest first.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function queueConnection(
  prisma: PrismaClient,
  { first, after = null }: PageArguments,
): Promise<ConversationConnectionModel> {
  checkFirst(first, 100)
  const place = decodeCursor(after, queueKey)
  const isAfter =
    place === null
      ? Prisma.empty
      : Prisma.sql`AND (conversation."status", conversation."statusSince", conversation."id")
          > (${place[0]}::"ConversationStatus", ${place[1]}::timestamptz, ${place[2]}::uuid)`
  const rows = await prisma.$queryRaw<ConversationModel[]>`
    SELECT ${conversationColumns} FROM "Conversation" conversation
    WHERE conversation."status" < 'CLOSED' ${isAfter}
    ORDER BY conversation."status", conversation."statusSince", conversation."id" LIMIT ${first + 1}`
  const sortKey = ({ status, statusSince, id }: ConversationModel) => [status, statusSince.toISOString(), id]
  return {
    ...toConnection({ rows, first, after, sortKey, toNode: (row) => row }),
    totalCount: () => prisma.conversation.count({ where: { status: { not: 'CLOSED' } } }),
  }
}
