import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type GatewayAnswer,
  startTestGateway,
  type TestGateway,
} from '../../gateway/test-graph/test-gateway.ts'
import { compose } from '../../gateway/test-graph/test-graph.ts'
import { answerWithChanged, type TestSubgraph } from '../../gateway/test-graph/test-subgraph.ts'
import { loadSuite, startSubgraphs, suiteNames } from './load-suites.ts'
import type { Case } from './suite.ts'

const suites = await Promise.all(suiteNames.map(loadSuite))

const errorsOf = ({ errors }: GatewayAnswer) =>
  errors
    .map(({ path, extensions }) => [path?.join('.'), extensions.code].filter(Boolean).join(' '))
    .toSorted()

const isRepresentation = (value: unknown) =>
  typeof value === 'object' && value !== null && '__typename' in value

/** Whatever the variables are called that they come in. */
function representationsIn({ requests }: TestSubgraph): unknown[] {
  return requests.flatMap(({ variables }) =>
    Object.values(variables).flatMap((value) => (Array.isArray(value) ? value.filter(isRepresentation) : [])),
  )
}

/** The text and not the value: it keeps the order of fields, and names as `__proto__`. */
function expectAnswer(answer: GatewayAnswer, { data, errors = [] }: Case) {
  expect({ data: JSON.stringify(answer.data, null, 1), errors: errorsOf(answer) }).toEqual({
    data: JSON.stringify(data, null, 1),
    errors: errors.toSorted(),
  })
}

/** Whether it needs a gateway of its own. */
const isDown = ({ down = [] }: Case) => down.length > 0

function expectRequests(
  subgraphs: ReadonlyMap<string, TestSubgraph>,
  { asks = {}, representations = {}, requests }: Case,
) {
  const named = (name: string) => {
    const subgraph = subgraphs.get(name)
    if (!subgraph) throw new Error(`the suite has no subgraph of the name ${name}`)
    return subgraph
  }
  const asked = Object.keys(asks).map((name) => [name, named(name).requests.length])
  expect(Object.fromEntries(asked)).toEqual(asks)
  for (const [name, expected] of Object.entries(representations)) {
    expect(representationsIn(named(name))).toEqual(expected)
  }
  requests?.((name) => named(name).requests)
}

for (const suite of suites) {
  const { name } = suite
  describe(`${name}: ${suite.about}`, () => {
    let subgraphs: Map<string, TestSubgraph> = new Map()
    let gateway: TestGateway | null = null

    beforeAll(async () => {
      subgraphs = await startSubgraphs(suite)
    })
    afterAll(async () => {
      await gateway?.stop()
      for (const subgraph of subgraphs.values()) await subgraph.stop()
    })

    const start = () => startTestGateway(compose([...subgraphs.values()]))

    if (suite.refused) {
      const { refused } = suite
      test('the gateway says why it does not start', async () => {
        await expect(start()).rejects.toThrow(refused)
      })
      return
    }

    async function check(expected: Case) {
      const { query, variables, down = [], says = {} } = expected
      for (const subgraph of subgraphs.values()) {
        await (down.includes(subgraph.name) ? subgraph.refuse() : subgraph.recover())
        const said = says[subgraph.name]
        if (said) subgraph.behave(answerWithChanged((data) => ({ data: said(data) })))
        subgraph.requests.length = 0
      }
      gateway ??= await start()
      try {
        expectAnswer(await gateway.ask(query, { variables }), expected)
        expectRequests(subgraphs, expected)
        if (query.trimStart().startsWith('mutation')) return
        expectAnswer(await gateway.ask(query, { variables }), expected)
      } finally {
        // What it has learned of a subgraph that was down is not for the next.
        if (isDown(expected)) {
          await gateway.stop()
          gateway = null
        }
      }
    }

    // Those that need a gateway of their own come last, so that the others share one.
    for (const expected of suite.cases.filter((each) => !isDown(each)).concat(suite.cases.filter(isDown)))
      test(expected.promise, () => check(expected))
  })
}
