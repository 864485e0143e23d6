import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buyXGetY } from './buy-x-get-y.ts'
import { partOf, split, taxWithin } from './money.ts'
import { priceCart } from './price-cart.ts'
import type { Discount, DiscountValue, PriceCartInput, PricingLine, TaxRate } from './pricing.ts'

const now = new Date('2026-03-01T12:00:00.000Z')
const everything = { variantIds: [], productIds: [], collectionIds: [] }
const free = 1_000_000
const million = 1_000_000n

const line = (id: string, changes: Partial<PricingLine> = {}): PricingLine => ({
  id,
  variantId: `variant-${id}`,
  productId: `product-${id}`,
  collectionIds: [],
  taxClass: 'STANDARD',
  quantity: 1,
  unitPrice: 1000,
  ...changes,
})

const classOf = (value: DiscountValue) => (value.type === 'FREE_DELIVERY' ? 'DELIVERY' : 'ORDER')
const discount = (id: string, value: DiscountValue, changes: Partial<Discount> = {}): Discount => ({
  id,
  title: id,
  code: null,
  discountClass: value.type === 'BUY_X_GET_Y' ? 'PRODUCT' : classOf(value),
  value,
  entitled: everything,
  minimumSubtotal: null,
  minimumQuantity: null,
  startsAt: new Date(0),
  endsAt: null,
  usageLimit: null,
  uses: 0,
  usageLimitPerCustomer: null,
  usesByCustomer: null,
  combinesWith: ['PRODUCT', 'ORDER', 'DELIVERY'],
  ...changes,
})
const percent = (id: string, points: number, changes: Partial<Discount> = {}) =>
  discount(id, { type: 'PERCENTAGE', millionths: points * 10_000 }, changes)
const amountOff = (id: string, amount: number, changes: Partial<Discount> = {}) =>
  discount(id, { type: 'AMOUNT', amount, each: false }, changes)
const coded = (one: Discount): Discount => ({ ...one, code: one.id.toUpperCase() })

const rate = (millionths: number, changes: Partial<TaxRate> = {}): TaxRate => ({
  name: 'VAT',
  countryCode: 'DE',
  provinceCode: null,
  taxClass: 'STANDARD',
  millionths,
  onDelivery: true,
  ...changes,
})

const cart = (changes: Partial<PriceCartInput>): PriceCartInput => ({
  lines: [line('a')],
  discounts: [],
  codes: [],
  destination: null,
  deliveryOption: null,
  taxRules: { includedInPrices: true, rates: [] },
  currency: 'EUR',
  now,
  ...changes,
})
const price = (changes: Partial<PriceCartInput>) => priceCart(cart(changes))
const germany = { countryCode: 'DE', provinceCode: null }

