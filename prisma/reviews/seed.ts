import { seedOnce } from '../../subgraphs/kit/database/seed-once.ts'
import { shopData } from '../shop-data/index.ts'

interface SeedOptions {
  url: string
  scale?: number
  today?: Date
  /** Called with how many reviews have been written, of how many. */
  onProgress?: (done: number, total: number) => void
}

// Reviews, their votes and reports go in by one statement, so that they agree however a seeding ends; triggers bring
// ratings into step. What is there already stays as it is. Who bought what comes by cart's feed.
const writeReviews = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS review (
      "id" uuid, "productId" uuid, "customerId" uuid, "authorName" text, "rating" smallint, "title" text, "body" text,
      "dimensionRatings" jsonb, "photos" jsonb, "status" "ReviewStatus", "heldAt" timestamptz,
      "holdReasons" "ReviewHoldReason"[], "rejection" jsonb, "answer" jsonb, "createdAt" timestamptz, "votes" jsonb,
      "reports" jsonb
    )
  ), written AS (
    INSERT INTO "Review" (
      "id", "productId", "customerId", "authorName", "rating", "title", "body", "dimensionRatings", "photos", "status",
      "heldAt", "holdReasons", "rejectionConcern", "rejectionNote", "decidedAt", "version", "reportCount",
      "answerBody", "answeredAt", "answerVersion", "createdAt", "helpfulCount", "unhelpfulCount"
    )
    SELECT "id", "productId", "customerId", "authorName", "rating", "title", "body", "dimensionRatings", "photos", "status",
           "heldAt", "holdReasons", ("rejection"->>'concern')::"ReviewConcern", "rejection"->>'note',
           ("rejection"->>'rejectedAt')::timestamptz, CASE "status" WHEN 'PUBLISHED' THEN 1 ELSE 2 END,
           jsonb_array_length("reports"), "answer"->>'body', ("answer"->>'answeredAt')::timestamptz,
           ("answer"->>'body' IS NOT NULL)::int, "createdAt",
           jsonb_array_length(jsonb_path_query_array("votes", '$[*] ? (@.helpful == true)')),
           jsonb_array_length(jsonb_path_query_array("votes", '$[*] ? (@.helpful == false)'))
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING "id"
  ), voted AS (
    INSERT INTO "ReviewVote" ("reviewId", "customerId", "helpful", "votedAt")
    SELECT given."id", vote."customerId", vote."helpful", vote."votedAt"
    FROM written JOIN given USING ("id")
    CROSS JOIN jsonb_to_recordset(given."votes") AS vote ("customerId" uuid, "helpful" boolean, "votedAt" timestamptz)
  )
  INSERT INTO "ReviewReport" ("id", "reviewId", "customerId", "concern", "comment", "reportedAt")
  SELECT gen_random_uuid(), given."id", report."customerId", report."concern", report."comment", report."reportedAt"
  FROM written JOIN given USING ("id")
  CROSS JOIN jsonb_to_recordset(given."reports") AS report (
    "customerId" uuid, "concern" "ReviewConcern", "comment" text, "reportedAt" timestamptz
  )`

const writeKinds = `
  INSERT INTO "ProductKind" ("productId", "kind")
  SELECT "productId", "kind" FROM jsonb_to_recordset($1::jsonb) AS given ("productId" uuid, "kind" text)
  ON CONFLICT DO NOTHING`

/** Writes the shop's reviews, once for each scale; a run that was broken off is taken up by the next. */
export async function seed({ url, scale = 1, today, onProgress }: SeedOptions): Promise<void> {
  const shop = shopData({ scale, ...(today && { today }) })
  await seedOnce({
    url,
    name: `kinds, scale ${scale}`,
    rows: shop.productKinds(),
    total: shop.counts.products,
    insert: writeKinds,
    tables: ['ProductKind'],
  })
  await seedOnce({
    url,
    name: `scale ${scale}`,
    rows: shop.reviews(),
    total: shop.counts.reviews,
    insert: writeReviews,
    tables: ['Review', 'ReviewVote', 'ReviewReport', 'RatingSummary', 'DimensionSummary', 'ReviewCount'],
    onProgress,
  })
}
