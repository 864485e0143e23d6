import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const customerId = randomUUID()
const author: As = { customerId }
const somebodyElse: As = { customerId: randomUUID() }
const moderator: As = { roles: ['moderator'] }
const guest: As = {}

test('me is the signed-in customer, and nobody for a guest or for who works here', async () => {
  const me = async (as: As) => (await subgraph.query('{ me { id } }', {}, as)).data.me
  expect(await me(author)).toEqual({ id: toId('cus', customerId) })
  expect(await me(guest)).toBeNull()
  expect(await me(moderator)).toBeNull()
})

describe('a review that is not published', () => {
  test.each([
    ['its author', author, true],
    ['a moderator', moderator, true],
    ['another customer', somebodyElse, false],
    ['a guest', guest, false],
  ])('is seen by %s: %s', async (_, as, seen) => {
    const own = { customerId, status: 'PENDING' as const }
    const [review] = await insertReviews(subgraph.databaseUrl, [own])
    const id = toId('rev', review?.id ?? '')
    const byId = await subgraph.query(`{ review(id: "${id}") { id status } }`, {}, as)
    const asEntity = await subgraph.entities(
      [{ __typename: 'Review', id }],
      '... on Review { id status }',
      as,
    )
    const expected = seen ? { id, status: 'PENDING' } : null
    expect(byId).toMatchObject({ data: { review: expected }, errors: [] })
    expect(asEntity).toMatchObject({ data: { _entities: [expected] }, errors: [] })
  })
})

test('an id that is none, or of another kind, is nothing', async () => {
  const wrong = ['', 'nonsense', 'rev_', toId('prod', randomUUID()), toId('rev', randomUUID())]
  for (const id of wrong) {
    const { data, errors } = await subgraph.query('query ($id: ID!) { review(id: $id) { id } }', { id })
    expect({ data, errors }).toEqual({ data: { review: null }, errors: [] })
  }
  const { data, errors } = await subgraph.entities(
    ['Review', 'Product', 'Customer'].map((__typename) => ({ __typename, id: 'nonsense' })),
    '__typename',
  )
  expect(errors).toEqual([])
  expect(data._entities).toEqual([null, null, null])
})

test('what a customer wrote is for that customer and for moderators, and costs others that field alone', async () => {
  const owner = randomUUID()
  await insertReviews(subgraph.databaseUrl, [
    { customerId: owner, status: 'REJECTED', createdAt: new Date('2026-10-02T00:00:00Z') },
    { customerId: owner, createdAt: new Date('2026-10-03T00:00:00Z') },
  ])
  const read = (as: As) =>
    subgraph.entities(
      [{ __typename: 'Customer', id: toId('cus', owner) }],
      '... on Customer { id reviews { totalCount nodes { status } } }',
      as,
    )
  const expected = { totalCount: 2, nodes: [{ status: 'PUBLISHED' }, { status: 'REJECTED' }] }
  for (const as of [{ customerId: owner }, moderator]) {
    const { data, errors } = await read(as)
    expect(errors).toEqual([])
    expect(data._entities[0].reviews).toEqual(expected)
  }
  for (const as of [guest, somebodyElse, { roles: ['agent'] } satisfies As]) {
    const { data, errors } = await read(as)
    expect(data._entities).toEqual([{ id: toId('cus', owner), reviews: null }])
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['_entities', 0, 'reviews'],
        extensions: { code: 'FORBIDDEN' },
      }),
    ])
  }
})
