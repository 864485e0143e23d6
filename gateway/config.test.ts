import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SettingsError } from '../service/settings.ts'
import { addressVariable, readGatewayConfig } from './config.ts'

let directory: string
let keys: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'config-test-'))
  keys = path.join(directory, 'keys.json')
  await writeFile(keys, '{"keys":[{"kid":"gateway","kty":"OKP"}]}')
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const other = { SUPERGRAPH: 'other.graphql' }

describe('identity', () => {
  test('is off for another supergraph, unless it is configured', () => {
    expect(readGatewayConfig(other).identity).toBeNull()
    expect(
      readGatewayConfig({ ...other, SERVICE_KEYS: keys, JWKS_URL: 'https://id.example/keys' }).identity,
    ).toMatchObject({
      tokenKeys: { url: new URL('https://id.example/keys') },
      tokenIssuer: 'arcade-development',
      tokenAudience: 'arcade',
      defaultSite: 'main',
    })
  })

  test('is on for our own, with the keys of development', () => {
    expect(() => readGatewayConfig({ DATA_DIR: directory })).toThrow(`${directory}/keys/gateway.json`)
    expect(readGatewayConfig({ DATA_DIR: directory, SERVICE_KEYS: keys }).identity).toMatchObject({
      tokenKeys: { file: `${directory}/keys/tokens.json` },
    })
    expect(readGatewayConfig({ IDENTITY: 'false' }).identity).toBeNull()
  })

  test('believes nothing of development in production', () => {
    const production = {
      NODE_ENV: 'production',
      SERVICE_KEYS: keys,
      JWKS_FILE: keys,
      TOKEN_ISSUER: 'shop',
      TOKEN_AUDIENCE: 'arcade',
    }
    expect(readGatewayConfig(production).identity).toMatchObject({ tokenIssuer: 'shop' })
    for (const name of ['SERVICE_KEYS', 'JWKS_FILE', 'TOKEN_ISSUER', 'TOKEN_AUDIENCE']) {
      expect(() => readGatewayConfig({ ...production, [name]: '' })).toThrow(`${name} is not set`)
    }
  })

  test('has its keys in one place', () => {
    const both = { SERVICE_KEYS: keys, JWKS_FILE: keys, JWKS_URL: 'https://id.example/keys' }
    expect(() => readGatewayConfig(both)).toThrow('JWKS_FILE and JWKS_URL')
  })

  test('knows sites by their hosts', () => {
    const env = {
      SERVICE_KEYS: keys,
      SITE_HOSTS: 'Shop.example=main, outlet.example=outlet',
      DEFAULT_SITE: 'outlet',
    }
    const { identity } = readGatewayConfig(env)
    expect(identity?.siteOfHost).toEqual(
      new Map([
        ['shop.example', 'main'],
        ['outlet.example', 'outlet'],
      ]),
    )
    expect(identity?.defaultSite).toBe('outlet')
  })
})

test('what shows the inside is off in production, and on elsewhere', () => {
  const shown = {
    introspection: true,
    landingPage: true,
    showQueryPlans: true,
    corsOrigins: ['https://studio.apollographql.com'],
  }
  expect(readGatewayConfig(other)).toMatchObject(shown)
  expect(readGatewayConfig({ ...other, NODE_ENV: 'production' })).toMatchObject({
    introspection: false,
    landingPage: false,
    showQueryPlans: false,
    corsOrigins: [],
  })
})

describe('the address of a subgraph', () => {
  test.each([
    ['products', 'PRODUCTS_URL'],
    ['order-history', 'ORDER_HISTORY_URL'],
    ['Réviews2', 'R_VIEWS2_URL'],
  ])('%s is in %s', (name, variable) => {
    expect(addressVariable(name)).toBe(variable)
  })

  test('may be several, and is not the environment’s to say when it is not there', () => {
    const { addressesOf } = readGatewayConfig({ ...other, CART_URL: 'http://a:1, http://b:2/graphql' })
    expect(addressesOf('cart')).toEqual([new URL('http://a:1'), new URL('http://b:2/graphql')])
    expect(addressesOf('chat')).toBeNull()
  })

  test('has to be one', () => {
    const { addressesOf } = readGatewayConfig({ ...other, CART_URL: 'cart:4003' })
    expect(() => addressesOf('cart')).toThrow(SettingsError)
    expect(() => addressesOf('cart')).toThrow('CART_URL')
  })
})

