import { BulkheadRejectedError, bulkhead } from 'cockatiel'
import { z } from 'zod'
import type { Prisma } from '../../prisma/products/generated/client.ts'
import { graphqlError } from '../../service/errors.ts'
import { requireService } from '../kit/caller.ts'
import { toId, toUuid } from '../kit/ids.ts'
import { isSite, type Site, sites } from '../kit/sites.ts'
import type { Context } from './context.ts'
import type {
  ProductUserError,
  StockCommitInput,
  StockLineInput,
  StockReleaseInput,
  StockReservation,
  StockReservationStatus,
  StockReserveInput,
  StockReturnInput,
  StockShortage,
} from './schema.generated.ts'
import {
  actorOf,
  changeStock,
  firstShipping,
  lockVariants,
  readShelves,
  recordMovements,
  settleBackOrders,
  takeFrom,
  tellVariants,
} from './stock-ledger.ts'

// What cart's checkout asks for. Every line of a reservation is read and written with its variant locked, and
// what has expired is told by the database's clock after the lock was had: of two who want the last piece, both
// judge by the same time.

type Tx = Prisma.TransactionClient

export interface StockOutcome {
  reservation: StockReservation | null
  shortages: StockShortage[]
  userErrors: ProductUserError[]
}

interface Line {
  variantId: string
  quantity: number
}

const maximumLines = 250
const maximumQuantity = 1_000_000
const maximumSeconds = 86_400

/** How long one may wait for a connection, and then take. */
const limits = { maxWait: 5_000, timeout: 10_000 }
/**
 * So many are at it at once; the others wait in the order in which they came. All who want the same thing wait
 * for each other anyhow, and without this they would do so on every connection that there is.
 */
const turns = bulkhead(4, 1000)

const refused = (code: ProductUserError['code'], field: string[], message: string): StockOutcome => ({
  reservation: null,
  shortages: [],
  userErrors: [{ code, message, field: ['input', ...field] }],
})

/** What ends a transaction, and undoes what it has written so far. */
class Undone extends Error {
  readonly outcome: StockOutcome
  constructor(outcome: StockOutcome) {
    super('rolled back')
    this.outcome = outcome
  }
}

async function write({ caller, prisma }: Context, work: (tx: Tx) => Promise<StockOutcome>) {
  requireService(caller, 'cart')
  try {
    return await turns.execute(() => prisma.$transaction(work, limits))
  } catch (error) {
    if (error instanceof Undone) return error.outcome
    if (error instanceof BulkheadRejectedError) throw graphqlError('SERVICE_UNAVAILABLE')
    throw error
  }
}

/** @throws BAD_USER_INPUT when it is not a UUID. */
function readUuid(name: string, value: string): string {
  const uuid = z.guid().safeParse(value)
  if (uuid.success) return uuid.data.toLowerCase()
  throw graphqlError('BAD_USER_INPUT', `${name} takes a UUID.`)
}

/**
 * The lines by variant, each variant once.
 * @throws BAD_USER_INPUT when there are none, or too many.
 */
function readLines(input: readonly StockLineInput[]): Line[] | StockOutcome {
  if (input.length < 1 || input.length > maximumLines) {
    throw graphqlError('BAD_USER_INPUT', `lines has ${input.length} lines: it takes 1 to ${maximumLines}.`)
  }
  const lines = new Map<string, number>()
  for (const [index, { variantId: id, quantity }] of input.entries()) {
    const variantId = toUuid('var', id)
    const field = (name: string) => ['lines', String(index), name]
    if (variantId === null) return variantNotFound(index)
    const sum = quantity + (lines.get(variantId) ?? 0)
    if (quantity < 1 || sum > maximumQuantity) {
      const message = `The quantity is ${quantity}: it takes 1 to ${maximumQuantity}, of a variant in all.`
      return refused('INVALID_QUANTITY', field('quantity'), message)
    }
    lines.set(variantId, sum)
  }
  return [...lines]
    .map(([variantId, quantity]) => ({ variantId, quantity }))
    .sort((one, other) => (one.variantId < other.variantId ? -1 : 1))
}

