import {
  add,
  allocate,
  type Dinero,
  dinero,
  EUR,
  halfUp,
  multiply,
  subtract,
  toSnapshot,
  transformScale,
  USD,
} from 'dinero.js/bigint'
import type { CurrencyCode } from '../schema.generated.ts'

// Arithmetic on whole minor units, by dinero.js on bigints: an amount times a weight may be beyond what a number
// holds exactly.

const currencies = { EUR, USD }
/** How many decimals a part is worked out to before it is rounded to minor units. */
const fineScale = 8n

const million = { amount: 1_000_000n, scale: 0n }

const moneyOf = (amount: number, currency: CurrencyCode): Dinero<bigint> =>
  dinero({ amount: BigInt(amount), currency: currencies[currency] })

const amountOf = (money: Dinero<bigint>): number => Number(toSnapshot(money).amount)

const toMinorUnits = (money: Dinero<bigint>): number =>
  amountOf(transformScale(money, toSnapshot(money).currency.exponent, halfUp))

export const sum = (amounts: readonly number[], currency: CurrencyCode): number =>
  amountOf(amounts.reduce((total, amount) => add(total, moneyOf(amount, currency)), moneyOf(0, currency)))

export const times = (amount: number, quantity: number, currency: CurrencyCode): number =>
  amountOf(multiply(moneyOf(amount, currency), BigInt(quantity)))

export const less = (amount: number, taken: number, currency: CurrencyCode): number =>
  amountOf(subtract(moneyOf(amount, currency), moneyOf(taken, currency)))

/** So many millionths of an amount, rounded half up to the minor unit. */
export const partOf = (amount: number, millionths: number, currency: CurrencyCode): number =>
  toMinorUnits(multiply(moneyOf(amount, currency), { amount: BigInt(millionths), scale: 6n }))

/** What an amount holds of a tax of so many millionths that is in it already, rounded half up. */
export function taxWithin(amount: number, millionths: number, currency: CurrencyCode): number {
  if (millionths === 0) return 0
  const fine = transformScale(moneyOf(amount, currency), fineScale)
  // What can't be divided goes to the larger share. That is less than can be seen after rounding.
  const [, tax = fine] = allocate(fine, [million, { amount: BigInt(millionths), scale: 0n }])
  return toMinorUnits(tax)
}

/**
 * Shares an amount out by weights, to the last minor unit: the shares come to the amount, and none exceeds its
 * weight where the amount does not exceed their sum. Equal input in equal order gives equal shares.
 */
export function split(amount: number, weights: readonly number[], currency: CurrencyCode): number[] {
  if (amount === 0 || weights.every((weight) => weight === 0)) return weights.map(() => 0)
  return allocate(moneyOf(amount, currency), weights.map(BigInt)).map(amountOf)
}
