import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { encodeCursor } from '../kit/paging.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import type { ReviewModel } from './mappers.ts'
import { reviews } from './reviews.ts'
import { insertPurchase, insertReviews, ofRequests } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const product = (id: string) => ({ __typename: 'Product', id: toId('prod', id) })

async function readPage(productId: string, args: string) {
  const { data, errors } = await subgraph.entities(
    [product(productId)],
    `... on Product { reviews(${args}) { nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
  )
  expect(errors).toEqual([])
  return data._entities[0].reviews
}

/** All ids of a list, read page by page. */
async function readAll(productId: string, sort: string, pageSize: number): Promise<string[]> {
  const ids: string[] = []
  let after = 'null'
  for (;;) {
    const page = await readPage(productId, `sort: ${sort}, first: ${pageSize}, after: ${after}`)
    expect(page.nodes.length).toBeLessThanOrEqual(pageSize)
    expect(page.pageInfo.hasPreviousPage).toBe(after !== 'null')
    expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null)
    ids.push(...page.nodes.map(({ id }: { id: string }) => id))
    if (!page.pageInfo.hasNextPage) return ids
    after = JSON.stringify(page.pageInfo.endCursor)
  }
}

type Comparison = (a: ReviewModel, b: ReviewModel) => number
const newest: Comparison = (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1)
const orders: Record<string, Comparison> = {
  NEWEST: newest,
  HIGHEST_RATING: (a, b) => b.rating - a.rating || newest(a, b),
  LOWEST_RATING: (a, b) => a.rating - b.rating || newest(a, b),
  MOST_HELPFUL: (a, b) => b.helpfulCount - a.helpfulCount || newest(a, b),
}

describe.each(Object.keys(orders))('in the order %s', (sort) => {
  test('pages of any size give each review once, in order, however many are alike', async () => {
    const review = fc.record({
      rating: fc.integer({ min: 1, max: 5 }),
      helpfulCount: fc.integer({ min: 0, max: 3 }),
      createdAt: fc.integer({ min: 0, max: 4 }).map((ms) => new Date(Date.UTC(2026, 9, 1) + ms)),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(review, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (list, pageSize) => {
          const productId = randomUUID()
          const rows = await insertReviews(
            subgraph.databaseUrl,
            list.map((row) => ({ ...row, productId })),
          )
          const sorted = [...rows].sort(orders[sort])
          expect(await readAll(productId, sort, pageSize)).toEqual(sorted.map(({ id }) => toId('rev', id)))
        },
      ),
      { numRuns: 12 },
    )
  })

  test('a review that is written between two pages neither repeats nor hides another', async () => {
    const productId = randomUUID()
    const at = (day: number) => new Date(Date.UTC(2026, 9, day))
    await insertReviews(
      subgraph.databaseUrl,
      [1, 2, 3, 4].map((day) => ({ productId, createdAt: at(day), rating: day, helpfulCount: day })),
    )
    const first = await readPage(productId, `sort: ${sort}, first: 2`)
    await insertReviews(subgraph.databaseUrl, [{ productId, createdAt: at(30), rating: 5, helpfulCount: 9 }])
    const second = await readPage(productId, `sort: ${sort}, first: 2, after: "${first.pageInfo.endCursor}"`)
    const seen = [...first.nodes, ...second.nodes].map(({ id }) => id)
    expect(new Set(seen).size).toBe(4)
  })
})

test('a list is narrowed by ratings and by verified purchases, and counted as it is narrowed', async () => {
  const productId = randomUUID()
  const rows = await insertReviews(
    subgraph.databaseUrl,
    [5, 5, 4, 1].map((rating) => ({ productId, rating })),
  )
  const [buyer] = rows
  await insertPurchase(subgraph.databaseUrl, { productId, customerId: buyer?.customerId ?? '' })

  const lists = {
    all: '',
    fivesAndOnes: 'filter: { ratings: [5, 1] }',
    noRatings: 'filter: { ratings: [] }',
    verified: 'filter: { verifiedPurchase: true }',
    unverifiedFives: 'filter: { verifiedPurchase: false, ratings: [5] }',
  }
  const selection = Object.entries(lists)
    .map(
      ([name, filter]) =>
        `${name}: reviews(first: 100, ${filter}) { totalCount nodes { rating verifiedPurchase } }`,
    )
    .join(' ')
  const { data, errors } = await subgraph.entities([product(productId)], `... on Product { ${selection} }`)
  expect(errors).toEqual([])
  const [found] = data._entities
  for (const name of Object.keys(lists)) expect(found[name].totalCount).toBe(found[name].nodes.length)
  expect(found.all.totalCount).toBe(4)
  expect(found.noRatings.totalCount).toBe(4)
  expect(found.fivesAndOnes.totalCount).toBe(3)
  expect(found.verified.nodes).toEqual([{ rating: 5, verifiedPurchase: true }])
  expect(found.unverifiedFives.nodes).toEqual([{ rating: 5, verifiedPurchase: false }])
})

test('a list shows what is published, and nothing else', async () => {
  const productId = randomUUID()
  await insertReviews(subgraph.databaseUrl, [
    { productId, status: 'PENDING' },
    { productId, status: 'PUBLISHED' },
    { productId, status: 'REJECTED' },
  ])
  const { data } = await subgraph.entities(
    [product(productId)],
    '... on Product { rating { count } reviews { totalCount nodes { status } } }',
  )
  expect(data._entities).toEqual([
    { rating: { count: 1 }, reviews: { totalCount: 1, nodes: [{ status: 'PUBLISHED' }] } },
  ])
})

test.each([
  ['first: 0', 'first'],
  ['first: 101', 'first'],
  ['after: "nonsense"', 'after'],
  ['filter: { ratings: [5, 6] }', 'filter.ratings'],
])('%s is refused by name', async (args, name) => {
  const { data, errors } = await subgraph.entities(
    [product(randomUUID())],
    `... on Product { id reviews(${args}) { nodes { id } } }`,
  )
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatchObject({
    path: ['_entities', 0, 'reviews'],
    extensions: { code: 'BAD_USER_INPUT' },
    message: expect.stringContaining(name),
  })
  expect(data._entities[0].reviews).toBeNull()
})

test('a cursor of one order is refused in another', async () => {
  const productId = randomUUID()
  await insertReviews(subgraph.databaseUrl, [{ productId }, { productId }])
  const { pageInfo } = await readPage(productId, 'sort: NEWEST, first: 1')
  const { errors } = await subgraph.entities(
    [product(productId)],
    `... on Product { reviews(sort: MOST_HELPFUL, after: "${pageInfo.endCursor}") { nodes { id } } }`,
  )
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test.each([
  ['a year that PostgreSQL does not know', '0000-01-01T00:00:00.000Z'],
  ['a fraction longer than PostgreSQL reads', `2026-10-01T12:00:00.${'0'.repeat(200)}Z`],
])('a made-up cursor with %s is refused', async (_, createdAt) => {
  const after = encodeCursor([createdAt, randomUUID()])
  const { errors } = await subgraph.entities(
    [product(randomUUID())],
    `... on Product { reviews(after: "${after}") { nodes { id } } }`,
  )
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

describe('statements', () => {
  const selection = `... on Product {
    rating { average count }
    reviews(first: 5, sort: MOST_HELPFUL) { totalCount nodes { id verifiedPurchase author { displayName } product { rating { count } } } }
  }`

  test.each([1, 40])('the reviews and ratings of %i products take three', async (count) => {
    const productIds = Array.from({ length: count }, () => randomUUID())
    await insertReviews(
      subgraph.databaseUrl,
      productIds.flatMap((productId) => Array.from({ length: 7 }, () => ({ productId }))),
    )
    subgraph.statements.length = 0
    const { data, errors } = await subgraph.entities(productIds.map(product), selection)
    expect(errors).toEqual([])
    expect(data._entities).toHaveLength(count)
    for (const entity of data._entities) {
      expect(entity.reviews.nodes).toHaveLength(5)
      expect(entity.reviews.totalCount).toBe(7)
    }
    expect(ofRequests(subgraph.statements)).toHaveLength(3)
  })

  test('nothing is counted that was not asked for', async () => {
    subgraph.statements.length = 0
    await readPage(randomUUID(), 'first: 5')
    expect(ofRequests(subgraph.statements)).toHaveLength(1)
  })

  test.each([1, 40])('%i reviews take one', async (count) => {
    const rows = await insertReviews(
      subgraph.databaseUrl,
      Array.from({ length: count }, () => ({})),
    )
    subgraph.statements.length = 0
    const { data } = await subgraph.entities(
      rows.map(({ id }) => ({ __typename: 'Review', id: toId('rev', id) })),
      '... on Review { title verifiedPurchase }',
    )
    expect(data._entities.filter(Boolean)).toHaveLength(count)
    expect(ofRequests(subgraph.statements)).toHaveLength(1)
  })

  test.each([1, 40])('the reviews of %i customers take one', async (count) => {
    const rows = await insertReviews(
      subgraph.databaseUrl,
      Array.from({ length: count }, () => ({})),
    )
    subgraph.statements.length = 0
    const { data } = await subgraph.entities(
      rows.map(({ customerId }) => ({ __typename: 'Customer', id: toId('cus', customerId) })),
      '... on Customer { reviews { nodes { id } } }',
      { roles: ['moderator'] },
    )
    expect(
      data._entities.map((customer: { reviews: { nodes: unknown[] } }) => customer.reviews.nodes.length),
    ).toEqual(rows.map(() => 1))
    expect(ofRequests(subgraph.statements)).toHaveLength(1)
  })
})
