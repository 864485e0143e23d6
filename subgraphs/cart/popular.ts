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
    WITH sold AS (
      SELECT "id", "placedAt" > ${now}::timestamptz - interval '90 days' AS "recent"
      FROM "Order" WHERE "site" = ${site} AND "status" <> 'CANCELLED' AND "placedAt" <= ${now}::timestamptz
    )
    SELECT line."productId"
    FROM sold JOIN "OrderLine" line ON line."orderId" = sold."id"
    WHERE sold."recent" OR NOT EXISTS (SELECT FROM sold WHERE "recent")
    GROUP BY line."productId"
    ORDER BY sum(line."quantity") DESC, line."productId"
    LIMIT ${first}`
  return rows.map(({ productId }) => productId)
}
