import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { serverAudits } from 'graphql-http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { failures } from '../test-graph/test-subgraph.ts'

const sandbox = 'https://studio.apollographql.com'
const json = { 'content-type': 'application/json' }

let graph: TestGraph
let gateway: TestGateway
let production: TestGateway

beforeAll(async () => {
  graph = await startTestGraph()
  const supergraph = compose(graph.all)
  gateway = await startTestGateway(supergraph)
  production = await startTestGateway(supergraph, { env: { NODE_ENV: 'production' } })
})
afterAll(async () => {
  await gateway.stop()
  await production.stop()
  await graph.stop()
})
afterEach(() => graph.recover())

const post = (body: string | object, headers: Record<string, string> = json, url = gateway.url) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const read = async (response: Response) => JSON.parse(await response.text())

const codesOf = async (response: Response) =>
  (await read(response)).errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code)

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: () => `${gateway.url}/graphql`, fetchFn: fetch })

  test.each(audits.filter(({ name }) => !name.startsWith('MAY')))('$name', async ({ fn }) => {
    expect(await fn()).toMatchObject({ status: 'ok' })
  })

  test.each<[string, string, string, number]>([
    ['a body that is not JSON', '{"query":', 'BAD_REQUEST', 400],
    ['an empty body', '', 'BAD_REQUEST', 400],
    ['a list of operations', '[{"query":"{ __typename }"}]', 'BAD_REQUEST', 400],
    ['no query', '{}', 'BAD_REQUEST', 400],
    ['a query that is no text', '{"query":{}}', 'BAD_REQUEST', 400],
    ['a document that is not GraphQL', '{"query":"{"}', 'GRAPHQL_PARSE_FAILED', 400],
    ['a field that is not there', '{"query":"{ nothing }"}', 'GRAPHQL_VALIDATION_FAILED', 400],
    [
      'a variable of another type',
      '{"query":"query($id: ID!) { product(id: $id) { id } }","variables":{"id":{}}}',
      'BAD_USER_INPUT',
      400,
    ],
    [
      'an operation that is not in the document',
      '{"query":"query A { __typename }","operationName":"B"}',
      'OPERATION_RESOLUTION_FAILURE',
      400,
    ],
    ['a subscription', '{"query":"subscription { __typename }"}', 'BAD_REQUEST', 400],
    [
      'a persisted query that is not its hash',
      '{"query":"{ __typename }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}',
      'BAD_REQUEST',
      400,
    ],
    [
      'a persisted query of another version',
      '{"query":"{ __typename }","extensions":{"persistedQuery":{"version":2,"sha256Hash":"0"}}}',
      'BAD_REQUEST',
      400,
    ],
    [
      'one of several operations without its name',
      '{"query":"query A { __typename } query B { __typename }"}',
      'OPERATION_RESOLUTION_FAILURE',
      400,
    ],
  ])('refuses %s with a code', async (_, body, code, status) => {
    const response = await post(body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/json/)
    expect(await codesOf(response)).toEqual([code])
  })

  test('refuses a body above the limit', async () => {
    const small = await startTestGateway(compose(graph.all), { env: { MAX_BODY_BYTES: '1000' } })
    try {
      const response = await post({ query: '{ __typename }', padding: 'x'.repeat(1000) }, json, small.url)
      expect(response.status).toBe(413)
      expect(await codesOf(response)).toEqual(['REQUEST_TOO_LARGE'])
    } finally {
      await small.stop()
    }
  })

  test('answers other addresses and methods with a code', async () => {
    const elsewhere = await fetch(`${gateway.url}/admin`)
    expect(elsewhere.status).toBe(404)
    expect(await codesOf(elsewhere)).toEqual(['NOT_FOUND'])
    const put = await fetch(`${gateway.url}/graphql`, { method: 'PUT' })
    expect(put.status).toBe(405)
    expect(put.headers.get('allow')).toBe('GET, POST')
  })

  test('a query may be sent by its hash once it is known', async () => {
    const query = '{ products { title } }'
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
    }
    expect(await codesOf(await post({ extensions }))).toEqual(['PERSISTED_QUERY_NOT_FOUND'])
    await post({ query, extensions })
    expect((await read(await post({ extensions }))).data).toEqual({
      products: [{ title: 'Lamp' }, { title: 'Desk' }],
    })
  })
})

