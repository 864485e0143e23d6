import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceAt } from './price.ts'

const noon = new Date('2026-03-01T12:00:00.000Z')
const reduced = (window: { saleStartsAt?: string | null; saleEndsAt?: string | null }) =>
  priceAt({ amount: 2000, saleAmount: 1500, ...window }, noon)

describe('priceAt', () => {
  test('is the ordinary price without a reduction', () => {
    expect(priceAt({ amount: 2000 }, noon)).toBe(2000)
    expect(priceAt({ amount: 2000, saleAmount: null, saleStartsAt: null, saleEndsAt: null }, noon)).toBe(2000)
  })

  test('is the reduced price from the start of the window up to its end', () => {
    expect(reduced({})).toBe(1500)
    expect(reduced({ saleStartsAt: '2026-03-01T12:00:00.000Z' })).toBe(1500)
    expect(reduced({ saleStartsAt: '2026-03-01T12:00:00.001Z' })).toBe(2000)
    expect(reduced({ saleEndsAt: '2026-03-01T12:00:00.001Z' })).toBe(1500)
    expect(reduced({ saleEndsAt: '2026-03-01T12:00:00.000Z' })).toBe(2000)
  })

  test('can be reduced to nothing', () => {
    expect(priceAt({ amount: 2000, saleAmount: 0 }, noon)).toBe(0)
  })

  test('is always one of the two', () => {
    const instant = fc.option(fc.date({ noInvalidDate: true }).map((date) => date.toISOString()))
    fc.assert(
      fc.property(
        fc.record({
          amount: fc.nat(),
          saleAmount: fc.option(fc.nat()),
          saleStartsAt: instant,
          saleEndsAt: instant,
        }),
        fc.date({ noInvalidDate: true }),
        (price, moment) => [price.amount, price.saleAmount].includes(priceAt(price, moment)),
      ),
    )
  })
})
