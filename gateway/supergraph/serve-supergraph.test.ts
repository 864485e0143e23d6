import { rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SettingsError } from '../../service/settings.ts'
import { startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { failures } from '../test-graph/test-subgraph.ts'

let graph: TestGraph
let gateway: TestGateway
let whole: string
let withoutOrders: string
let lines: { level: number; msg: string; reason?: string }[]

beforeAll(async () => {
  graph = await startTestGraph()
  whole = compose(graph.all)
  withoutOrders = compose([graph.catalogue, graph.reviews])
})
afterAll(() => graph.stop())
beforeEach(async () => {
  lines = []
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) })
  gateway = await startTestGateway(whole, { log })
})
afterEach(async () => {
  await gateway.stop()
  await graph.recover()
})

/** Replaces the file as a whole, as a deployment does. */
async function publish(sdl: string) {
  await writeFile(`${gateway.supergraphFile}.new`, sdl)
  await rename(`${gateway.supergraphFile}.new`, gateway.supergraphFile)
}

async function served(): Promise<string[]> {
  const response = await fetch(`${gateway.url}/health/ready`)
  const { supergraph } = JSON.parse(await response.text())
  return supergraph.subgraphs
}

const all = ['catalogue', 'orders', 'reviews']

test('a new supergraph is served once its file is there', async () => {
  expect(await served()).toEqual(all)
  await publish(withoutOrders)
  await expect.poll(served).toEqual(['catalogue', 'reviews'])
  expect((await gateway.ask('{ order(number: 1) { number } }')).status).toBe(400)
  await publish(whole)
  await expect.poll(served).toEqual(all)
  expect((await gateway.ask('{ order(number: 1) { number } }')).data).toEqual({ order: { number: 1 } })
})

test('a file behind a symbolic link is followed to where it leads', async () => {
  const first = path.join(gateway.directory, 'first.graphql')
  const second = path.join(gateway.directory, 'second.graphql')
  await writeFile(first, whole)
  await writeFile(second, withoutOrders)
  await rm(gateway.supergraphFile)
  await symlink(first, gateway.supergraphFile)
  const link = `${gateway.supergraphFile}.link`
  await symlink(second, link)
  await rename(link, gateway.supergraphFile)
  await expect.poll(served).toEqual(['catalogue', 'reviews'])
})

describe('a supergraph is refused, and the one before goes on', () => {
  test.each<[string, () => string]>([
    ['that is not GraphQL', () => 'type Query {'],
    ['that is empty', () => ''],
    ['that is a schema and no supergraph', () => 'type Query { hello: String }'],
    ['that was cut short', () => whole.slice(0, whole.length / 2)],
    ['that has a type nobody defines', () => whole.replace('tags: [String!]', 'tags: [Nothing!]')],
    [
      'that no fetch could be planned for',
      () => whole.replaceAll('@join__type(graph: CATALOGUE, key: "id")', '@join__type(graph: CATALOGUE)'),
    ],
    ['whose subgraph has no address', () => whole.replace(graph.orders.url, '')],
    [
      'that uses what the gateway can not do',
      () =>
        whole.replace(
          '@link(url: "https://specs.apollo.dev/link/v1.0")',
          '@link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)',
        ),
    ],
  ])('%s', async (_, sdl) => {
    await publish(sdl())
    await expect.poll(() => lines.filter(({ msg }) => msg.includes('refused'))).toHaveLength(1)
    const [line] = lines.filter(({ msg }) => msg.includes('refused'))
    expect(line?.reason).toMatch(/^[^\n]{10,}$/)
    expect(await served()).toEqual(all)
    expect((await gateway.ask('{ products { title shipping } }')).errors).toEqual([])
  })

  test('and one that is right is taken afterwards', async () => {
    await publish('type Query {')
    await expect.poll(() => lines.some(({ msg }) => msg.includes('refused'))).toBe(true)
    await publish(withoutOrders)
    await expect.poll(served).toEqual(['catalogue', 'reviews'])
  })
})

test('a file that is gone changes nothing', async () => {
  await rm(gateway.supergraphFile)
  expect((await gateway.ask('{ products { title } }')).errors).toEqual([])
  await publish(withoutOrders)
  await expect.poll(served).toEqual(['catalogue', 'reviews'])
})

