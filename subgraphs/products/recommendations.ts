import { Prisma, type PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach } from '../kit/batching.ts'
import { isInList } from './listing.ts'
import type { ProductModel } from './mappers.ts'
import { isOfferOfMoment, type Moment, productColumns } from './product-rows.ts'

/** Of each collection so many of the newest are looked at, so that a large one costs no more than others. */
const lookedAt = 200

/** What `candidate` has in common with `product`: a tag counts one, the brand one. */
const likeness = Prisma.sql`
  (SELECT count(*) FROM unnest(candidate."tags") AS tag WHERE tag = ANY(product."tags"))
  + (candidate."brand" = product."brand")::int`

type Recommended = ProductModel & { recommendedFor: string }

/** The best of `ranked` for each product, by one statement for all of them: rows of "productId" and "score". */
async function loadRanked(
  prisma: PrismaClient,
  moment: Moment,
  { products, ranked, first }: { products: readonly string[]; ranked: Prisma.Sql; first: number },
): Promise<ProductModel[][]> {
  const rows = await prisma.$queryRaw<Recommended[]>`
    SELECT best."recommendedFor", ${productColumns}
    FROM (
      SELECT origin."id" AS "recommendedFor", ranked.*
      FROM unnest(${products}::uuid[]) AS origin ("id")
      CROSS JOIN LATERAL (
        SELECT scored."productId", max(scored."score") AS "score" FROM (${ranked}) scored
        WHERE scored."productId" <> origin."id"
        GROUP BY scored."productId" ORDER BY "score" DESC, scored."productId" DESC LIMIT ${first}
      ) ranked
    ) best
    JOIN "Product" product ON product."id" = best."productId"
    JOIN "Offer" offer ON ${isOfferOfMoment(moment)}
    ORDER BY best."score" DESC, best."productId" DESC`
  return listForEach(products, rows, ({ recommendedFor }) => recommendedFor)
}

/** Products like each one: in the same collections, with the same tags, of the same brand; what is sold out comes last. */
export const loadRelated = (
  prisma: PrismaClient,
  moment: Moment,
  products: readonly string[],
  first: number,
): Promise<ProductModel[][]> =>
  loadRanked(prisma, moment, {
    products,
    first,
    ranked: Prisma.sql`
      SELECT near."productId", near."shared" * 2 + ${likeness}
             - CASE WHEN candidate."availability" = 'SOLD_OUT' THEN 100 ELSE 0 END AS "score"
      FROM (
        SELECT member."productId", count(*) AS "shared"
        FROM "ProductCollection" membership
        CROSS JOIN LATERAL (
          SELECT listing."productId" FROM "Listing" listing
          WHERE ${isInList(moment, { collection: Prisma.sql`membership."collectionId"` })}
          ORDER BY listing."publishedAt" DESC, listing."productId" DESC LIMIT ${lookedAt}
        ) member
        WHERE membership."productId" = origin."id"
        GROUP BY member."productId"
      ) near
      JOIN "Product" candidate ON candidate."id" = near."productId"
      JOIN "Product" product ON product."id" = origin."id"`,
  })

/**
 * What goes with each product: what staff has put beside it, in that order, and then what stands in the neighbouring
 * collections and is like it.
 */
export const loadComplementary = (
  prisma: PrismaClient,
  moment: Moment,
  products: readonly string[],
  first: number,
): Promise<ProductModel[][]> =>
  loadRanked(prisma, moment, {
    products,
    first,
    ranked: Prisma.sql`
      SELECT listing."productId", 1000 - complement."position" AS "score"
      FROM "ProductComplement" complement
      JOIN "Listing" listing ON listing."productId" = complement."complementId" AND ${isInList(moment, 'all')}
      WHERE complement."productId" = origin."id"
      UNION ALL
      SELECT near."productId", ${likeness} AS "score"
      FROM (
        SELECT DISTINCT member."productId"
        FROM "ProductCollection" membership
        JOIN "Collection" own ON own."id" = membership."collectionId"
        CROSS JOIN LATERAL (
          SELECT listing."productId" FROM "Listing" listing
          WHERE ${isInList(moment, { collection: Prisma.sql`own."parentId"` })}
            AND listing."availability" <> 'SOLD_OUT'
          ORDER BY listing."publishedAt" DESC, listing."productId" DESC LIMIT ${lookedAt}
        ) member
        WHERE membership."productId" = origin."id" AND membership."position" = 0 AND NOT EXISTS (
          SELECT FROM "ProductCollection" same
          WHERE same."productId" = member."productId" AND same."collectionId" = own."id"
        )
      ) near
      JOIN "Product" candidate ON candidate."id" = near."productId"
      JOIN "Product" product ON product."id" = origin."id"`,
  })
