import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import type { Site } from '../../kit/sites.ts'
import type { TaxRate, TaxRules } from './pricing.ts'

/** Whether a site's prices hold their tax: shoppers expect it in Europe, and do not in the United States. */
const includedInPrices: Readonly<Record<Site, boolean>> = { main: true, outlet: false }

/** The rates of some countries. */
export async function loadTaxRates(
  tx: Prisma.TransactionClient,
  countryCodes: readonly string[],
): Promise<TaxRate[]> {
  if (countryCodes.length === 0) return []
  return tx.$queryRaw<TaxRate[]>`
    SELECT "name", "countryCode", nullif("region", '') AS "provinceCode", "taxClass", "millionths", "onDelivery"
    FROM "TaxRate" WHERE "countryCode" = ANY(${countryCodes}::text[])`
}

export const taxRulesOf = (site: Site, rates: readonly TaxRate[]): TaxRules => ({
  includedInPrices: includedInPrices[site],
  rates,
})
