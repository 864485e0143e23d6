import { expect, test } from 'vitest'
import { createFetchReader } from './fetch-document.ts'

const small = '{ product { title } }'
/** About 100 KB, each another one. */
const large = (number: number) => `{ ${`a${number}: product { title } `.repeat(4000)} }`

test('what was read is kept', () => {
  const read = createFetchReader(null)
  expect(read(small)).toBe(read(small))
})

test('what is kept is bounded by its size, so that large operations can not fill the memory', () => {
  const read = createFetchReader(null)
  const kept = read(small)
  for (let number = 0; number < 20; number++) read(large(number))
  expect(read(small)).not.toBe(kept)
  expect(read(small)).toEqual(kept)
})
