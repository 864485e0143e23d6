import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { failures } from '../test-graph/test-subgraph.ts'

let graph: TestGraph
let gateway: TestGateway

beforeAll(async () => {
  graph = await startTestGraph()
  gateway = await startTestGateway(compose(graph.all), {
    env: { CALL_DEADLINE_MS: '400', OPERATION_DEADLINE_MS: '700', MAX_ANSWER_BYTES: '1000000' },
  })
})
afterAll(async () => {
  await gateway.stop()
  await graph.stop()
})
afterEach(() => graph.recover())

const mutation = 'mutation { review(text: "good") { review { text } } }'

/** Failures that come with a GraphQL response say for themselves that the mutation was refused. */
const unanswered = Object.entries(failures).filter(([name]) => !name.startsWith('a refusal'))

describe.each(unanswered)('a mutation that is answered with %s', (_, failure) => {
  test('was sent once, and may have taken effect', async () => {
    graph.reviews.behave(failure)
    const { data, errors } = await gateway.ask(mutation)
    expect(data).toEqual({ review: null })
    expect(errors).toMatchObject([
      { path: ['review'], extensions: { code: 'MUTATION_OUTCOME_UNKNOWN', serviceName: 'reviews' } },
    ])
    expect(graph.reviews.requests).toHaveLength(1)
  })
})

test('a mutation that found nobody to take it was not sent', async () => {
  await graph.reviews.refuse()
  const { data, errors } = await gateway.ask(mutation)
  expect(data).toEqual({ review: null })
  expect(errors).toMatchObject([
    { path: ['review'], extensions: { code: 'MUTATION_NOT_SENT', serviceName: 'reviews' } },
  ])
})

test('a mutation that its subgraph refuses did not take effect', async () => {
  graph.reviews.behave(failures['a refusal of the query'])
  const { errors } = await gateway.ask(mutation)
  expect(errors).toMatchObject([{ path: ['review'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } }])
})

test('a write that took place is reported, whatever its payload leads to', async () => {
  graph.catalogue.behave(failures['a 503 with a page'])
  const { data, errors } = await gateway.ask(
    'mutation { order(productId: "lamp") { order { number } product { id title } } }',
  )
  expect(data).toEqual({ order: { order: { number: 8 }, product: { id: 'lamp', title: null } } })
  expect(errors).toMatchObject([
    { path: ['order', 'product', 'title'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
  ])
})

test('a later mutation still runs after an earlier one has failed', async () => {
  graph.reviews.behave(failures.reset)
  const { data, errors } = await gateway.ask(
    'mutation { first: review(text: "a") { review { text } } second: order(productId: "desk") { order { number } } }',
  )
  expect(data).toEqual({ first: null, second: { order: { number: 8 } } })
  expect(errors).toMatchObject([{ path: ['first'], extensions: { code: 'MUTATION_OUTCOME_UNKNOWN' } }])
})

test('a mutation that has no time left is not sent', async () => {
  graph.reviews.behave(failures['hung before its headers'])
  graph.orders.behave(failures['hung before its headers'])
  const { data, errors } = await gateway.ask(
    'mutation { a: review(text: "a") { review { text } } b: order(productId: "desk") { order { number } } c: review(text: "c") { review { text } } }',
  )
  expect(data).toEqual({ a: null, b: null, c: null })
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['a'], 'MUTATION_OUTCOME_UNKNOWN'],
    [['b'], 'MUTATION_OUTCOME_UNKNOWN'],
    [['c'], 'MUTATION_NOT_SENT'],
  ])
  expect(graph.reviews.requests).toHaveLength(1)
})

test('a client that goes away cancels its queries', async () => {
  graph.reviews.behave(failures['hung after its headers'])
  const client = new AbortController()
  const asked = gateway.ask('{ topRated { id } }', { signal: client.signal }).catch((error) => error.name)
  await expect.poll(() => graph.reviews.requests.length).toBe(1)
  client.abort()
  expect(await asked).toBe('AbortError')
  await graph.reviews.requests[0]?.cancelled
})
