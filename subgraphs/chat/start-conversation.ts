import { z } from 'zod'
import { requireCustomer } from '../kit/caller.ts'
import { once, type WriteOutcome } from '../kit/idempotency.ts'
import { toUuid } from '../kit/ids.ts'
import { readLine, readText } from '../kit/text.ts'
import type { Context } from './context.ts'
import type { ConversationModel } from './mappers.ts'
import type { ChatUserError, StartConversationInput } from './schema.generated.ts'
import { customerName, longestBody } from './send-message.ts'

interface ConversationStarted {
  conversation: ConversationModel | null
  userErrors: ChatUserError[]
}

interface NewConversation {
  subject: string
  body: string
  orderId: string | null
}

function readConversation(input: StartConversationInput): NewConversation | ChatUserError[] {
  const subject = readLine(input.subject, 120)
  const body = readText(input.body, longestBody)
  const orderId = input.orderId == null ? null : toUuid('ord', input.orderId)

  const userErrors: ChatUserError[] = []
  const refuse = (code: ChatUserError['code'], field: keyof StartConversationInput, message: string) =>
    userErrors.push({ code, field: ['input', field], message })
  if (subject === null)
    refuse('INVALID_SUBJECT', 'subject', 'Say what it is about: 1 to 120 characters of plain text.')
  if (body === null) refuse('INVALID_BODY', 'body', 'Write 1 to 4,000 characters of plain text.')
  if (input.orderId != null && orderId === null) {
    refuse('INVALID_ORDER', 'orderId', 'This is not the id of an order.')
  }
  return subject === null || body === null || userErrors.length > 0 ? userErrors : { subject, body, orderId }
}

const answer = z.object({ conversationId: z.uuid() })
type Answer = z.infer<typeof answer>

/** Opens a conversation of the caller's with its first message. */
export async function startConversation(
  context: Context,
  input: StartConversationInput,
): Promise<ConversationStarted> {
  const { caller, prisma } = context
  const customerId = requireCustomer(caller)
  const read = readConversation(input)
  if (Array.isArray(read)) return { conversation: null, userErrors: read }

  const { subject, body, orderId } = read
  const { idempotencyKey: key, ...asked } = input
  const outcome = await once(
    prisma,
    { scope: `startConversation:${customerId}`, key, input: asked, answer },
    async (tx): Promise<WriteOutcome<Answer, never>> => {
      const now = new Date()
      const { id } = await tx.conversation.create({
        data: {
          customerId,
          orderId,
          site: caller.site,
          subject,
          lastSequence: 1,
          createdAt: now,
          statusSince: now,
          lastMessageAt: now,
        },
        select: { id: true },
      })
      await tx.message.create({
        data: {
          conversationId: id,
          sequence: 1,
          authorKind: 'CUSTOMER',
          authorId: caller.subject,
          authorName: customerName(caller),
          body,
          sentAt: now,
        },
        select: { id: true },
      })
      return { keep: { conversationId: id } }
    },
  )

  if (outcome.state === 'written') {
    context.forgetLoaded()
    const conversation = await context.loaders.conversation.load(outcome.answer.conversationId)
    return { conversation, userErrors: [] }
  }
  return {
    conversation: null,
    userErrors: [
      {
        code: 'IDEMPOTENCY_KEY_REUSED',
        field: ['input', 'idempotencyKey'],
        message: 'This key was used before for another conversation: make a new one.',
      },
    ],
  }
}