describe('the traffic to a subgraph', () => {
  test('is settled for all, and for one by its name', () => {
    const { trafficOf } = readGatewayConfig({
      ...other,
      CALL_DEADLINE_MS: '1000',
      RETRIES: '1',
      ORDER_HISTORY_CALL_DEADLINE_MS: '400',
      ORDER_HISTORY_MAX_CALLS: '7',
    })
    expect(trafficOf('cart')).toMatchObject({
      callDeadlineMs: 1000,
      breaker: { slowCallMs: 750, minCalls: 20 },
      retries: { maxRetries: 1, shareOfCalls: 0.1 },
      bulkhead: { maxCalls: 128 },
      hedgeAfter: null,
    })
    expect(trafficOf('order-history')).toMatchObject({
      callDeadlineMs: 400,
      breaker: { slowCallMs: 300 },
      retries: { maxRetries: 1 },
      bulkhead: { maxCalls: 7 },
    })
  })

  test('has no longer than the operation has', () => {
    const { trafficOf } = readGatewayConfig({ ...other, OPERATION_DEADLINE_MS: '800' })
    expect(trafficOf('cart')).toMatchObject({ callDeadlineMs: 800, breaker: { slowCallMs: 600 } })
  })

  test('may be hedged, after a time or after what is usual', () => {
    const { trafficOf } = readGatewayConfig({ ...other, HEDGE_AFTER_MS: '50', CHAT_HEDGE_AFTER_MS: '70' })
    expect(trafficOf('cart').hedgeAfter).toEqual({ ms: 50 })
    expect(trafficOf('chat').hedgeAfter).toEqual({ ms: 70 })
    expect(
      readGatewayConfig({ ...other, CART_HEDGE_AFTER_PERCENTILE: '95' }).trafficOf('cart').hedgeAfter,
    ).toEqual({ share: 0.95 })
  })

  test.each([
    ['CART_RETRIES', 'many', 'CART_RETRIES is "many": it takes a whole number'],
    [
      'CART_BREAKER_OPEN_MS',
      '20000',
      'BREAKER_MAX_OPEN_MS is 3000: it takes no less than CART_BREAKER_OPEN_MS',
    ],
    ['CART_SLOW_CALL_MS', '3000', 'CART_SLOW_CALL_MS is 3000: it takes no more than CALL_DEADLINE_MS'],
  ])('is refused with %s=%s', (name, value, message) => {
    const { trafficOf } = readGatewayConfig({ ...other, [name]: value })
    expect(() => trafficOf('cart')).toThrow(SettingsError)
    expect(() => trafficOf('cart')).toThrow(message)
    trafficOf('chat')
  })

  test('is not hedged in two ways', () => {
    const both = { ...other, HEDGE_AFTER_MS: '50', HEDGE_AFTER_PERCENTILE: '95' }
    expect(() => readGatewayConfig(both)).toThrow('HEDGE_AFTER_MS and HEDGE_AFTER_PERCENTILE')
  })
})

test('usage is recorded where a file is named, and bounded', () => {
  expect(readGatewayConfig(other).usage).toBeNull()
  expect(readGatewayConfig({ ...other, USAGE_FILE: 'usage.json' }).usage).toEqual({
    file: 'usage.json',
    writeMs: 60_000,
    maxOperations: 1000,
    maxClients: 50,
    maxCharacters: 8 * 1_048_576,
  })
})

describe('a setting that does not fit is refused', () => {
  test.each([
    ['FORWARD_HEADERS', 'authorization, arcade-context'],
    ['FORWARD_HEADERS', 'Host'],
    ['FORWARD_HEADERS', 'transfer-encoding'],
    ['FORWARD_HEADERS', 'not a name'],
    ['CORS_ORIGINS', 'shop.example'],
    ['CORS_ORIGINS', 'https://shop.example/'],
    ['SITE_HOSTS', 'outlet.example'],
    ['DEFAULT_SITE', 'two words'],
    ['CALL_DEADLINE_MS', '2s'],
    ['MAX_OPERATIONS', '0'],
    ['MAX_CALLS', '0'],
    ['RETRIES', '-1'],
    ['RETRY_BUDGET_PERCENT', '101'],
    ['BREAKER_FAILURE_PERCENT', '0'],
    ['BREAKER_PROBES', '0'],
    ['HEDGE_AFTER_PERCENTILE', '99.9'],
    ['MAX_ANSWER_BYTES', '20MB'],
    ['INTROSPECTION', 'on'],
    ['USAGE_WRITE_MS', '1'],
    ['USAGE_MAX_OPERATIONS', '0'],
    ['USAGE_MAX_CLIENTS', 'all'],
    ['USAGE_MAX_BYTES', '8MB'],
  ])('%s=%s', (name, value) => {
    const read = () => readGatewayConfig({ ...other, [name]: value })
    expect(read).toThrow(SettingsError)
    expect(read).toThrow(`${name} is ${JSON.stringify(value)}: it takes `)
  })
})
