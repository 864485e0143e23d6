import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import type { RatingSummaryModel } from './mappers.ts'
import { plainKind } from './rating-dimensions.ts'
import type { DimensionRatingSummary } from './schema.generated.ts'

// Triggers on Review keep what ratings come to, whoever writes and however: there is nothing here but to read it.

interface Ratings {
  ones: number
  twos: number
  threes: number
  fours: number
  fives: number
}

/** With two decimals, halves rounded up. In whole numbers until the last, so that 4.125 is exact. */
function averageOf(sum: number, count: number): string | null {
  if (count === 0) return null
  const hundredths = Math.round((100 * sum) / count)
  return `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
}

function summaryOf(row: Ratings | null) {
  const histogram = [
    { rating: 5, count: row?.fives ?? 0 },
    { rating: 4, count: row?.fours ?? 0 },
    { rating: 3, count: row?.threes ?? 0 },
    { rating: 2, count: row?.twos ?? 0 },
    { rating: 1, count: row?.ones ?? 0 },
  ]
  const count = histogram.reduce((sum, bar) => sum + bar.count, 0)
  const sum = histogram.reduce((total, bar) => total + bar.rating * bar.count, 0)
  return { average: averageOf(sum, count), count, histogram }
}

/** Of products that nobody has rated as well, or that there are not: theirs has zeros. */
export async function loadRatings(
  prisma: PrismaClient,
  productIds: readonly string[],
): Promise<RatingSummaryModel[]> {
  const rows = await prisma.$queryRaw<(Ratings & { productId: string })[]>`
    SELECT "productId", "ones", "twos", "threes", "fours", "fives"
    FROM "RatingSummary" WHERE "productId" = ANY(${productIds}::uuid[])`
  const found = oneForEach(productIds, rows, ({ productId }) => productId)
  return productIds.map((productId, index) => ({ productId, ...summaryOf(found[index] ?? null) }))
}

/** What the ratings of each product's sides come to, in the product's order; zeros where nobody has rated one. */
export async function loadDimensionSummaries(
  prisma: PrismaClient,
  productIds: readonly string[],
): Promise<DimensionRatingSummary[][]> {
  const rows = await prisma.$queryRaw<(Ratings & { productId: string; key: string; label: string })[]>`
    SELECT product."id" AS "productId", dimension."dimension" AS "key", dimension."label",
           coalesce(summary."ones", 0) AS "ones", coalesce(summary."twos", 0) AS "twos",
           coalesce(summary."threes", 0) AS "threes", coalesce(summary."fours", 0) AS "fours",
           coalesce(summary."fives", 0) AS "fives"
    FROM unnest(${productIds}::uuid[]) AS product ("id")
    LEFT JOIN "ProductKind" product_kind ON product_kind."productId" = product."id"
    JOIN "RatingDimension" dimension ON dimension."kind" = coalesce(product_kind."kind", ${plainKind})
    LEFT JOIN "DimensionSummary" summary
      ON summary."productId" = product."id" AND summary."dimension" = dimension."dimension"
    ORDER BY dimension."position", dimension."dimension"`
  return listForEach(productIds, rows, ({ productId }) => productId).map((list) =>
    list.map((row) => ({ dimension: { key: row.key, label: row.label }, ...summaryOf(row) })),
  )
}

/**
 * The uuids of the products that are rated best. The table keeps each one's score: its mean as if there were
 * 10 more ratings of 3.5, null below 5 ratings.
 */
export async function topRatedProducts(prisma: PrismaClient, first: number): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ productId: string }[]>`
    SELECT "productId" FROM "RatingSummary" WHERE "score" IS NOT NULL
    ORDER BY "score" DESC, "productId" LIMIT ${first}`
  return rows.map(({ productId }) => productId)
}
