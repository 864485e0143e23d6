import { getOperationAST, parse } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { watchDeparture } from '../../service/departure.ts'
import { silentLogger } from '../../service/log.ts'
import { readGatewayConfig } from '../config.ts'
import { type PlannerThread, startPlannerThread } from '../plan/planner.ts'
import { preparePlannerSupergraph } from '../plan/planner-supergraph.ts'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose } from '../test-graph/test-graph.ts'
import {
  type Behaviour,
  codeOf,
  failures,
  startTestSubgraph,
  type TestSubgraph,
} from '../test-graph/test-subgraph.ts'
import { createTransport, type Transport } from '../transport/call-subgraph.ts'
import { openSubgraph, type Subgraph } from '../transport/subgraph.ts'
import { SubgraphFailure } from '../transport/subgraph-failure.ts'
import { createExecutor, type Executor } from './executor.ts'

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires"])`

const find = ({ id, sku = id }: { id?: string; sku?: string }) => ({ id: sku, sku })

/** A shop in which several know the customer, the price and the way from one key to another. */
const startShop = () =>
  Promise.all([
    startTestSubgraph(
      'shelf',
      parse(`${federation}
        type Query { items: [Product] me: Customer @shareable }
        type Mutation { place(sku: ID!): Placed }
        type Placed { product: Product }
        type Customer @key(fields: "id") { id: ID! shelf: String }
        type Product @key(fields: "id") { id: ID! }
      `),
      {
        Query: { items: () => [{ id: 'lamp' }, { id: 'desk' }], me: () => ({ id: 'ada' }) },
        Mutation: { place: (_: unknown, { sku }: { sku: string }) => ({ product: { id: sku } }) },
        Customer: { shelf: () => 'top' },
      },
    ),
    startTestSubgraph(
      'prices',
      parse(`${federation}
        type Query { me: Customer @shareable }
        type Mutation { pay: Int }
        type Customer @key(fields: "id") { id: ID! orders: [String] }
        type Product @key(fields: "id") { id: ID! price: Int @shareable sku: ID! @shareable tax: Int }
      `),
      {
        Query: { me: () => ({ id: 'ada' }) },
        Mutation: { pay: () => 1 },
        Customer: { __resolveReference: find, orders: () => ['o1'] },
        Product: { __resolveReference: find, price: () => 40, tax: () => 8 },
      },
    ),
    startTestSubgraph(
      'copies',
      parse(`${federation}
        type Product @key(fields: "id") { id: ID! price: Int @shareable sku: ID! @shareable }
      `),
      { Product: { __resolveReference: find, price: () => 40 } },
    ),
    startTestSubgraph(
      'stock',
      parse(`${federation}
        type Query { me: Customer @shareable }
        type Customer @key(fields: "id") { id: ID! watched: Int }
        type Product @key(fields: "sku") { sku: ID! left: Int! weight: Int }
      `),
      {
        Query: { me: () => ({ id: 'ada' }) },
        Customer: { __resolveReference: find, watched: () => 2 },
        Product: { __resolveReference: find, left: () => 3, weight: () => 12 },
      },
    ),
    startTestSubgraph(
      'post',
      parse(`${federation}
        type Product @key(fields: "id") { id: ID! price: Int @external delivery: Int @requires(fields: "price") }
      `),
      {
        Product: {
          __resolveReference: (product: { id: string; price?: number }) => product,
          delivery: ({ price = 0 }: { price?: number }) => price / 10,
        },
      },
    ),
  ])

let shop: Awaited<ReturnType<typeof startShop>>
let gateway: TestGateway

beforeAll(async () => {
  shop = await startShop()
  gateway = await startTestGateway(compose(shop), {
    env: {
      CALL_DEADLINE_MS: '400',
      OPERATION_DEADLINE_MS: '4000',
      MAX_ANSWER_BYTES: '1000000',
      IDENTITY: 'false',
    },
  })
})
afterAll(async () => {
  await gateway.stop()
  await Promise.all(shop.map((subgraph) => subgraph.stop()))
})
afterEach(async () => {
  for (const subgraph of shop) {
    await subgraph.recover()
    subgraph.requests.length = 0
  }
})

