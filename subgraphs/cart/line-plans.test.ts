import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newUuid } from '../kit/ids.ts'
import type { SellableVariant } from './catalogue.ts'
import { type PlannedLine, planAdditions, planUpdates, warningsAbout } from './line-plans.ts'
import { maxAmount } from './price.ts'
import { quantityOf, subtotalOf } from './totals.ts'

const variants: SellableVariant[] = Array.from({ length: 120 }, (_, index) => ({
  id: newUuid(),
  productId: newUuid(),
  title: `Jug ${index}`,
  variantTitle: null,
  unitPrice: 100 + index,
  available: true,
  scarce: false,
  maximumQuantity: 99,
}))
const variantAt = (index: number): SellableVariant => variants[index] ?? fail(index)
function fail(index: number): never {
  throw new RangeError(`there is no variant ${index}`)
}

const additions = (most = 30) =>
  fc.array(
    fc.record({
      variant: fc.integer({ min: 0, max: 20 }).map(variantAt),
      quantity: fc.integer({ min: 1, max: 99 }),
    }),
    { maxLength: most },
  )
const add = (held: PlannedLine[], wanted: { variant: SellableVariant; quantity: number }[]) =>
  planAdditions(held, wanted, newUuid)

/** The whole cart after a plan. */
const cartAfter = (held: PlannedLine[], changed: PlannedLine[]) =>
  [...new Map([...held, ...changed].map((line) => [line.id, line])).values()].filter(
    ({ quantity }) => quantity > 0,
  )

describe('totals', () => {
  test('are whole sums of the lines, whatever their order', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 99 }),
      unitPrice: fc.integer({ min: 0, max: 216_000 }),
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 100 }), (lines) => {
        const expected = lines.flatMap(({ quantity, unitPrice }) => Array<number>(quantity).fill(unitPrice))
        expect(subtotalOf(lines)).toBe(expected.reduce((sum, price) => sum + price, 0))
        expect(quantityOf(lines)).toBe(expected.length)
        expect(subtotalOf(lines.toReversed())).toBe(subtotalOf(lines))
        expect(Number.isSafeInteger(subtotalOf(lines))).toBe(true)
      }),
    )
  })
})

describe('adding', () => {
  test('gives one line for each variant, with the sum of what was asked for or 99', () => {
    fc.assert(
      fc.property(additions(), additions(), (first, second) => {
        const held = add([], first).lines
        const { errors, lines, warnings } = add(held, second)
        expect(errors).toEqual([])
        const cart = cartAfter(held, lines)
        expect(new Set(cart.map(({ variantId }) => variantId)).size).toBe(cart.length)
        for (const line of cart) {
          const asked = (list: typeof first) =>
            list
              .filter(({ variant }) => variant.id === line.variantId)
              .reduce((sum, { quantity }) => sum + quantity, 0)
          expect(line.quantity).toBe(Math.min(99, Math.min(99, asked(first)) + asked(second)))
        }
        expect(warnings.every(({ code }) => code === 'QUANTITY_CAPPED')).toBe(true)
      }),
    )
  })

  test('comes to the same in one piece as in two', () => {
    fc.assert(
      fc.property(additions(), fc.nat(30), (all, cut) => {
        const whole = add([], all).lines
        const head = add([], all.slice(0, cut)).lines
        const parts = cartAfter(head, add(head, all.slice(cut)).lines)
        const shape = (lines: PlannedLine[]) => lines.map(({ variantId, quantity }) => [variantId, quantity])
        expect(shape(parts)).toEqual(shape(whole))
      }),
    )
  })

  test('says which line was capped, once', () => {
    const twice = [
      { variant: variantAt(0), quantity: 60 },
      { variant: variantAt(0), quantity: 60 },
      { variant: variantAt(1), quantity: 99 },
    ]
    const { lines, warnings } = add([], twice)
    expect(lines.map(({ quantity }) => quantity)).toEqual([99, 99])
    expect(warnings).toHaveLength(1)
  })

  test('refuses a line more than 100, and not the hundredth', () => {
    const wanted = (count: number) => variants.slice(0, count).map((variant) => ({ variant, quantity: 1 }))
    const full = add([], wanted(100))
    expect(full.errors).toEqual([])
    expect(add([], wanted(101)).errors).toMatchObject([{ code: 'TOO_MANY_LINES', field: ['lines'] }])
    expect(add(full.lines, [{ variant: variantAt(5), quantity: 1 }]).errors).toEqual([])
    expect(add(full.lines, wanted(101)).errors).toMatchObject([{ code: 'TOO_MANY_LINES' }])
  })

  test('refuses what could not be charged at once', () => {
    const dear = { ...variantAt(0), unitPrice: maxAmount }
    expect(add([], [{ variant: dear, quantity: 1 }]).errors).toEqual([])
    expect(add([], [{ variant: dear, quantity: 2 }]).errors).toMatchObject([{ code: 'TOTAL_TOO_LARGE' }])
  })
})

describe('updating', () => {
  const held = add(
    [],
    [0, 1, 2].map((index) => ({ variant: variantAt(index), quantity: 2 })),
  ).lines

  test('sets quantities, the last one where a line is named twice', () => {
    const [a, b] = held
    const { errors, lines } = planUpdates(held, [
      { lineId: a?.id ?? '', quantity: 5 },
      { lineId: b?.id ?? '', quantity: 0 },
      { lineId: a?.id ?? '', quantity: 7 },
    ])
    expect(errors).toEqual([])
    expect(lines.map(({ id, quantity }) => [id, quantity])).toEqual([
      [a?.id, 7],
      [b?.id, 0],
    ])
  })

  test('names each line that is not there', () => {
    const { errors } = planUpdates(held, [
      { lineId: held[0]?.id ?? '', quantity: 1 },
      { lineId: newUuid(), quantity: 1 },
      { lineId: null, quantity: 1 },
    ])
    expect(errors).toMatchObject([
      { code: 'LINE_NOT_FOUND', field: ['lines', '1', 'lineId'] },
      { code: 'LINE_NOT_FOUND', field: ['lines', '2', 'lineId'] },
    ])
  })
})

test('a line warns of being sold out and of another price, and else of nothing', () => {
  const [line] = add([], [{ variant: variantAt(0), quantity: 1 }]).lines
  if (line === undefined) throw new Error('there is no line')
  const codes = (changes: Partial<PlannedLine>) =>
    warningsAbout({ ...line, ...changes }).map(({ code }) => code)
  expect(codes({})).toEqual([])
  expect(codes({ available: false })).toEqual(['SOLD_OUT'])
  expect(codes({ unitPrice: 1 })).toEqual(['PRICE_CHANGED'])
})
