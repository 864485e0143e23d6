import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { shopData } from '../shop-data/index.ts'
import { seed } from './seed.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeAll(async () => {
  database = await createTestDatabase('reviews')
})
afterAll(() => database.drop())

const read = (sql: string) =>
  withConnection(database.url, async (connection) => (await connection.query(sql)).rows)

const contents = () =>
  read(`SELECT (SELECT count(*)::int FROM "Review") AS reviews, (SELECT count(*)::int FROM "ReviewVote") AS votes,
               (SELECT md5(string_agg(review::text, '' ORDER BY "id")) FROM "Review" review) AS digest,
               (SELECT md5(string_agg(summary::text, '' ORDER BY "productId")) FROM "RatingSummary" summary) AS ratings`)

test('what was broken off half-way is taken up, and what is done is left alone', async () => {
  const stopped = seed({
    url: database.url,
    onProgress(done) {
      if (done >= 2000) throw new Error('stopped')
    },
  })
  await expect(stopped).rejects.toThrow('stopped')
  expect((await contents())[0].reviews).toBe(2000)

  const progress: [number, number][] = []
  await seed({ url: database.url, onProgress: (...step) => progress.push(step) })
  expect(progress.at(-1)).toEqual([5000, 5000])
  const reviews = [...shopData().reviews()]
  const [first] = await contents()
  expect(first).toMatchObject({
    reviews: reviews.length,
    votes: reviews.reduce((sum, { votes }) => sum + votes.length, 0),
  })

  progress.length = 0
  await seed({ url: database.url, onProgress: (...step) => progress.push(step) })
  expect(progress).toEqual([])
  expect(await contents()).toEqual([first])
})

test('ratings and counts of votes equal what they count', async () => {
  const wrong = await read(`
    SELECT review."id" FROM "Review" review
    WHERE "helpfulCount" <> (SELECT count(*) FROM "ReviewVote" WHERE "reviewId" = review."id" AND "helpful")
       OR "unhelpfulCount" <> (SELECT count(*) FROM "ReviewVote" WHERE "reviewId" = review."id" AND NOT "helpful")`)
  expect(wrong).toEqual([])
  const counted = 'count(*) AS "all", sum("rating") AS "sum"'
  const kept = `SELECT "productId", "ones" + "twos" + "threes" + "fours" + "fives" AS "all",
    "ones" + 2 * "twos" + 3 * "threes" + 4 * "fours" + 5 * "fives" AS "sum" FROM "RatingSummary"`
  const anew = `SELECT "productId", ${counted} FROM "Review" WHERE "status" = 'PUBLISHED' GROUP BY "productId"`
  expect(await read(`(${kept} EXCEPT ${anew}) UNION ALL (${anew} EXCEPT ${kept})`)).toEqual([])
  expect((await read(kept)).length).toBeGreaterThan(200)
})

test('statistics are there from the start', async () => {
  const rows = await read(
    `SELECT relname FROM pg_class WHERE relname IN ('Review', 'ReviewVote', 'RatingSummary') AND reltuples > 0`,
  )
  expect(rows).toHaveLength(3)
})