// Carts at random: few products and classes, so that what applies to one often applies to another.
const ids = ['a', 'b', 'c', 'd', 'e', 'f']
const groups = ['red', 'blue']
const lines = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...ids),
      quantity: fc.integer({ min: 1, max: 99 }),
      unitPrice: fc.oneof(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
      collectionIds: fc.subarray(groups),
      taxClass: fc.constantFrom('STANDARD', 'REDUCED'),
    })
    .map(({ id, ...changes }) => line(id, changes)),
  { selector: ({ id }) => id, maxLength: ids.length },
)
const entitled = fc.record({
  variantIds: fc.subarray(ids.slice(0, 2).map((id) => `variant-${id}`)),
  productIds: fc.subarray(['product-c']),
  collectionIds: fc.subarray(groups),
})
const millionths = fc.integer({ min: 1, max: free })
const percentage = fc.record({ type: fc.constant('PERCENTAGE' as const), millionths })
const amount = fc.record({
  type: fc.constant('AMOUNT' as const),
  amount: fc.integer({ min: 1, max: 20_000 }),
  each: fc.boolean(),
})
const deal = fc.record({
  type: fc.constant('BUY_X_GET_Y' as const),
  buyQuantity: fc.integer({ min: 1, max: 4 }),
  getQuantity: fc.integer({ min: 1, max: 3 }),
  millionths,
  gets: entitled,
  mostTimes: fc.option(fc.integer({ min: 1, max: 3 })),
})
const kinds = fc.oneof(
  fc.record({ discountClass: fc.constant('PRODUCT' as const), value: fc.oneof(percentage, amount, deal) }),
  fc.record({ discountClass: fc.constant('ORDER' as const), value: fc.oneof(percentage, amount) }),
  fc.record({
    discountClass: fc.constant('DELIVERY' as const),
    value: fc.oneof(percentage, amount, fc.constant({ type: 'FREE_DELIVERY' as const })),
  }),
)
const anyDiscount = (minimums: boolean) =>
  fc
    .record({
      id: fc.integer({ min: 10, max: 30 }).map((number) => `discount-${number}`),
      kind: kinds,
      coded: fc.boolean(),
      entitled,
      minimumSubtotal: minimums ? fc.option(fc.integer({ min: 1, max: 100_000 })) : fc.constant(null),
      minimumQuantity: minimums ? fc.option(fc.integer({ min: 1, max: 100 })) : fc.constant(null),
      combinesWith: fc.subarray(['PRODUCT', 'ORDER', 'DELIVERY'] as const),
    })
    .map(({ id, kind, coded: isCoded, ...changes }) => {
      const one = discount(id, kind.value, { ...kind, ...changes })
      return isCoded ? coded(one) : one
    })
const manyDiscounts = (minimums = true) =>
  fc.uniqueArray(anyDiscount(minimums), { selector: ({ id }) => id, maxLength: 6 })
const rates = fc
  .tuple(fc.integer({ min: 0, max: 300_000 }), fc.integer({ min: 0, max: 300_000 }), fc.boolean())
  .map(([normal, reduced, onDelivery]) => [
    rate(normal, { onDelivery }),
    rate(reduced, { taxClass: 'REDUCED', onDelivery }),
  ])
const carts = fc
  .record({
    lines,
    discounts: manyDiscounts(),
    destination: fc.constantFrom(null, germany),
    deliveryOption: fc.option(
      fc.record({ handle: fc.constant('post'), price: fc.integer({ min: 0, max: 5000 }) }),
    ),
    taxRules: fc.record({ includedInPrices: fc.boolean(), rates }),
  })
  .map((parts) => cart({ ...parts, codes: parts.discounts.flatMap(({ code }) => code ?? []) }))

const total = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0)

