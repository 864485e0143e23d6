import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews, ofRequests } from './test-data.ts'

// Each operation takes so many statements and no more, as many for many products or reviews as for one. Nothing is
// counted when it is read: what a statement reads of a product is bounded however many reviews it has.

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews, { seeded: true })
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

async function statementsOf(query: string, variables: Record<string, unknown> = {}, as: As = {}) {
  subgraph.statements.length = 0
  const { data, errors } = await subgraph.query(query, variables, as)
  expect(errors).toEqual([])
  const statements = ofRequests(subgraph.statements)
  return { data, statements, count: statements.length }
}

const moderator: As = { roles: ['moderator'] }
const card = `id rating title body version editedAt verifiedPurchase photos { url altText }
  dimensionRatings { dimension { label } rating } answer { body } author { displayName }`
const summary =
  'rating { average count histogram { count } dimensions { dimension { label } average count } }'

describe('reading', () => {
  test.each([
    ['ratings', 'rating { average count histogram { count } }', 1],
    ['ratings with their sides', `${summary} ratingDimensions { key }`, 3],
    ['a page of reviews', `reviews(first: 5) { nodes { ${card} } }`, 2],
    [
      'a page of reviews with its count, narrowed',
      `reviews(first: 5, filter: { withPhotos: false, ratings: [4, 5] }) { totalCount nodes { ${card} } }`,
      3,
    ],
    [
      'all of a product page',
      `${summary} reviews(first: 5, sort: MOST_HELPFUL) { totalCount nodes { ${card} } }`,
      5,
    ],
  ])('%s, for one product as for 40', async (_, selection, most) => {
    const { data } = await subgraph.query('{ topRated(first: 40) { __typename id } }')
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { ${selection} } } }`
    expect((await statementsOf(query, { r: data.topRated.slice(0, 1) })).count).toBeLessThanOrEqual(most)
    expect((await statementsOf(query, { r: data.topRated })).count).toBe(most)
  })

  test('the queue with what its reviews say, said before, and are reported for', async () => {
    const query = `{ reviewQueue(first: 50) { nodes { ${card} holdReasons reportCount rejection { concern }
      reports(first: 3) { nodes { concern comment } } revisions(first: 3) { nodes { version title } } } } }`
    const { data, count } = await statementsOf(query, {}, moderator)
    expect(data.reviewQueue.nodes.length).toBeGreaterThan(5)
    expect(count).toBe(4)
  })

  test('no count of a product reads its reviews', async () => {
    const { data } = await subgraph.query('{ topRated(first: 1) { __typename id } }')
    const { statements } = await statementsOf(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product {
        ${summary} reviews(first: 1, filter: { verifiedPurchase: false, withPhotos: true }) { totalCount }
      } } }`,
      { r: data.topRated },
    )
    for (const statement of statements.filter((text) => /count|sum/i.test(text))) {
      expect(statement).not.toMatch(/(FROM|JOIN) "Review"[ \n].*count\(/is)
    }
    expect(statements.some((text) => text.includes('FROM "ReviewCount"'))).toBe(true)
  })

  test('a page of what is kept of a customer', async () => {
    const query = '{ reviewDataExport(first: 500) { nodes { kind data } } }'
    expect((await statementsOf(query, {}, { customerId: randomUUID() })).count).toBe(1)
  })
})

describe('writing, with BEGIN, COMMIT, the key and the review as it is then', () => {
  const author = { customerId: randomUUID() }
  const input = (fields: Record<string, unknown>) => ({ input: { idempotencyKey: randomUUID(), ...fields } })
  const mutation = (name: string, selection = 'review { id version }') =>
    `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} userErrors { code } } }`

  test('each write takes so many', async () => {
    const [review] = await insertReviews(subgraph.databaseUrl, [author])
    const reviewId = toId('rev', review?.id ?? '')
    const taken: Record<string, number> = {}
    const take = async (name: string, variables: object, as: As, selection?: string) => {
      const { data, count } = await statementsOf(mutation(name, selection), { ...variables }, as)
      expect(data[name].userErrors).toEqual([])
      taken[name] = count
    }
    await take('reviewUpdate', input({ reviewId, version: 1, title: 'Warmer' }), author)
    await take(
      'reviewReport',
      input({ reviewId, concern: 'SPAM' }),
      { customerId: randomUUID() },
      'reportedAt',
    )
    await take('reviewModerate', input({ reviewId, version: 2, status: 'PUBLISHED' }), moderator)
    await take('reviewAnswerSet', input({ reviewId, body: 'Thanks.' }), { roles: ['staff'] })
    await take('reviewDataErase', input({}), author, 'erasedAt')
    expect(taken).toEqual({
      reviewUpdate: 10,
      reviewReport: 8,
      reviewModerate: 7,
      reviewAnswerSet: 7,
      reviewDataErase: 11,
    })
  })
})
