import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { ofRequests } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const mutation = `mutation ($input: SubmitReviewInput!) {
  submitReview(input: $input) {
    review {
      id rating title body status helpfulCount unhelpfulCount verifiedPurchase createdAt
      author { displayName } product { id rating { count average } }
    }
    userErrors { code field message }
  }
}`

const someReview = (changes: Record<string, unknown> = {}) => ({
  productId: toId('prod', randomUUID()),
  rating: 4,
  title: 'Warm',
  body: 'Warm and soft.',
  idempotencyKey: randomUUID(),
  ...changes,
})

const ada = (): As => ({ customerId: randomUUID(), name: 'Ada Lovelace' })

async function submit(input: Record<string, unknown>, as: As = ada()) {
  const { data, errors } = await subgraph.query(mutation, { input }, as)
  expect(errors).toEqual([])
  return data.submitReview
}

const codes = (payload: { userErrors: { code: string }[] }) => payload.userErrors.map(({ code }) => code)

test('a review is published at once, trimmed, under its author’s short name', async () => {
  const input = someReview({ title: '  Warm\nand  light ', body: '\n Worth it.\n\nReally. ' })
  const { review, userErrors } = await submit(input)
  expect(userErrors).toEqual([])
  expect(review).toMatchObject({
    rating: 4,
    title: 'Warm and light',
    body: 'Worth it.\n\nReally.',
    status: 'PUBLISHED',
    helpfulCount: 0,
    unhelpfulCount: 0,
    verifiedPurchase: false,
    author: { displayName: 'Ada L.' },
    product: { id: input.productId, rating: { count: 1, average: '4.00' } },
  })
  expect(Date.now() - Date.parse(review.createdAt)).toBeLessThan(60_000)

  const stranger = await subgraph.query(`{ review(id: "${review.id}") { title } }`)
  expect(stranger.data.review).toEqual({ title: 'Warm and light' })
})

test('an author may show another name, or have none', async () => {
  const asked = await submit(someReview({ displayName: '  Countess\tof L. ' }))
  expect(asked.review.author.displayName).toBe('Countess of L.')
  const blank = await submit(someReview({ displayName: '  ' }))
  expect(blank.review.author.displayName).toBe('Ada L.')
  const nameless = await submit(someReview(), { customerId: randomUUID() })
  expect(nameless.review.author.displayName).toBe('A customer')
})

test('all that is wrong with a review is said at once, each by its field', async () => {
  const { review, userErrors } = await submit(
    someReview({
      productId: toId('rev', randomUUID()),
      rating: 6,
      title: ' ',
      body: '🧶'.repeat(5001),
      displayName: 'L'.repeat(61),
    }),
  )
  expect(review).toBeNull()
  expect(
    userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field.join('.')]),
  ).toEqual([
    ['INVALID_PRODUCT', 'input.productId'],
    ['INVALID_RATING', 'input.rating'],
    ['INVALID_TITLE', 'input.title'],
    ['INVALID_BODY', 'input.body'],
    ['INVALID_DISPLAY_NAME', 'input.displayName'],
  ])
})

test.each([
  { rating: 0 },
  { rating: -1 },
  { title: 't'.repeat(121) },
  { title: 'nul\0' },
  { body: '' },
  { body: 'bell\u0007' },
  { productId: 'prod_' },
  { productId: '' },
])('%j is refused', async (change) => {
  const payload = await submit(someReview(change))
  expect(payload.review).toBeNull()
  expect(codes(payload)).toHaveLength(1)
})

test('lengths are counted in characters', async () => {
  const { review, userErrors } = await submit(
    someReview({ title: '🧶'.repeat(120), body: 'é🧶'.repeat(2500), displayName: '𠮷'.repeat(60) }),
  )
  expect(userErrors).toEqual([])
  expect([...review.title]).toHaveLength(120)
})

