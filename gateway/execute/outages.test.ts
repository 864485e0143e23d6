import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import {
  answerWith,
  answerWithChanged,
  answerWithEntities,
  type Behaviour,
  codeOf,
  failures,
} from '../test-graph/test-subgraph.ts'

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

/** What stands in an inside address or an inside error, and never in an answer. */
function expectNothingInside({ text }: GatewayAnswer) {
  for (const word of [
    '127.0.0.1',
    'internal',
    'ECONN',
    'undici',
    'node_modules',
    'stack',
    ...graph.all.map(({ url }) => new URL(url).port),
  ]) {
    expect(text).not.toContain(word)
  }
}

/** The lost positions, each with its code and whose it was. */
const lostIn = ({ errors }: GatewayAnswer) =>
  errors
    .map(({ path, extensions }) => `${path?.join('.')} ${extensions.code} ${extensions.serviceName}`)
    .sort()

const productsQuery = '{ products { title stars: rating reviews { text } } }'
const goodProducts = [
  { title: 'Lamp', stars: 5, reviews: [{ text: 'the lamp is good' }] },
  { title: 'Desk', stars: 3, reviews: [{ text: 'the desk is good' }] },
]

test('on a good day there are no errors', async () => {
  const answer = await gateway.ask(productsQuery)
  expect(answer.data).toEqual({ products: goodProducts })
  expect(answer.errors).toEqual([])
})

describe.each(Object.keys(failures))('a subgraph fails with %s', (kind) => {
  const failure = kind as keyof typeof failures
  const code = codeOf[failure]

  test('each field of each of its entities is null, with its path, and all else comes', async () => {
    graph.reviews.behave(failures[failure])
    const answer = await gateway.ask(productsQuery)
    expect(answer.status).toBe(200)
    expect(answer.data).toEqual({
      products: [
        { title: 'Lamp', stars: null, reviews: null },
        { title: 'Desk', stars: null, reviews: null },
      ],
    })
    expect(lostIn(answer)).toEqual([
      `products.0.reviews ${code} reviews`,
      `products.0.stars ${code} reviews`,
      `products.1.reviews ${code} reviews`,
      `products.1.stars ${code} reviews`,
    ])
    expectNothingInside(answer)
  })

  test('its root fields are null, and those of others come', async () => {
    graph.reviews.behave(failures[failure])
    const answer = await gateway.ask('{ best: topRated { id } products { title } }')
    expect(answer.data).toEqual({ best: null, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
    expect(lostIn(answer)).toEqual([`best ${code} reviews`])
    expectNothingInside(answer)
  })

  test('its fields come back by themselves', async () => {
    graph.reviews.behave(failures[failure])
    await gateway.ask(productsQuery)
    await graph.recover()
    const answer = await gateway.ask(productsQuery)
    expect(answer.data).toEqual({ products: goodProducts })
    expect(answer.errors).toEqual([])
  })
})

test('a subgraph that is not there costs its fields', async () => {
  await graph.reviews.refuse()
  const answer = await gateway.ask(productsQuery)
  expect(lostIn(answer)).toHaveLength(4)
  expect(lostIn(answer)[0]).toBe('products.0.reviews SUBGRAPH_UNAVAILABLE reviews')
  expectNothingInside(answer)
  await graph.recover()
  expect((await gateway.ask(productsQuery)).errors).toEqual([])
})

test('everything down is everything null, each field with its error', async () => {
  for (const subgraph of graph.all) await subgraph.refuse()
  const answer = await gateway.ask(
    '{ products { title } topRated { id } order(number: 7) { number } __typename }',
  )
  expect(answer.status).toBe(200)
  expect(answer.data).toEqual({ products: null, topRated: null, order: null, __typename: 'Query' })
  expect(lostIn(answer)).toEqual([
    'order SUBGRAPH_UNAVAILABLE orders',
    'products SUBGRAPH_UNAVAILABLE catalogue',
    'topRated SUBGRAPH_UNAVAILABLE reviews',
  ])
})

test('a lie about what another requires is blamed on the one that lied', async () => {
  graph.catalogue.behave(
    answerWithChanged((data) => ({
      data: JSON.parse(JSON.stringify(data).replace('"price":40', '"price":{"amount":40}')),
    })),
  )
  const answer = await gateway.ask('{ products { title shipping } }')
  expect(answer.data).toEqual({
    products: [
      { title: 'Lamp', shipping: null },
      { title: 'Desk', shipping: 9 },
    ],
  })
  expect(lostIn(answer)).toEqual(['products.0.shipping SUBGRAPH_BAD_RESPONSE catalogue'])
})

test('a null item of a list has no representation and moves no path', async () => {
  graph.catalogue.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ topRated { id rating title } }')
  expect(answer.data).toEqual({
    topRated: [{ id: 'lamp', rating: 5, title: null }, null, { id: 'desk', rating: 3, title: null }],
  })
  expect(lostIn(answer)).toEqual([
    'topRated.0.title SUBGRAPH_UNAVAILABLE catalogue',
    'topRated.2.title SUBGRAPH_UNAVAILABLE catalogue',
  ])
})

test('the paths are right where only some of a union are entities', async () => {
  graph.reviews.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ search { ... on Product { title rating } ... on Article { slug } } }')
  expect(answer.data).toEqual({
    search: [
      { slug: 'how-to-light' },
      { title: 'Desk', rating: null },
      { slug: 'desks' },
      { title: 'Lamp', rating: null },
    ],
  })
  expect(lostIn(answer)).toEqual([
    'search.1.rating SUBGRAPH_UNAVAILABLE reviews',
    'search.3.rating SUBGRAPH_UNAVAILABLE reviews',
  ])
})