const variantNotFound = (index: number) =>
  refused(
    'VARIANT_NOT_FOUND',
    ['lines', String(index), 'variantId'],
    'There is no such variant on this site.',
  )

interface KnownReservation {
  id: string
  site: Site
  status: StockReservationStatus
  expiresAt: Date
  lines: (Line & { backOrdered: number; amount: number; compareAtAmount: number | null })[]
}

/** A reservation as it is at this moment; null when it is not known. Locked, so that it stays so. */
async function findReservation(tx: Tx, id: string): Promise<KnownReservation | null> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT FROM "StockReservation" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
  return locked.length === 0 ? null : readReservation(tx, id)
}

async function readReservation(tx: Tx, id: string): Promise<KnownReservation | null> {
  const [reservation] = await tx.$queryRaw<KnownReservation[]>`
    SELECT reservation."id", reservation."site", reservation."expiresAt",
      CASE WHEN reservation."status" = 'HELD' AND reservation."expiresAt" <= clock_timestamp() THEN 'EXPIRED'
           ELSE reservation."status" END AS "status",
      (SELECT coalesce(jsonb_agg(to_jsonb(line) ORDER BY line."variantId"), '[]')
       FROM "StockReservationLine" line WHERE line."reservationId" = reservation."id") AS "lines"
    FROM "StockReservation" reservation WHERE reservation."id" = ${id}::uuid`
  return reservation ?? null
}

const written = ({ id, site, status, expiresAt, lines }: KnownReservation): StockOutcome => {
  const { currency } = sites[site]
  const money = (amount: number) => ({ amount, currency })
  return {
    reservation: {
      ...{ id, status, expiresAt },
      lines: lines.map(({ variantId, quantity, amount, compareAtAmount, backOrdered }) => ({
        ...{ variantId: toId('var', variantId), quantity },
        price: money(amount),
        compareAtPrice: compareAtAmount === null ? null : money(compareAtAmount),
        backOrdered: backOrdered > 0,
      })),
    },
    shortages: [],
    userErrors: [],
  }
}

async function answerOf(tx: Tx, id: string): Promise<StockOutcome> {
  const reservation = await readReservation(tx, id)
  if (reservation === null) throw new Error(`the reservation ${id} was written and is not there`)
  return written(reservation)
}

const sameLines = (one: readonly Line[], other: readonly Line[]) =>
  one.length === other.length &&
  one.every(({ variantId, quantity }, index) => {
    const there = other[index]
    return there?.variantId === variantId && there.quantity === quantity
  })

const released = () =>
  refused('RESERVATION_RELEASED', ['reservationId'], 'This reservation was released: make a new one.')
const notFound = () => refused('RESERVATION_NOT_FOUND', ['reservationId'], 'There is no such reservation.')

/** What can be had of a locked variant: what can be sold, and what is held by those whose time is over. */
interface Free {
  variantId: string
  free: number
  backOrderLimit: number
}

const readFree = (tx: Tx, variants: readonly string[]) =>
  tx.$queryRaw<Free[]>`
    SELECT variant."id" AS "variantId", variant."backOrderLimit", variant."stock" + (
      SELECT coalesce(sum(line."quantity"), 0)::int FROM "StockReservationLine" line
      WHERE line."variantId" = variant."id" AND line."heldUntil" <= clock_timestamp()
    ) AS "free"
    FROM "Variant" variant WHERE variant."id" = ANY(${variants}::uuid[])`

function findShortages(lines: readonly Line[], free: readonly Free[]): StockShortage[] {
  const byVariant = new Map(free.map((row) => [row.variantId, row]))
  return lines.flatMap(({ variantId, quantity }) => {
    const { free = 0, backOrderLimit = 0 } = byVariant.get(variantId) ?? {}
    const available = Math.max(0, free + backOrderLimit)
    return quantity <= available
      ? []
      : [{ variantId: toId('var', variantId), requested: quantity, available }]
  })
}

const short = (shortages: StockShortage[]): StockOutcome => ({ reservation: null, shortages, userErrors: [] })

interface Quote {
  variantId: string
  amount: number
  saleAmount: number | null
}

