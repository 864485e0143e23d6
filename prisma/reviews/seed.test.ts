import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { ratingDimensions, shopData } from '../shop-data/index.ts'
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

test('what is kept of reviews equals what it counts', async () => {
  const wrong = await read(`
    SELECT review."id" FROM "Review" review
    WHERE "helpfulCount" <> (SELECT count(*) FROM "ReviewVote" WHERE "reviewId" = review."id" AND "helpful")
       OR "unhelpfulCount" <> (SELECT count(*) FROM "ReviewVote" WHERE "reviewId" = review."id" AND NOT "helpful")
       OR "reportCount" <> (SELECT count(*) FROM "ReviewReport" WHERE "reviewId" = review."id")`)
  expect(wrong).toEqual([])
  const differences = async (kept: string, anew: string) =>
    read(`(${kept} EXCEPT ${anew}) UNION ALL (${anew} EXCEPT ${kept})`)
  const sums = (of: string) => `"productId", ${of} "ones" + "twos" + "threes" + "fours" + "fives" AS "all",
    "ones" + 2 * "twos" + 3 * "threes" + 4 * "fours" + 5 * "fives" AS "sum"`
  const ratings = `SELECT ${sums('')} FROM "RatingSummary"`
  const dimensions = `SELECT ${sums('"dimension",')} FROM "DimensionSummary"`
  const published = `"Review" WHERE "status" = 'PUBLISHED'`
  const rated = `"Review", jsonb_each_text("dimensionRatings") AS rated WHERE "status" = 'PUBLISHED'`
  expect(
    await differences(
      ratings,
      `SELECT "productId", count(*) AS "all", sum("rating") AS "sum" FROM ${published} GROUP BY "productId"`,
    ),
  ).toEqual([])
  expect(
    await differences(
      dimensions,
      `SELECT "productId", rated."key", count(*) AS "all", sum(rated."value"::int) AS "sum" FROM ${rated} GROUP BY 1, 2`,
    ),
  ).toEqual([])
  expect((await read(ratings)).length).toBeGreaterThan(200)
  expect((await read(dimensions)).length).toBeGreaterThan(600)
})

test('reviews rate what products of their kind are rated by, and the shop has kinds for all', async () => {
  const strange = await read(`
    SELECT review."id" FROM "Review" review CROSS JOIN jsonb_object_keys("dimensionRatings") AS rated ("key")
    JOIN "ProductKind" product_kind USING ("productId")
    WHERE NOT EXISTS (
      SELECT FROM "RatingDimension" dimension
      WHERE dimension."kind" = product_kind."kind" AND dimension."dimension" = rated."key"
    )`)
  expect(strange).toEqual([])
  const [{ dimensions }] = await read(
    `SELECT jsonb_object_agg("kind", "list") AS dimensions FROM (
       SELECT "kind", jsonb_agg("dimension" ORDER BY "position") AS "list" FROM "RatingDimension" GROUP BY 1
     ) AS kinds`,
  )
  expect(dimensions).toEqual(ratingDimensions)
  expect(await read('SELECT count(*)::int AS kinds FROM "ProductKind"')).toEqual([
    { kinds: shopData().counts.products },
  ])
})

test('statistics are there from the start', async () => {
  const rows = await read(
    `SELECT relname FROM pg_class WHERE relname IN ('Review', 'ReviewVote', 'RatingSummary') AND reltuples > 0`,
  )
  expect(rows).toHaveLength(3)
})
