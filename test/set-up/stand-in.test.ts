import { parse } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestSubgraph, type TestSubgraph } from '../../gateway/test-graph/test-subgraph.ts'
import { kindOf, type Outage, outageNames } from './outages.ts'
import { operationHeader, type StandIn, startStandIn } from './stand-in.ts'

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { lamp: Lamp count: Int }
  type Lamp @key(fields: "id") { id: ID! watts: Int }
`)

let subgraph: TestSubgraph
let standIn: StandIn

beforeAll(async () => {
  subgraph = await startTestSubgraph('lamps', typeDefs, {
    Query: { lamp: () => ({ id: 'a', watts: 40 }), count: () => 3 },
    Lamp: { __resolveReference: ({ id }: { id: string }) => ({ id, watts: 40 }) },
  })
  standIn = await startStandIn(subgraph.url)
})
afterAll(async () => {
  await standIn.stop()
  await subgraph.stop()
})
afterEach(() => standIn.recover())

const representations = Array.from({ length: 20 }, (_, index) => ({ __typename: 'Lamp', id: `${index}` }))
const query =
  'query($r: [_Any!]!) { count lamp { watts } lamps: _entities(representations: $r) { ... on Lamp { watts } } }'
const watts = { watts: 40 }
const good = { count: 3, lamp: watts, lamps: representations.map(() => watts) }

async function ask(operation = 'some') {
  const response = await fetch(`${standIn.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [operationHeader]: operation },
    body: JSON.stringify({ query, variables: { r: representations } }),
    signal: AbortSignal.timeout(400),
  })
  const text = await response.text()
  return { status: response.status, ...JSON.parse(text) }
}

test('without an outage the subgraph is heard', async () => {
  expect(await ask()).toEqual({ status: 200, data: good })
})

describe.each(outageNames.filter((name) => kindOf(name).costs === 'all'))('%s', (outage) => {
  test('gives no answer of any use, and ends when it is ended', async () => {
    await standIn.fail(outage)
    const answer = await ask().catch(() => null)
    expect(answer?.status === 200 ? answer.data : undefined).toBeUndefined()
    await standIn.recover()
    expect(await ask()).toEqual({ status: 200, data: good })
  })

  test('goes on, however often it is met', async () => {
    await standIn.fail(outage)
    for (let time = 0; time < 3; time++) {
      const answer = await ask().catch(() => null)
      expect(answer?.status === 200 ? answer.data : undefined).toBeUndefined()
    }
  })
})

async function askIn(outage: Outage) {
  await standIn.fail(outage)
  return ask()
}

test('fewer and more entities are one fewer and one more, and nothing else', async () => {
  expect(await askIn('fewer entities')).toEqual({
    status: 200,
    data: { ...good, lamps: good.lamps.slice(1) },
  })
  expect(await askIn('more entities')).toEqual({
    status: 200,
    data: { ...good, lamps: [...good.lamps, watts] },
  })
})

test('about half of the entities are null, the same ones with and without errors', async () => {
  const lost = await askIn('lost entities')
  expect(lost.data).toMatchObject({ count: 3, lamp: watts })
  const nulls = lost.data.lamps.filter((lamp: unknown) => lamp === null).length
  expect(nulls).toBeGreaterThan(2)
  expect(nulls).toBeLessThan(18)
  expect(lost.errors).toBeUndefined()
  const failed = await askIn('failed entities')
  expect(failed.data).toEqual(lost.data)
  expect(failed.errors).toHaveLength(nulls)
  for (const { path } of failed.errors) expect(failed.data[path[0]][path[1]]).toBeNull()
})

test('wrong types are wrong everywhere at the top of what was asked', async () => {
  const { data } = await askIn('wrong types')
  expect(data.lamp).toBe(7)
  expect(typeof data.count).toBe('object')
  for (const lamp of data.lamps) expect(typeof lamp.watts).toBe('object')
})

test('after a restart that cut a request off, all is well by itself', async () => {
  await standIn.fail('restart')
  await expect(ask()).rejects.toThrow()
  await expect.poll(() => ask().catch(() => null)).toEqual({ status: 200, data: good })
})

test('the journal tells what was asked for an operation, and whether the answer was true', async () => {
  await ask('one')
  await standIn.fail('fewer entities')
  await ask('other')
  await ask('other')
  const untrue = { query, wasHarmed: true }
  expect(standIn.takeJournal('one')).toMatchObject([{ query, wasHarmed: false }])
  expect(standIn.takeJournal('other')).toMatchObject([untrue, untrue])
  expect(standIn.takeJournal('other')).toEqual([])
})
