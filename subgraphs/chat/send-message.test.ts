import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { chat } from './chat.ts'
import { insertConversations } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(chat)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const ada = (): As & { customerId: string } => ({ customerId: randomUUID(), name: 'Ada Lovelace' })
const maya: As = { name: 'Maya Angelou', roles: ['agent'] }

const startMutation = `mutation ($input: StartConversationInput!) {
  startConversation(input: $input) {
    conversation {
      id subject status customer { id } order { id } createdAt lastMessageAt
      messages { nodes { body sentAt author { kind displayName } } }
    }
    userErrors { code field message }
  }
}`
const sendMutation = `mutation ($input: SendMessageInput!) {
  sendMessage(input: $input) {
    message { id body sentAt author { kind displayName } }
    conversation { id status lastMessageAt }
    userErrors { code field message }
  }
}`

const someConversation = (changes: Record<string, unknown> = {}) => ({
  subject: 'My order',
  body: 'Where is it?',
  idempotencyKey: randomUUID(),
  ...changes,
})

async function open(input: Record<string, unknown>, as: As) {
  const { data, errors } = await subgraph.query(startMutation, { input }, as)
  expect(errors).toEqual([])
  return data.startConversation
}

async function send(conversationId: string, body: string, as: As, idempotencyKey: string = randomUUID()) {
  const input = { conversationId, body, idempotencyKey }
  const { data, errors } = await subgraph.query(sendMutation, { input }, as)
  expect(errors).toEqual([])
  return data.sendMessage
}

async function messagesOf(conversationId: string) {
  const { data } = await subgraph.query(
    `{ conversation(id: "${conversationId}") { messages(first: 100) { nodes { body sentAt author { kind } } } } }`,
    {},
    maya,
  )
  return data.conversation.messages.nodes as { body: string; sentAt: string }[]
}

const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code)

test('a conversation opens with its first message, and waits', async () => {
  const customer = ada()
  const orderId = toId('ord', randomUUID())
  const { conversation, userErrors } = await open(
    someConversation({ subject: ' My\norder ', body: ' Where is it?\n\nThank you. ', orderId }),
    customer,
  )
  expect(userErrors).toEqual([])
  expect(conversation).toMatchObject({
    subject: 'My order',
    status: 'WAITING',
    customer: { id: toId('cus', customer.customerId) },
    order: { id: orderId },
    messages: {
      nodes: [{ body: 'Where is it?\n\nThank you.', author: { kind: 'CUSTOMER', displayName: 'Ada L.' } }],
    },
  })
  expect(conversation.lastMessageAt).toBe(conversation.messages.nodes[0].sentAt)
  expect(Date.now() - Date.parse(conversation.createdAt)).toBeLessThan(60_000)
})

test('an answer hands the turn to the customer, and a question back to the agents', async () => {
  const customer = ada()
  const { conversation } = await open(someConversation(), customer)
  const answer = await send(conversation.id, ' On its way. ', maya)
  expect(answer).toMatchObject({
    message: { body: 'On its way.', author: { kind: 'AGENT', displayName: 'Maya Angelou' } },
    conversation: { id: conversation.id, status: 'ANSWERED', lastMessageAt: answer.message.sentAt },
    userErrors: [],
  })
  expect(Date.parse(answer.message.sentAt)).toBeGreaterThan(Date.parse(conversation.createdAt))
  const question = await send(conversation.id, 'When?', customer)
  expect(question).toMatchObject({
    message: { author: { kind: 'CUSTOMER', displayName: 'Ada L.' } },
    conversation: { status: 'WAITING' },
  })
})

test('who asks again does not lose their place in the queue, and who was answered has a new one', async () => {
  const [first, second] = [ada(), ada()]
  const one = (await open(someConversation(), first)).conversation
  const two = (await open(someConversation(), second)).conversation
  const queue = async () => {
    const { data } = await subgraph.query('{ conversationQueue(first: 100) { nodes { id } } }', {}, maya)
    const ids: string[] = data.conversationQueue.nodes.map(({ id }: { id: string }) => id)
    return ids.filter((id) => id === one.id || id === two.id)
  }
  await send(one.id, 'Hello?', first)
  expect(await queue()).toEqual([one.id, two.id])
  await send(one.id, 'Hello.', maya)
  expect(await queue()).toEqual([two.id, one.id])
  await send(one.id, 'Thank you, one more thing.', first)
  expect(await queue()).toEqual([two.id, one.id])
})