describe('any cart', () => {
  test('adds up to the cent, and nothing of it is below zero or more than it is taken of', () => {
    fc.assert(
      fc.property(carts, (input) => {
        const { lines, discounts, delivery, taxes, totals } = priceCart(input)
        const everyNumber = JSON.stringify([lines, discounts, delivery, taxes, totals]).match(/-?\d+/g) ?? []
        expect(everyNumber.filter((text) => Number(text) < 0 && text.startsWith('-0'))).toEqual([])
        for (const { quantity, unitPrice, subtotal, allocations, total: paid, tax } of lines) {
          expect(subtotal).toBe(quantity * unitPrice)
          expect(paid).toBe(subtotal - total(allocations.map(({ amount }) => amount)))
          expect(allocations.every(({ amount }) => amount > 0)).toBe(true)
          for (const amount of [paid, tax ?? 0]) expect(amount).toBeGreaterThanOrEqual(0)
          expect(Number.isSafeInteger(paid)).toBe(true)
        }
        const taken = [...lines, ...(delivery ? [delivery] : [])].flatMap(({ allocations }) => allocations)
        expect(totals.discount).toBe(total(taken.map(({ amount }) => amount)))
        for (const { id, amount } of discounts.applied) {
          expect(amount).toBe(total(taken.filter((one) => one.discountId === id).map((one) => one.amount)))
        }
        if (delivery) {
          expect(delivery.total).toBe(
            delivery.price - total(delivery.allocations.map(({ amount }) => amount)),
          )
          expect(delivery.total).toBeGreaterThanOrEqual(0)
        }
        expect(totals.subtotal).toBe(total(lines.map(({ subtotal }) => subtotal)))
        const beforeTax = totals.subtotal - totals.discount + totals.delivery
        expect(beforeTax).toBe(total(lines.map((one) => one.total)) + (delivery?.total ?? 0))
        expect(totals.total).toBe(beforeTax + (totals.taxIncluded ? 0 : (totals.tax ?? 0)))

        expect(taxes === null).toBe(input.destination === null)
        expect(totals.tax).toBe(taxes && total(taxes.map(({ amount }) => amount)))
        expect(total(lines.map(({ tax }) => tax ?? 0)) + (delivery?.tax ?? 0)).toBe(totals.tax ?? 0)
        for (const { amount, taxable } of taxes ?? []) expect(amount).toBeLessThanOrEqual(taxable)
      }),
    )
  })

  test('comes to the same in whatever order its lines, discounts and codes are', () => {
    const shuffled = carts.chain((input) =>
      fc.record({
        input: fc.constant(input),
        lines: fc.shuffledSubarray([...input.lines], { minLength: input.lines.length }),
        discounts: fc.shuffledSubarray([...input.discounts], { minLength: input.discounts.length }),
        codes: fc.shuffledSubarray([...input.codes], { minLength: input.codes.length }),
      }),
    )
    fc.assert(
      fc.property(shuffled, ({ input, ...order }) => {
        const [one, other] = [priceCart(input), priceCart({ ...input, ...order })]
        const byId = (list: readonly { id: string }[]) => new Map(list.map((item) => [item.id, item]))
        expect(byId(other.lines)).toEqual(byId(one.lines))
        expect(other.lines.map(({ id }) => id)).toEqual(order.lines.map(({ id }) => id))
        expect({ ...other, lines: [], discounts: other.discounts.applied }).toEqual({
          ...one,
          lines: [],
          discounts: one.discounts.applied,
        })
        const reasons = (list: readonly { code: string }[]) =>
          new Set(list.map((item) => JSON.stringify(item)))
        expect(reasons(other.discounts.refused)).toEqual(reasons(one.discounts.refused))
      }),
    )
  })

  test('applies no two discounts that do not combine, and tells of every code what became of it', () => {
    fc.assert(
      fc.property(carts, (input) => {
        const { applied, refused } = priceCart(input).discounts
        const chosen = input.discounts.filter(({ id }) => applied.some((one) => one.id === id))
        for (const one of chosen) {
          for (const other of chosen) {
            if (one !== other) expect(one.combinesWith).toContain(other.discountClass)
          }
        }
        const told = [...applied.flatMap(({ code }) => code ?? []), ...refused.map(({ code }) => code)]
        expect(told.sort()).toEqual([...input.codes].sort())
      }),
    )
  })

  test('never costs more for one code more, where there is one rate of tax', () => {
    fc.assert(
      fc.property(carts, fc.integer({ min: 0, max: 300_000 }), (input, millionths) => {
        const taxRules = { ...input.taxRules, rates: [rate(millionths)] }
        const all = priceCart({ ...input, taxRules }).totals
        for (const left of input.codes) {
          const codes = input.codes.filter((code) => code !== left)
          const { totals } = priceCart({ ...input, taxRules, codes })
          expect(all.discount).toBeGreaterThanOrEqual(totals.discount)
          expect(all.total).toBeLessThanOrEqual(totals.total)
        }
      }),
    )
  })

  test('never costs less for one piece more, where discounts are shares, or off each piece', () => {
    const shares = fc.uniqueArray(
      fc
        .tuple(
          anyDiscount(false).filter(
            ({ value, discountClass }) =>
              value.type === 'PERCENTAGE' ||
              (value.type === 'AMOUNT' && (value.each || discountClass !== 'PRODUCT')),
          ),
        )
        .map(([one]) => ({ ...one, entitled: one.discountClass === 'ORDER' ? everything : one.entitled })),
      { selector: ({ id }) => id, maxLength: 5 },
    )
    fc.assert(
      fc.property(lines, shares, fc.constantFrom(...ids), (held, discounts, more) => {
        const codes = discounts.flatMap(({ code }) => code ?? [])
        const added = held.map((one) => (one.id === more ? { ...one, quantity: one.quantity + 1 } : one))
        const before = price({ lines: held, discounts, codes }).totals.total
        expect(price({ lines: added, discounts, codes }).totals.total).toBeGreaterThanOrEqual(before)
      }),
    )
  })
})

