import type { Prisma } from '../../prisma/products/generated/client.ts'
import { requireRole } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type {
  VariantBackOrderLimitSetInput,
  VariantStockAdjustInput,
  VariantStockMoveInput,
  VariantStockSetInput,
} from './schema.generated.ts'
import { createReading, type Refusal } from './staff-write.ts'
import {
  actorOf,
  changeStock,
  firstShipping,
  type Movement,
  recordMovements,
  settleBackOrders,
} from './stock-ledger.ts'
import { refused, type VariantWritten, writeVariant } from './variant-write.ts'

type Tx = Prisma.TransactionClient

const maximumQuantity = 1_000_000
const maximumReference = 200

interface Place {
  id: string
  shipsOrders: boolean
  onHand: number
}

/** A location, and how many of a variant lie there; null where there is no such location. */
async function findPlace(tx: Tx, variantId: string, locationId: string): Promise<Place | null> {
  const [place] = await tx.$queryRaw<Place[]>`
    SELECT location."id", location."shipsOrders", coalesce(level."onHand", 0) AS "onHand"
    FROM "StockLocation" location
    LEFT JOIN "StockLevel" level ON level."locationId" = location."id" AND level."variantId" = ${variantId}::uuid
    WHERE location."id" = ${locationId}::uuid`
  return place ?? null
}

async function findPlaceById(tx: Tx, variantId: string, id: string | null | undefined) {
  if (id == null) return findPlace(tx, variantId, await firstShipping(tx))
  const uuid = toUuid('loc', id)
  return uuid === null ? null : findPlace(tx, variantId, uuid)
}

const noLocation = (field: string): Refusal => ({
  ...{ code: 'LOCATION_NOT_FOUND', field, message: 'There is no such location.' },
})

const tooMany = (place: Place, field = 'quantity'): Refusal => ({
  ...{ code: 'INVALID_QUANTITY', field },
  message: `There are ${place.onHand} there, and a location takes 0 to ${maximumQuantity}.`,
})

/** Moves stock at a place, and sends out what was owed. @returns whether shoppers see the variant otherwise */
async function move(context: Context, tx: Tx, place: Place, movement: Omit<Movement, 'locationId'>) {
  const { variantId, quantity } = movement
  await recordMovements(tx, actorOf(context.caller), [{ ...movement, locationId: place.id }])
  if (!place.shipsOrders) return false
  const differ = await changeStock(tx, new Map([[variantId, quantity]]))
  await settleBackOrders(tx, [variantId])
  return differ.length > 0
}

/** Sets how many there are of a variant at a location, as after a count. For staff. */
export async function setVariantStock(
  context: Context,
  input: VariantStockSetInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const { quantity, locationId } = input
  if (quantity < 0 || quantity > maximumQuantity) {
    const message = `The quantity is ${quantity}: it takes 0 to ${maximumQuantity}.`
    return refused({ code: 'INVALID_QUANTITY', field: 'quantity', message })
  }
  return writeVariant(context, {
    name: 'variantStockSet',
    input,
    async write(tx, variantId) {
      const place = await findPlaceById(tx, variantId, locationId)
      if (place === null) return [noLocation('locationId')]
      const found = quantity - place.onHand
      return move(context, tx, place, { variantId, quantity: found, reason: 'COUNT', reference: null })
    },
  })
}

/** Adds to what is there of a variant, or takes off it. For staff. */
export async function adjustVariantStock(
  context: Context,
  input: VariantStockAdjustInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const { quantity, reason, locationId } = input
  const reading = createReading()
  const reference = reading.line('reference', input.reference, maximumReference)
  if (quantity === 0 || Math.abs(quantity) > maximumQuantity) {
    const message = `The quantity is ${quantity}: it takes -${maximumQuantity} to ${maximumQuantity}, and not 0.`
    reading.refuse('INVALID_QUANTITY', 'quantity', message)
  }
  if (reading.refusals.length > 0) return refused(...reading.refusals)
  return writeVariant(context, {
    name: 'variantStockAdjust',
    input,
    async write(tx, variantId) {
      const place = await findPlaceById(tx, variantId, locationId)
      if (place === null) return [noLocation('locationId')]
      const { onHand } = place
      if (onHand + quantity < 0) return [insufficient(onHand)]
      if (onHand + quantity > maximumQuantity) return [tooMany(place)]
      return move(context, tx, place, { variantId, quantity, reason, reference })
    },
  })
}

const insufficient = (available: number): Refusal => ({
  ...{
    code: 'INSUFFICIENT_STOCK',
    field: 'quantity',
    message: `There are ${available} of it to take there.`,
  },
})

/** Brings some of a variant from one location to another. For staff. */
export async function moveVariantStock(
  context: Context,
  input: VariantStockMoveInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const { quantity, fromLocationId, toLocationId } = input
  const reading = createReading()
  const reference = reading.line('reference', input.reference, maximumReference)
  if (quantity < 1 || quantity > maximumQuantity) {
    const message = `The quantity is ${quantity}: it takes 1 to ${maximumQuantity}.`
    reading.refuse('INVALID_QUANTITY', 'quantity', message)
  }
  if (fromLocationId === toLocationId) {
    reading.refuse('LOCATION_NOT_FOUND', 'toLocationId', 'It is there already: name another location.')
  }
  if (reading.refusals.length > 0) return refused(...reading.refusals)
  return writeVariant(context, {
    name: 'variantStockMove',
    input,
    async write(tx, variantId) {
      const from = await findPlaceById(tx, variantId, fromLocationId)
      const to = await findPlaceById(tx, variantId, toLocationId)
      if (from === null || to === null) return [noLocation(from === null ? 'fromLocationId' : 'toLocationId')]
      if (to.onHand + quantity > maximumQuantity) return [tooMany(to)]
      const leaves = from.shipsOrders && !to.shipsOrders
      const movable = leaves ? Math.min(from.onHand, await unsold(tx, variantId)) : from.onHand
      if (quantity > movable) return [insufficient(movable)]
      const movement = { variantId, reason: 'MOVED' as const, reference }
      const left = await move(context, tx, from, { ...movement, quantity: -quantity })
      const came = await move(context, tx, to, { ...movement, quantity })
      return left || came
    },
  })
}

/** What nobody holds or waits for of a variant that is locked. */
async function unsold(tx: Tx, variantId: string): Promise<number> {
  const [variant] = await tx.$queryRaw<{ stock: number }[]>`
    SELECT "stock" FROM "Variant" WHERE "id" = ${variantId}::uuid`
  return Math.max(0, variant?.stock ?? 0)
}

/** Sets how many more of a variant than there are may be sold. For staff. */
export async function setBackOrderLimit(
  context: Context,
  input: VariantBackOrderLimitSetInput,
): Promise<VariantWritten> {
  requireRole(context.caller, 'staff')
  const { limit } = input
  if (limit < 0 || limit > maximumQuantity) {
    const message = `The limit is ${limit}: it takes 0 to ${maximumQuantity}.`
    return refused({ code: 'INVALID_QUANTITY', field: 'limit', message })
  }
  return writeVariant(context, {
    name: 'variantBackOrderLimitSet',
    input,
    async write(tx, variantId) {
      await tx.$executeRaw`
        UPDATE "Variant" SET "backOrderLimit" = ${limit}::int WHERE "id" = ${variantId}::uuid`
      return true
    },
  })
}