test('a root object that survives in one subgraph loses only what the other would have added', async () => {
  graph.orders.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ me { reviews { text } orders { number } } }')
  expect(answer.data).toEqual({ me: { reviews: [{ text: 'fine' }], orders: null } })
  expect(lostIn(answer)).toEqual(['me.orders SUBGRAPH_UNAVAILABLE orders'])
})

test('a lost field that may not be null takes its object, and that is the one error', async () => {
  graph.reviews.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ strict { title stars } products { title } }')
  expect(answer.data).toEqual({ strict: null, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
  expect(lostIn(answer)).toEqual(['strict SUBGRAPH_UNAVAILABLE reviews'])
})

test('what waits for a lost field is lost with it, by the subgraph that failed', async () => {
  graph.catalogue.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ order(number: 7) { number product { id shipping } } }')
  expect(answer.data).toEqual({ order: { number: 7, product: { id: 'lamp', shipping: null } } })
  expect(lostIn(answer)).toEqual(['order.product.shipping SUBGRAPH_UNAVAILABLE catalogue'])
})

test('a lost root field that may not be null takes all of the data, and that is the one error', async () => {
  graph.orders.behave(failures['a 503 with a page'])
  const answer = await gateway.ask('{ ordersToday order(number: 7) { number } products { title } }')
  expect(answer.status).toBe(200)
  expect(answer.data).toBeNull()
  expect(lostIn(answer)).toEqual(['ordersToday SUBGRAPH_UNAVAILABLE orders'])
})

test('what was skipped was not lost', async () => {
  const query = `query($stars: Boolean!, $no: Boolean!) {
    products { title rating @include(if: $stars) ... @skip(if: $no) { shipping price } }
    topRated @include(if: $stars) { id }
  }`
  const variables = { stars: false, no: true }
  const products = [{ title: 'Lamp' }, { title: 'Desk' }]
  expect(await gateway.ask(query, { variables })).toMatchObject({ data: { products }, errors: [] })
  await graph.reviews.refuse()
  await graph.orders.refuse()
  expect(await gateway.ask(query, { variables })).toMatchObject({ data: { products }, errors: [] })
  const answer = await gateway.ask(query, { variables: { stars: true, no: true } })
  expect(lostIn(answer)).toEqual([
    'products.0.rating SUBGRAPH_UNAVAILABLE reviews',
    'products.1.rating SUBGRAPH_UNAVAILABLE reviews',
    'topRated SUBGRAPH_UNAVAILABLE reviews',
  ])
})

test('the answer comes within the deadline of the operation, however many wait for each other', async () => {
  const slow: Behaviour = async (response, answer) => {
    await setTimeout(300)
    response.writeHead(200).end(JSON.stringify(await answer()))
  }
  for (const subgraph of graph.all) subgraph.behave(slow)
  const began = performance.now()
  const answer = await gateway.ask('{ topRated { id title shipping } }')
  expect(performance.now() - began).toBeLessThan(1500)
  expect(answer.data).toEqual({
    topRated: [
      { id: 'lamp', title: 'Lamp', shipping: null },
      null,
      { id: 'desk', title: 'Desk', shipping: null },
    ],
  })
  expect(lostIn(answer)).toEqual([
    'topRated.0.shipping SUBGRAPH_TIMEOUT orders',
    'topRated.2.shipping SUBGRAPH_TIMEOUT orders',
  ])
})

