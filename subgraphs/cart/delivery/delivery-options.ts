import { z } from 'zod'
import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import type { Site } from '../../kit/sites.ts'
import type { Destination } from '../pricing/pricing.ts'
import type { Address } from './address.ts'
import { countries } from './countries.ts'

/** What a variant counts as that nobody has weighed. */
const unknownWeightGrams = 500

const bandsSchema = z.array(z.object({ maxWeightGrams: z.int().nullable(), price: z.int().min(0) }))

export interface DeliveryMethodRow {
  site: Site
  countryCodes: string[]
  regions: string[]
  handle: string
  title: string
  position: number
  minDays: number
  maxDays: number
  bands: unknown
}

/** A way for a cart to go, at a price in minor units. */
export interface DeliveryOption {
  handle: string
  title: string
  price: number
  minDays: number
  maxDays: number
}

export const weightOf = (lines: readonly { quantity: number; weightGrams: number | null }[]): number =>
  lines.reduce((sum, { quantity, weightGrams }) => sum + quantity * (weightGrams ?? unknownWeightGrams), 0)

/** The ways of delivery of some sites to some countries. */
export async function loadDeliveryMethods(
  tx: Prisma.TransactionClient,
  sites: readonly string[],
  countryCodes: readonly string[],
): Promise<DeliveryMethodRow[]> {
  if (countryCodes.length === 0) return []
  return tx.$queryRaw<DeliveryMethodRow[]>`
    SELECT zone."site", zone."countryCodes", zone."regions", method."handle", method."title", method."position",
           method."minDays", method."maxDays", method."bands"
    FROM "DeliveryZone" zone JOIN "DeliveryMethod" method ON method."zoneId" = zone."id"
    WHERE zone."site" = ANY(${sites}::text[]) AND zone."countryCodes" && ${countryCodes}::text[]`
}

/**
 * How so much weight can go somewhere, the cheapest first. Where two zones have the same way, the cheaper one
 * counts; where a way takes nothing that heavy, it is none.
 */
export function deliveryOptionsFor(
  methods: readonly DeliveryMethodRow[],
  { site, destination, weightGrams }: { site: Site; destination: Destination; weightGrams: number },
): DeliveryOption[] {
  const { countryCode, provinceCode } = destination
  const options = new Map<string, DeliveryOption & { position: number }>()
  for (const { countryCodes, regions, bands, ...method } of methods) {
    if (method.site !== site || !countryCodes.includes(countryCode)) continue
    if (regions.length > 0 && !regions.includes(provinceCode ?? '')) continue
    const band = bandsSchema
      .parse(bands)
      .find(({ maxWeightGrams }) => maxWeightGrams === null || weightGrams <= maxWeightGrams)
    if (band === undefined) continue
    const known = options.get(method.handle)
    if (known && known.price <= band.price) continue
    const { handle, title, minDays, maxDays, position } = method
    options.set(handle, { handle, title, price: band.price, minDays, maxDays, position })
  }
  return [...options.values()]
    .sort((one, other) => one.price - other.price || one.position - other.position)
    .map(({ position: _, ...option }) => option)
}

/** Whether a site delivers to an address at all, however heavy. */
export async function servesCountry(
  tx: Prisma.TransactionClient,
  site: Site,
  { countryCode, region }: Pick<Address, 'countryCode' | 'region'>,
): Promise<boolean> {
  const [zone] = await tx.$queryRaw<unknown[]>`
    SELECT FROM "DeliveryZone" WHERE "site" = ${site} AND ${countryCode} = ANY("countryCodes")
      AND ("regions" = '{}' OR ${region}::text = ANY("regions")) LIMIT 1`
  return zone !== undefined
}

export interface ServedCountry {
  code: string
  name: string
  postalCodeRequired: boolean
  postalCodeExample: string | null
  regions: { code: string; name: string }[]
}

/** Where a site delivers to, by name. A country that nobody knows the addresses of is none. */
export async function findServedCountries(
  tx: Prisma.TransactionClient,
  site: Site,
): Promise<ServedCountry[]> {
  const rows = await tx.$queryRaw<{ code: string; regions: string[] | null }[]>`
    SELECT "code", CASE WHEN bool_or("regions" = '{}') THEN NULL ELSE (
             SELECT array_agg(DISTINCT region) FROM "DeliveryZone" every, unnest(every."regions") region
             WHERE every."site" = ${site} AND served."code" = ANY(every."countryCodes")
           ) END AS "regions"
    FROM (SELECT unnest("countryCodes") AS "code", "regions" FROM "DeliveryZone" WHERE "site" = ${site}) served
    GROUP BY "code"`
  return rows
    .flatMap(({ code, regions }): ServedCountry[] => {
      const country = Object.hasOwn(countries, code) ? countries[code] : undefined
      if (country === undefined) return []
      return [
        {
          code,
          name: country.name,
          postalCodeRequired: country.postalCode !== null,
          postalCodeExample: country.postalCode?.example ?? null,
          regions: Object.entries(country.regions)
            .filter(([region]) => regions === null || regions.includes(region))
            .map(([region, name]) => ({ code: region, name })),
        },
      ]
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
}
