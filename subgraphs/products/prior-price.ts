import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import type { Moment } from './product-rows.ts'

/**
 * For each variant that is reduced now, the lowest price of the 30 days before the reduction, in minor units; null for
 * the others, and where there was no price before. EU directive 98/6/EC, article 6a.
 *
 * A reduction begins when it was both written and due. One that was written anew without a change of price, as to end
 * later, began when it was first written.
 */
export async function loadPriorPrices(
  prisma: PrismaClient,
  { site, now }: Moment,
  variants: readonly string[],
): Promise<(number | null)[]> {
  const rows = await prisma.$queryRaw<{ variantId: string; amount: number | null }[]>`
    SELECT price."variantId", prior."amount"
    FROM "VariantPrice" price
    CROSS JOIN LATERAL (
      SELECT greatest(min(record."from"), coalesce(price."saleStartsAt", '-infinity')) AS "began"
      FROM "PriceRecord" record
      WHERE record."variantId" = price."variantId" AND record."site" = price."site"
        AND record."saleAmount" = price."saleAmount"
        AND record."saleStartsAt" IS NOT DISTINCT FROM price."saleStartsAt"
    ) reduction
    CROSS JOIN LATERAL (
      SELECT min(candidate."amount") AS "amount"
      FROM "PriceRecord" record
      -- The part of the 30 days in which the record held, and the part of that in which its reduction did.
      CROSS JOIN LATERAL (
        SELECT greatest(record."from", reduction."began" - interval '30 days') AS "from",
               least(coalesce(record."until", 'infinity'), reduction."began") AS "until"
      ) span
      CROSS JOIN LATERAL (
        SELECT greatest(span."from", coalesce(record."saleStartsAt", '-infinity')) AS "from",
               least(span."until", coalesce(record."saleEndsAt", 'infinity')) AS "until"
      ) sale
      CROSS JOIN LATERAL (
        SELECT record."saleAmount" AS "amount"
        WHERE record."saleAmount" IS NOT NULL AND sale."from" < sale."until"
        UNION ALL
        SELECT record."amount"
        WHERE record."saleAmount" IS NULL OR sale."from" > span."from" OR sale."until" < span."until"
      ) candidate
      WHERE record."variantId" = price."variantId" AND record."site" = price."site" AND span."from" < span."until"
    ) prior
    WHERE price."variantId" = ANY(${variants}::uuid[]) AND price."site" = ${site} AND price."saleAmount" IS NOT NULL
      AND coalesce(price."saleStartsAt" <= ${now}::timestamptz, true)
      AND coalesce(price."saleEndsAt" > ${now}::timestamptz, true)`
  const amounts = new Map(rows.map(({ variantId, amount }) => [variantId, amount]))
  return variants.map((variant) => amounts.get(variant) ?? null)
}
