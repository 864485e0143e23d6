import type { PrismaClient } from '../../prisma/reviews/generated/client.ts'
import { oneForEach } from '../kit/batching.ts'
import type { Transaction } from '../kit/transaction.ts'
import type { RatingSummary } from './schema.generated.ts'

interface SummaryRow {
  productId: string
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

function toSummary(row: SummaryRow | null): RatingSummary {
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
): Promise<RatingSummary[]> {
  const rows = await prisma.$queryRaw<SummaryRow[]>`
    SELECT "productId", "ones", "twos", "threes", "fours", "fives"
    FROM "RatingSummary" WHERE "productId" = ANY(${productIds}::uuid[])`
  return oneForEach(productIds, rows, ({ productId }) => productId).map(toSummary)
}

/** Counts a published review's rating. Belongs into the transaction that publishes it. */
export async function countRating(tx: Transaction, productId: string, rating: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "RatingSummary" AS summary ("productId", "ones", "twos", "threes", "fours", "fives")
    SELECT ${productId}::uuid, (given = 1)::int, (given = 2)::int, (given = 3)::int, (given = 4)::int, (given = 5)::int
    FROM (SELECT ${rating}::int AS given) rating
    ON CONFLICT ("productId") DO UPDATE SET
      "ones" = summary."ones" + excluded."ones",
      "twos" = summary."twos" + excluded."twos",
      "threes" = summary."threes" + excluded."threes",
      "fours" = summary."fours" + excluded."fours",
      "fives" = summary."fives" + excluded."fives"`
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
