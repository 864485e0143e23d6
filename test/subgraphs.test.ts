import { readFileSync } from 'node:fs'
import { Supergraph } from '@apollo/federation-internals'
import { serverAudits } from 'graphql-http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cart } from '../subgraphs/cart/cart.ts'
import { chat } from '../subgraphs/chat/chat.ts'
import { generateServiceKeys, signedHeaders, startTestSubgraph } from '../subgraphs/kit/test-subgraph.ts'
import { products } from '../subgraphs/products/products.ts'
import { reviews } from '../subgraphs/reviews/reviews.ts'

/** What every subgraph promises because it is built on the kit. */
const starters = {
  products: () => startTestSubgraph(products),
  reviews: () => startTestSubgraph(reviews),
  cart: () => startTestSubgraph(cart),
  chat: () => startTestSubgraph(chat),
}

describe.each(Object.entries(starters))('%s', (name, start) => {
  let subgraph: Awaited<ReturnType<typeof start>>
  beforeAll(async () => {
    subgraph = await start()
  })
  afterAll(() => subgraph.stop())

  const ask = async (headers: Record<string, string>) => {
    const response = await fetch(`${subgraph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"query":"{ __typename }"}',
    })
    return { status: response.status, text: await response.text() }
  }

  test('keeps every MUST and SHOULD of the GraphQL over HTTP specification', async () => {
    const signed = await signedHeaders(subgraph.serviceKeys)
    const audits = serverAudits({
      url: `${subgraph.url}/graphql`,
      fetchFn: (url: string, init: RequestInit = {}) =>
        fetch(url, { ...init, headers: { ...init.headers, ...signed } }),
    })
    const results = await Promise.all(audits.map((audit) => audit.fn()))
    const missed = results.filter(
      ({ status, name: audit }) => status !== 'ok' && /^(MUST|SHOULD)/.test(audit),
    )
    expect(missed.map(({ name: audit }) => audit)).toEqual([])
    expect(results.length).toBeGreaterThan(50)
  })

  test('answers nobody whom the signed context does not vouch for', async () => {
    const strangers = await generateServiceKeys()
    const forged = await signedHeaders(strangers, { roles: ['staff'] })
    for (const headers of [{}, { 'arcade-context': 'x' }, forged]) {
      const { status, text } = await ask(headers)
      expect(status).toBe(401)
      expect(JSON.parse(text).errors[0].extensions.code).toBe('UNTRUSTED_CALLER')
      expect(text).not.toMatch(/stack|node_modules/)
    }
    expect((await ask(await signedHeaders(subgraph.serviceKeys))).status).toBe(200)
  })

  test('says that it lives and is ready, and takes nothing but GraphQL elsewhere', async () => {
    const paths = ['/health/live', '/health/ready', '/nowhere', '/graphql%', '/%00']
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(subgraph.url + path)).status))
    expect(statuses).toEqual([200, 200, 404, 404, 404])
    expect((await fetch(`${subgraph.url}/graphql`, { method: 'DELETE' })).status).toBe(405)
  })

  test('refuses a body that is not JSON, or too large, with a code', async () => {
    const signed = await signedHeaders(subgraph.serviceKeys)
    const post = async (body: string) => {
      const response = await fetch(`${subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signed },
        body,
      })
      return { status: response.status, code: JSON.parse(await response.text()).errors[0].extensions.code }
    }
    expect(await post('{')).toEqual({ status: 400, code: 'BAD_REQUEST' })
    expect(await post(JSON.stringify({ query: `#${' '.repeat(2_000_000)}` }))).toEqual({
      status: 413,
      code: 'REQUEST_TOO_LARGE',
    })
    expect((await ask(signed)).status).toBe(200)
  })

  test(`serves the schema of ${name} to the composer`, async () => {
    const { data } = await subgraph.query('{ _service { sdl } }')
    expect(data._service.sdl).toContain('@key')
  })
})

test('what is for services alone is in no schema that clients see', () => {
  const supergraph = Supergraph.build(readFileSync('supergraph.graphql', 'utf8'))
  const api = supergraph.apiSchema()
  const hidden = (name: string) => supergraph.schema.type(name) !== undefined && api.type(name) === undefined
  for (const name of ['Reserve', 'Commit', 'Release', 'Return']) {
    expect(api.schemaDefinition.rootType('mutation')?.field(`stock${name}`)).toBeUndefined()
    expect([name, hidden(`Stock${name}Input`), hidden(`Stock${name}Payload`)]).toEqual([name, true, true])
  }
  for (const name of ['StockLineInput', 'StockReservation', 'StockReservationStatus', 'StockShortage']) {
    expect([name, hidden(name)]).toEqual([name, true])
  }
})