test('a long list is as quick to be lost as it is to be had', async () => {
  const products = Array.from({ length: 5000 }, (_, index) => ({ __typename: 'Product', id: `p${index}` }))
  graph.catalogue.behave(answerWith({ data: { search: [{ __typename: 'Article' }, ...products] } }))
  graph.reviews.behave(failures['a 503 with a page'])
  const began = performance.now()
  const answer = await gateway.ask('{ search { ... on Product { rating reviews { text } } } }')
  expect(performance.now() - began).toBeLessThan(5000)
  expect(answer.errors).toHaveLength(10_000)
  expect(answer.errors.at(-1)?.path).toEqual(['search', 5000, 'reviews'])
})

test("a field that a client calls as the gateway's own is lost as any other", async () => {
  expect((await gateway.ask('{ _entities: topRated { id } }')).errors).toEqual([])
  await graph.reviews.refuse()
  const answer = await gateway.ask('{ _entities: topRated { id } products { title } }')
  expect(answer.data).toMatchObject({ _entities: null, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
  expect(lostIn(answer)).toEqual(['_entities SUBGRAPH_UNAVAILABLE reviews'])
})

describe('a subgraph that answers with errors', () => {
  test('its error keeps path, known code and message, and loses everything else', async () => {
    const error = {
      message: 'You may not see this rating.',
      path: ['_entities', 0, 'rating'],
      extensions: { code: 'FORBIDDEN', stacktrace: ['at upstream-7.internal'], host: 'upstream-7.internal' },
    }
    graph.reviews.behave(answerWithEntities(([, desk]) => [{ rating: null, reviews: [] }, desk], [error]))
    const answer = await gateway.ask('{ products { rating reviews { text } } }')
    expect(answer.data).toEqual({
      products: [
        { rating: null, reviews: [] },
        { rating: 3, reviews: [{ text: 'the desk is good' }] },
      ],
    })
    expect(answer.errors).toEqual([
      {
        message: 'You may not see this rating.',
        path: ['products', 0, 'rating'],
        extensions: { code: 'FORBIDDEN', serviceName: 'reviews' },
      },
    ])
  })

  test.each([
    ['a code of its own', { code: 'PG_DEAD', detail: 'upstream-7.internal' }],
    ['no code', undefined],
    ['its own fault', { code: 'INTERNAL_SERVER_ERROR' }],
  ])('with %s it is an internal error, and its words stay inside', async (_, extensions) => {
    const error = { message: 'at upstream-7.internal', path: ['topRated'], extensions }
    graph.reviews.behave(answerWith({ data: { topRated: null }, errors: [error] }))
    const answer = await gateway.ask('{ topRated { id } }')
    expect(lostIn(answer)).toEqual(['topRated INTERNAL_SERVER_ERROR reviews'])
    expectNothingInside(answer)
  })

  test('its errors are told once an interval in the log, however many there are, and briefly', async () => {
    const lines: string[] = []
    const log = pino({}, { write: (line: string) => lines.push(line) })
    const talkative = await startTestGateway(compose(graph.all), { log })
    const error = { message: 'x'.repeat(100_000), path: ['topRated'] }
    graph.reviews.behave(answerWith({ data: { topRated: null }, errors: Array(100).fill(error) }))
    try {
      for (let asked = 0; asked < 10; asked++) await talkative.ask('{ topRated { id } }')
    } finally {
      await talkative.stop()
    }
    const told = lines.map((line) => JSON.parse(line)).filter(({ subgraph }) => subgraph === 'reviews')
    expect(told).toMatchObject([{ code: 'INTERNAL_SERVER_ERROR', times: 1 }])
    expect(lines.join('').length).toBeLessThan(5000)
  })

  test.each([
    ['without a path', { message: '' }, 60_000],
    ['with one and the same path', { message: '', path: ['topRated'] }, 25_000],
  ])('tens of thousands of errors %s cost no more than one', async (_, error, times) => {
    const errors = Array(times).fill(error)
    graph.reviews.behave(answerWith({ data: { topRated: null, me: { id: 'ada', reviews: [] } }, errors }))
    const query = '{ topRated { id } me { id reviews { text } } products { title } }'
    const began = performance.now()
    const answer = await gateway.ask(query)
    expect(lostIn(answer)).toEqual(['topRated INTERNAL_SERVER_ERROR reviews'])
    expect(answer.data).toMatchObject({ me: { id: 'ada' }, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
    expect(performance.now() - began).toBeLessThan(3000)
  })

  test('without data, each of its fields has the error', async () => {
    const error = { message: 'Sign in first.', extensions: { code: 'UNAUTHENTICATED' } }
    graph.reviews.behave(answerWith({ errors: [error] }, 401))
    const answer = await gateway.ask('{ me { reviews { text } } topRated { id } products { title } }')
    expect(answer.status).toBe(200)
    expect(answer.data).toEqual({
      me: null,
      topRated: null,
      products: [{ title: 'Lamp' }, { title: 'Desk' }],
    })
    expect(lostIn(answer)).toEqual(['me UNAUTHENTICATED reviews', 'topRated UNAUTHENTICATED reviews'])
  })

  test('with a null that went up to the data, each of its fields has an error', async () => {
    const error = { message: 'No.', path: ['me', 'id'], extensions: { code: 'FORBIDDEN' } }
    graph.reviews.behave(answerWith({ data: null, errors: [error] }))
    const answer = await gateway.ask('{ me { id reviews { text } } topRated { id } }')
    expect(lostIn(answer)).toEqual(['me FORBIDDEN reviews', 'topRated FORBIDDEN reviews'])
  })

  test('without a path, it stands at what did not come', async () => {
    const error = { message: 'x', extensions: { code: 'FORBIDDEN' } }
    graph.reviews.behave(
      answerWithChanged((data) => ({ data: { ...data, topRated: null }, errors: [error] })),
    )
    const answer = await gateway.ask('{ me { reviews { text } } topRated { id } }')
    expect(lostIn(answer)).toEqual(['topRated FORBIDDEN reviews'])
  })

  test.each([-1, 0.5, 2, '0'])(
    'with a path to entity %j, which is none, it stands at what did not come',
    async (index) => {
      const error = {
        message: 'No.',
        path: ['_entities', index, 'rating'],
        extensions: { code: 'FORBIDDEN' },
      }
      graph.reviews.behave(answerWithEntities(([lamp]) => [lamp, { rating: null }], [error]))
      const answer = await gateway.ask('{ products { rating } }')
      expect(answer.data).toEqual({ products: [{ rating: 5 }, { rating: null }] })
      expect(lostIn(answer)).toEqual(['products.1.rating FORBIDDEN reviews'])
    },
  )

  test('an entity that is lost as a whole loses each field of it', async () => {
    const error = { message: 'No.', path: ['_entities', 0], extensions: { code: 'FORBIDDEN' } }
    graph.reviews.behave(answerWithEntities(([, desk]) => [null, desk], [error]))
    const answer = await gateway.ask('{ products { title rating reviews { text } } }')
    expect(lostIn(answer)).toEqual([
      'products.0.rating FORBIDDEN reviews',
      'products.0.reviews FORBIDDEN reviews',
    ])
  })

  test('what waits for a field that is lost in one entity is lost in that one', async () => {
    const error = { message: 'No.', path: ['_entities', 0, 'price'], extensions: { code: 'FORBIDDEN' } }
    graph.catalogue.behave(
      answerWithEntities(([lamp, desk]) => [{ ...Object(lamp), price: undefined }, desk], [error]),
    )
    const answer = await gateway.ask('{ topRated { id shipping } }')
    expect(answer.data).toEqual({
      topRated: [{ id: 'lamp', shipping: null }, null, { id: 'desk', shipping: 9 }],
    })
    expect(lostIn(answer)).toEqual(['topRated.0.shipping FORBIDDEN catalogue'])
  })

  test('an entity that is not found is no loss', async () => {
    graph.reviews.behave(answerWithEntities(([, desk]) => [null, desk]))
    const answer = await gateway.ask('{ products { rating } }')
    expect(answer.data).toEqual({ products: [{ rating: null }, { rating: 3 }] })
    expect(answer.errors).toEqual([])
  })

  test.each([
    ['too few entities', (entities: unknown[]) => entities.slice(1)],
    ['too many entities', (entities: unknown[]) => [...entities, ...entities]],
    ['no list of entities', () => 'entities'],
    ['null for its entities', () => null],
  ])('with %s all of that fetch is lost', async (_, change) => {
    graph.reviews.behave(answerWithEntities(change))
    const answer = await gateway.ask('{ products { title rating } }')
    expect(answer.data).toEqual({
      products: [
        { title: 'Lamp', rating: null },
        { title: 'Desk', rating: null },
      ],
    })
    expect(lostIn(answer)).toEqual([
      'products.0.rating SUBGRAPH_BAD_RESPONSE reviews',
      'products.1.rating SUBGRAPH_BAD_RESPONSE reviews',
    ])
  })
})

describe('a subgraph that answers with what its schema does not allow', () => {
  const product = {
    id: 'lamp',
    title: 'Lamp',
    price: 40,
    tags: ['new'],
    maker: { name: 'Lux', country: 'FR' },
  }
  const all = '{ product(id: "lamp") { title price tags maker { name country } rating } products { id } }'

  test.each<[string, object, object, string]>([
    ['a number for a string', { title: 7 }, { title: null }, 'product.title'],
    ['a string for a number', { price: '40' }, { price: null }, 'product.price'],
    ['an object for a leaf', { price: { amount: 40 } }, { price: null }, 'product.price'],
    ['a string for an object', { maker: 'Lux' }, { maker: null }, 'product.maker'],
    ['a list for an object', { maker: [] }, { maker: null }, 'product.maker'],
    ['a string for a list', { tags: 'new' }, { tags: null }, 'product.tags'],
    ['a null in a list that has none', { tags: ['new', null] }, { tags: null }, 'product.tags'],
    ['a number in a list of strings', { tags: ['new', 8] }, { tags: null }, 'product.tags'],
    [
      'an enum value that is none',
      { maker: { name: 'Lux', country: 'XX' } },
      { maker: { name: 'Lux', country: null } },
      'product.maker.country',
    ],
    ['a null where none may be', { maker: { name: null, country: 'FR' } }, { maker: null }, 'product.maker'],
    ['a field missing', { title: undefined }, { title: null }, 'product.title'],
    [
      'a number for a type name',
      { maker: { __typename: 5, name: 'Lux', country: 'FR' } },
      { maker: null },
      'product.maker',
    ],
  ])('loses exactly that: %s', async (_, lie, expected, path) => {
    graph.catalogue.behave(
      answerWithChanged((data) => ({
        data: { ...data, product: { __typename: 'Product', ...product, ...lie } },
      })),
    )
    const answer = await gateway.ask(all)
    const { id: _id, ...good } = product
    expect(answer.data).toEqual({
      product: { ...good, ...expected, rating: 5 },
      products: [{ id: 'lamp' }, { id: 'desk' }],
    })
    expect(lostIn(answer)).toEqual([`${path} SUBGRAPH_BAD_RESPONSE catalogue`])
  })

  test('a root field that is missing is lost', async () => {
    graph.catalogue.behave(answerWithChanged(({ products }) => ({ data: { products } })))
    const answer = await gateway.ask(all)
    expect(answer.data).toEqual({ product: null, products: [{ id: 'lamp' }, { id: 'desk' }] })
    expect(lostIn(answer)).toEqual(['product SUBGRAPH_BAD_RESPONSE catalogue'])
  })

  test('of several entities only those are lost that lied', async () => {
    graph.reviews.behave(answerWithEntities(([lamp]) => [lamp, 'desk']))
    const answer = await gateway.ask('{ products { title rating } }')
    expect(answer.data).toEqual({
      products: [
        { title: 'Lamp', rating: 5 },
        { title: 'Desk', rating: null },
      ],
    })
    expect(lostIn(answer)).toEqual(['products.1.rating SUBGRAPH_BAD_RESPONSE reviews'])
  })

  test('what was not asked for is not there', async () => {
    graph.reviews.behave(
      answerWithEntities((entities) =>
        entities.map((entity) => ({ ...Object(entity), secret: 1, title: 'mine' })),
      ),
    )
    const answer = await gateway.ask('{ products { title rating } }')
    expect(answer.text).not.toContain('secret')
    expect(answer.errors).toEqual([])
  })
})
