import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type GatewayAnswer,
  startTestGateway,
  type TestGateway,
} from '../../gateway/test-graph/test-gateway.ts'
import { compose } from '../../gateway/test-graph/test-graph.ts'
import {
  answerWithChanged,
  startTestSubgraph,
  type TestSubgraph,
} from '../../gateway/test-graph/test-subgraph.ts'
import type { Case, Suite } from './suite.ts'

const folder = import.meta.dirname

async function loadSuite(name: string): Promise<{ name: string; suite: Suite }> {
  const { default: suite }: { default: Suite } = await import(`./${name}/suite.ts`)
  return { name, suite }
}

const suites = await Promise.all(
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => loadSuite(name)),
)

/** Each `.graphql` file of a suite's folder is a subgraph. */
async function startSubgraphs(name: string, { resolvers }: Suite): Promise<Map<string, TestSubgraph>> {
  const files = readdirSync(path.join(folder, name)).filter((file) => file.endsWith('.graphql'))
  const names = files.map((file) => path.basename(file, '.graphql'))
  const unknown = Object.keys(resolvers).filter((subgraph) => !names.includes(subgraph))
  if (unknown.length > 0) throw new Error(`${name} has resolvers and no schema for ${unknown}`)
  const started = await Promise.all(
    names.map((subgraph) =>
      startTestSubgraph(
        subgraph,
        parse(readFileSync(path.join(folder, name, `${subgraph}.graphql`), 'utf8')),
        resolvers[subgraph] ?? {},
      ),
    ),
  )
  return new Map(started.map((subgraph) => [subgraph.name, subgraph]))
}

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

for (const { name, suite } of suites) {
  describe(`${name}: ${suite.about}`, () => {
    let subgraphs: Map<string, TestSubgraph> = new Map()
    let gateway: TestGateway | null = null

    beforeAll(async () => {
      subgraphs = await startSubgraphs(name, suite)
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
