import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { encodeCursor } from '../kit/paging.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { chat } from './chat.ts'
import { insertConversations } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(chat)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const ada = randomUUID()
const customer: As = { customerId: ada }
const somebodyElse: As = { customerId: randomUUID() }
const agent: As = { roles: ['agent'] }
const guest: As = {}

/** The only row of what was inserted. */
async function conversation(...given: Parameters<typeof insertConversations>[1]) {
  const [row] = await insertConversations(subgraph.databaseUrl, given)
  if (row === undefined) throw new Error('no conversation was written')
  return row
}

test('me is the signed-in customer, and nobody for a guest or an agent', async () => {
  const me = async (as: As) => (await subgraph.query('{ me { id } }', {}, as)).data.me
  expect(await me(customer)).toEqual({ id: toId('cus', ada) })
  expect(await me(guest)).toBeNull()
  expect(await me(agent)).toBeNull()
})

test.each([
  ['its customer', customer, true],
  ['an agent', agent, true],
  ['another customer', somebodyElse, false],
  ['a moderator', { roles: ['moderator'] } satisfies As, false],
  ['a guest', guest, false],
])('a conversation and its messages are there for %s: %#', async (_, as, seen) => {
  const row = await conversation({ customerId: ada, messages: 1 })
  const id = toId('conv', row.id)
  const messageId = toId('msg', row.messages[0]?.id ?? '')
  const byId = await subgraph.query(`{ conversation(id: "${id}") { id } }`, {}, as)
  const entities = await subgraph.entities(
    [
      { __typename: 'Conversation', id },
      { __typename: 'Message', id: messageId },
    ],
    '... on Conversation { id } ... on Message { id }',
    as,
  )
  expect(byId).toMatchObject({ data: { conversation: seen ? { id } : null }, errors: [] })
  expect(entities).toMatchObject({
    data: { _entities: seen ? [{ id }, { id: messageId }] : [null, null] },
    errors: [],
  })
})

test('a conversation is told whole', async () => {
  const orderId = randomUUID()
  const row = await conversation({ customerId: ada, orderId, messages: 2, status: 'ANSWERED' })
  const { data, errors } = await subgraph.query(
    `{ conversation(id: "${toId('conv', row.id)}") {
      subject status createdAt lastMessageAt customer { id } order { id }
      messages { nodes { author { kind displayName } body sentAt } }
    } }`,
    {},
    customer,
  )
  expect(errors).toEqual([])
  expect(data.conversation).toEqual({
    subject: 'My order',
    status: 'ANSWERED',
    createdAt: '2026-10-01T12:00:00.000Z',
    lastMessageAt: '2026-10-01T12:00:00.001Z',
    customer: { id: toId('cus', ada) },
    order: { id: toId('ord', orderId) },
    messages: {
      nodes: [
        {
          author: { kind: 'CUSTOMER', displayName: 'Ada L.' },
          body: 'Message 1',
          sentAt: '2026-10-01T12:00:00.000Z',
        },
        {
          author: { kind: 'AGENT', displayName: 'Maya' },
          body: 'Message 2',
          sentAt: '2026-10-01T12:00:00.001Z',
        },
      ],
    },
  })
})

test('an id that is none, or of another kind, is nothing', async () => {
  for (const id of ['', 'nonsense', toId('ord', randomUUID()), toId('conv', randomUUID())]) {
    const { data, errors } = await subgraph.query(
      'query ($id: ID!) { conversation(id: $id) { id } }',
      { id },
      agent,
    )
    expect({ data, errors }).toEqual({ data: { conversation: null }, errors: [] })
  }
  const { data, errors } = await subgraph.entities(
    ['Conversation', 'Message', 'Order', 'Customer'].map((__typename) => ({ __typename, id: 'nonsense' })),
    '__typename',
    agent,
  )
  expect(errors).toEqual([])
  expect(data._entities).toEqual([null, null, null, null])
})

