import { seedOnce } from '../../subgraphs/kit/database/seed-once.ts'
import { shopData } from '../shop-data/index.ts'

interface SeedOptions {
  url: string
  scale?: number
  today?: Date
  /** Called with how many reviews have been written, of how many. */
  onProgress?: (done: number, total: number) => void
}

// Reviews, their votes and their products' ratings go in by one statement, so that the three agree however a
// seeding ends. What is there already stays as it is.
const writeReviews = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS review (
      "id" uuid, "productId" uuid, "customerId" uuid, "authorName" text, "rating" smallint, "title" text, "body" text,
      "status" "ReviewStatus", "createdAt" timestamptz, "votes" jsonb
    )
  ), written AS (
    INSERT INTO "Review" (
      "id", "productId", "customerId", "authorName", "rating", "title", "body", "status", "createdAt",
      "helpfulCount", "unhelpfulCount"
    )
    SELECT "id", "productId", "customerId", "authorName", "rating", "title", "body", "status", "createdAt",
           jsonb_array_length(jsonb_path_query_array("votes", '$[*] ? (@.helpful == true)')),
           jsonb_array_length(jsonb_path_query_array("votes", '$[*] ? (@.helpful == false)'))
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING "id", "productId", "rating", "status"
  ), voted AS (
    INSERT INTO "ReviewVote" ("reviewId", "customerId", "helpful", "votedAt")
    SELECT given."id", vote."customerId", vote."helpful", vote."votedAt"
    FROM written JOIN given USING ("id")
    CROSS JOIN jsonb_to_recordset(given."votes") AS vote ("customerId" uuid, "helpful" boolean, "votedAt" timestamptz)
  )
  INSERT INTO "RatingSummary" AS summary ("productId", "ones", "twos", "threes", "fours", "fives")
  SELECT "productId", count(*) FILTER (WHERE "rating" = 1), count(*) FILTER (WHERE "rating" = 2),
         count(*) FILTER (WHERE "rating" = 3), count(*) FILTER (WHERE "rating" = 4), count(*) FILTER (WHERE "rating" = 5)
  FROM written WHERE "status" = 'PUBLISHED' GROUP BY "productId"
  ON CONFLICT ("productId") DO UPDATE SET
    "ones" = summary."ones" + excluded."ones",
    "twos" = summary."twos" + excluded."twos",
    "threes" = summary."threes" + excluded."threes",
    "fours" = summary."fours" + excluded."fours",
    "fives" = summary."fives" + excluded."fives"`

/** Writes the shop's reviews, once for each scale; a run that was broken off is taken up by the next. */
export async function seed({ url, scale = 1, today, onProgress }: SeedOptions): Promise<void> {
  const shop = shopData({ scale, ...(today && { today }) })
  await seedOnce({
    url,
    name: `scale ${scale}`,
    rows: shop.reviews(),
    total: shop.counts.reviews,
    insert: writeReviews,
    tables: ['Review', 'ReviewVote', 'RatingSummary'],
    onProgress,
  })
}