const readQuotes = (tx: Tx, site: Site, now: Date, variants: readonly string[]) =>
  tx.$queryRaw<Quote[]>`
    SELECT "variantId", "amount",
      CASE WHEN coalesce("saleStartsAt" <= ${now}::timestamptz, true)
            AND coalesce("saleEndsAt" > ${now}::timestamptz, true) THEN "saleAmount" END AS "saleAmount"
    FROM "VariantPrice" WHERE "site" = ${site} AND "variantId" IN (
      SELECT variant."id" FROM "Variant" variant JOIN "Product" product ON product."id" = variant."productId"
      WHERE variant."id" = ANY(${variants}::uuid[]) AND product."published"
    )`

/** Holds stock until it expires: all lines or none. @throws FORBIDDEN for anybody but cart. */
export async function reserveStock(context: Context, input: StockReserveInput): Promise<StockOutcome> {
  requireService(context.caller, 'cart')
  const { site, expiresInSeconds = 900 } = input
  const id = readUuid('reservationId', input.reservationId)
  if (expiresInSeconds < 1 || expiresInSeconds > maximumSeconds) {
    const message = `expiresInSeconds is ${expiresInSeconds}: it takes 1 to ${maximumSeconds}.`
    throw graphqlError('BAD_USER_INPUT', message)
  }
  if (!isSite(site)) return refused('SITE_NOT_FOUND', ['site'], 'There is no such site.')
  const lines = readLines(input.lines)
  if (!Array.isArray(lines)) return lines
  const variants = lines.map(({ variantId }) => variantId)

  return write(context, async (tx) => {
    // The id goes in first: a second send waits here for the first one to end.
    const inserted = await tx.$executeRaw`
      INSERT INTO "StockReservation" ("id", "site", "status", "expiresAt")
      VALUES (${id}::uuid, ${site}, 'HELD', clock_timestamp() + make_interval(secs => ${expiresInSeconds}::int))
      ON CONFLICT DO NOTHING`
    if (inserted === 0) return repeated(await readReservation(tx, id), site, lines)

    await lockVariants(tx, variants)
    const quotes = await readQuotes(tx, site, context.moment.now, variants)
    const priced = new Map(quotes.map((quote) => [quote.variantId, quote]))
    const unknown = lines.find(({ variantId }) => !priced.has(variantId))
    if (unknown) {
      const index = input.lines.findIndex(({ variantId }) => toUuid('var', variantId) === unknown.variantId)
      throw new Undone(variantNotFound(index))
    }
    const free = await readFree(tx, variants)
    const shortages = findShortages(lines, free)
    if (shortages.length > 0) throw new Undone(short(shortages))

    const freeOf = new Map(free.map((row) => [row.variantId, Math.max(0, row.free)]))
    const rows = lines.map(({ variantId, quantity }) => {
      const { amount = 0, saleAmount = null } = priced.get(variantId) ?? {}
      return {
        ...{ variantId, quantity, backOrdered: Math.max(0, quantity - (freeOf.get(variantId) ?? 0)) },
        amount: saleAmount ?? amount,
        compareAtAmount: saleAmount === null ? null : amount,
      }
    })
    await tx.$executeRaw`
      INSERT INTO "StockReservationLine"
        ("reservationId", "variantId", "quantity", "backOrdered", "amount", "compareAtAmount", "heldUntil")
      SELECT reservation."id", line."variantId", line."quantity", line."backOrdered", line."amount",
             line."compareAtAmount", reservation."expiresAt"
      FROM "StockReservation" reservation CROSS JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS line ("variantId" uuid, "quantity" int, "backOrdered" int, "amount" int, "compareAtAmount" int)
      WHERE reservation."id" = ${id}::uuid`
    const differ = await changeStock(tx, quantitiesOf(lines, -1))
    await tellVariants(tx, differ)
    return answerOf(tx, id)
  })
}

/** What a reservation that was made before answers to being made again. */
function repeated(known: KnownReservation | null, site: Site, lines: readonly Line[]): StockOutcome {
  if (known === null) throw new Error('the reservation was there and is not any more')
  if (known.status === 'RELEASED') return released()
  if (known.site === site && sameLines(known.lines, lines)) return written(known)
  return refused('RESERVATION_CONFLICT', ['reservationId'], 'This reservation was made with other lines.')
}

