import { combinationsOf, normaliseCode, refusalOf } from './discount-rules.ts'
import { less, sum, times } from './money.ts'
import type {
  AppliedDiscount,
  Discount,
  DiscountAllocation,
  DiscountRefusal,
  PriceCartInput,
  PricedCart,
  RefusedCode,
} from './pricing.ts'
import { type TakenOff, takenOffProducts, takeOff } from './take-off.ts'
import { taxesOf } from './taxes.ts'

/** So many automatic discounts are tried in combinations, those first that would take most off alone. */
const maxAutomatic = 10

interface Candidate {
  discount: Discount
  /** What it would take off alone. */
  alone: TakenOff
}

const byId = ({ id: one }: { id: string }, { id: other }: { id: string }) => (one < other ? -1 : 1)

/**
 * What a cart comes to. It reads nothing and has no clock of its own: equal input gives an equal answer.
 *
 * Of the discounts that may apply, the combination is chosen that takes most off. The order of the lines, of the
 * codes and of the discounts changes no amount; only the lists of the answer follow the input's.
 */
export function priceCart(input: PriceCartInput): PricedCart {
  const { currency, deliveryOption, destination } = input
  // Where a minor unit can't be divided, it falls to the same line however the cart is sorted.
  const lines = [...input.lines].sort(byId)
  const cart = { ...input, lines }
  const { chosen, takenOff, refused } = chooseDiscounts(cart)

  const subtotals = new Map(
    lines.map(({ id, unitPrice, quantity }) => [id, times(unitPrice, quantity, currency)]),
  )
  const amountOf = (allocations: readonly DiscountAllocation[]) =>
    sum(
      allocations.map(({ amount }) => amount),
      currency,
    )
  const totals = lines.map(({ id }) =>
    less(subtotals.get(id) ?? 0, amountOf(takenOff.lines.get(id) ?? []), currency),
  )
  const delivery = deliveryOption && {
    ...deliveryOption,
    allocations: takenOff.delivery,
    total: less(deliveryOption.price, amountOf(takenOff.delivery), currency),
  }

  const taxables = [
    ...lines.map(({ taxClass }, index) => ({ taxClass, amount: totals[index] ?? 0, isDelivery: false })),
    ...(delivery ? [{ taxClass: '', amount: delivery.total, isDelivery: true }] : []),
  ]
  const taxed = destination && taxesOf(taxables, destination, cart)
  const tax = taxed && amountOf(taxed.taxes.map(({ amount }) => ({ discountId: '', amount })))
  const paidBeforeTax = sum([...totals, delivery?.total ?? 0], currency)
  const taxIncluded = input.taxRules.includedInPrices

  const priced = new Map(
    lines.map(({ id, quantity, unitPrice }, index) => [
      id,
      {
        id,
        quantity,
        unitPrice,
        subtotal: subtotals.get(id) ?? 0,
        allocations: takenOff.lines.get(id) ?? [],
        total: totals[index] ?? 0,
        tax: taxed?.shares[index] ?? null,
      },
    ]),
  )
  return {
    currency,
    lines: input.lines.flatMap(({ id }) => priced.get(id) ?? []),
    discounts: { applied: chosen, refused },
    delivery: delivery && { ...delivery, tax: taxed?.shares[lines.length] ?? null },
    taxes: taxed?.taxes ?? null,
    totals: {
      subtotal: sum([...subtotals.values()], currency),
      discount: takenOff.amount,
      delivery: deliveryOption?.price ?? 0,
      tax,
      taxIncluded,
      total: taxIncluded ? paidBeforeTax : sum([paidBeforeTax, tax ?? 0], currency),
    },
  }
}

