import { z } from 'zod'
import type { PrismaClient } from '../../prisma/products/generated/client.ts'
import { listForEach, oneForEach } from '../kit/batching.ts'
import { type Connection, checkFirst, decodeCursor, toConnection } from '../kit/paging.ts'
import type { Site } from '../kit/sites.ts'
import type {
  StockLocationModel,
  StockMovementModel,
  StoreAvailabilityModel,
  VariantStockModel,
} from './mappers.ts'

/** The locations in the order in which the web shop takes from them. */
export const loadLocations = (prisma: PrismaClient): Promise<StockLocationModel[]> =>
  prisma.$queryRaw<StockLocationModel[]>`
    SELECT * FROM "StockLocation" ORDER BY "position", "id" LIMIT 100`

/** How many there are of each variant, by one statement for all of them. */
export async function loadStocks(
  prisma: PrismaClient,
  variants: readonly string[],
): Promise<(VariantStockModel | null)[]> {
  const rows = await prisma.$queryRaw<VariantStockModel[]>`
    SELECT variant."id" AS "variantId", variant."backOrderLimit", variant."stock" + line."expired" AS "available",
      coalesce(level."onHand", 0)::int AS "onHand", line."held", line."owed",
      coalesce(level."levels", '[]') AS "levels"
    FROM "Variant" variant
    CROSS JOIN LATERAL (
      SELECT coalesce(sum("quantity") FILTER (WHERE "heldUntil" > clock_timestamp()), 0)::int AS "held",
             coalesce(sum("quantity") FILTER (WHERE "heldUntil" <= clock_timestamp()), 0)::int AS "expired",
             coalesce(sum("owed"), 0)::int AS "owed"
      FROM "StockReservationLine"
      WHERE "variantId" = variant."id" AND ("heldUntil" IS NOT NULL OR "owed" > 0)
    ) line
    CROSS JOIN LATERAL (
      SELECT sum(level."onHand") AS "onHand", jsonb_agg(
        jsonb_build_object('location', to_jsonb(location), 'onHand', level."onHand")
        ORDER BY location."position", location."id"
      ) AS "levels"
      FROM "StockLevel" level JOIN "StockLocation" location ON location."id" = level."locationId"
      WHERE level."variantId" = variant."id"
    ) level
    WHERE variant."id" = ANY(${variants}::uuid[])`
  return oneForEach(variants, rows, ({ variantId }) => variantId)
}

/** For each variant the stores of the site, by one statement for all of them. */
export async function loadStores(
  prisma: PrismaClient,
  site: Site,
  variants: readonly string[],
): Promise<StoreAvailabilityModel[][]> {
  // Of what the web shop sells from, others may hold what lies there.
  const rows = await prisma.$queryRaw<StoreAvailabilityModel[]>`
    SELECT variant."id" AS "variantId", location."id" AS "locationId", location."name", location."pickUpTime",
      stock_availability(
        CASE WHEN location."shipsOrders" THEN least(coalesce(level."onHand", 0), variant."stock")
             ELSE coalesce(level."onHand", 0) END, 0
      ) AS "availability"
    FROM "Variant" variant CROSS JOIN "StockLocation" location
    LEFT JOIN "StockLevel" level ON level."variantId" = variant."id" AND level."locationId" = location."id"
    WHERE variant."id" = ANY(${variants}::uuid[]) AND ${site} = ANY(location."pickUpSites")
    ORDER BY location."position", location."id"`
  return listForEach(variants, rows, ({ variantId }) => variantId)
}

const placeKey = z.tuple([z.literal('MOVEMENT'), z.string().regex(/^\d{1,18}$/)])

/**
 * A page of a variant's ledger, the latest movement first.
 * @throws BAD_USER_INPUT when an argument is not acceptable.
 */
export async function movementConnection(
  prisma: PrismaClient,
  variantId: string,
  { first, after = null }: { first: number; after?: string | null | undefined },
): Promise<Connection<StockMovementModel>> {
  checkFirst(first, 100)
  const before = decodeCursor(after, placeKey)?.[1] ?? null
  const rows = await prisma.$queryRaw<StockMovementModel[]>`
    SELECT movement."sequence"::text AS "sequence", movement."quantity", movement."reason"::text AS "reason",
           movement."reference", movement."actor", movement."at", to_jsonb(location) AS "location"
    FROM "StockMovement" movement JOIN "StockLocation" location ON location."id" = movement."locationId"
    WHERE movement."variantId" = ${variantId}::uuid
      AND (${before}::bigint IS NULL OR movement."sequence" < ${before}::bigint)
    ORDER BY movement."sequence" DESC LIMIT ${first + 1}`
  const sortKey = ({ sequence }: StockMovementModel) => ['MOVEMENT', sequence]
  return toConnection({ rows, first, after, sortKey, toNode: (movement) => movement })
}