const quantitiesOf = (lines: readonly Line[], sign: 1 | -1) =>
  new Map(lines.map(({ variantId, quantity }) => [variantId, sign * quantity]))

/** Takes what is held for good. @throws FORBIDDEN for anybody but cart. */
export async function commitStock(context: Context, input: StockCommitInput): Promise<StockOutcome> {
  requireService(context.caller, 'cart')
  const id = readUuid('reservationId', input.reservationId)
  return write(context, async (tx) => {
    const known = await findReservation(tx, id)
    if (known === null) return notFound()
    if (known.status === 'RELEASED') return released()
    if (known.status === 'COMMITTED') return written(known)

    const { lines } = known
    const variants = lines.map(({ variantId }) => variantId)
    await lockVariants(tx, variants)
    const states = await tx.$queryRaw<{ variantId: string; held: boolean; expired: boolean }[]>`
      SELECT "variantId", "heldUntil" IS NOT NULL AS "held",
             coalesce("heldUntil" <= clock_timestamp(), true) AS "expired"
      FROM "StockReservationLine" WHERE "reservationId" = ${id}::uuid`
    if (states.some(({ expired }) => expired)) {
      // What has expired and was not swept counts as free, this reservation's own among it.
      const shortages = findShortages(lines, await readFree(tx, variants))
      if (shortages.length > 0) return short(shortages)
    }
    const swept = new Set(states.filter(({ held }) => !held).map(({ variantId }) => variantId))
    const anew = lines.filter(({ variantId }) => swept.has(variantId))

    const shelves = await readShelves(tx, variants, id)
    const movements = lines.map((line) => takeFrom(shelves, { ...line, reservationId: id }))
    await recordMovements(tx, actorOf(context.caller), movements.flat())
    const rows = lines.map(({ variantId }, index) => ({
      variantId,
      taken: -(movements[index] ?? []).reduce((sum, { quantity }) => sum + quantity, 0),
    }))
    await tx.$executeRaw`
      UPDATE "StockReservationLine" line SET "heldUntil" = NULL, "taken" = row."taken",
        "owed" = line."quantity" - row."taken", "backOrdered" = line."quantity" - row."taken"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row ("variantId" uuid, "taken" int)
      WHERE line."reservationId" = ${id}::uuid AND line."variantId" = row."variantId"`
    await tx.$executeRaw`UPDATE "StockReservation" SET "status" = 'COMMITTED' WHERE "id" = ${id}::uuid`
    // What was held left what can be sold when it was held.
    await tellVariants(tx, await changeStock(tx, quantitiesOf(anew, -1)))
    return answerOf(tx, id)
  })
}

/** Gives back what is held. @throws FORBIDDEN for anybody but cart. */
export async function releaseStock(context: Context, input: StockReleaseInput): Promise<StockOutcome> {
  requireService(context.caller, 'cart')
  const id = readUuid('reservationId', input.reservationId)
  return write(context, async (tx) => {
    const unknown = await tx.$executeRaw`
      INSERT INTO "StockReservation" ("id", "site", "status", "expiresAt")
      VALUES (${id}::uuid, 'main', 'RELEASED', clock_timestamp()) ON CONFLICT DO NOTHING`
    if (unknown > 0) return answerOf(tx, id)
    const known = await findReservation(tx, id)
    if (known?.status === 'COMMITTED') {
      const message = 'This reservation was committed: what was taken can be returned.'
      return refused('RESERVATION_COMMITTED', ['reservationId'], message)
    }
    await endHolds(tx, [id], 'RELEASED')
    return answerOf(tx, id)
  })
}