function chooseDiscounts(cart: PriceCartInput): {
  chosen: AppliedDiscount[]
  takenOff: TakenOff
  refused: RefusedCode[]
} {
  const codes = [...new Set(cart.codes.map(normaliseCode))]
  const named = cart.discounts.filter(({ code }) => code === null || codes.includes(code)).sort(byId)
  const refusals = new Map<string, DiscountRefusal>()
  const products = new Map<string, Map<string, number>>()
  const candidates: Candidate[] = []
  for (const discount of named) {
    const refusal = refusalOf(discount, cart)
    if (refusal !== null) {
      refusals.set(discount.id, refusal)
      continue
    }
    if (discount.discountClass === 'PRODUCT') products.set(discount.id, takenOffProducts(discount, cart))
    const alone = takeOff([discount], cart, products)
    if (alone.amount === 0 && discount.discountClass !== 'DELIVERY')
      refusals.set(discount.id, nothingOff(discount))
    else candidates.push({ discount, alone })
  }

  const best = bestCombination(candidates, cart, products)
  const amounts = amountsByDiscount(best.takenOff)
  const chosen: AppliedDiscount[] = []
  for (const { discount } of candidates) {
    const { id, title, code, discountClass } = discount
    const amount = amounts.get(id) ?? 0
    if (!best.combination.includes(discount)) refusals.set(id, 'NOT_COMBINABLE')
    else if (amount === 0 && !waitsForDelivery(discount, cart)) refusals.set(id, 'BETTER_DISCOUNT_APPLIES')
    else chosen.push({ id, title, code, discountClass, amount })
  }

  const byCode = new Map(
    named.flatMap((discount) => (discount.code === null ? [] : [[discount.code, discount]])),
  )
  const refused = codes.flatMap((code): RefusedCode[] => {
    const discount = byCode.get(code)
    if (discount === undefined) return [{ code, reason: 'NOT_FOUND', discountId: null }]
    const reason = refusals.get(discount.id)
    return reason === undefined ? [] : [{ code, reason, discountId: discount.id }]
  })
  return { chosen, takenOff: best.takenOff, refused }
}

/** Why one that may apply takes nothing off even alone. */
const nothingOff = ({ value }: Discount): DiscountRefusal =>
  value.type === 'BUY_X_GET_Y' ? 'MINIMUM_QUANTITY_NOT_REACHED' : 'NO_ENTITLED_LINES'

/** One on delivery stands by, with nothing to take off while there is no price of delivery. */
const waitsForDelivery = ({ discountClass }: Discount, { deliveryOption }: PriceCartInput): boolean =>
  discountClass === 'DELIVERY' && (deliveryOption === null || deliveryOption.price === 0)

function bestCombination(
  candidates: readonly Candidate[],
  cart: PriceCartInput,
  products: ReadonlyMap<string, ReadonlyMap<string, number>>,
): { combination: Discount[]; takenOff: TakenOff } {
  const automatic = candidates
    .filter(({ discount }) => discount.code === null)
    .sort((one, other) => other.alone.amount - one.alone.amount || byId(one.discount, other.discount))
    .slice(0, maxAutomatic)
  const tried = candidates
    .filter((candidate) => candidate.discount.code !== null || automatic.includes(candidate))
    .map(({ discount }) => discount)

  let best: { combination: Discount[]; takenOff: TakenOff } = {
    combination: [],
    takenOff: takeOff([], cart, products),
  }
  for (const combination of combinationsOf(tried)) {
    const takenOff = takeOff(combination, cart, products)
    const more = takenOff.amount - best.takenOff.amount
    // Of two that take off the same, the one that applies more discounts, and else the first by its ids.
    if (more > 0 || (more === 0 && combination.length > best.combination.length))
      best = { combination, takenOff }
  }
  return best
}

function amountsByDiscount({ lines, delivery }: TakenOff): Map<string, number> {
  const amounts = new Map<string, number>()
  for (const { discountId, amount } of [...[...lines.values()].flat(), ...delivery]) {
    amounts.set(discountId, (amounts.get(discountId) ?? 0) + amount)
  }
  return amounts
}
