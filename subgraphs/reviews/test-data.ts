import { randomUUID } from 'node:crypto'
import { withConnection } from '../kit/database/migrate.ts'
import type { ReviewModel } from './mappers.ts'

/** A review as a test wants it in the table; what it does not say is plain. */
export type NewReview = Partial<Omit<ReviewModel, 'verifiedPurchase'>>

const plain = (): Required<NewReview> => ({
  id: randomUUID(),
  productId: randomUUID(),
  customerId: randomUUID(),
  authorName: 'Ada L.',
  rating: 4,
  title: 'Warm',
  body: 'Warm and soft.',
  status: 'PUBLISHED',
  helpfulCount: 0,
  unhelpfulCount: 0,
  createdAt: new Date('2026-10-01T12:00:00.000Z'),
})

/** Puts reviews into the table as they are, and the ratings of their products into step with them. */
export async function insertReviews(databaseUrl: string, reviews: readonly NewReview[]) {
  const rows = reviews.map((review) => ({ ...plain(), ...review }))
  await withConnection(databaseUrl, async (connection) => {
    await connection.query(
      'INSERT INTO "Review" SELECT * FROM jsonb_populate_recordset(NULL::"Review", $1::jsonb)',
      [JSON.stringify(rows)],
    )
    await connection.query('DELETE FROM "RatingSummary"')
    await connection.query(
      `INSERT INTO "RatingSummary" ("productId", "ones", "twos", "threes", "fours", "fives") ${recount}`,
    )
  })
  return rows
}

/** What the table of ratings has to hold, counted anew. */
export const recount = `
  SELECT "productId", ${[1, 2, 3, 4, 5].map((rating) => `(count(*) FILTER (WHERE "rating" = ${rating}))::int AS "rated ${rating}"`).join(', ')}
  FROM "Review" WHERE "status" = 'PUBLISHED' GROUP BY "productId"`

export async function insertPurchase(
  databaseUrl: string,
  purchase: { customerId: string; productId: string },
) {
  await withConnection(databaseUrl, (connection) =>
    connection.query('INSERT INTO "Purchase" SELECT $1, $2, $3, now()', [
      randomUUID(),
      purchase.productId,
      purchase.customerId,
    ]),
  )
}

/** The statements that requests sent: the feed's follower asks for its place on its own time. */
export const ofRequests = (statements: readonly string[]): string[] =>
  statements.filter((sql) => !sql.includes('"FeedPosition"'))
