import { randomUUID } from 'node:crypto'
import { withConnection } from '../kit/database/migrate.ts'
import type { ReviewModel } from './mappers.ts'

/** A review as a test wants it in the table; what it does not say is plain. */
export type NewReview = Partial<ReviewModel>

const plain = (): ReviewModel => ({
  id: randomUUID(),
  productId: randomUUID(),
  customerId: randomUUID(),
  authorName: 'Ada L.',
  rating: 4,
  title: 'Warm',
  body: 'Warm and soft.',
  dimensionRatings: {},
  photos: [],
  verifiedPurchase: false,
  version: 1,
  status: 'PUBLISHED',
  holdReasons: [],
  rejectionConcern: null,
  rejectionNote: null,
  decidedAt: null,
  reportCount: 0,
  helpfulCount: 0,
  unhelpfulCount: 0,
  answerBody: null,
  answeredAt: null,
  answerEditedAt: null,
  answerVersion: 0,
  createdAt: new Date('2026-10-01T12:00:00.000Z'),
  editedAt: null,
  heldAt: null,
})

/** Puts reviews into the table as they are; triggers bring what they come to into step. */
export async function insertReviews(databaseUrl: string, reviews: readonly NewReview[]) {
  const rows = reviews.map((review) => ({
    ...plain(),
    ...(review.status === 'PENDING' && { heldAt: new Date('2026-10-01T12:00:00.000Z') }),
    ...review,
  }))
  const columns = Object.keys(plain()).map((column) => `"${column}"`)
  await withConnection(databaseUrl, (connection) =>
    connection.query(
      `INSERT INTO "Review" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::"Review", $1::jsonb)`,
      [JSON.stringify(rows)],
    ),
  )
  return rows
}

const rated = [1, 2, 3, 4, 5]
const counted = (value: string) =>
  rated.map((rating) => `(count(*) FILTER (WHERE ${value} = ${rating}))::int`).join(', ')

/** What is kept of published reviews, each beside the same counted anew. Zeros are left out: they are kept or not. */
const keptCounts = {
  ratings: {
    kept: `SELECT "productId", "ones", "twos", "threes", "fours", "fives" FROM "RatingSummary"
           WHERE "ones" + "twos" + "threes" + "fours" + "fives" > 0`,
    anew: `SELECT "productId", ${counted('"rating"')} FROM "Review" WHERE "status" = 'PUBLISHED' GROUP BY "productId"`,
  },
  dimensions: {
    kept: `SELECT "productId", "dimension", "ones", "twos", "threes", "fours", "fives" FROM "DimensionSummary"
           WHERE "ones" + "twos" + "threes" + "fours" + "fives" > 0`,
    anew: `SELECT "productId", rated."key", ${counted('rated."value"::int')}
           FROM "Review", jsonb_each_text("dimensionRatings") AS rated
           WHERE "status" = 'PUBLISHED' GROUP BY 1, 2`,
  },
  sorts: {
    kept: `SELECT "productId", "rating", "verifiedPurchase", "hasPhotos", "count" FROM "ReviewCount" WHERE "count" > 0`,
    anew: `SELECT "productId", "rating", "verifiedPurchase", "hasPhotos", count(*)::int
           FROM "Review" WHERE "status" = 'PUBLISHED' GROUP BY 1, 2, 3, 4`,
  },
  votes: {
    kept: `SELECT "id", "helpfulCount", "unhelpfulCount" FROM "Review"`,
    anew: `SELECT "id", (count(vote) FILTER (WHERE vote."helpful"))::int, (count(vote) FILTER (WHERE NOT vote."helpful"))::int
           FROM "Review" review LEFT JOIN "ReviewVote" vote ON vote."reviewId" = review."id" GROUP BY 1`,
  },
  verified: {
    kept: `SELECT "id", "verifiedPurchase" FROM "Review"`,
    anew: `SELECT "id", EXISTS (SELECT FROM "Purchase" purchase WHERE purchase."customerId" = review."customerId"
             AND purchase."productId" = review."productId") FROM "Review" review`,
  },
} as const

/** What is kept otherwise than a recount says: nothing. */
export const miscounted = (databaseUrl: string, names = Object.keys(keptCounts)) =>
  withConnection(databaseUrl, async (connection) => {
    const wrong: Record<string, unknown[]> = {}
    for (const [name, { kept, anew }] of Object.entries(keptCounts)) {
      if (!names.includes(name)) continue
      const { rows } = await connection.query(
        `((${kept}) EXCEPT (${anew})) UNION ALL ((${anew}) EXCEPT (${kept}))`,
      )
      if (rows.length > 0) wrong[name] = rows
    }
    return wrong
  })

export async function insertPurchase(
  databaseUrl: string,
  purchase: { customerId: string; productId: string },
) {
  await withConnection(databaseUrl, async (connection) => {
    const { customerId, productId } = purchase
    await connection.query('INSERT INTO "Purchase" SELECT $1, $2, $3, now()', [
      randomUUID(),
      productId,
      customerId,
    ])
    await connection.query(
      'UPDATE "Review" SET "verifiedPurchase" = true WHERE "productId" = $1 AND "customerId" = $2',
      [productId, customerId],
    )
  })
}

/** The statements that requests sent: the feed's follower asks for its place on its own time. */
export const ofRequests = (statements: readonly string[]): string[] =>
  statements.filter((sql) => !sql.includes('"FeedPosition"'))
