import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews, type NewReview, ofRequests } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const mutation = `mutation ($input: VoteReviewInput!) {
  voteReview(input: $input) { review { id helpfulCount unhelpfulCount } userErrors { code field } }
}`

async function vote(reviewId: string, helpful: boolean | null, as: As) {
  const { data, errors } = await subgraph.query(
    mutation,
    { input: { reviewId: toId('rev', reviewId), helpful } },
    as,
  )
  expect(errors).toEqual([])
  return data.voteReview
}

async function writtenReview(review: NewReview = {}) {
  const [written] = await insertReviews(subgraph.databaseUrl, [review])
  if (written === undefined) throw new Error('no review was written')
  return written
}

const customer = (): As => ({ customerId: randomUUID() })

test('a vote counts once, is replaced by the next one, and can be taken back', async () => {
  const { id } = await writtenReview()
  const grace = customer()
  const counts = async (helpful: boolean | null) => {
    const { review, userErrors } = await vote(id, helpful, grace)
    expect(userErrors).toEqual([])
    return [review.helpfulCount, review.unhelpfulCount]
  }
  expect(await counts(true)).toEqual([1, 0])
  expect(await counts(true)).toEqual([1, 0])
  expect(await counts(false)).toEqual([0, 1])
  expect(await counts(false)).toEqual([0, 1])
  expect(await counts(null)).toEqual([0, 0])
  expect(await counts(null)).toEqual([0, 0])
  expect(await counts(true)).toEqual([1, 0])
})

test('a vote that is sent again is as old as it was', async () => {
  const { id } = await writtenReview()
  const grace = customer()
  const votedAt = async () => {
    await vote(id, true, grace)
    const { data } = await subgraph.query('{ reviewDataExport { nodes { writtenAt } } }', {}, grace)
    return data.reviewDataExport.nodes
  }
  expect(await votedAt()).toEqual(await votedAt())
})

test('several votes in one operation each show their own outcome', async () => {
  const { id } = await writtenReview()
  const input = (helpful: string) => `(input: { reviewId: "${toId('rev', id)}", helpful: ${helpful} })`
  const selection = '{ review { helpfulCount unhelpfulCount } }'
  const { data } = await subgraph.query(
    `mutation { a: voteReview${input('true')} ${selection} b: voteReview${input('false')} ${selection} }`,
    {},
    customer(),
  )
  expect(data.a.review).toEqual({ helpfulCount: 1, unhelpfulCount: 0 })
  expect(data.b.review).toEqual({ helpfulCount: 0, unhelpfulCount: 1 })
})

test('fifty votes at once are all counted', async () => {
  const { id } = await writtenReview()
  const voters = Array.from({ length: 50 }, (_, index) => ({ as: customer(), helpful: index % 3 !== 0 }))
  await Promise.all(voters.map(({ as, helpful }) => vote(id, helpful, as)))
  const helpful = voters.filter((voter) => voter.helpful).length
  const { data } = await subgraph.query(
    `{ review(id: "${toId('rev', id)}") { helpfulCount unhelpfulCount } }`,
  )
  expect(data.review).toEqual({ helpfulCount: helpful, unhelpfulCount: 50 - helpful })
})

test('the counts stay equal to the votes under any votes at the same time', async () => {
  const { id } = await writtenReview()
  const voters = Array.from({ length: 4 }, customer)
  const anyVote = fc.record({ voter: fc.integer({ min: 0, max: 3 }), helpful: fc.option(fc.boolean()) })
  await fc.assert(
    fc.asyncProperty(fc.array(anyVote, { minLength: 1, maxLength: 30 }), async (list) => {
      await Promise.all(list.map(({ voter, helpful }) => vote(id, helpful, voters[voter] ?? {})))
      const { rows } = await withConnection(subgraph.databaseUrl, (connection) =>
        connection.query(
          `SELECT "helpfulCount", "unhelpfulCount",
                  (SELECT count(*)::int FROM "ReviewVote" WHERE "reviewId" = $1 AND "helpful") AS helpful,
                  (SELECT count(*)::int FROM "ReviewVote" WHERE "reviewId" = $1 AND NOT "helpful") AS unhelpful
           FROM "Review" WHERE "id" = $1`,
          [id],
        ),
      )
      const [row] = rows
      expect([row.helpfulCount, row.unhelpfulCount]).toEqual([row.helpful, row.unhelpful])
    }),
    { numRuns: 15 },
  )
})

test('nobody votes on their own review', async () => {
  const { id, customerId } = await writtenReview()
  expect(await vote(id, true, { customerId })).toEqual({
    review: null,
    userErrors: [{ code: 'OWN_REVIEW', field: ['input', 'reviewId'] }],
  })
})

test('a review that there is not, or that is not published, can not be voted on', async () => {
  const { id } = await writtenReview({ status: 'PENDING' })
  for (const reviewId of [id, randomUUID()]) {
    const { userErrors } = await vote(reviewId, true, customer())
    expect(userErrors).toEqual([{ code: 'REVIEW_NOT_FOUND', field: ['input', 'reviewId'] }])
  }
  const { data } = await subgraph.query(mutation, { input: { reviewId: 'nonsense' } }, customer())
  expect(data.voteReview.userErrors[0].code).toBe('REVIEW_NOT_FOUND')
})

test('a guest is asked to sign in', async () => {
  const { id } = await writtenReview()
  const { data, errors } = await subgraph.query(mutation, {
    input: { reviewId: toId('rev', id), helpful: true },
  })
  expect(data).toEqual({ voteReview: null })
  expect(errors[0]).toMatchObject({ path: ['voteReview'], extensions: { code: 'UNAUTHENTICATED' } })
})

test('a vote takes seven statements', async () => {
  const { id } = await writtenReview()
  subgraph.statements.length = 0
  await vote(id, true, customer())
  expect(ofRequests(subgraph.statements)).toHaveLength(7)
})