describe('discounts', () => {
  test('are chosen so that most is taken off', () => {
    const exclusive = { combinesWith: [] }
    const { discounts, totals } = price({
      discounts: [percent('ten', 10, exclusive), coded(amountOff('five', 500, exclusive))],
      codes: ['five'],
      lines: [line('a', { unitPrice: 3000 })],
    })
    expect(discounts).toMatchObject({ applied: [{ id: 'five', amount: 500 }], refused: [] })
    expect(totals).toMatchObject({ subtotal: 3000, discount: 500, total: 2500 })

    const dearer = price({
      discounts: [percent('ten', 10, exclusive), coded(amountOff('five', 500, exclusive))],
      codes: ['five'],
      lines: [line('a', { unitPrice: 9000 })],
    })
    expect(dearer.discounts).toMatchObject({
      applied: [{ id: 'ten', amount: 900 }],
      refused: [{ code: 'FIVE', reason: 'NOT_COMBINABLE' }],
    })
  })

  test('combine where each lets the other’s class: products first, then the order, then delivery', () => {
    const {
      lines: [first] = [],
      discounts,
      delivery,
      totals,
    } = price({
      lines: [line('a', { unitPrice: 10_000 })],
      deliveryOption: { handle: 'post', price: 490 },
      discounts: [
        percent('half', 50, { discountClass: 'PRODUCT' }),
        percent('tenth', 10),
        discount('free', { type: 'FREE_DELIVERY' }),
      ],
    })
    expect(first?.allocations).toEqual([
      { discountId: 'half', amount: 5000 },
      { discountId: 'tenth', amount: 500 },
    ])
    expect(delivery).toMatchObject({
      price: 490,
      total: 0,
      allocations: [{ discountId: 'free', amount: 490 }],
    })
    expect(discounts.applied.map(({ id }) => id)).toEqual(['free', 'half', 'tenth'])
    expect(totals).toMatchObject({ subtotal: 10_000, discount: 5990, delivery: 490, total: 4500 })
  })

  test('on products take the better one of a line, and say so of the code that was not', () => {
    const onProducts = { discountClass: 'PRODUCT' } as const
    const { discounts } = price({
      discounts: [percent('big', 30, onProducts), coded(percent('small', 20, onProducts))],
      codes: ['SMALL'],
    })
    expect(discounts).toMatchObject({
      applied: [{ id: 'big', amount: 300 }],
      refused: [{ code: 'SMALL', reason: 'BETTER_DISCOUNT_APPLIES' }],
    })
  })

  test('are taken off what they are for alone', () => {
    const only = (entitled: Partial<Discount['entitled']>) =>
      price({
        lines: [line('a', { collectionIds: ['red'] }), line('b'), line('c')],
        discounts: [percent('ten', 10, { entitled: { ...everything, ...entitled } })],
      }).lines.map((one) => one.total)
    expect(only({ collectionIds: ['red'] })).toEqual([900, 1000, 1000])
    expect(only({ productIds: ['product-b'] })).toEqual([1000, 900, 1000])
    expect(only({ variantIds: ['variant-c'], productIds: ['product-b'] })).toEqual([1000, 900, 900])
  })

  test.each<[string, Partial<Discount>, string]>([
    ['begins later', { startsAt: new Date(now.getTime() + 1) }, 'NOT_STARTED'],
    ['has ended', { endsAt: now }, 'EXPIRED'],
    ['is used up', { usageLimit: 5, uses: 5 }, 'USAGE_LIMIT_REACHED'],
    [
      'the customer has used up',
      { usageLimitPerCustomer: 1, usesByCustomer: 1 },
      'CUSTOMER_USAGE_LIMIT_REACHED',
    ],
    ['counts by customer', { usageLimitPerCustomer: 1, usesByCustomer: null }, 'CUSTOMER_UNKNOWN'],
    ['asks for more money', { minimumSubtotal: 1001 }, 'MINIMUM_SUBTOTAL_NOT_REACHED'],
    ['asks for more pieces', { minimumQuantity: 2 }, 'MINIMUM_QUANTITY_NOT_REACHED'],
    ['is for other things', { entitled: { ...everything, productIds: ['none'] } }, 'NO_ENTITLED_LINES'],
  ])('that %s takes nothing off', (_, changes, reason) => {
    const { discounts, totals } = price({
      discounts: [coded(percent('code', 10, changes))],
      codes: [' code '],
    })
    expect(discounts).toEqual({ applied: [], refused: [{ code: 'CODE', reason, discountId: 'code' }] })
    expect(totals.total).toBe(1000)
  })

  test('hold up to their limits, and not beyond', () => {
    const held = price({
      discounts: [
        coded(
          percent('code', 10, {
            startsAt: now,
            endsAt: new Date(now.getTime() + 1),
            usageLimit: 5,
            uses: 4,
            usageLimitPerCustomer: 1,
            usesByCustomer: 0,
            minimumSubtotal: 1000,
            minimumQuantity: 1,
          }),
        ),
      ],
      codes: ['Code', 'code', 'other'],
    })
    expect(held.discounts).toMatchObject({
      applied: [{ code: 'CODE', amount: 100 }],
      refused: [{ code: 'OTHER', reason: 'NOT_FOUND', discountId: null }],
    })
  })

  test('on delivery stand by until there is a price of delivery', () => {
    const { discounts } = price({
      discounts: [coded(discount('free', { type: 'FREE_DELIVERY' }))],
      codes: ['free'],
    })
    expect(discounts).toMatchObject({ applied: [{ id: 'free', amount: 0 }], refused: [] })
  })
})

