import { parse } from 'graphql'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose } from '../test-graph/test-graph.ts'
import {
  type Behaviour,
  failures,
  startTestSubgraph,
  type TestSubgraph,
} from '../test-graph/test-subgraph.ts'

let menu: TestSubgraph
const gateways: TestGateway[] = []
let price = 1

async function start(env: Record<string, string>): Promise<TestGateway> {
  const gateway = await startTestGateway(compose([menu]), {
    env: { IDENTITY: 'false', RETRIES: '0', CALL_DEADLINE_MS: '400', MAX_ANSWER_BYTES: '1000000', ...env },
  })
  gateways.push(gateway)
  return gateway
}

beforeAll(async () => {
  menu = await startTestSubgraph(
    'menu',
    parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { price: Int secret: Int @deprecated }
      type Mutation { order: Int }
    `),
    { Query: { price: () => price, secret: () => 7 }, Mutation: { order: () => price++ } },
  )
})
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.stop()))
  await menu.recover()
  price = 1
})
afterAll(() => menu.stop())

/** Answers as usual, and says who may have it. */
const saying =
  (cacheControl: string): Behaviour =>
  async (response, answer) =>
    void response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': cacheControl })
      .end(`${JSON.stringify(await answer())}\n`)

const isServedStale = ({ data, errors, extensions }: GatewayAnswer) =>
  data?.price === 1 && errors.length === 0 && extensions?.stale !== undefined

const isLost = ({ data, errors }: GatewayAnswer) => data?.price === null && errors.length === 1

const stale = { STALE_IF_ERROR_MS: '60000' }

for (const failure of [
  'reset',
  'hung before its headers',
  'a 503 with a page',
  'not JSON',
  'no data and no error',
] as const)
  test(`what is for everybody is served as it was last, and marked, when the subgraph fails with ${failure}`, async () => {
    const gateway = await start(stale)
    menu.behave(saying('max-age=60, public'))
    const good = await gateway.ask('{ price }')
    expect(good.extensions).toBeUndefined()
    menu.behave(failures[failure])
    const answer = await gateway.ask('{ price }')
    expect(answer.data).toEqual({ price: 1 })
    expect(answer.errors).toEqual([])
    expect(answer.extensions).toEqual({ stale: [{ serviceName: 'menu', ageMs: expect.any(Number) }] })
  })

test('what is new is served as soon as there is something new', async () => {
  const gateway = await start(stale)
  menu.behave(saying('max-age=60, public'))
  await gateway.ask('{ price }')
  price = 2
  const answer = await gateway.ask('{ price }')
  expect(answer.data).toEqual({ price: 2 })
  expect(answer.extensions).toBeUndefined()
})

test.each(['no-store', 'private, max-age=60', 'public, no-store', 'max-age=60'])(
  'what says %s is not served again',
  async (cacheControl) => {
    const gateway = await start(stale)
    menu.behave(saying(cacheControl))
    await gateway.ask('{ price }')
    await menu.refuse()
    expect(await gateway.ask('{ price }')).toSatisfy(isLost)
  },
)

test('what was for everybody and is not any more is not served again', async () => {
  const gateway = await start(stale)
  menu.behave(saying('public, max-age=60'))
  await gateway.ask('{ price }')
  menu.behave(saying('private'))
  await gateway.ask('{ price }')
  await menu.refuse()
  expect(await gateway.ask('{ price }')).toSatisfy(isLost)
})

test('an answer with errors does not take the place of a good one', async () => {
  const gateway = await start(stale)
  menu.behave(saying('public, max-age=60'))
  await gateway.ask('{ price }')
  menu.behave(
    (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' })
        .end('{"data":{"price":null},"errors":[{"message":"no","path":["price"]}]}'),
  )
  await gateway.ask('{ price }')
  await menu.refuse()
  expect(await gateway.ask('{ price }')).toSatisfy(isServedStale)
})

test('what is older than is allowed is lost', async () => {
  const gateway = await start({ STALE_IF_ERROR_MS: '1' })
  menu.behave(saying('public, max-age=60'))
  await gateway.ask('{ price }')
  const keptAt = performance.now()
  menu.behave((response) => {
    // A failed call that itself takes longer than an answer may be old.
    const fail = () => (performance.now() - keptAt > 5 ? response.destroy() : setImmediate(fail))
    fail()
  })
  expect(await gateway.ask('{ price }')).toSatisfy(isLost)
})

test('callers share what is for everybody; what is forwarded beside credentials tells answers apart', async () => {
  const gateway = await start({ ...stale, FORWARD_HEADERS: 'authorization,accept-language' })
  const ask = (authorization: string, language: string) =>
    gateway.ask('{ price }', { headers: { authorization, 'accept-language': language } })
  menu.behave(saying('public, max-age=60'))
  await ask('Bearer ada', 'de')
  await menu.refuse()
  expect(await ask('Bearer bob', 'de')).toSatisfy(isServedStale)
  expect(await ask('Bearer ada', 'fr')).toSatisfy(isLost)
})

test('another query has another answer', async () => {
  const gateway = await start(stale)
  menu.behave(saying('public, max-age=60'))
  await gateway.ask('{ price }')
  await menu.refuse()
  expect((await gateway.ask('{ price secret }')).data).toEqual({ price: null, secret: null })
})

test('a write is never answered with an answer of before', async () => {
  const gateway = await start(stale)
  menu.behave(saying('public, max-age=60'))
  expect((await gateway.ask('mutation { order }')).data).toEqual({ order: 1 })
  await menu.refuse()
  const answer = await gateway.ask('mutation { order }')
  expect(answer.data).toEqual({ order: null })
  expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['MUTATION_NOT_SENT'])
})

test('nothing is served again unless it is asked for', async () => {
  const gateway = await start({})
  menu.behave(saying('public, max-age=60'))
  await gateway.ask('{ price }')
  await menu.refuse()
  expect(await gateway.ask('{ price }')).toSatisfy(isLost)
})
