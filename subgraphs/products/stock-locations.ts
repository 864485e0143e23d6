import { newUuid, toUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { StockLocationModel } from './mappers.ts'
import type {
  ProductUserError,
  StockLocationCreateInput,
  StockLocationUpdateInput,
} from './schema.generated.ts'
import { createReading, type StaffWritten, stale, toUserErrors, writeAsStaff } from './staff-write.ts'
import { loadLocations } from './stock-rows.ts'

interface LocationWritten {
  location: StockLocationModel | null
  userErrors: ProductUserError[]
}

const maximumLocations = 100

async function written({ prisma }: Context, outcome: StaffWritten): Promise<LocationWritten> {
  if ('refusals' in outcome) return { location: null, userErrors: toUserErrors(outcome.refusals) }
  const locations = await loadLocations(prisma)
  return { location: locations.find(({ id }) => id === outcome.written) ?? null, userErrors: [] }
}

/** Makes a location. For staff. */
export async function createLocation(
  context: Context,
  input: StockLocationCreateInput,
): Promise<LocationWritten> {
  const { handle, shipsOrders } = input
  const reading = createReading()
  const name = reading.line('name', input.name, 100)
  const note = reading.line('pickUpNote', input.pickUpNote, 100)
  const pickUpSites = reading.sites('pickUpSites', input.pickUpSites ?? [])
  reading.slug('handle', handle)
  const outcome = await writeAsStaff(context, {
    name: 'stockLocationCreate',
    input,
    async write(tx) {
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      // One after the other, so that each has a place of its own.
      await tx.$executeRaw`LOCK TABLE "StockLocation" IN SHARE ROW EXCLUSIVE MODE`
      const known = await tx.$queryRaw<{ handle: string }[]>`SELECT "handle" FROM "StockLocation"`
      if (known.some((location) => location.handle === handle)) {
        const message = 'There is a location of that handle: choose another one.'
        return { refusals: [{ code: 'ALREADY_TAKEN', field: 'handle', message }] }
      }
      if (known.length >= maximumLocations) {
        const message = `There are ${maximumLocations} locations, which is as many as there may be.`
        return { refusals: [{ code: 'TOO_MANY', field: [], message }] }
      }
      const id = newUuid()
      await tx.$executeRaw`
        INSERT INTO "StockLocation" ("id", "handle", "name", "position", "shipsOrders", "pickUpSites", "pickUpTime")
        SELECT ${id}::uuid, ${handle}, ${name}, max("position") + 1, ${shipsOrders}, ${pickUpSites}, ${note}
        FROM "StockLocation"`
      return { written: id }
    },
  })
  return written(context, outcome)
}

/** Changes a location. For staff. */
export async function updateLocation(
  context: Context,
  input: StockLocationUpdateInput,
): Promise<LocationWritten> {
  const reading = createReading()
  const name = reading.line('name', input.name, 100)
  const note = input.pickUpNote === '' ? '' : reading.line('pickUpNote', input.pickUpNote, 100)
  const pickUpSites = input.pickUpSites == null ? null : reading.sites('pickUpSites', input.pickUpSites)
  const id = toUuid('loc', input.id)
  const outcome = await writeAsStaff(context, {
    name: 'stockLocationUpdate',
    input,
    async write(tx) {
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      const [now] = await tx.$queryRaw<{ version: number }[]>`
        SELECT "version" FROM "StockLocation" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
      if (id === null || now === undefined) {
        return {
          refusals: [{ code: 'LOCATION_NOT_FOUND', field: 'id', message: 'There is no such location.' }],
        }
      }
      if (now.version !== input.version) return { refusals: [stale(now.version)] }
      await tx.$executeRaw`
        UPDATE "StockLocation" SET "version" = "version" + 1, "name" = coalesce(${name}, "name"),
          "pickUpSites" = coalesce(${pickUpSites}::text[], "pickUpSites"),
          "pickUpTime" = nullif(coalesce(${note}, "pickUpTime"), '')
        WHERE "id" = ${id}::uuid`
      return { written: id }
    },
  })
  return written(context, outcome)
}
