import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Connection, checkFirst, decodeCursor, encodeCursor, toConnection } from './paging.ts'

const key = z.tuple([z.number()])
const badInput = expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test('following endCursor gives every row once and in order, whatever the page size', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer()), fc.integer({ min: 1, max: 20 }), (numbers, first) => {
      const list = numbers.sort((one, other) => one - other)
      const seen: number[] = []
      let after: string | null = null
      for (;;) {
        const [last] = decodeCursor(after, key) ?? []
        const rows: number[] = list
          .filter((number) => last === undefined || number > last)
          .slice(0, first + 1)
        const page: Connection<number> = toConnection({
          rows,
          first,
          after,
          sortKey: (row) => [row],
          toNode: (row) => row,
        })
        seen.push(...page.nodes)
        expect(page.edges.map(({ node }) => node)).toEqual(page.nodes)
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
        after = page.pageInfo.endCursor
        if (!page.pageInfo.hasNextPage) break
      }
      expect(seen).toEqual(list)
    }),
  )
})

test('a cursor that was not made for the list is refused as bad input', () => {
  for (const cursor of [
    '',
    'x',
    encodeCursor(['a']),
    encodeCursor([1, 2]),
    Buffer.from('{').toString('base64url'),
  ]) {
    expect(thrownBy(() => decodeCursor(cursor, key))).toEqual(badInput)
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const outcome = thrownBy(() => decodeCursor(text, key))
      expect(Array.isArray(outcome) || outcome instanceof Error).toBe(true)
    }),
  )
})

test('no cursor means the beginning', () => {
  expect(decodeCursor(null, key)).toBeNull()
  expect(decodeCursor(undefined, key)).toBeNull()
})

test('first is 1 to its maximum', () => {
  expect(checkFirst(1, 100)).toBe(1)
  expect(checkFirst(100, 100)).toBe(100)
  for (const first of [0, -1, 101]) expect(thrownBy(() => checkFirst(first, 100))).toEqual(badInput)
})
