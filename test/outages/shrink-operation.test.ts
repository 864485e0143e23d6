import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { retail } from '../differential/supergraphs/retail.ts'
import type { GeneratingGround } from './generate-operations.ts'
import { spendGoodDay, tryOutage } from './proving-ground.ts'
import { shrinkMismatch } from './shrink-operation.ts'
import { openWritten } from './suite-grounds.ts'

let ground: GeneratingGround
beforeAll(async () => {
  ground = await openWritten(retail, 1)
})
afterAll(() => ground?.stop())

const query = `
  query Main($text: String, $first: Int) {
    featured { ...Named alike(first: $first) { title } }
    site { __typename }
    search(text: $text) { __typename }
  }
  fragment Named on Product { id title kind maker { country } }
`

test('a prediction that is wrong is found out, and shown by the smallest operation for which it is', async () => {
  const operation = { name: 'some', query, document: parse(query), variables: { text: 'a', first: 1 } }
  // Whoever believes that nothing is ever lost.
  const blind = {
    ...ground,
    predict: () => ({
      lost: [],
      nowhere: [],
      uncertain: [],
      subgraphs: [],
      isTheirs: () => false,
      isAnything: () => false,
    }),
  }
  const goodDay = await spendGoodDay(blind, operation)
  if (!goodDay) throw new Error('the operation has no good day')
  const { mismatches } = await tryOutage({
    ground: blind,
    outage: 'refused',
    failed: ['catalogue'],
    operations: [{ operation, goodDay }],
  })
  const [mismatch] = mismatches
  if (!mismatch) throw new Error('nothing was found out')
  const { operation: smallest, found } = await shrinkMismatch(blind, mismatch)
  expect(found.length).toBeGreaterThan(0)
  expect(smallest.query.length).toBeLessThan(80)
})
