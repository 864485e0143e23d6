import type { Prisma } from '../../prisma/products/generated/client.ts'
import type { Caller } from '../kit/caller.ts'
import { appendChanges } from '../kit/change-feed.ts'

// Stock is a ledger of movements for each variant and location; the levels are its balance, and `Variant.stock`
// is what can be sold. The three are written here and nowhere else, in one transaction that has the variants
// locked. Whoever locks more than one thing locks in this order, so that no two wait for each other: an
// idempotency key, reservations, variants by id, products, the change feed.

type Tx = Prisma.TransactionClient

export interface Movement {
  variantId: string
  locationId: string
  /** What comes, or below zero what goes. */
  quantity: number
  reason: 'COUNT' | 'RECEIVED' | 'DAMAGED' | 'CORRECTION' | 'MOVED' | 'SOLD' | 'RETURNED'
  reference: string | null
}

/** Who moved something, as the ledger names them. */
export const actorOf = ({ service, subject }: Caller): string =>
  service === null ? `staff:${subject ?? ''}` : `service:${service}`

/** Who moves what nobody asked for by name, as an expired reservation. */
const system = 'system'

/** Locks the variants, in one order. @returns those that there are */
export async function lockVariants(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Variant" WHERE "id" = ANY(${ids}::uuid[]) ORDER BY "id" FOR NO KEY UPDATE`
  return new Set(rows.map(({ id }) => id))
}

/** Adds movements to the ledger and to the levels. What can be sold is another matter: `changeStock`. */
export async function recordMovements(tx: Tx, actor: string, movements: readonly Movement[]): Promise<void> {
  if (movements.length === 0) return
  const rows = JSON.stringify(movements)
  // A row of its own first: an insert of less than nothing is refused before the row that is there is looked at.
  await tx.$executeRaw`
    INSERT INTO "StockLevel" ("variantId", "locationId", "onHand")
    SELECT DISTINCT "variantId", "locationId", 0
    FROM jsonb_to_recordset(${rows}::jsonb) AS movement ("variantId" uuid, "locationId" uuid)
    ON CONFLICT DO NOTHING`
  await tx.$executeRaw`
    WITH moved AS (
      INSERT INTO "StockMovement" ("variantId", "locationId", "quantity", "reason", "reference", "actor")
      SELECT "variantId", "locationId", "quantity", "reason"::"StockMovementReason", "reference", ${actor}
      FROM jsonb_to_recordset(${rows}::jsonb)
        AS movement ("variantId" uuid, "locationId" uuid, "quantity" int, "reason" text, "reference" text)
      RETURNING "variantId", "locationId", "quantity"
    )
    UPDATE "StockLevel" level SET "onHand" = level."onHand" + sum."quantity"
    FROM (SELECT "variantId", "locationId", sum("quantity")::int AS "quantity" FROM moved GROUP BY 1, 2) sum
    WHERE level."variantId" = sum."variantId" AND level."locationId" = sum."locationId"`
}

/** Adds to what can be sold of each variant. @returns those that shoppers now see otherwise */
export async function changeStock(tx: Tx, by: ReadonlyMap<string, number>): Promise<string[]> {
  const rows = [...by].filter(([, quantity]) => quantity !== 0).map(([id, quantity]) => ({ id, quantity }))
  if (rows.length === 0) return []
  const written = await tx.$queryRaw<{ id: string; differs: boolean }[]>`
    WITH change AS (
      SELECT variant."id", change."quantity",
             stock_availability(variant."stock", variant."backOrderLimit") AS "availability"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS change ("id" uuid, "quantity" int)
      JOIN "Variant" variant USING ("id")
    )
    UPDATE "Variant" variant SET "stock" = variant."stock" + change."quantity"
    FROM change WHERE variant."id" = change."id"
    RETURNING variant."id",
      stock_availability(variant."stock", variant."backOrderLimit") <> change."availability" AS "differs"`
  return written.filter(({ differs }) => differs).map(({ id }) => id)
}

/**
 * Tells the change feed how these variants are now: gone, where their product is not published. The last thing
 * that a transaction does.
 */
export async function tellVariants(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const snapshots = await tx.$queryRaw<{ id: string; published: boolean; payload: Prisma.JsonObject }[]>`
    SELECT snapshot."id", product."published", snapshot."payload"
    FROM "VariantSnapshot" snapshot JOIN "Product" product ON product."id" = snapshot."productId"
    WHERE snapshot."id" = ANY(${ids}::uuid[]) ORDER BY snapshot."id"`
  await appendChanges(
    tx,
    snapshots.map(({ id, published, payload }) =>
      published
        ? { kind: 'variant.updated', entityId: id, payload }
        : { kind: 'variant.removed', entityId: id, payload: {} },
    ),
  )
}