describe('buy X get Y', () => {
  const pieces = (...prices: number[]) =>
    prices.map((unitPrice, index) => ({ id: `${index}`, quantity: 1, unitPrice, buys: true, gets: true }))
  const got = (list: ReturnType<typeof pieces>, buyQuantity: number, getQuantity: number) =>
    [...buyXGetY(list, { buyQuantity, getQuantity, mostTimes: null })].flatMap(([id, quantity]) =>
      Array<number>(quantity).fill(list.find((one) => one.id === id)?.unitPrice ?? -1),
    )

  test('gives the cheaper ones of each group, from the dearest down', () => {
    expect(got(pieces(1000, 1000, 100), 1, 1)).toEqual([1000])
    expect(got(pieces(100, 1000), 1, 1)).toEqual([100])
    expect(got(pieces(500, 400, 300, 200, 100), 2, 1)).toEqual([300])
    expect(got(pieces(500, 400, 300, 200, 100, 50), 2, 1)).toEqual([300, 50])
    expect(got(pieces(500), 1, 1)).toEqual([])
  })

  test('gives of others than what is bought, as often as it may', () => {
    const value = {
      type: 'BUY_X_GET_Y' as const,
      buyQuantity: 2,
      getQuantity: 1,
      millionths: free / 2,
      gets: { ...everything, productIds: ['product-b'] },
      mostTimes: 1,
    }
    const lines = [line('a', { quantity: 5 }), line('b', { quantity: 3, unitPrice: 301 })]
    const terms = { entitled: { ...everything, productIds: ['product-a'] } }
    expect(price({ lines, discounts: [discount('deal', value, terms)] }).totals.discount).toBe(151)
    const often = { ...value, mostTimes: null }
    expect(price({ lines, discounts: [discount('deal', often, terms)] }).totals.discount).toBe(301)
  })

  test('never lets one piece more lower what the others come to', () => {
    const prices = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 12 })
    const quantity = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(prices, fc.integer({ min: 0, max: 5000 }), quantity, quantity, (held, more, buy, get) => {
        const paid = (list: number[]) => total(list) - total(got(pieces(...list), buy, get))
        expect(paid([...held, more])).toBeGreaterThanOrEqual(paid(held))
        expect(paid([...held, more])).toBeLessThanOrEqual(paid(held) + more)
      }),
    )
  })
})