test('messages that are sent at once are all there, in one order that their times keep', async () => {
  const customer = ada()
  const { conversation } = await open(someConversation({ body: 'first' }), customer)
  const bodies = Array.from({ length: 40 }, (_, index) => `message ${index}`)
  await Promise.all(bodies.map((body, index) => send(conversation.id, body, index % 2 ? customer : maya)))
  const messages = await messagesOf(conversation.id)
  expect(messages).toHaveLength(41)
  expect(messages[0]?.body).toBe('first')
  expect(new Set(messages.map(({ body }) => body))).toEqual(new Set(['first', ...bodies]))
  const times = messages.map(({ sentAt }) => sentAt)
  expect(times).toEqual(times.toSorted())
})

test('a message that is sent again, also at once, is there once', async () => {
  const customer = ada()
  const { conversation } = await open(someConversation(), customer)
  const key = randomUUID()
  const sent = await Promise.all(
    Array.from({ length: 10 }, () => send(conversation.id, 'Hello?', customer, key)),
  )
  const again = await send(conversation.id, 'Hello?', customer, key)
  expect(new Set([...sent, again].map(({ message }) => message.id)).size).toBe(1)
  expect(await messagesOf(conversation.id)).toHaveLength(2)
  expect(codes(await send(conversation.id, 'Something else', customer, key))).toEqual([
    'IDEMPOTENCY_KEY_REUSED',
  ])
})

test('a conversation that is opened again, also at once, is there once', async () => {
  const customer = ada()
  const input = someConversation()
  const opened = await Promise.all(Array.from({ length: 10 }, () => open(input, customer)))
  expect(new Set(opened.map(({ conversation }) => conversation.id)).size).toBe(1)
  const { data } = await subgraph.query('{ me { conversations { totalCount } } }', {}, customer)
  expect(data.me.conversations.totalCount).toBe(1)
  expect(codes(await open({ ...input, body: 'Something else' }, customer))).toEqual([
    'IDEMPOTENCY_KEY_REUSED',
  ])
})

test('all that is wrong with a conversation is said at once, each by its field', async () => {
  const { conversation, userErrors } = await open(
    someConversation({ subject: 's'.repeat(121), body: ' \n', orderId: toId('prod', randomUUID()) }),
    ada(),
  )
  expect(conversation).toBeNull()
  expect(
    userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field.join('.')]),
  ).toEqual([
    ['INVALID_SUBJECT', 'input.subject'],
    ['INVALID_BODY', 'input.body'],
    ['INVALID_ORDER', 'input.orderId'],
  ])
})

test('a message has 1 to 4,000 characters', async () => {
  const customer = ada()
  const { conversation } = await open(someConversation(), customer)
  for (const body of ['', '  ', '🧶'.repeat(4001), 'nul\0']) {
    expect(codes(await send(conversation.id, body, customer))).toEqual(['INVALID_BODY'])
  }
  expect(codes(await send(conversation.id, '🧶'.repeat(4000), customer))).toEqual([])
})

test('what is closed takes no message, by nobody', async () => {
  const customer = ada()
  const { customerId } = customer
  const [row] = await insertConversations(subgraph.databaseUrl, [{ customerId, status: 'CLOSED' }])
  const id = toId('conv', row?.id ?? '')
  for (const as of [customer, maya]) {
    const payload = await send(id, 'Hello?', as)
    expect(payload).toMatchObject({ message: null, conversation: null })
    expect(codes(payload)).toEqual(['CONVERSATION_CLOSED'])
  }
  expect(await messagesOf(id)).toHaveLength(1)
})