test('a customer’s conversations are for that customer and for agents, and cost others that field alone', async () => {
  const customerId = randomUUID()
  const rows = await insertConversations(
    subgraph.databaseUrl,
    [1, 2, 3].map((day) => ({ customerId, createdAt: new Date(Date.UTC(2026, 9, day)) })),
  )
  const newestFirst = rows.map(({ id }) => toId('conv', id)).reverse()
  const read = (as: As) =>
    subgraph.entities(
      [{ __typename: 'Customer', id: toId('cus', customerId) }],
      '... on Customer { id conversations { totalCount nodes { id } } }',
      as,
    )
  for (const as of [{ customerId }, agent]) {
    const { data, errors } = await read(as)
    expect(errors).toEqual([])
    expect(data._entities[0].conversations).toEqual({
      totalCount: 3,
      nodes: newestFirst.map((id) => ({ id })),
    })
  }
  for (const as of [guest, somebodyElse]) {
    const { data, errors } = await read(as)
    expect(data._entities).toEqual([{ id: toId('cus', customerId), conversations: null }])
    expect(errors).toEqual([
      expect.objectContaining({ path: ['_entities', 0, 'conversations'], extensions: { code: 'FORBIDDEN' } }),
    ])
  }
})

test('what was said about an order is shown to who said it, and all of it to agents', async () => {
  const orderId = randomUUID()
  await insertConversations(subgraph.databaseUrl, [
    { orderId, customerId: ada },
    { orderId, customerId: ada },
    { orderId },
  ])
  const count = async (as: As) => {
    const { data, errors } = await subgraph.entities(
      [{ __typename: 'Order', id: toId('ord', orderId) }],
      '... on Order { conversations { totalCount nodes { id } } }',
      as,
    )
    expect(errors).toEqual([])
    const { totalCount, nodes } = data._entities[0].conversations
    expect(nodes).toHaveLength(totalCount)
    return totalCount
  }
  expect(await count(customer)).toBe(2)
  expect(await count(somebodyElse)).toBe(0)
  expect(await count(guest)).toBe(0)
  expect(await count(agent)).toBe(3)
})

describe('paging', () => {
  test('a customer’s conversations come page by page, also where several were opened at once', async () => {
    const customerId = randomUUID()
    const rows = await insertConversations(
      subgraph.databaseUrl,
      [1, 2, 2, 2, 3, 3, 4].map((day) => ({ customerId, createdAt: new Date(Date.UTC(2026, 9, day)) })),
    )
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { data, errors } = await subgraph.query(
        'query ($after: String) { me { conversations(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }',
        { after },
        { customerId },
      )
      expect(errors).toEqual([])
      seen.push(...data.me.conversations.nodes.map(({ id }: { id: string }) => id))
      if (!data.me.conversations.pageInfo.hasNextPage) break
      after = data.me.conversations.pageInfo.endCursor
    }
    const sorted = rows.toSorted(
      (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1),
    )
    expect(seen).toEqual(sorted.map(({ id }) => toId('conv', id)))
  })

  test('messages come page by page, the first one first', async () => {
    const row = await conversation({ customerId: ada, messages: 7 })
    const bodies: string[] = []
    const sizes: number[] = []
    for (let after: string | null = null; ; ) {
      const { data, errors } = await subgraph.query(
        `query ($id: ID!, $after: String) { conversation(id: $id) {
          messages(first: 3, after: $after) { nodes { body } pageInfo { hasNextPage endCursor } }
        } }`,
        { id: toId('conv', row.id), after },
        customer,
      )
      expect(errors).toEqual([])
      const { nodes, pageInfo } = data.conversation.messages
      sizes.push(nodes.length)
      bodies.push(...nodes.map(({ body }: { body: string }) => body))
      if (!pageInfo.hasNextPage) break
      after = pageInfo.endCursor
    }
    expect(sizes).toEqual([3, 3, 1])
    expect(bodies).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `Message ${number}`))
  })

  test.each([
    'conversationQueue(first: 0) { totalCount }',
    'conversationQueue(after: "nonsense") { totalCount }',
    'me { conversations(first: 101) { totalCount } }',
    'me { conversations(after: "nonsense") { totalCount } }',
    // PostgreSQL knows no year 0, and reads no fraction as long.
    `me { conversations(after: "${encodeCursor(['0000-01-01T00:00:00.000Z', ada])}") { totalCount } }`,
    `conversationQueue(after: "${encodeCursor(['WAITING', `2026-10-01T12:00:00.${'0'.repeat(200)}Z`, ada])}") { totalCount }`,
  ])('%s is refused', async (field) => {
    const { errors } = await subgraph.query(`{ ${field} }`, {}, { customerId: ada, roles: ['agent'] })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })
})

