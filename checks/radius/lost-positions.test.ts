import { expect, test } from 'vitest'
import { positionsOf } from './lost-positions.ts'
import type { Loss } from './predict-loss.ts'

/** A loss of the field at `from`, told at its first `length` steps. */
const loss = (from: string, changes: Partial<Loss> & { length?: number } = {}): Loss => {
  const { length, ...others } = changes
  const steps = from.split('.')
  return {
    path: steps.slice(0, length),
    from: steps,
    coordinate: 'Type.field',
    types: [],
    when: [],
    overrides: [],
    isCertain: true,
    subgraphs: ['reviews'],
    ...others,
  }
}

const positions = (losses: readonly Loss[], data: unknown, variables: Record<string, unknown> = {}) =>
  positionsOf(losses, { data, variables })

test('each item of a list is a position, and what was not there is none', () => {
  const data = { products: [{ rating: 5 }, null, { rating: null }, { other: 1 }] }
  expect(positions([loss('products.*.rating')], data)).toEqual({
    lost: [['products', 0, 'rating']],
    nowhere: [['products', 2, 'rating']],
    uncertain: [],
    subgraphs: [['reviews']],
  })
})

test('lists in lists are walked', () => {
  const { lost } = positions([loss('rows.*.*.x')], { rows: [[{ x: 1 }], [], null, [{ x: 2 }, { x: 3 }]] })
  expect(lost).toEqual([
    ['rows', 0, 0, 'x'],
    ['rows', 3, 0, 'x'],
    ['rows', 3, 1, 'x'],
  ])
})

test('what may not be null takes what is around it, where there is something to take', () => {
  const losses = [loss('found.*.stars', { length: 1 })]
  expect(positions(losses, { found: [{ stars: 1 }, { stars: 2 }] }).lost).toEqual([['found']])
  expect(positions(losses, { found: [] }).lost).toEqual([])
  expect(positions(losses, { found: null }).lost).toEqual([])
  expect(positions([loss('a', { length: 0 })], { a: 1 }).lost).toEqual([[]])
})

test('only the highest is told', () => {
  const losses = [loss('a.b.c'), loss('a.b.d', { length: 1 }), loss('a.e')]
  expect(positions(losses, { a: { b: { c: 1, d: 2 }, e: null } })).toMatchObject({
    lost: [['a']],
    nowhere: [],
  })
})

test('the subgraphs of all that is lost at one position, or below it, may be named', () => {
  const losses = [
    loss('a.b', { length: 1 }),
    loss('a.c', { length: 1, subgraphs: ['cart', 'reviews'] }),
    loss('a.d', { subgraphs: ['chat'] }),
  ]
  expect(positions(losses, { a: { b: 1, c: 1, d: 1 } }).subgraphs).toEqual([['reviews', 'cart', 'chat']])
})

test('runtime types are looked at where they stand, also below what is told as lost', () => {
  const losses = [loss('found.*.x', { length: 1, types: [{ at: 2, types: ['Book'] }] })]
  const data = (type: string) => ({ found: [{ __typename: type, x: 1 }] })
  expect(positions(losses, data('Book')).lost).toEqual([['found']])
  expect(positions(losses, data('Film')).lost).toEqual([])
  expect(() => positions(losses, { found: [{ x: 1 }] })).toThrow('found.0 does not say its type')
})

test('variables are looked at, and one that is left out is as the data shows', () => {
  const losses = [loss('a', { when: [{ variable: 'yes', is: true }] })]
  expect(positions(losses, { a: 1 }, { yes: true }).lost).toEqual([['a']])
  expect(positions(losses, { a: 1 }, { yes: false }).lost).toEqual([])
  expect(positions(losses, { a: 1 }).lost).toEqual([['a']])
})

test('what is not certain is told apart, with what stands below it', () => {
  const overrides = [{ label: 'percent(5)', isMoved: true }]
  const losses = [loss('a', { isCertain: false }), loss('a.b'), loss('c', { overrides }), loss('d')]
  expect(positions(losses, { a: { b: 1 }, c: 1, d: 1 })).toMatchObject({
    lost: [['d']],
    uncertain: [['a'], ['c'], ['a', 'b']],
  })
  expect(positions([...losses, loss('a')], { a: { b: 1 } })).toMatchObject({ lost: [['a']], uncertain: [] })
})