describe('a page of another site can make nobody ask', () => {
  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'by a form of %s',
    async (type) => {
      const response = await post('{"query":"mutation { review(text: \\"spam\\") { review { text } } }"}', {
        'content-type': type,
      })
      expect(response.status).toBe(400)
      expect(graph.reviews.requests).toEqual([])
    },
  )

  test('by a link', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={topRated{id}}`, {
      headers: { accept: 'application/json' },
    })
    expect(response.status).toBe(400)
    expect(graph.reviews.requests).toEqual([])
  })

  test('by a link that says it is no form', async () => {
    const response = await fetch(`${gateway.url}/graphql?query={topRated{id}}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    })
    expect(response.status).toBe(200)
  })
})

describe('Apollo Sandbox', () => {
  const preflight = (origin: string, headers = 'apollo-query-plan-experimental,content-type') =>
    fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': headers },
    })

  test('may ask from its own site', async () => {
    const response = await preflight(sandbox)
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(sandbox)
    expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    expect(response.headers.get('access-control-allow-headers')).toBe(
      'apollo-query-plan-experimental,content-type',
    )
    expect(response.headers.get('vary')).toContain('origin')
  })

  test('reads the schema', async () => {
    const response = await post(
      { operationName: 'IntrospectionQuery', query: getIntrospectionQuery(), variables: {} },
      { ...json, origin: sandbox, accept: '*/*' },
    )
    expect(response.headers.get('access-control-allow-origin')).toBe(sandbox)
    const { data } = await read(response)
    expect(buildClientSchema(data).getQueryType()?.getFields()).toHaveProperty('topRated')
  })

  test('is shown the query plan when it asks', async () => {
    const headers = { ...json, origin: sandbox, 'apollo-query-plan-experimental': '1' }
    const body = { operationName: 'P', query: 'query P { products { title rating } }', variables: {} }
    const { data, extensions } = await read(await post(body, headers))
    expect(data.products).toHaveLength(2)
    expect(extensions.__queryPlanExperimental).toContain('Fetch(service: "reviews")')
    const internal = await read(
      await post(body, { ...headers, 'apollo-query-plan-experimental-format': 'internal' }),
    )
    expect(internal.extensions.__queryPlanExperimental).toMatchObject({
      kind: 'QueryPlan',
      node: { kind: 'Sequence' },
    })
    expect((await read(await post(body))).extensions).toBeUndefined()
  })

  test('is shown the query plan during an outage', async () => {
    graph.reviews.behave(failures['a 503 with a page'])
    const { errors, extensions } = await read(
      await post({ query: '{ topRated { id } }' }, { ...json, 'apollo-query-plan-experimental': '1' }),
    )
    expect(errors).toHaveLength(1)
    expect(extensions.__queryPlanExperimental).toContain('reviews')
  })

  test('stands in the landing page', async () => {
    const root = await fetch(gateway.url, { headers: { accept: 'text/html' } })
    expect(root.url).toBe(`${gateway.url}/graphql`)
    expect(root.headers.get('content-type')).toContain('text/html')
    const page = await root.text()
    expect(page).toContain('new window.EmbeddedSandbox')
    // What is seen where Sandbox can't be loaded.
    expect(page).toContain('curl --json')
  })

  test('other sites may not ask, unless they are named', async () => {
    const refused = await preflight('https://elsewhere.example')
    expect(refused.status).toBe(204)
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    const open = await startTestGateway(compose(graph.all), {
      env: { CORS_ORIGINS: 'https://shop.example, https://other.example' },
    })
    try {
      const headers = { origin: 'https://other.example', ...json }
      const response = await post({ query: '{ __typename }' }, headers, open.url)
      expect(response.headers.get('access-control-allow-origin')).toBe('https://other.example')
      const sandboxed = await post({ query: '{ __typename }' }, { ...json, origin: sandbox }, open.url)
      expect(sandboxed.headers.get('access-control-allow-origin')).toBeNull()
    } finally {
      await open.stop()
    }
  })
})