describe('the queue', () => {
  test('has those that wait before those that are answered, the longest first, and none that is closed', async () => {
    await startAnew()
    const since = (day: number) => ({
      createdAt: new Date(Date.UTC(2026, 8, 1)),
      statusSince: new Date(Date.UTC(2026, 9, day)),
    })
    const rows = await insertConversations(subgraph.databaseUrl, [
      { status: 'ANSWERED', ...since(1) },
      { status: 'WAITING', ...since(4) },
      { status: 'CLOSED', ...since(1) },
      { status: 'WAITING', ...since(2) },
      { status: 'ANSWERED', ...since(3) },
      { status: 'WAITING', ...since(3) },
    ])
    const expected = [3, 5, 1, 0, 4].map((index) => toId('conv', rows[index]?.id ?? ''))

    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { data, errors } = await subgraph.query(
        'query ($after: String) { conversationQueue(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
        agent,
      )
      expect(errors).toEqual([])
      expect(data.conversationQueue.totalCount).toBe(5)
      seen.push(...data.conversationQueue.nodes.map(({ id }: { id: string }) => id))
      if (!data.conversationQueue.pageInfo.hasNextPage) break
      after = data.conversationQueue.pageInfo.endCursor
    }
    expect(seen).toEqual(expected)
  })

  test.each([
    ['a guest', guest, 'UNAUTHENTICATED'],
    ['a customer', customer, 'FORBIDDEN'],
    ['a moderator', { roles: ['moderator'] } satisfies As, 'FORBIDDEN'],
  ])('is not for %s', async (_, as, code) => {
    const { data, errors } = await subgraph.query('{ conversationQueue { totalCount } }', {}, as)
    expect(data).toEqual({ conversationQueue: null })
    expect(errors[0]?.extensions.code).toBe(code)
  })

  /** The queue is everybody's, so that what other tests left in it has to go. */
  async function startAnew() {
    await subgraph.stop()
    subgraph = await start()
  }
})

describe('statements', () => {
  async function statementsOf(run: () => Promise<{ errors: unknown[] }>): Promise<number> {
    subgraph.statements.length = 0
    const { errors } = await run()
    expect(errors).toEqual([])
    return subgraph.statements.length
  }

  test.each([1, 40])('%i conversations with their messages take two', async (count) => {
    const rows = await insertConversations(
      subgraph.databaseUrl,
      Array.from({ length: count }, () => ({ messages: 3 })),
    )
    const statements = await statementsOf(async () => {
      const answer = await subgraph.entities(
        rows.map(({ id }) => ({ __typename: 'Conversation', id: toId('conv', id) })),
        '... on Conversation { subject customer { id } order { id } messages(first: 2) { nodes { body author { displayName } } } }',
        agent,
      )
      for (const entity of answer.data._entities) expect(entity.messages.nodes).toHaveLength(2)
      return answer
    })
    expect(statements).toBe(2)
  })

  test.each([1, 40])('%i messages take one', async (count) => {
    const rows = await insertConversations(
      subgraph.databaseUrl,
      Array.from({ length: count }, () => ({})),
    )
    const statements = await statementsOf(() =>
      subgraph.entities(
        rows.map(({ messages }) => ({ __typename: 'Message', id: toId('msg', messages[0]?.id ?? '') })),
        '... on Message { body }',
        agent,
      ),
    )
    expect(statements).toBe(1)
  })

  test.each([1, 40])(
    'the conversations of %i customers and as many orders take two, and counted four',
    async (count) => {
      const rows = await insertConversations(
        subgraph.databaseUrl,
        Array.from({ length: count }, () => ({ orderId: randomUUID() })),
      )
      const representations = rows.flatMap(({ customerId, orderId }) => [
        { __typename: 'Customer', id: toId('cus', customerId) },
        { __typename: 'Order', id: toId('ord', orderId ?? '') },
      ])
      const read = (fields: string) =>
        subgraph.entities(
          representations,
          `... on Customer { conversations { ${fields} } } ... on Order { conversations { ${fields} } }`,
          agent,
        )
      expect(await statementsOf(() => read('nodes { id }'))).toBe(2)
      expect(await statementsOf(() => read('totalCount nodes { id }'))).toBe(4)
    },
  )
})