function named(name: string): TestSubgraph {
  const subgraph = shop.find((each) => each.name === name)
  if (!subgraph) throw new Error(`there is no ${name}`)
  return subgraph
}

const lostIn = ({ errors }: GatewayAnswer) =>
  errors
    .map(({ path, extensions }) => `${path?.join('.')} ${extensions.code} ${extensions.serviceName}`)
    .sort()

/** Something to wait for. */
function createGate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

const asked = () => shop.filter(({ requests }) => requests.length > 0).map(({ name }) => name)

describe.each(Object.keys(failures) as (keyof typeof failures)[])('%s', (failure) => {
  test('an object that others know as well is there without the fields of the one that failed', async () => {
    named('prices').behave(failures[failure])
    const answer = await gateway.ask('{ me { orders } items { id } }')
    expect(answer.data).toEqual({ me: { orders: null }, items: [{ id: 'lamp' }, { id: 'desk' }] })
    expect(lostIn(answer)).toEqual([`me.orders ${codeOf[failure]} prices`])
  })

  test('a field that another subgraph has too is had of that one', async () => {
    named('prices').behave(failures[failure])
    const answer = await gateway.ask('{ items { price tax } }')
    expect(answer.data).toEqual({
      items: [
        { price: 40, tax: null },
        { price: 40, tax: null },
      ],
    })
    expect(lostIn(answer)).toEqual([
      `items.0.tax ${codeOf[failure]} prices`,
      `items.1.tax ${codeOf[failure]} prices`,
    ])
  })
})

test('a key that another subgraph knows leads on where the first one is down', async () => {
  await named('prices').refuse()
  const answer = await gateway.ask('{ items { id weight tax } }')
  expect(answer.data).toEqual({
    items: [
      { id: 'lamp', weight: 12, tax: null },
      { id: 'desk', weight: 12, tax: null },
    ],
  })
  await named('copies').refuse()
  expect((await gateway.ask('{ items { id weight } }')).data).toEqual({
    items: [
      { id: 'lamp', weight: null },
      { id: 'desk', weight: null },
    ],
  })
})

test('what a field requires is had of whoever has it, and when nobody has, the one that failed is named', async () => {
  await named('prices').refuse()
  const answer = await gateway.ask('{ items { delivery } }')
  expect(answer.data).toEqual({ items: [{ delivery: 4 }, { delivery: 4 }] })
  expect(answer.errors).toEqual([])
  await named('copies').refuse()
  const worse = await gateway.ask('{ items { delivery } }')
  expect(worse.data).toEqual({ items: [{ delivery: null }, { delivery: null }] })
  expect(worse.errors.map(({ extensions }) => extensions.serviceName)).toSatisfy((names: string[]) =>
    names.every((name) => ['prices', 'copies'].includes(name)),
  )
})

test('a loss where no null may stand goes on up, as on any other day', async () => {
  await named('stock').refuse()
  const answer = await gateway.ask('{ items { id price left } me { watched } }')
  expect(answer.data).toEqual({ items: [null, null], me: { watched: null } })
  expect(lostIn(answer)).toEqual([
    'items.0 SUBGRAPH_UNAVAILABLE stock',
    'items.1 SUBGRAPH_UNAVAILABLE stock',
    'me.watched SUBGRAPH_UNAVAILABLE stock',
  ])
})

test('as long as one of several is left, it is enough', async () => {
  await named('prices').refuse()
  await named('stock').refuse()
  const answer = await gateway.ask('{ me { id orders watched shelf } }')
  expect(answer.data).toEqual({ me: { id: 'ada', orders: null, watched: null, shelf: 'top' } })
  expect(lostIn(answer)).toEqual([
    'me.orders SUBGRAPH_UNAVAILABLE prices',
    'me.watched SUBGRAPH_UNAVAILABLE stock',
  ])
})

