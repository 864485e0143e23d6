import { partOf, split, sum, taxWithin } from './money.ts'
import type { Destination, PriceCartInput, PricedTax, TaxRate } from './pricing.ts'

/** What is taxed: a line or delivery, after discounts. */
export interface Taxable {
  taxClass: string
  amount: number
  isDelivery: boolean
}

const standard = 'STANDARD'

/**
 * The rate of a class at a destination; null where there is none. The province's goes before the country's, and a
 * class of which neither says anything is taxed as `STANDARD`.
 */
function rateOf(
  rates: readonly TaxRate[],
  { countryCode, provinceCode }: Destination,
  taxClass: string,
): TaxRate | null {
  const here = rates.filter((rate) => rate.countryCode === countryCode)
  const find = (province: string | null, wanted: string) =>
    here.find((rate) => rate.provinceCode === province && rate.taxClass === wanted)
  const found = find(provinceCode, taxClass) ?? find(null, taxClass)
  return found ?? find(provinceCode, standard) ?? find(null, standard) ?? null
}

/**
 * The taxes of what is taxed, and the part that each of them has in it. Each rate is worked out once, over all that
 * it applies to, rounded half up to the minor unit and shared out to the last minor unit, so that a receipt's sums
 * agree: rounding each line by itself would be off by up to half a cent a line.
 */
export function taxesOf(
  taxables: readonly Taxable[],
  destination: Destination,
  { taxRules, currency }: Pick<PriceCartInput, 'taxRules' | 'currency'>,
): { taxes: PricedTax[]; shares: number[] } {
  const { includedInPrices: included, rates } = taxRules
  const groups = new Map<string, { rate: TaxRate; indices: number[] }>()
  for (const [index, { taxClass, isDelivery }] of taxables.entries()) {
    const rate = rateOf(rates, destination, isDelivery ? standard : taxClass)
    if (rate === null || (isDelivery && !rate.onDelivery)) continue
    const key = `${rate.name} ${rate.millionths}`
    const group = groups.get(key) ?? { rate, indices: [] }
    group.indices.push(index)
    groups.set(key, group)
  }

  const shares = taxables.map(() => 0)
  const taxes = [...groups.values()].map(({ rate: { name, millionths }, indices }) => {
    const amounts = indices.map((index) => taxables[index]?.amount ?? 0)
    const taxable = sum(amounts, currency)
    const amount = (included ? taxWithin : partOf)(taxable, millionths, currency)
    const parts = split(amount, amounts, currency)
    for (const [place, index] of indices.entries()) shares[index] = parts[place] ?? 0
    return { name, millionths, included, taxable, amount }
  })
  const inOrder = taxes.sort(
    (one, other) => other.millionths - one.millionths || (one.name < other.name ? -1 : 1),
  )
  return { taxes: inOrder, shares }
}