/** What lies on a shelf that the web shop sells from. */
export interface ShelfLevel {
  variantId: string
  locationId: string
  onHand: number
  /** Of all such shelves together, what others hold firmly: what was there when they held it. */
  heldByOthers: number
}

/** The shelves that the web shop sells from, the first to take from first. */
export function readShelves(
  tx: Tx,
  variants: readonly string[],
  exceptReservation: string | null,
): Promise<ShelfLevel[]> {
  return tx.$queryRaw<ShelfLevel[]>`
    SELECT level."variantId", level."locationId", level."onHand", (
      SELECT coalesce(sum(line."quantity" - line."backOrdered"), 0)::int FROM "StockReservationLine" line
      WHERE line."variantId" = level."variantId" AND line."heldUntil" > clock_timestamp()
        AND line."reservationId" IS DISTINCT FROM ${exceptReservation}::uuid
    ) AS "heldByOthers"
    FROM "StockLevel" level JOIN "StockLocation" location ON location."id" = level."locationId"
    WHERE level."variantId" = ANY(${variants}::uuid[]) AND location."shipsOrders"
    ORDER BY level."variantId", location."position", location."id"`
}

/** Takes as many as there are for a reservation, and never what others hold. Takes it off `shelves` as well. */
export function takeFrom(
  shelves: readonly ShelfLevel[],
  { variantId, quantity, reservationId }: { variantId: string; quantity: number; reservationId: string },
): Movement[] {
  const own = shelves.filter((shelf) => shelf.variantId === variantId)
  const onHand = own.reduce((sum, shelf) => sum + shelf.onHand, 0)
  let left = Math.min(quantity, Math.max(0, onHand - (own[0]?.heldByOthers ?? 0)))
  const movements: Movement[] = []
  for (const shelf of own) {
    const taken = Math.min(left, shelf.onHand)
    if (taken === 0) continue
    shelf.onHand -= taken
    left -= taken
    movements.push({
      ...{ variantId, locationId: shelf.locationId, quantity: -taken },
      ...{ reason: 'SOLD', reference: reservationId },
    })
  }
  return movements
}

interface OwedLine {
  reservationId: string
  variantId: string
  owed: number
}

/**
 * Sends out what was sold before it came, the earliest first, as far as there is something now. What can be sold
 * stays as it is: it was sold already.
 */
export async function settleBackOrders(tx: Tx, variants: readonly string[]): Promise<void> {
  const lines = await tx.$queryRaw<OwedLine[]>`
    SELECT line."reservationId", line."variantId", line."owed"
    FROM "StockReservationLine" line JOIN "StockReservation" reservation ON reservation."id" = line."reservationId"
    WHERE line."variantId" = ANY(${variants}::uuid[]) AND line."owed" > 0
    ORDER BY reservation."createdAt", reservation."id", line."variantId" LIMIT 1000`
  if (lines.length === 0) return
  const shelves = await readShelves(tx, variants, null)
  const sent = lines.map((line) => ({
    ...line,
    movements: takeFrom(shelves, { ...line, quantity: line.owed }),
  }))
  await recordMovements(
    tx,
    system,
    sent.flatMap(({ movements }) => movements),
  )
  await writeTaken(
    tx,
    sent.map(({ reservationId, variantId, movements }) => ({
      ...{ reservationId, variantId },
      taken: -movements.reduce((sum, { quantity }) => sum + quantity, 0),
    })),
  )
}

function writeTaken(tx: Tx, lines: readonly { reservationId: string; variantId: string; taken: number }[]) {
  return tx.$executeRaw`
    UPDATE "StockReservationLine" line SET "taken" = line."taken" + sent."taken", "owed" = line."owed" - sent."taken"
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      AS sent ("reservationId" uuid, "variantId" uuid, "taken" int)
    WHERE line."reservationId" = sent."reservationId" AND line."variantId" = sent."variantId" AND sent."taken" > 0`
}

/** The location that stock is for when nobody names one. */
export async function firstShipping(tx: Tx): Promise<string> {
  const [location] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "StockLocation" WHERE "shipsOrders" ORDER BY "position", "id" LIMIT 1`
  if (location === undefined) throw new Error('no location ships orders: the migration makes one')
  return location.id
}
