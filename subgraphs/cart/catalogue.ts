import { z } from 'zod'
import type { Prisma } from '../../prisma/cart/generated/client.ts'
import type { Change } from '../kit/change-feed.ts'
import type { Site } from '../kit/sites.ts'
import { priceAt, type SitePrice, sitePriceSchema } from './price.ts'
import { maxQuantity } from './user-errors.ts'

// The copy of products' variants, by which lines are added and priced whether products is there or not.

const variantPayload = z.object({
  productId: z.uuid(),
  sku: z.string(),
  title: z.string(),
  variantTitle: z.string().nullish(),
  availability: z.enum(['IN_STOCK', 'LOW_STOCK', 'SOLD_OUT', 'BACK_ORDER']),
  prices: z.record(z.string(), sitePriceSchema),
  // What was told before products told of them is without.
  weightGrams: z.int().min(0).nullish(),
  collectionIds: z.array(z.uuid()).default([]),
})

/**
 * Applies products' changes. Each tells the whole variant, so that only the last one of each matters; an older
 * one than was applied before, as a replay brings, changes nothing.
 */
export async function applyCatalogueChanges(
  tx: Prisma.TransactionClient,
  changes: readonly Change[],
): Promise<void> {
  const known = changes.filter(({ kind }) => kind === 'variant.updated' || kind === 'variant.removed')
  const latest = [...new Map(known.map((change) => [change.entityId, change])).values()]
  const updated = latest
    .filter(({ kind }) => kind === 'variant.updated')
    .map(({ entityId, sequence, payload }) => ({
      id: entityId,
      sequence: String(sequence),
      ...variantPayload.parse(payload),
    }))
  const removed = latest
    .filter(({ kind }) => kind === 'variant.removed')
    .map(({ entityId, sequence }) => ({ id: entityId, sequence: String(sequence) }))

  if (updated.length > 0) {
    await tx.$executeRaw`
      INSERT INTO "CatalogueVariant" AS known
        ("id", "productId", "sku", "title", "variantTitle", "availability", "prices",
         "weightGrams", "collectionIds", "removed", "sequence")
      SELECT "id", "productId", "sku", "title", "variantTitle", "availability"::"Availability", "prices",
             "weightGrams", "collectionIds", false, "sequence"
      FROM jsonb_to_recordset(${JSON.stringify(updated)}::jsonb) AS told (
        "id" uuid, "productId" uuid, "sku" text, "title" text, "variantTitle" text, "availability" text,
        "prices" jsonb, "weightGrams" int, "collectionIds" uuid[], "sequence" bigint
      )
      ON CONFLICT ("id") DO UPDATE SET
        "productId" = excluded."productId", "sku" = excluded."sku", "title" = excluded."title",
        "variantTitle" = excluded."variantTitle", "availability" = excluded."availability",
        "prices" = excluded."prices", "weightGrams" = excluded."weightGrams",
        "collectionIds" = excluded."collectionIds", "removed" = false, "sequence" = excluded."sequence"
      WHERE known."sequence" <= excluded."sequence"`
  }
  if (removed.length > 0) {
    await tx.$executeRaw`
      UPDATE "CatalogueVariant" AS known SET "removed" = true, "sequence" = told."sequence"
      FROM jsonb_to_recordset(${JSON.stringify(removed)}::jsonb) AS told ("id" uuid, "sequence" bigint)
      WHERE known."id" = told."id" AND known."sequence" <= told."sequence"`
  }
}

export async function resetCatalogue(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`DELETE FROM "CatalogueVariant"`
}

/** A variant as a site sells it at a moment. */
export interface SellableVariant {
  id: string
  productId: string
  title: string
  variantTitle: string | null
  /** In minor units of the site's currency. */
  unitPrice: number
  available: boolean
  scarce: boolean
  /** How many one cart may hold. */
  maximumQuantity: number
}

/** Those of the variants that the site sells, by their uuid. */
export async function findSellableVariants(
  tx: Prisma.TransactionClient,
  ids: readonly string[],
  site: Site,
  moment: Date,
): Promise<Map<string, SellableVariant>> {
  const rows = await tx.$queryRaw<(Omit<SellableVariant, 'unitPrice'> & { price: SitePrice })[]>`
    SELECT "id", "productId", "title", "variantTitle", "prices" -> ${site}::text AS "price",
           "availability" <> 'SOLD_OUT' AS "available", "availability" = 'LOW_STOCK' AS "scarce",
           least(${maxQuantity}::int, bound."maximum") AS "maximumQuantity"
    FROM "CatalogueVariant"
    LEFT JOIN "QuantityLimit" bound ON bound."site" = ${site}::text AND bound."variantId" = "id"
    WHERE "id" = ANY(${ids}::uuid[]) AND NOT "removed" AND "prices" ? ${site}::text`
  return new Map(rows.map(({ price, ...row }) => [row.id, { ...row, unitPrice: priceAt(price, moment) }]))
}
