import { readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOperations } from '../../checks/operations/load-operations.ts'
import { type Shop, type ShopAnswer, startShop, subgraphNames } from '../set-up/shop.ts'
import { insideWords, type Outage } from '../set-up/stand-in.ts'
import { createExpectation } from './expected-loss.ts'

const operations = loadOperations('storefront/operations')
const supergraphSdl = readFileSync('supergraph.graphql', 'utf8')
const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()
const expectAnswer = createExpectation({ schema, supergraphSdl })

const callDeadlineMs = 400
const operationDeadlineMs = 1200

let shop: Shop
let ada: string
const goodDay = new Map<string, ShopAnswer>()

function ask({ text, variables, caller }: (typeof operations)[number]): Promise<ShopAnswer> {
  return shop.ask(text, { variables, ...(caller === 'customer' && { token: ada }) })
}

beforeAll(async () => {
  shop = await startShop({
    CALL_DEADLINE_MS: String(callDeadlineMs),
    OPERATION_DEADLINE_MS: String(operationDeadlineMs),
  })
  ada = await shop.token('ada')
  // Writes first: their idempotency keys make every later sending give the same answer without a new effect.
  const writesFirst = [...operations].sort(
    (one, other) => Number(one.kind === 'query') - Number(other.kind === 'query'),
  )
  for (const operation of writesFirst) await ask(operation)
  for (const operation of writesFirst) goodDay.set(operation.name, await ask(operation))
}, 120_000)
afterAll(() => shop?.stop())

test('on a good day every operation of the web shop is answered without an error', () => {
  const troubled = [...goodDay].filter(([, { errors, data }]) => errors.length > 0 || data === null)
  expect(troubled.map(([name, { errors }]) => [name, errors])).toEqual([])
})

test('on a good day every subgraph answers some operation, and some operation takes four', () => {
  const losses = operations.map(({ name, text }) =>
    subgraphNames.filter((failed) => expectAnswer(text, goodDay.get(name)?.data, failed).lost.length > 0),
  )
  expect(new Set(losses.flat())).toEqual(new Set(subgraphNames))
  expect(Math.max(...losses.map(({ length }) => length))).toBeGreaterThanOrEqual(4)
})

const codes: Record<Outage, { query: string; mutation: string }> = {
  refused: { query: 'SUBGRAPH_UNAVAILABLE', mutation: 'MUTATION_NOT_SENT' },
  hung: { query: 'SUBGRAPH_TIMEOUT', mutation: 'MUTATION_OUTCOME_UNKNOWN' },
  unavailable: { query: 'SUBGRAPH_UNAVAILABLE', mutation: 'MUTATION_OUTCOME_UNKNOWN' },
  reset: { query: 'SUBGRAPH_UNAVAILABLE', mutation: 'MUTATION_OUTCOME_UNKNOWN' },
}

/**
 * Where all that is asked of `me` is cart's, the plan asks nobody else for it, so that it is lost with cart although
 * reviews or chat could have given what is left of it.
 */
const lostWithCart = new Set(['Header', 'OrderHistory'])

describe.each(subgraphNames)('%s is down', (failed) => {
  describe.each(Object.keys(codes) as Outage[])('%s', (outage) => {
    beforeAll(() => shop.standIns[failed].fail(outage))
    afterAll(() => shop.standIns[failed].recover())

    for (const operation of operations) {
      const check = failed === 'cart' && lostWithCart.has(operation.name) ? test.fails : test
      check(`${operation.name} loses exactly the fields of ${failed}`, async () => {
        const good = goodDay.get(operation.name)
        const { data, lost, unknown } = expectAnswer(operation.text, good?.data, failed)
        const began = performance.now()
        const answer = await ask(operation)
        const elapsedMs = performance.now() - began

        expect(answer.data).toEqual(data)
        const named = answer.errors.map(({ path }) => JSON.stringify(path))
        expect(named).toEqual([...new Set(named)])
        const mayBeLost = new Set(unknown.map((path) => JSON.stringify(path)))
        expect(named.filter((path) => !mayBeLost.has(path)).sort()).toEqual(
          lost.map((path) => JSON.stringify(path)).sort(),
        )
        for (const { path, extensions } of answer.errors) {
          const code =
            operation.kind === 'mutation' && path?.length === 1 ? codes[outage].mutation : codes[outage].query
          expect(extensions).toEqual({ code, serviceName: failed })
        }
        for (const word of [
          ...insideWords,
          new URL(shop.standIns[failed].url).port,
          '127.0.0.1',
          'node_modules',
        ]) {
          expect(JSON.stringify(answer.errors)).not.toContain(word)
        }
        // The deadline, and as much again for a busy machine.
        expect(elapsedMs).toBeLessThan(2 * operationDeadlineMs)
      })
    }
  })

  test(`all of it is back once ${failed} is`, async () => {
    for (const operation of operations) {
      expect((await ask(operation)).data).toEqual(goodDay.get(operation.name)?.data)
    }
  })
})