describe('taxes', () => {
  const taxed = (changes: Partial<PriceCartInput>, rates: TaxRate[], includedInPrices: boolean) =>
    price({ destination: germany, taxRules: { includedInPrices, rates }, ...changes })

  test('are in the price, or come on top of it', () => {
    const lines = [line('a', { unitPrice: 11_900 })]
    expect(taxed({ lines }, [rate(190_000)], true)).toMatchObject({
      totals: { subtotal: 11_900, tax: 1900, taxIncluded: true, total: 11_900 },
      lines: [{ tax: 1900 }],
    })
    expect(taxed({ lines }, [rate(190_000)], false)).toMatchObject({
      totals: { subtotal: 11_900, tax: 2261, taxIncluded: false, total: 14_161 },
      taxes: [{ name: 'VAT', millionths: 190_000, included: false, taxable: 11_900, amount: 2261 }],
    })
  })

  test('go by the class, and by the province before the country', () => {
    const rates = [
      rate(190_000),
      rate(70_000, { taxClass: 'REDUCED' }),
      rate(100_000, { provinceCode: 'BE' }),
      rate(500_000, { countryCode: 'FR' }),
    ]
    const lines = [line('a'), line('b', { taxClass: 'REDUCED' }), line('c', { taxClass: 'ODD' })]
    const taxesAt = (provinceCode: string | null) =>
      taxed({ lines, destination: { countryCode: 'DE', provinceCode } }, rates, false).lines.map(
        ({ tax }) => tax,
      )
    expect(taxesAt(null)).toEqual([190, 70, 190])
    expect(taxesAt('BE')).toEqual([100, 70, 100])
    expect(
      taxed({ lines, destination: { countryCode: 'CH', provinceCode: null } }, rates, false),
    ).toMatchObject({
      taxes: [],
      totals: { tax: 0, total: 3000 },
    })
  })

  test('are taken on delivery where the rate says so, after discounts', () => {
    const deliveryOption = { handle: 'post', price: 1000 }
    const discounts = [percent('half', 50, { discountClass: 'DELIVERY' })]
    expect(taxed({ deliveryOption, discounts }, [rate(100_000)], false)).toMatchObject({
      delivery: { total: 500, tax: 50 },
      totals: { tax: 150, total: 1650 },
    })
    expect(taxed({ deliveryOption }, [rate(100_000, { onDelivery: false })], false).delivery?.tax).toBe(0)
  })

  test('are rounded once for each rate, not once for each line', () => {
    const lines = ids.map((id) => line(id, { unitPrice: 5 }))
    const { taxes, totals } = taxed({ lines }, [rate(100_000)], false)
    // Six lines of half a cent each: three cents, where rounding each line would make six of them.
    expect(taxes).toMatchObject([{ taxable: 30, amount: 3 }])
    expect(totals.total).toBe(33)
  })
})

describe('money', () => {
  const amounts = fc.integer({ min: 0, max: 2 ** 31 - 1 })

  test('is rounded half up, however large it is', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: free }), (amount, millionths) => {
        const [whole, share] = [BigInt(amount), BigInt(millionths)]
        expect(partOf(amount, millionths, 'EUR')).toBe(
          Number((2n * whole * share + million) / (2n * million)),
        )
        const base = million + share
        expect(taxWithin(amount, millionths, 'EUR')).toBe(Number((2n * whole * share + base) / (2n * base)))
      }),
    )
  })

  test('is shared out to the last cent, and nobody gets more than their weight', () => {
    fc.assert(
      fc.property(
        fc.array(amounts, { maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, part) => {
          const amount = Math.floor(total(weights) * part)
          const shares = split(amount, weights, 'USD')
          expect(total(shares)).toBe(total(weights) === 0 ? 0 : amount)
          for (const [index, share] of shares.entries()) {
            expect(share).toBeGreaterThanOrEqual(0)
            expect(share).toBeLessThanOrEqual(weights[index] ?? 0)
          }
        },
      ),
    )
  })
})
