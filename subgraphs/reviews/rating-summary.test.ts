import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews, miscounted, ofRequests } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const product = (id: string) => ({ __typename: 'Product', id: toId('prod', id) })

async function ratingOf(productId: string) {
  const { data } = await subgraph.entities(
    [product(productId)],
    '... on Product { rating { average count histogram { rating count } } }',
  )
  return data._entities[0].rating
}

test('a product that nobody has rated, or that there is not, has zeros and no average', async () => {
  expect(await ratingOf(randomUUID())).toEqual({
    average: null,
    count: 0,
    histogram: [5, 4, 3, 2, 1].map((rating) => ({ rating, count: 0 })),
  })
})

test.each([
  [[4], '4.00'],
  [[5, 4, 4], '4.33'],
  [[5, 5, 4], '4.67'],
  [[5, 4, 4, 4, 4, 4, 4, 4], '4.13'],
  [[1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], '1.05'],
])('the average of %j is %s', async (ratings, average) => {
  const productId = randomUUID()
  await insertReviews(
    subgraph.databaseUrl,
    ratings.map((rating) => ({ productId, rating })),
  )
  expect(await ratingOf(productId)).toMatchObject({ average, count: ratings.length })
})

test('ratings stay equal to a recount under any reviews at the same time', async () => {
  const review = fc.record({
    product: fc.integer({ min: 0, max: 1 }),
    customer: fc.integer({ min: 0, max: 11 }),
    // Two of them are refused.
    rating: fc.integer({ min: 0, max: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(review, { minLength: 20, maxLength: 40 }), async (list) => {
      const products = [randomUUID(), randomUUID()].sort()
      const customers = Array.from({ length: 12 }, () => randomUUID())
      const answers = await Promise.all(
        list.map(({ product, customer, rating }) =>
          subgraph.query(
            'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { review { id } userErrors { code } } }',
            {
              input: {
                productId: toId('prod', products[product] ?? ''),
                rating,
                title: 'Warm',
                body: 'Warm and soft.',
                idempotencyKey: randomUUID(),
              },
            },
            { customerId: customers[customer] ?? '' },
          ),
        ),
      )
      expect(answers.flatMap(({ errors }) => errors)).toEqual([])
      const distinct = new Set(
        list
          .filter(({ rating }) => rating >= 1 && rating <= 5)
          .map(({ product, customer }) => `${product} ${customer}`),
      )
      expect(answers.filter(({ data }) => data.submitReview.review !== null)).toHaveLength(distinct.size)

      expect(await miscounted(subgraph.databaseUrl, ['ratings'])).toEqual({})
    }),
    { numRuns: 10 },
  )
})

test('the shelf of the best rated weighs the mean by how many gave it, from 5 ratings on', async () => {
  const [few, steady, perfect, poor] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const rated = (productId: string, count: number, rating: number) =>
    Array.from({ length: count }, () => ({ productId, rating }))
  await withConnection(subgraph.databaseUrl, (connection) => connection.query('DELETE FROM "Review"'))
  await insertReviews(subgraph.databaseUrl, [
    ...rated(few, 4, 5),
    ...rated(perfect, 5, 5),
    ...rated(steady, 60, 5),
    ...rated(steady, 15, 4),
    ...rated(poor, 30, 1),
  ])

  subgraph.statements.length = 0
  const shelf = await subgraph.query('{ topRated(first: 10) { id rating { count } } }')
  expect(shelf.data.topRated.map(({ id }: { id: string }) => id)).toEqual(
    [steady, perfect, poor].map((id) => toId('prod', id)),
  )
  expect(ofRequests(subgraph.statements)).toHaveLength(2)

  const { data } = await subgraph.query('{ topRated(first: 1) { id } }')
  expect(data.topRated).toEqual([{ id: toId('prod', steady) }])
  for (const first of [0, 51]) {
    const { errors } = await subgraph.query(`{ topRated(first: ${first}) { id } }`)
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  }
})