/** Ends reservations that the caller has locked, so that what they hold can be sold again. */
export async function endHolds(
  tx: Tx,
  reservations: readonly string[],
  status: 'RELEASED' | 'EXPIRED',
): Promise<void> {
  const lines = await tx.$queryRaw<{ variantId: string }[]>`
    SELECT DISTINCT "variantId" FROM "StockReservationLine" WHERE "reservationId" = ANY(${reservations}::uuid[])`
  const variants = lines.map(({ variantId }) => variantId)
  await lockVariants(tx, variants)
  const given = await tx.$queryRaw<Line[]>`
    WITH ended AS (
      UPDATE "StockReservationLine" SET "heldUntil" = NULL
      WHERE "reservationId" = ANY(${reservations}::uuid[]) AND "heldUntil" IS NOT NULL
      RETURNING "variantId", "quantity"
    )
    SELECT "variantId", sum("quantity")::int AS "quantity" FROM ended GROUP BY "variantId"`
  await tx.$executeRaw`
    UPDATE "StockReservation" SET "status" = ${status}::"StockReservationStatus"
    WHERE "id" = ANY(${reservations}::uuid[])`
  const differ = await changeStock(tx, quantitiesOf(given, 1))
  await settleBackOrders(tx, variants)
  await tellVariants(tx, differ)
}

interface ReturnLine extends Line {
  owed: number
  returned: number
}

/** Puts back what was taken. @throws FORBIDDEN for anybody but cart. */
export async function returnStock(context: Context, input: StockReturnInput): Promise<StockOutcome> {
  requireService(context.caller, 'cart')
  const id = readUuid('reservationId', input.reservationId)
  const returnId = readUuid('returnId', input.returnId)
  const lines = readLines(input.lines)
  if (!Array.isArray(lines)) return lines

  return write(context, async (tx) => {
    const known = await findReservation(tx, id)
    if (known === null) return notFound()
    const inserted = await tx.$executeRaw`
      INSERT INTO "StockReturn" ("id", "reservationId", "lines")
      VALUES (${returnId}::uuid, ${id}::uuid, ${JSON.stringify(lines)}::jsonb) ON CONFLICT DO NOTHING`
    if (inserted === 0) {
      const same = await tx.$queryRaw<unknown[]>`
        SELECT FROM "StockReturn" WHERE "id" = ${returnId}::uuid AND "reservationId" = ${id}::uuid
          AND "lines" = ${JSON.stringify(lines)}::jsonb`
      if (same.length > 0) return written(known)
      return refused('RESERVATION_CONFLICT', ['returnId'], 'This return was made with other lines.')
    }
    if (known.status === 'RELEASED') throw new Undone(released())

    const variants = lines.map(({ variantId }) => variantId)
    await lockVariants(tx, variants)
    const taken = await tx.$queryRaw<ReturnLine[]>`
      SELECT "variantId", "quantity", "owed", "returned" FROM "StockReservationLine"
      WHERE "reservationId" = ${id}::uuid AND "variantId" = ANY(${variants}::uuid[])`
    const byVariant = new Map(taken.map((line) => [line.variantId, line]))
    const rows = lines.map(({ variantId, quantity }) => {
      const line = known.status === 'COMMITTED' ? byVariant.get(variantId) : undefined
      const left = line ? line.quantity - line.returned : 0
      if (line === undefined || quantity > left) {
        const index = input.lines.findIndex((given) => toUuid('var', given.variantId) === variantId)
        const message = `Of this variant ${left} can be returned.`
        throw new Undone(refused('RETURN_TOO_MANY', ['lines', String(index), 'quantity'], message))
      }
      // What has not come yet is not waited for any more; the rest was sent out, and comes back.
      return { variantId, quantity, cancelled: Math.min(line.owed, quantity) }
    })
    await tx.$executeRaw`
      UPDATE "StockReservationLine" line
      SET "returned" = line."returned" + row."quantity", "owed" = line."owed" - row."cancelled"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row ("variantId" uuid, "quantity" int, "cancelled" int)
      WHERE line."reservationId" = ${id}::uuid AND line."variantId" = row."variantId"`
    const locationId = await firstShipping(tx)
    await recordMovements(
      tx,
      actorOf(context.caller),
      rows
        .filter(({ quantity, cancelled }) => quantity > cancelled)
        .map(({ variantId, quantity, cancelled }) => ({
          ...{ variantId, locationId, quantity: quantity - cancelled },
          ...{ reason: 'RETURNED', reference: returnId },
        })),
    )
    const differ = await changeStock(tx, quantitiesOf(lines, 1))
    await settleBackOrders(tx, variants)
    await tellVariants(tx, differ)
    return answerOf(tx, id)
  })
}