test('what a write gives is had of others as well, and the write is sent once', async () => {
  named('prices').behave(failures.reset)
  const answer = await gateway.ask('mutation { place(sku: "lamp") { product { id price tax } } pay }')
  expect(answer.data).toEqual({ place: { product: { id: 'lamp', price: 40, tax: null } }, pay: null })
  expect(lostIn(answer)).toEqual([
    'pay MUTATION_OUTCOME_UNKNOWN prices',
    'place.product.tax SUBGRAPH_UNAVAILABLE prices',
  ])
  const writes = shop.flatMap(({ requests }) => requests.filter(({ query }) => query.includes('mutation')))
  expect(writes).toHaveLength(2)
})

test('what nobody else has is not asked for again', async () => {
  await named('stock').refuse()
  await gateway.ask('{ items { id weight } }')
  expect(named('shelf').requests).toHaveLength(1)
})

test('a field that is skipped is not missed', async () => {
  await named('prices').refuse()
  const answer = await gateway.ask('query ($no: Boolean = false) { me { orders @include(if: $no) } }')
  expect(answer.data).toEqual({ me: {} })
  expect(answer.errors).toEqual([])
})

test('an answer that lies in places loses these places, and is not asked of others', async () => {
  named('prices').behave(async (response, answer) => {
    const text = JSON.stringify(await answer()).replace('"price":40', '"price":"much"')
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  })
  const answer = await gateway.ask('{ items { price tax } }')
  expect(answer.data).toEqual({
    items: [
      { price: null, tax: 8 },
      { price: 40, tax: 8 },
    ],
  })
  expect(named('copies').requests).toEqual([])
})

test('an object that one subgraph lies about is there of the others, whoever answers first', async () => {
  const { open: letOthers, opened: others } = createGate()
  const lie: Behaviour = (response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"me":7}}')
  const wanted = { me: { orders: ['o1'], watched: null } }
  const query = '{ me { orders watched } }'

  named('stock').behave(lie)
  named('prices').behave(async (response, answer) => {
    await others
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await answer()))
  })
  const late = gateway.ask(query)
  await vi.waitUntil(() => named('stock').requests.length > 0)
  letOthers()
  const answers = [await late]

  await named('prices').recover()
  named('stock').behave(async (response, answer) => {
    await answer()
    await vi.waitUntil(() => named('prices').requests.length > 1)
    lie(response, answer)
  })
  answers.push(await gateway.ask(query))

  for (const answer of answers) {
    expect(answer.data).toEqual(wanted)
    expect(lostIn(answer)).toEqual(['me.watched SUBGRAPH_BAD_RESPONSE stock'])
  }
})

