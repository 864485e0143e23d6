import { buyXGetY } from './buy-x-get-y.ts'
import { isEntitled } from './discount-rules.ts'
import { less, partOf, split, sum, times } from './money.ts'
import type { Discount, DiscountAllocation, PriceCartInput, PricingLine } from './pricing.ts'

/** What a combination of discounts takes off, by line and of delivery. */
export interface TakenOff {
  /** By the line's id. */
  lines: Map<string, DiscountAllocation[]>
  delivery: DiscountAllocation[]
  amount: number
}

type Cart = Pick<PriceCartInput, 'lines' | 'deliveryOption' | 'currency'>

const subtotalOf = ({ unitPrice, quantity }: PricingLine, currency: Cart['currency']) =>
  times(unitPrice, quantity, currency)

/** What a discount of the class product takes off each line by itself. Lines come in the order of their ids. */
export function takenOffProducts(discount: Discount, { lines, currency }: Cart): Map<string, number> {
  const { value, entitled } = discount
  const holds = lines.filter((line) => isEntitled(entitled, line))
  switch (value.type) {
    case 'PERCENTAGE':
      return new Map(
        holds.map((line) => [line.id, partOf(subtotalOf(line, currency), value.millionths, currency)]),
      )
    case 'AMOUNT': {
      if (value.each) {
        return new Map(
          holds.map(({ id, unitPrice, quantity }) => [
            id,
            times(Math.min(value.amount, unitPrice), quantity, currency),
          ]),
        )
      }
      const subtotals = holds.map((line) => subtotalOf(line, currency))
      const shares = split(Math.min(value.amount, sum(subtotals, currency)), subtotals, currency)
      return new Map(holds.map(({ id }, index) => [id, shares[index] ?? 0]))
    }
    case 'BUY_X_GET_Y': {
      const pieces = lines.map((line) => ({
        ...line,
        buys: isEntitled(entitled, line),
        gets: isEntitled(value.gets, line),
      }))
      const got = buyXGetY(pieces, value)
      return new Map(
        lines.map(({ id, unitPrice }) => [
          id,
          partOf(times(unitPrice, got.get(id) ?? 0, currency), value.millionths, currency),
        ]),
      )
    }
    case 'FREE_DELIVERY':
      return new Map()
  }
}

/** What a discount would take off of a sum. */
function takenOffSum({ value }: Discount, amount: number, currency: Cart['currency']): number {
  if (value.type === 'PERCENTAGE') return partOf(amount, value.millionths, currency)
  if (value.type === 'AMOUNT') return Math.min(value.amount, amount)
  return value.type === 'FREE_DELIVERY' ? amount : 0
}

/** In which order discounts are taken off where that matters, as none takes off what another has. */
const ranks = { PERCENTAGE: 0, AMOUNT: 1, BUY_X_GET_Y: 2, FREE_DELIVERY: 3 }
const inTurn = (discounts: readonly Discount[]) =>
  [...discounts].sort(
    (one, other) => ranks[one.value.type] - ranks[other.value.type] || (one.id < other.id ? -1 : 1),
  )

/**
 * Takes a combination of discounts off a cart whose lines come in the order of their ids. A line has one discount
 * of the class product, the one that takes most off it; those of the class order are all worked out on what is left
 * then, those on delivery on its price. Nothing ever falls below zero.
 */
export function takeOff(
  combination: readonly Discount[],
  { lines, deliveryOption, currency }: Cart,
  products: ReadonlyMap<string, ReadonlyMap<string, number>>,
): TakenOff {
  const ofClass = (discountClass: Discount['discountClass']) =>
    inTurn(combination.filter((discount) => discount.discountClass === discountClass))
  const allocations = new Map<string, DiscountAllocation[]>()
  const left = new Map<string, number>()

  const productDiscounts = ofClass('PRODUCT')
  for (const line of lines) {
    let best: DiscountAllocation | null = null
    for (const { id: discountId } of productDiscounts) {
      const amount = products.get(discountId)?.get(line.id) ?? 0
      if (amount > (best?.amount ?? 0)) best = { discountId, amount }
    }
    allocations.set(line.id, best === null ? [] : [best])
    left.set(line.id, less(subtotalOf(line, currency), best?.amount ?? 0, currency))
  }

  const base = new Map(left)
  for (const discount of ofClass('ORDER')) {
    const ids = lines.filter((line) => isEntitled(discount.entitled, line)).map(({ id }) => id)
    const amounts = (of: ReadonlyMap<string, number>) => ids.map((id) => of.get(id) ?? 0)
    const wanted = takenOffSum(discount, sum(amounts(base), currency), currency)
    const amount = Math.min(wanted, sum(amounts(left), currency))
    for (const [index, share] of split(amount, amounts(left), currency).entries()) {
      const id = ids[index]
      if (id === undefined || share === 0) continue
      allocations.get(id)?.push({ discountId: discount.id, amount: share })
      left.set(id, less(left.get(id) ?? 0, share, currency))
    }
  }

  const price = deliveryOption?.price ?? 0
  const delivery: DiscountAllocation[] = []
  let deliveryLeft = price
  for (const discount of ofClass('DELIVERY')) {
    const amount = Math.min(takenOffSum(discount, price, currency), deliveryLeft)
    if (amount === 0) continue
    delivery.push({ discountId: discount.id, amount })
    deliveryLeft = less(deliveryLeft, amount, currency)
  }

  const all = [...allocations.values(), delivery].flat()
  return {
    lines: allocations,
    delivery,
    amount: sum(
      all.map(({ amount }) => amount),
      currency,
    ),
  }
}
