import { EventEmitter, once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { failures } from '../test-graph/test-subgraph.ts'

let graph: TestGraph
let sharing: TestGateway
let alone: TestGateway

beforeAll(async () => {
  graph = await startTestGraph()
  const env = { FORWARD_HEADERS: 'authorization' }
  sharing = await startTestGateway(compose(graph.all), { env: { ...env, DEDUPLICATE: 'true' } })
  alone = await startTestGateway(compose(graph.all), { env })
})
afterAll(async () => {
  await sharing.stop()
  await alone.stop()
  await graph.stop()
})
afterEach(() => graph.recover())

/** Lets answers wait until it is opened. */
function holdBack({ reviews }: TestGraph) {
  const gate = new EventEmitter()
  reviews.behave(async (response, answer) => {
    await once(gate, 'open')
    response.writeHead(200).end(JSON.stringify(await answer()))
  })
  return () => gate.emit('open')
}

const query = '{ topRated { id rating } }'
const topRated = [{ id: 'lamp', rating: 5 }, null, { id: 'desk', rating: 3 }]
const ada = { authorization: 'Bearer ada' }

test('equal queries of one identity that are under way are asked once, and each is answered', async () => {
  const open = holdBack(graph)
  const asked = [1, 2, 3].map(() => sharing.ask(query, { headers: ada }))
  await expect.poll(() => graph.reviews.requests.length).toBe(1)
  // Another one that the subgraph has not got shows that all of these have arrived.
  await sharing.ask('{ products { title } }', { headers: ada })
  open()
  for (const { data, errors } of await Promise.all(asked)) {
    expect(data).toEqual({ topRated })
    expect(errors).toEqual([])
  }
  expect(graph.reviews.requests).toHaveLength(1)
})

test('other operations share what they ask of a subgraph', async () => {
  const open = holdBack(graph)
  const asked = [
    sharing.ask('{ topRated { id } products { title } }', { headers: ada }),
    sharing.ask('{ products { price } topRated { id } }', { headers: ada }),
  ]
  await expect.poll(() => graph.catalogue.requests.length).toBe(2)
  open()
  for (const { data } of await Promise.all(asked))
    expect(data).toMatchObject({ topRated: [{ id: 'lamp' }, null, { id: 'desk' }] })
  expect(graph.reviews.requests).toHaveLength(1)
})

test.each<[string, () => Promise<unknown>[], number]>([
  [
    'of two identities',
    () => [
      sharing.ask(query, { headers: ada }),
      sharing.ask(query, { headers: { authorization: 'Bearer grace' } }),
    ],
    2,
  ],
  ['where it is not switched on', () => [alone.ask(query), alone.ask(query)], 2],
])('queries %s are asked for each', async (_, ask, times) => {
  const open = holdBack(graph)
  const asked = ask()
  await expect.poll(() => graph.reviews.requests.length).toBe(times)
  open()
  await Promise.all(asked)
})

test('mutations are each sent, however equal they are', async () => {
  const mutation = 'mutation { review(text: "good") { review { text } } }'
  const open = holdBack(graph)
  const asked = [sharing.ask(mutation), sharing.ask(mutation)]
  await expect.poll(() => graph.reviews.requests.length).toBe(2)
  open()
  await Promise.all(asked)
})

test('what a failure costs is told to each', async () => {
  graph.reviews.behave(failures['a 503 with a page'])
  const answers = await Promise.all([sharing.ask(query), sharing.ask(query)])
  for (const { data, errors } of answers) {
    expect(data).toEqual({ topRated: null })
    expect(errors).toMatchObject([{ path: ['topRated'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
  }
})

describe('a client that goes away', () => {
  async function askTwice() {
    const open = holdBack(graph)
    const clients = [new AbortController(), new AbortController()] as const
    const [first, second] = clients.map(({ signal }) =>
      sharing.ask(query, { signal }).catch((error) => error.name),
    )
    await expect.poll(() => graph.reviews.requests.length).toBe(1)
    await sharing.ask('{ products { title } }')
    return { open, clients, first, second }
  }

  test('takes nothing from who waits for the same', async () => {
    const { open, clients, first, second } = await askTwice()
    clients[0].abort()
    expect(await first).toBe('AbortError')
    open()
    expect(await second).toMatchObject({ data: { topRated } })
  })

  test('ends what nobody waits for any more', async () => {
    const { clients, first, second } = await askTwice()
    for (const client of clients) client.abort()
    expect(await Promise.all([first, second])).toEqual(['AbortError', 'AbortError'])
    await graph.reviews.requests[0]?.cancelled
  })
})