describe('a subgraph is known to be down', () => {
  const down = new Set<string>()
  let thread: PlannerThread
  let transport: Transport
  let executor: Executor

  async function executorFor(subgraphs: readonly TestSubgraph[]): Promise<Executor> {
    const supergraph = preparePlannerSupergraph(compose(subgraphs))
    const log = silentLogger()
    function open({ name, url }: TestSubgraph): Subgraph {
      const addresses = [new URL(url)]
      const opened = openSubgraph({
        ...{ name, addresses, transport, log },
        traffic: readGatewayConfig({ SUPERGRAPH: 'test.graphql' }).trafficOf(name),
        deduplicate: false,
      })
      const outage = () => (down.has(name) ? 'SUBGRAPH_UNAVAILABLE' : null)
      return {
        ...opened,
        outage,
        async call(request, context) {
          const code = outage()
          if (code !== null) throw new SubgraphFailure(code, 'it is known to be down')
          return opened.call(request, context)
        },
      }
    }
    return createExecutor({
      schema: supergraph.schema,
      unplannedDirectives: new Set(),
      supergraph,
      planner: await thread.open(supergraph.sdl),
      subgraphs: new Map(subgraphs.map((subgraph) => [subgraph.name, open(subgraph)])),
      deduplicate: false,
      log,
    })
  }

  beforeAll(async () => {
    thread = startPlannerThread()
    transport = createTransport({ maxConnections: 8, connectTimeoutMs: 1000, maxAnswerBytes: 1_000_000 })
    executor = await executorFor(shop)
  })
  afterAll(async () => {
    await thread.close()
    await transport.close()
  })
  afterEach(() => down.clear())

  async function execute(query: string, by = executor) {
    const document = parse(query)
    const operation = getOperationAST(document)
    if (!operation) throw new Error('the document holds no operation')
    const { data, errors = [] } = await by.execute({
      document,
      operation,
      operationName: null,
      queryHash: query,
      variables: {},
      context: {
        subgraphHeaders: {},
        deadlineAt: performance.now() + 5000,
        departure: watchDeparture({ once: () => undefined, writableFinished: true }),
        audience: () => '',
        staleAges: new Map(),
        client: null,
      },
    })
    const lost = errors.map(
      ({ path, extensions }) => `${path?.join('.')} ${extensions.code} ${extensions.serviceName}`,
    )
    return { data, lost: lost.sort() }
  }

  test('others are asked in its place to begin with, and nobody twice', async () => {
    down.add('prices')
    const { data, lost } = await execute('{ me { id orders } items { price tax } }')
    expect(data).toEqual({
      me: { id: 'ada', orders: null },
      items: [
        { price: 40, tax: null },
        { price: 40, tax: null },
      ],
    })
    expect(lost).toEqual([
      'items.0.tax SUBGRAPH_UNAVAILABLE prices',
      'items.1.tax SUBGRAPH_UNAVAILABLE prices',
      'me.orders SUBGRAPH_UNAVAILABLE prices',
    ])
    expect(asked()).toEqual(['shelf', 'copies'])
    expect(named('copies').requests).toHaveLength(1)
  })

  test('one that is found to be down as well is left out in the same request', async () => {
    down.add('prices')
    await named('copies').refuse()
    const { data } = await execute('{ items { id price } me { id } }')
    expect(data).toEqual({
      items: [
        { id: 'lamp', price: null },
        { id: 'desk', price: null },
      ],
      me: { id: 'ada' },
    })
  })

  test('its writes are not sent, and those of others are', async () => {
    down.add('prices')
    const { data, lost } = await execute('mutation { pay place(sku: "lamp") { product { id price tax } } }')
    expect(data).toEqual({ pay: null, place: { product: { id: 'lamp', price: 40, tax: null } } })
    expect(lost).toEqual(['pay MUTATION_NOT_SENT prices', 'place.product.tax SUBGRAPH_UNAVAILABLE prices'])
    expect(named('prices').requests).toEqual([])
  })

  test('all are, and everything is lost at once', async () => {
    for (const { name } of shop) down.add(name)
    const { data, lost } = await execute('{ items { id } me { id } __typename }')
    expect(data).toEqual({ items: null, me: null, __typename: 'Query' })
    expect(lost).toHaveLength(2)
    expect(asked()).toEqual([])
  })

  test('where nobody else can tell of which type an object is, it is lost with the one that could', async () => {
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@interfaceObject"])`
    const subgraphs = await Promise.all([
      startTestSubgraph(
        'holdings',
        parse(`${link}
          type Query { newest: Item }
          interface Item @key(fields: "id") { id: ID! title: String }
          type Film implements Item @key(fields: "id") { id: ID! title: String minutes: Int }
        `),
        { Item: { __resolveType: () => 'Film' } },
      ),
      startTestSubgraph(
        'readers',
        parse(`${link}
          type Query { wishes: [Item] }
          type Item @key(fields: "id") @interfaceObject { id: ID! readers: Int }
        `),
        { Query: { wishes: () => [{ id: 'f1' }] }, Item: { readers: () => 2 } },
      ),
    ])
    try {
      const by = await executorFor(subgraphs)
      down.add('holdings')
      const { data, lost } = await execute(
        '{ wishes { readers title ... on Film { minutes } __typename } }',
        by,
      )
      expect(data).toEqual({ wishes: [null] })
      expect(lost).toEqual(['wishes.0 SUBGRAPH_UNAVAILABLE holdings'])
      const known = await execute('{ wishes { readers } }', by)
      expect(known).toEqual({ data: { wishes: [{ readers: 2 }] }, lost: [] })
    } finally {
      await Promise.all(subgraphs.map((subgraph) => subgraph.stop()))
    }
  })
})
