import { z } from 'zod'
import type { Prisma } from '../../prisma/chat/generated/client.ts'
import { type Caller, requireRole } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { readLine, readText, shortName } from '../kit/text.ts'
import type { Context } from './context.ts'
import { visibleTo } from './conversation-rows.ts'
import type { ConversationModel, MessageModel } from './mappers.ts'
import type { ChatUserError, MessageAuthorKind, SendMessageInput } from './schema.generated.ts'

interface MessageSent {
  message: MessageModel | null
  conversation: ConversationModel | null
  userErrors: ChatUserError[]
}

interface NewMessage {
  conversationId: string
  body: string
}

export const longestBody = 4000
const longestName = 60

/** The name that a customer shows to the shop and to nobody else. */
export const customerName = ({ name }: Caller): string =>
  (name === null ? null : readLine(shortName(name), longestName)) ?? 'A customer'

const agentName = ({ name }: Caller): string =>
  (name === null ? null : readLine(name, longestName)) ?? 'Customer service'

const answer = z.object({ messageId: z.uuid() })
type Answer = z.infer<typeof answer>
type Refusal = 'CONVERSATION_NOT_FOUND' | 'CONVERSATION_CLOSED'

/**
 * Adds a message after the last one. The conversation's row is locked for as long, so that messages that are
 * sent at once get numbers and times in one order.
 */
async function addMessage(
  tx: Prisma.TransactionClient,
  caller: Caller,
  { conversationId, body }: NewMessage,
): Promise<WriteOutcome<Answer, Refusal>> {
  const [locked] = await tx.$queryRaw<Pick<ConversationModel, 'customerId' | 'status'>[]>`
    SELECT "customerId", "status" FROM "Conversation" WHERE "id" = ${conversationId}::uuid FOR NO KEY UPDATE`
  const conversation = visibleTo(caller, locked)
  if (conversation === null) return { refuse: 'CONVERSATION_NOT_FOUND' }
  if (conversation.status === 'CLOSED') return { refuse: 'CONVERSATION_CLOSED' }

  // An agent is a customer in a conversation of their own.
  const own = conversation.customerId === caller.customerId
  const authorKind: MessageAuthorKind = own ? 'CUSTOMER' : 'AGENT'
  const { lastSequence, lastMessageAt } = await advanceConversation(
    tx,
    conversationId,
    own ? 'WAITING' : 'ANSWERED',
  )
  const { id } = await tx.message.create({
    data: {
      conversationId,
      sequence: lastSequence,
      authorKind,
      authorId: caller.subject,
      authorName: own ? customerName(caller) : agentName(caller),
      body,
      sentAt: lastMessageAt,
    },
    select: { id: true },
  })
  return { keep: { messageId: id } }
}

/** Gives the conversation, whose row is locked, its next sequence and time; neither ever goes back. */
async function advanceConversation(
  tx: Prisma.TransactionClient,
  id: string,
  status: 'WAITING' | 'ANSWERED',
): Promise<{ lastSequence: number; lastMessageAt: Date }> {
  const [advanced] = await tx.$queryRaw<{ lastSequence: number; lastMessageAt: Date }[]>`
    UPDATE "Conversation" SET
      "lastSequence" = "lastSequence" + 1,
      "lastMessageAt" = greatest("lastMessageAt", clock_timestamp()),
      "statusSince" = CASE WHEN "status" = ${status}::"ConversationStatus" THEN "statusSince"
                      ELSE greatest("lastMessageAt", clock_timestamp()) END,
      "status" = ${status}::"ConversationStatus"
    WHERE "id" = ${id}::uuid
    RETURNING "lastSequence", "lastMessageAt"`
  if (advanced === undefined) throw new Error('a conversation that is locked has gone')
  return advanced
}

const messageOf: Record<Refusal, string> = {
  CONVERSATION_NOT_FOUND: 'There is no such conversation.',
  CONVERSATION_CLOSED: 'This conversation is closed: start a new one.',
}

/** Adds a message of the caller's: a customer's to a conversation of their own, an agent's to any. */
export async function sendMessage(context: Context, input: SendMessageInput): Promise<MessageSent> {
  const { caller, prisma } = context
  if (caller.customerId === null) requireRole(caller, 'agent')
  const body = readText(input.body, longestBody)
  if (body === null) return refused('INVALID_BODY', 'body', 'Write 1 to 4,000 characters of plain text.')
  const conversationId = toUuid('conv', input.conversationId)
  if (conversationId === null) return notSent('CONVERSATION_NOT_FOUND')

  const { idempotencyKey: key, ...asked } = input
  const scope = `sendMessage:${caller.subject ?? 'agent'}`
  const outcome = await once(prisma, { scope, key, input: asked, answer }, (tx: Prisma.TransactionClient) =>
    addMessage(tx, caller, { conversationId, body }),
  )
  switch (outcome.state) {
    case 'written': {
      context.forgetLoaded()
      const { loaders } = context
      const [message, conversation] = await Promise.all([
        loaders.message.load(outcome.answer.messageId),
        loaders.conversation.load(conversationId),
      ])
      // A repeat gives the first answer, but not to somebody who may not see the conversation any more.
      if (visibleTo(caller, conversation) === null) return notSent('CONVERSATION_NOT_FOUND')
      return { message, conversation, userErrors: [] }
    }
    case 'refused':
      return notSent(outcome.refusal)
    case 'key reused':
      return refused(
        'IDEMPOTENCY_KEY_REUSED',
        'idempotencyKey',
        'This key was used before for another message: make a new one.',
      )
  }
}

const notSent = (code: Refusal): MessageSent => refused(code, 'conversationId', messageOf[code])

function refused(code: ChatUserError['code'], field: keyof SendMessageInput, message: string): MessageSent {
  return { message: null, conversation: null, userErrors: [{ code, field: ['input', field], message }] }
}
