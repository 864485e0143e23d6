import type { PrismaClient } from '../../prisma/cart/generated/client.ts'
import type { Site } from '../kit/sites.ts'

/**
 * The uuids of the products of which most pieces were sold on a site in the last 90 days; of all time where
 * nothing was sold in them, so that a shop that has been quiet does not look empty.
 */
export async function findPopular(
  prisma: PrismaClient,
  { site, first, now }: { site: Site; first: number; now: Date },
): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ productId: string }[]>`
    SELECT line."productId"
    FROM "Order" placed JOIN "OrderLine" line ON line."orderId" = placed."id"
    WHERE placed."site" = ${site} AND placed."status" <> 'CANCELLED' AND placed."placedAt" <= ${now}::timestamptz
      -- A bound that the index can use: reading the window costs the same however long the shop has been there.
      AND placed."placedAt" > (
        SELECT CASE WHEN EXISTS (
          SELECT FROM "Order" WHERE "site" = ${site} AND "status" <> 'CANCELLED'
            AND "placedAt" > ${now}::timestamptz - interval '90 days' AND "placedAt" <= ${now}::timestamptz
        ) THEN ${now}::timestamptz - interval '90 days' ELSE '-infinity' END
      )
    GROUP BY line."productId"
    ORDER BY sum(line."quantity") DESC, line."productId"
    LIMIT ${first}`
  return rows.map(({ productId }) => productId)
}