test('somebody else’s conversation is as if there were none', async () => {
  const { conversation } = await open(someConversation(), ada())
  const [theirs, none, nonsense] = await Promise.all(
    [conversation.id, toId('conv', randomUUID()), 'nonsense'].map((id) => send(id, 'Hello?', ada())),
  )
  expect(codes(theirs)).toEqual(['CONVERSATION_NOT_FOUND'])
  expect(theirs).toEqual(none)
  expect(theirs).toEqual(nonsense)
  expect(await messagesOf(conversation.id)).toHaveLength(1)
})

test('an agent who is a customer too is one in conversations of their own', async () => {
  const both: As = { customerId: randomUUID(), name: 'Maya Angelou', roles: ['shopper', 'agent'] }
  const { conversation } = await open(someConversation(), both)
  const own = await send(conversation.id, 'Hello?', both)
  expect(own.message.author).toEqual({ kind: 'CUSTOMER', displayName: 'Maya A.' })
  const others = (await open(someConversation(), ada())).conversation
  expect((await send(others.id, 'Hello.', both)).message.author.kind).toBe('AGENT')
})

test.each([
  ['a guest', {}, 'UNAUTHENTICATED'],
  ['a moderator', { roles: ['moderator'] } satisfies As, 'FORBIDDEN'],
])('%s can not send a message', async (_, as, code) => {
  const { conversation } = await open(someConversation(), ada())
  const input = { conversationId: conversation.id, body: 'Hello?', idempotencyKey: randomUUID() }
  const { data, errors } = await subgraph.query(sendMutation, { input }, as)
  expect(data).toEqual({ sendMessage: null })
  expect(errors[0]).toMatchObject({ path: ['sendMessage'], extensions: { code } })
})

test('a guest can not open a conversation', async () => {
  const { data, errors } = await subgraph.query(startMutation, { input: someConversation() })
  expect(data).toEqual({ startConversation: null })
  expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
})

test('a conversation with its first message takes seven statements, and a message nine', async () => {
  const customer = ada()
  const opening = 'startConversation(input: $input) { conversation { id } }'
  subgraph.statements.length = 0
  const { data } = await subgraph.query(
    `mutation ($input: StartConversationInput!) { ${opening} }`,
    { input: someConversation() },
    customer,
  )
  expect(subgraph.statements).toHaveLength(7)
  subgraph.statements.length = 0
  await send(data.startConversation.conversation.id, 'Hello?', customer)
  expect(subgraph.statements).toHaveLength(9)
})

test('each of several writes in one request shows what was there after it', async () => {
  const customer = ada()
  const { conversation } = await open(someConversation(), customer)
  const sent = `conversation {
    messages(first: 10) { nodes { body } }
    customer { conversations { totalCount nodes { id } } }
  }`
  const { data, errors } = await subgraph.query(
    `mutation ($first: SendMessageInput!, $second: SendMessageInput!, $other: StartConversationInput!) {
      first: sendMessage(input: $first) { ${sent} }
      second: sendMessage(input: $second) { ${sent} }
      other: startConversation(input: $other) { ${sent} }
    }`,
    {
      first: { conversationId: conversation.id, body: 'One', idempotencyKey: randomUUID() },
      second: { conversationId: conversation.id, body: 'Two', idempotencyKey: randomUUID() },
      other: someConversation(),
    },
    customer,
  )
  expect(errors).toEqual([])
  expect(data.first.conversation.messages.nodes).toHaveLength(2)
  expect(data.second.conversation.messages.nodes).toHaveLength(3)
  expect(data.second.conversation.customer.conversations).toMatchObject({ totalCount: 1, nodes: [{}] })
  expect(data.other.conversation.customer.conversations).toMatchObject({ totalCount: 2, nodes: [{}, {}] })
})

test('who is no agent any more is not shown a conversation again by sending an old message again', async () => {
  const { conversation } = await open(someConversation(), ada())
  const was: As = { customerId: randomUUID(), name: 'Maya', roles: ['agent'] }
  const key = randomUUID()
  expect(codes(await send(conversation.id, 'Hello', was, key))).toEqual([])
  const again = await send(conversation.id, 'Hello', { ...was, roles: ['shopper'] }, key)
  expect(again).toMatchObject({ message: null, conversation: null })
  expect(codes(again)).toEqual(['CONVERSATION_NOT_FOUND'])
})
