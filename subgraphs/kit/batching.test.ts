import { expect, test } from 'vitest'
import { listForEach, loaderWithArguments, oneForEach } from './batching.ts'

test('rows are given back in the order of the keys, null where there is none', () => {
  const rows = [{ id: 'b' }, { id: 'a' }]
  expect(oneForEach(['a', 'x', 'b'], rows, ({ id }) => id)).toEqual([{ id: 'a' }, null, { id: 'b' }])
})

test('lists keep the order of their rows, and are empty where there are none', () => {
  const rows = [
    { of: 'b', place: 1 },
    { of: 'a', place: 2 },
    { of: 'b', place: 3 },
  ]
  const lists = listForEach(['a', 'x', 'b'], rows, (row) => row.of)
  expect(lists.map((list) => list.map(({ place }) => place))).toEqual([[2], [], [1, 3]])
})

test('what is asked with the same arguments is loaded at once', async () => {
  const batches: [readonly string[], { first: number }][] = []
  const load = loaderWithArguments(async (keys, page: { first: number }) => {
    batches.push([keys, page])
    return keys.map((key) => `${key}${page.first}`)
  })
  const values = await Promise.all([
    load('a', { first: 1 }),
    load('b', { first: 1 }),
    load('a', { first: 2 }),
    load('a', { first: 1 }),
  ])
  expect(values).toEqual(['a1', 'b1', 'a2', 'a1'])
  expect(batches).toEqual([
    [['a', 'b'], { first: 1 }],
    [['a'], { first: 2 }],
  ])
})
