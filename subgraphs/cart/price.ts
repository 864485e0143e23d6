import { z } from 'zod'

/** An amount in minor units, as far as GraphQL's Int and the database's integer go. */
export const maxAmount = 2 ** 31 - 1

const amount = z.int().min(0).max(maxAmount)
const instant = z.iso.datetime()

/** What a variant costs on a site, as products tells it: the reduction holds from its start up to its end. */
export const sitePriceSchema = z.object({
  amount,
  saleAmount: amount.nullish(),
  saleStartsAt: instant.nullish(),
  saleEndsAt: instant.nullish(),
})

export type SitePrice = z.infer<typeof sitePriceSchema>

/** The price of a moment, in minor units. */
export function priceAt({ amount, saleAmount, saleStartsAt, saleEndsAt }: SitePrice, moment: Date): number {
  if (saleAmount == null) return amount
  if (saleStartsAt != null && moment < new Date(saleStartsAt)) return amount
  if (saleEndsAt != null && moment >= new Date(saleEndsAt)) return amount
  return saleAmount
}