test('no request is dropped while supergraphs are swapped under it', async () => {
  let swapping = true
  const answers: { status: number; errors: unknown[] }[] = []
  const client = async () => {
    while (swapping)
      answers.push(await gateway.ask('{ products { title rating reviews { text product { title } } } }'))
  }
  const clients = Promise.all([client(), client(), client()])
  for (let swaps = 0; swaps < 8; swaps++) {
    const next = swaps % 2 === 0 ? withoutOrders : whole
    await publish(next)
    await expect.poll(async () => (await served()).length, { timeout: 10_000 }).toBe(swaps % 2 === 0 ? 2 : 3)
  }
  swapping = false
  await clients
  expect(answers.length).toBeGreaterThan(20)
  expect(answers.filter(({ status, errors }) => status !== 200 || errors.length > 0)).toEqual([])
})

test('a request ends on the supergraph that it began on', async () => {
  graph.orders.behave(async (response, answer) => {
    await publish(withoutOrders)
    await expect.poll(served).toEqual(['catalogue', 'reviews'])
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await answer()))
  })
  const answer = await gateway.ask('{ order(number: 1) { number product { title shipping } } }')
  expect(answer.errors).toEqual([])
  expect(answer.data).toEqual({ order: { number: 1, product: { title: 'Lamp', shipping: 4 } } })
})

describe('at the start', () => {
  test('a supergraph that can not be served is one clear line', async () => {
    for (const sdl of ['type Query {', 'type Query { hello: String }', whole.replace(graph.orders.url, '')]) {
      const error = await startTestGateway(sdl).catch((reason) => reason)
      expect(error).toBeInstanceOf(SettingsError)
      expect(error.message).toMatch(/^[^\n]+$/)
    }
  })

  test('a file that is not there is named', async () => {
    const started = startTestGateway(whole, { env: { SUPERGRAPH: '/nowhere/graph.graphql' } })
    await expect(started).rejects.toThrow('/nowhere/graph.graphql')
  })

  test('no subgraph has to be there', async () => {
    const addresses = {
      CATALOGUE_URL: 'http://127.0.0.1:9',
      REVIEWS_URL: 'http://127.0.0.1:9',
      ORDERS_URL: 'http://127.0.0.1:9',
    }
    const lonely = await startTestGateway(whole, { env: addresses })
    try {
      expect((await fetch(`${lonely.url}/health/ready`)).status).toBe(200)
      const answer = await lonely.ask('{ products { title } topRated { id } }')
      expect(answer.data).toEqual({ products: null, topRated: null })
      expect(answer.errors).toHaveLength(2)
    } finally {
      await lonely.stop()
    }
  })

  test('the environment says where a subgraph is, and that one of its replicas is down costs nothing', async () => {
    const nowhere = compose(
      graph.all.map(({ name, typeDefs }) => ({ name, typeDefs, url: 'http://nowhere.invalid/graphql' })),
    )
    const origin = ({ url }: { url: string }) => new URL(url).origin
    const env = {
      CATALOGUE_URL: `${origin(graph.catalogue)}, ${graph.catalogue.url}`,
      REVIEWS_URL: `${origin(graph.reviews)},http://127.0.0.1:9`,
      ORDERS_URL: origin(graph.orders),
    }
    const moved = await startTestGateway(nowhere, { env })
    try {
      expect((await moved.ask('{ products { title shipping } }')).errors).toEqual([])
      for (let asked = 0; asked < 20; asked++)
        expect((await moved.ask('{ topRated { id } }')).errors).toEqual([])
    } finally {
      await moved.stop()
    }
  })
})

test('a subgraph that hangs keeps no swap waiting', async () => {
  graph.reviews.behave(failures['hung before its headers'])
  const client = new AbortController()
  const hung = gateway.ask('{ topRated { id } }', { signal: client.signal }).catch(() => undefined)
  await expect.poll(() => graph.reviews.requests.length).toBe(1)
  await publish(withoutOrders)
  await expect.poll(served).toEqual(['catalogue', 'reviews'])
  client.abort()
  await hung
})
