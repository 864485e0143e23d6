import { getOperationAST } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { outageNames } from '../set-up/outages.ts'
import { subgraphNames } from '../set-up/shop.ts'
import {
  failedSets,
  type GoodDay,
  type Mismatch,
  type ProvedOperation,
  spendGoodDay,
  tryOutage,
} from './proving-ground.ts'
import { openShop } from './shop-ground.ts'

// Every operation of the web shop, in every outage of one subgraph and of two. A normal run takes a part of them,
// the same for everybody; OUTAGE_MATRIX=all takes all.

const pairs = subgraphNames.flatMap((one, index) =>
  subgraphNames.slice(index + 1).map((other) => [one, other]),
)
const all = [...subgraphNames.map((name) => [name]), ...pairs].flatMap((failed) =>
  outageNames.map((outage) => ({ failed, outage, name: failed.join(' and ') })),
)
/** Steps through all of them in such a way that each outage and each set has its turns. */
const sample = all.filter((_, index) => index % 5 === Math.floor(index / outageNames.length) % 5)
const matrix = process.env.OUTAGE_MATRIX === 'all' ? all : sample

let shop: Awaited<ReturnType<typeof openShop>>
const operations: { operation: ProvedOperation; goodDay: GoodDay }[] = []

beforeAll(async () => {
  shop = await openShop()
  // Writes first: their idempotency keys make every later sending give the same answer without a new effect.
  const isQuery = ({ document }: ProvedOperation) => getOperationAST(document)?.operation === 'query'
  const writesFirst = [...shop.stored].sort((one, other) => Number(isQuery(one)) - Number(isQuery(other)))
  for (const operation of writesFirst) await spendGoodDay(shop, operation)
  for (const operation of writesFirst) {
    const goodDay = await spendGoodDay(shop, operation)
    if (goodDay) operations.push({ operation, goodDay })
  }
}, 120_000)
afterAll(() => shop?.stop())

test('on a good day every operation of the web shop is answered without an error', () => {
  const answered = operations.map(({ operation }) => operation.name)
  expect(answered.toSorted()).toEqual(shop.stored.map(({ name }) => name).toSorted())
})

test('every subgraph answers some operation, and some operation takes four', () => {
  const takes = operations.map(({ operation, goodDay }) =>
    subgraphNames.filter((failed) => shop.predict(operation, goodDay, new Set([failed])).lost.length > 0),
  )
  expect(new Set(takes.flat())).toEqual(new Set(subgraphNames))
  expect(Math.max(...takes.map(({ length }) => length))).toBeGreaterThanOrEqual(4)
})

test('the matrix has every outage, and every set of one and of two subgraphs', () => {
  expect(new Set(matrix.map(({ outage }) => outage))).toEqual(new Set(outageNames))
  expect(new Set(matrix.map(({ failed }) => failed.join()))).toEqual(
    new Set(failedSets(shop).map((failed) => failed.join())),
  )
})

const told = ({ operation, pass, found }: Mismatch) =>
  [`${operation.name}, time ${pass}:`, ...found].join('\n  ')

let spared = 0

describe.each(matrix)('$name: $outage', ({ failed, outage }) => {
  test('costs every operation what was predicted, the first time and when it is known', async () => {
    const { mismatches, asked, ...tried } = await tryOutage({ ground: shop, outage, failed, operations })
    spared += tried.spared
    expect(mismatches.map(told).join('\n')).toBe('')
    expect(asked).toBe(2 * operations.length)
  })
})

test('breakers were closed at first, and open later', () => {
  expect(spared).toBeGreaterThan(matrix.length)
})
