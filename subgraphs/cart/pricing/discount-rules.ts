import { sum, times } from './money.ts'
import type { Discount, DiscountRefusal, Entitlement, PriceCartInput, PricingLine } from './pricing.ts'

/** How codes are compared: `summer 10` is `SUMMER10`. */
export const normaliseCode = (code: string): string =>
  code.normalize('NFKC').replace(/\s+/g, '').toUpperCase()

type Cart = Pick<PriceCartInput, 'lines' | 'currency' | 'now'>

/** Whether a variant is among those that something holds for. */
export function isEntitled(
  { variantIds, productIds, collectionIds }: Entitlement,
  line: Pick<PricingLine, 'variantId' | 'productId' | 'collectionIds'>,
): boolean {
  if (variantIds.length + productIds.length + collectionIds.length === 0) return true
  return (
    variantIds.includes(line.variantId) ||
    productIds.includes(line.productId) ||
    line.collectionIds.some((id) => collectionIds.includes(id))
  )
}

/** Why a discount takes nothing off this cart, whatever else there is; null when it may. */
export function refusalOf(discount: Discount, { lines, currency, now }: Cart): DiscountRefusal | null {
  const { startsAt, endsAt, usageLimit, uses, usageLimitPerCustomer, usesByCustomer } = discount
  if (now < startsAt) return 'NOT_STARTED'
  if (endsAt !== null && now >= endsAt) return 'EXPIRED'
  if (usageLimit !== null && uses >= usageLimit) return 'USAGE_LIMIT_REACHED'
  if (usageLimitPerCustomer !== null) {
    if (usesByCustomer === null) return 'CUSTOMER_UNKNOWN'
    if (usesByCustomer >= usageLimitPerCustomer) return 'CUSTOMER_USAGE_LIMIT_REACHED'
  }
  const entitled = lines.filter((line) => isEntitled(discount.entitled, line))
  if (entitled.length === 0) return 'NO_ENTITLED_LINES'
  const subtotal = sum(
    entitled.map(({ unitPrice, quantity }) => times(unitPrice, quantity, currency)),
    currency,
  )
  if (subtotal < (discount.minimumSubtotal ?? 0)) return 'MINIMUM_SUBTOTAL_NOT_REACHED'
  const quantity = entitled.reduce((pieces, line) => pieces + line.quantity, 0)
  if (quantity < (discount.minimumQuantity ?? 0)) return 'MINIMUM_QUANTITY_NOT_REACHED'
  return null
}

const combine = (one: Discount, other: Discount): boolean =>
  one.combinesWith.includes(other.discountClass) && other.combinesWith.includes(one.discountClass)

/** The combinations to which no other of the discounts could be added: the maximal cliques of a graph. */
export function combinationsOf(discounts: readonly Discount[]): Discount[][] {
  const found: Discount[][] = []
  // https://en.wikipedia.org/wiki/Bron%E2%80%93Kerbosch_algorithm#With_pivoting
  const extend = (chosen: Discount[], open: readonly Discount[], done: readonly Discount[]): void => {
    const [pivot, ...rest] = [...open, ...done]
    if (pivot === undefined) {
      found.push(chosen)
      return
    }
    const fitting = (one: Discount) => open.filter((other) => combine(one, other)).length
    const widest = rest.reduce((best, other) => (fitting(other) > fitting(best) ? other : best), pivot)
    const tried = new Set<Discount>()
    for (const next of open.filter((discount) => discount === widest || !combine(widest, discount))) {
      const fits = (other: Discount) => other !== next && combine(next, other)
      extend(
        [...chosen, next],
        open.filter((other) => !tried.has(other) && fits(other)),
        [...done, ...tried].filter(fits),
      )
      tried.add(next)
    }
  }
  extend([], discounts, [])
  return found
}