describe('in production', () => {
  test('the schema is not told, neither whole nor by suggestions', async () => {
    const introspection = await production.ask(getIntrospectionQuery())
    expect(introspection.status).toBe(400)
    expect(introspection.data).toBeUndefined()
    const nearly = await production.ask('{ product { titel } }')
    expect(nearly.text).not.toMatch(/did you mean/i)
  })

  test('there is no landing page, no query plan, and no other origin', async () => {
    const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-type')).toContain('json')
    const { extensions, headers } = await production.ask('{ products { title } }', {
      headers: { origin: sandbox, 'apollo-query-plan-experimental': '1' },
    })
    expect(extensions).toBeUndefined()
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  test('each of them is there when it is asked for', async () => {
    const env = {
      NODE_ENV: 'production',
      INTROSPECTION: 'true',
      LANDING_PAGE: 'true',
      QUERY_PLANS: 'true',
      CORS_ORIGINS: '*',
    }
    const open = await startTestGateway(compose(graph.all), { env })
    try {
      const { data, headers } = await open.ask(getIntrospectionQuery(), { headers: { origin: sandbox } })
      expect(data).toHaveProperty('__schema')
      expect(headers['access-control-allow-origin']).toBe('*')
      const page = await fetch(`${open.url}/graphql`, { headers: { accept: 'text/html' } })
      expect(await page.text()).toContain('new window.EmbeddedSandbox')
    } finally {
      await open.stop()
    }
  })

  test('an outage costs what it costs elsewhere', async () => {
    await graph.reviews.refuse()
    const { data, errors, text } = await production.ask('{ topRated { id } products { title } }')
    expect(data).toEqual({ topRated: null, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
    expect(errors).toMatchObject([{ path: ['topRated'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }])
    expect(text).not.toContain('stack')
  })
})

test('health says which supergraph is served, whatever becomes of the subgraphs', async () => {
  expect(await read(await fetch(`${gateway.url}/health/live`))).toEqual({ status: 'live' })
  for (const subgraph of graph.all) await subgraph.refuse()
  const response = await fetch(`${gateway.url}/health/ready`)
  expect(response.status).toBe(200)
  expect(await read(response)).toMatchObject({
    status: 'ready',
    supergraph: {
      hash: createHash('sha256').update(compose(graph.all)).digest('hex'),
      subgraphs: ['catalogue', 'orders', 'reviews'],
    },
  })
})

/** Lets no answer of reviews out until it is told to. */
function holdReviews() {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  graph.reviews.behave(async (response, answer) => {
    await held
    response.writeHead(200, json).end(JSON.stringify(await answer()))
  })
  return release
}

test('health tells how each subgraph fares, and not where it is', async () => {
  const watched = await startTestGateway(compose(graph.all), {
    env: { REVIEWS_BREAKER_MIN_CALLS: '3', REVIEWS_RETRIES: '0' },
  })
  const health = async () => read(await fetch(`${watched.url}/health/subgraphs`))
  const well = { circuit: 'closed', replicas: ['closed'], inFlight: 0, queued: 0 }
  try {
    expect(await health()).toEqual({ subgraphs: { catalogue: well, orders: well, reviews: well } })
    await graph.reviews.refuse()
    const codes = []
    for (let asked = 0; asked < 4; asked++) {
      const { errors } = await watched.ask('{ topRated { id } }')
      codes.push(errors[0]?.extensions.code)
    }
    expect(codes).toEqual([...Array(3).fill('SUBGRAPH_UNAVAILABLE'), 'SUBGRAPH_CIRCUIT_OPEN'])
    expect(await health()).toMatchObject({ subgraphs: { catalogue: well, reviews: { circuit: 'open' } } })

    // The next supergraph's subgraph is the same.
    const served = async () => (await read(await fetch(`${watched.url}/health/ready`))).supergraph.hash
    const before = await served()
    await writeFile(watched.supergraphFile, `${compose(graph.all)}\n# the next one`)
    await expect.poll(served, { timeout: 10_000 }).not.toBe(before)
    expect(await health()).toMatchObject({ subgraphs: { reviews: { circuit: 'open' } } })
  } finally {
    await watched.stop()
  }
})

test('operations above the limit are refused at once, and health is told all the same', async () => {
  const small = await startTestGateway(compose(graph.all), { env: { MAX_OPERATIONS: '2' } })
  try {
    const release = holdReviews()
    const inFlight = [small.ask('{ topRated { id } }'), small.ask('{ best: topRated { id } }')]
    await expect.poll(() => graph.reviews.requests.length).toBe(2)
    const refused = await post('{"query": nothing that anybody looks at', json, small.url)
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await codesOf(refused)).toEqual(['SERVICE_UNAVAILABLE'])
    expect((await fetch(`${small.url}/health/ready`)).status).toBe(200)
    release()
    for (const answer of await Promise.all(inFlight)) expect(answer.errors).toEqual([])
    expect((await small.ask('{ topRated { id } }')).errors).toEqual([])
  } finally {
    await small.stop()
  }
})

test('a subgraph that hangs holds back few operations, and none that do not need it', async () => {
  const bounded = await startTestGateway(compose(graph.all), {
    env: {
      REVIEWS_MAX_CALLS: '2',
      REVIEWS_MAX_QUEUED_CALLS: '2',
      CALL_DEADLINE_MS: '60000',
      OPERATION_DEADLINE_MS: '60000',
    },
  })
  try {
    const release = holdReviews()
    const answers: GatewayAnswer[] = []
    const asked = Array.from({ length: 20 }, async () => {
      answers.push(await bounded.ask('{ topRated { id } products { title } }'))
    })
    await expect.poll(() => answers.length, { timeout: 20_000 }).toBe(16)
    for (const { data, errors } of answers) {
      expect(data).toEqual({ topRated: null, products: [{ title: 'Lamp' }, { title: 'Desk' }] })
      expect(errors[0]?.extensions.code).toBe('SUBGRAPH_OVERLOADED')
    }
    expect((await bounded.ask('{ products { title } }')).errors).toEqual([])
    expect(graph.reviews.requests).toHaveLength(2)
    release()
    await Promise.all(asked)
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(4)
  } finally {
    await bounded.stop()
  }
})

test('operations of clients that went away do not count', async () => {
  const small = await startTestGateway(compose(graph.all), { env: { MAX_OPERATIONS: '1' } })
  try {
    const client = new AbortController()
    graph.reviews.behave(failures['hung before its headers'])
    const gone = small.ask('{ topRated { id } }', { signal: client.signal }).catch(() => 'gone')
    await expect.poll(() => graph.reviews.requests.length).toBe(1)
    client.abort()
    expect(await gone).toBe('gone')
    await expect.poll(async () => (await small.ask('{ products { title } }')).status).toBe(200)
  } finally {
    await small.stop()
  }
})

describe('a stop', () => {
  test('answers what is in flight, refuses what is new, and leaves no connection', async () => {
    const stopped = await startTestGateway(compose(graph.all))
    const { port } = new URL(stopped.url)
    const idle = connect(Number(port), '127.0.0.1')
    await once(idle, 'connect')
    const release = holdReviews()
    const inFlight = stopped.ask('{ topRated { id } }')
    await expect.poll(() => graph.reviews.requests.length).toBe(1)
    const began = performance.now()
    const stopping = stopped.stop()
    const late = await post({ query: '{ topRated { id } }' }, json, stopped.url)
    expect(late.status).toBe(503)
    expect(late.headers.get('connection')).toBe('close')
    expect(late.headers.get('retry-after')).toBe('1')
    expect(await codesOf(late)).toEqual(['SERVICE_UNAVAILABLE'])
    expect((await fetch(`${stopped.url}/health/ready`)).status).toBe(503)
    expect((await fetch(`${stopped.url}/health/live`)).status).toBe(200)
    release()
    expect((await inFlight).data).toEqual({ topRated: [{ id: 'lamp' }, null, { id: 'desk' }] })
    await stopping
    await expect(fetch(stopped.url)).rejects.toThrow()
    // The drain's time is an upper bound, and not what a stop takes.
    expect(performance.now() - began).toBeLessThan(5000)
    expect(graph.reviews.requests).toHaveLength(1)
    idle.destroy()
  })

  test('does not wait for ever', async () => {
    const stopped = await startTestGateway(compose(graph.all), {
      env: { DRAIN_TIMEOUT_MS: '100', CALL_DEADLINE_MS: '60000', OPERATION_DEADLINE_MS: '60000' },
    })
    graph.reviews.behave(failures['hung before its headers'])
    const cut = stopped.ask('{ topRated { id } }').catch(() => 'cut')
    await expect.poll(() => graph.reviews.requests.length).toBe(1)
    await stopped.stop()
    expect(await cut).toBe('cut')
  })
})