test('a customer has one review of a product, however many are sent at once', async () => {
  const author = ada()
  const productId = toId('prod', randomUUID())
  const payloads = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      submit(someReview({ productId, title: `Attempt ${index}`, rating: (index % 5) + 1 }), author),
    ),
  )
  const written = payloads.filter(({ review }) => review !== null)
  expect(written).toHaveLength(1)
  expect(written[0].review.product.rating).toMatchObject({ count: 1 })
  expect(payloads.flatMap(codes)).toEqual(Array(19).fill('ALREADY_REVIEWED'))
  const someoneElse = await submit(someReview({ productId }))
  expect(someoneElse.review.product.rating.count).toBe(2)
})

test('a review that is sent again, also at once, gives the first answer', async () => {
  const author = ada()
  const input = someReview()
  const answers = await Promise.all(Array.from({ length: 10 }, () => submit(input, author)))
  const again = await submit({ ...input }, author)
  for (const { review, userErrors } of [...answers, again]) {
    expect(userErrors).toEqual([])
    expect(review.id).toBe(again.review.id)
    expect(review.product.rating.count).toBe(1)
  }
})

test('a key holds for one input, and for one customer', async () => {
  const author = ada()
  const input = someReview()
  await submit(input, author)
  const other = await submit({ ...input, productId: toId('prod', randomUUID()) }, author)
  expect(codes(other)).toEqual(['IDEMPOTENCY_KEY_REUSED'])
  expect(other.review).toBeNull()
  expect((await submit(input)).userErrors).toEqual([])
})

test('a refusal uses up no key', async () => {
  const author = ada()
  const productId = toId('prod', randomUUID())
  await submit(someReview({ productId }), author)
  const second = someReview({ productId })
  expect(codes(await submit(second, author))).toEqual(['ALREADY_REVIEWED'])
  const mended = await submit({ ...second, productId: toId('prod', randomUUID()) }, author)
  expect(mended.userErrors).toEqual([])
})

test('a key that is too short is refused', async () => {
  const { data, errors } = await subgraph.query(
    mutation,
    { input: someReview({ idempotencyKey: 'short' }) },
    ada(),
  )
  expect(data.submitReview).toBeNull()
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
})

test('a guest is asked to sign in', async () => {
  const { data, errors } = await subgraph.query(mutation, { input: someReview() })
  expect(data).toEqual({ submitReview: null })
  expect(errors[0]).toMatchObject({ path: ['submitReview'], extensions: { code: 'UNAUTHENTICATED' } })
})

test('a review takes seven statements, and its key’s repeat five', async () => {
  const author = ada()
  const input = someReview()
  const count = async () => {
    subgraph.statements.length = 0
    const { errors } = await subgraph.query(
      'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { review { id } } }',
      { input },
      author,
    )
    expect(errors).toEqual([])
    return ofRequests(subgraph.statements).length
  }
  expect(await count()).toBe(7)
  expect(await count()).toBe(5)
})

test('each of several writes in one request shows what was there after it', async () => {
  const productId = toId('prod', randomUUID())
  const { review } = await submit(someReview({ productId }))
  const written = 'review { helpfulCount product { reviews { totalCount nodes { helpfulCount } } } }'
  const { data, errors } = await subgraph.query(
    `mutation ($id: ID!, $input: SubmitReviewInput!) {
      first: voteReview(input: { reviewId: $id, helpful: true }) { ${written} }
      second: voteReview(input: { reviewId: $id, helpful: null }) { ${written} }
      third: submitReview(input: $input) { ${written} }
    }`,
    { id: review.id, input: someReview({ productId }) },
    ada(),
  )
  expect(errors).toEqual([])
  expect(data.first.review.product.reviews).toEqual({ totalCount: 1, nodes: [{ helpfulCount: 1 }] })
  expect(data.second.review.product.reviews).toEqual({ totalCount: 1, nodes: [{ helpfulCount: 0 }] })
  expect(data.third.review.product.reviews.totalCount).toBe(2)
})
