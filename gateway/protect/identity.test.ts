import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { base64url, decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type CallerContext, contextHeader, createContextVerifier } from '../../service/signed-context.ts'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { openIdentity } from './identity.ts'

interface KeyPair {
  private: JWK
  public: JWK
}

interface TokenOptions {
  key?: JWK
  claims?: Record<string, unknown>
  issuer?: string
  audience?: string
  expires?: string | number
}

let directory: string
let graph: TestGraph
let gateway: TestGateway
let tokenKey: KeyPair
let gatewayKey: KeyPair
let settings: Record<string, string>

async function makeKeyPair(kid: string, alg = 'EdDSA'): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return {
    private: { ...(await exportJWK(privateKey)), kid, alg },
    public: { ...(await exportJWK(publicKey)), kid, alg },
  }
}

async function writeKeys(name: string, keys: JWK[]): Promise<string> {
  const file = path.join(directory, name)
  await writeFile(`${file}.new`, JSON.stringify({ keys }))
  await rename(`${file}.new`, file)
  return file
}

async function mint({
  key = tokenKey.private,
  claims = {},
  issuer = 'shop',
  audience = 'arcade',
  expires = '1h',
}: TokenOptions = {}) {
  const { kid = '', alg = '' } = key
  return new SignJWT({ sub: 'cus_ada', name: 'Ada', roles: ['shopper'], ...claims })
    .setProtectedHeader({ alg, kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign(await importJWK(key, alg))
}

const withToken = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

const query = '{ topRated { id } }'

/** The context that the subgraph got with the latest request. */
async function receivedContext(): Promise<CallerContext | null> {
  const header = graph.reviews.requests.at(-1)?.headers[contextHeader]
  return createContextVerifier({ keys: { keys: [gatewayKey.public] } }).verify(String(header))
}

function expectRefused({ status, headers, errors, data }: GatewayAnswer) {
  expect(status).toBe(401)
  expect(headers['www-authenticate']).toBe('Bearer error="invalid_token"')
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  expect(data).toBeUndefined()
  expect(graph.reviews.requests).toEqual([])
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'identity-test-'))
  graph = await startTestGraph()
  tokenKey = await makeKeyPair('people-1')
  gatewayKey = await makeKeyPair('gateway')
  settings = {
    JWKS_FILE: await writeKeys('tokens.json', [tokenKey.public]),
    SERVICE_KEYS: await writeKeys('gateway.json', [gatewayKey.private]),
    TOKEN_ISSUER: 'shop',
    TOKEN_AUDIENCE: 'arcade',
    SITE_HOSTS: 'outlet.localhost=outlet',
  }
  gateway = await startTestGateway(compose(graph.all), { env: settings })
})
afterAll(async () => {
  await gateway.stop()
  await graph.stop()
  await rm(directory, { recursive: true, force: true })
})
afterEach(() => graph.recover())

describe('what subgraphs are told', () => {
  test('is the subject, the name and the roles of a token', async () => {
    const { errors } = await gateway.ask(
      query,
      withToken(await mint({ claims: { roles: ['shopper', 'staff'] } })),
    )
    expect(errors).toEqual([])
    expect(await receivedContext()).toEqual({
      issuer: 'gateway',
      subject: 'cus_ada',
      name: 'Ada',
      site: 'main',
      roles: ['shopper', 'staff'],
    })
  })

  test('is a guest where there is no token', async () => {
    await gateway.ask(query)
    expect(await receivedContext()).toEqual({
      issuer: 'gateway',
      subject: null,
      name: null,
      site: 'main',
      roles: [],
    })
  })

  test('is never that a person is a service, or has a role that is none', async () => {
    await gateway.ask(query, withToken(await mint({ claims: { roles: ['service', 'king', 'agent'] } })))
    expect(await receivedContext()).toMatchObject({ roles: ['agent'] })
  })

  test('is the site of the host that was asked', async () => {
    await gateway.ask(query, { headers: { host: 'Outlet.localhost:4000' } })
    expect(await receivedContext()).toMatchObject({ site: 'outlet' })
    await gateway.ask(query, { headers: { host: 'elsewhere.localhost' } })
    expect(await receivedContext()).toMatchObject({ site: 'main' })
  })

  test('holds for as long as the operation may take, though the token ends meanwhile', async () => {
    await gateway.ask(query, withToken(await mint({ expires: Math.floor(Date.now() / 1000) + 2 })))
    const { exp = 0 } = decodeJwt(String(graph.reviews.requests.at(-1)?.headers[contextHeader]))
    expect(exp * 1000).toBeGreaterThan(Date.now() + 10_000)
  })

  test('is signed once for each token and site', async () => {
    const token = await mint()
    await gateway.ask(query, withToken(token))
    await gateway.ask(query, withToken(token))
    const [first, second] = graph.reviews.requests.map(({ headers }) => headers[contextHeader])
    expect(first).toBeDefined()
    expect(second).toBe(first)
  })

  test('is not what a client says in headers of its own', async () => {
    const forged = await mint({ claims: { roles: ['staff', 'service'], site: 'main' } })
    const headers = {
      [contextHeader]: forged,
      cookie: 'session=1',
      'x-user': 'root',
      'x-forwarded-for': '10.0.0.1',
    }
    await gateway.ask(query, { headers })
    expect(await receivedContext()).toMatchObject({ subject: null, roles: [] })
    const received = graph.reviews.requests.at(-1)?.headers ?? {}
    expect(Object.keys(received).sort()).toEqual([
      'accept',
      'arcade-context',
      'connection',
      'content-length',
      'content-type',
      'host',
    ])
  })

  test('is never the token itself', async () => {
    const token = await mint()
    await gateway.ask(query, withToken(token))
    expect(JSON.stringify(graph.reviews.requests.at(-1)?.headers)).not.toContain(token)
  })
})

describe('a token is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['that is no token', async () => 'abc'],
    ['that is over', () => mint({ expires: Math.floor(Date.now() / 1000) - 1 })],
    ['for another audience', () => mint({ audience: 'elsewhere' })],
    ['of another issuer', () => mint({ issuer: 'elsewhere' })],
    ['without a subject', () => mint({ claims: { sub: undefined } })],
    ['by a key that is not known', async () => mint({ key: (await makeKeyPair('people-9')).private })],
    ['by another key of the same name', async () => mint({ key: (await makeKeyPair('people-1')).private })],
    [
      'that says its algorithm is none',
      async () => {
        const part = (value: unknown) => base64url.encode(JSON.stringify(value))
        const claims = {
          sub: 'cus_ada',
          iss: 'shop',
          aud: 'arcade',
          exp: Math.floor(Date.now() / 1000) + 3600,
        }
        return `${part({ alg: 'none' })}.${part(claims)}.`
      },
    ],
    [
      'that uses the public key as a shared secret',
      async () =>
        new SignJWT({ sub: 'cus_ada' })
          .setProtectedHeader({ alg: 'HS256', kid: 'people-1' })
          .setIssuer('shop')
          .setAudience('arcade')
          .setExpirationTime('1h')
          .sign(base64url.decode(String(tokenKey.public.x))),
    ],
    [
      'whose payload was changed',
      async () => (await mint()).replace(/\.[^.]+\./, `.${base64url.encode('{"sub":"cus_eve"}')}.`),
    ],
  ])('%s', async (_, token) => {
    expectRefused(await gateway.ask(query, withToken(await token())))
  })

  test('in another scheme than Bearer', async () => {
    expectRefused(await gateway.ask(query, { headers: { authorization: 'Basic YWRhOmFkYQ==' } }))
  })
})

describe('keys are rotated', () => {
  test('in a file: what the new ones do not hold is refused, though it was believed before', async () => {
    const token = await mint()
    expect((await gateway.ask(query, withToken(token))).status).toBe(200)
    const next = await makeKeyPair('people-2', 'ES256')
    await writeKeys('tokens.json', [next.public])
    await expect.poll(async () => (await gateway.ask(query, withToken(token))).status).toBe(401)
    expect((await gateway.ask(query, withToken(await mint({ key: next.private })))).status).toBe(200)

    await writeFile(path.join(directory, 'tokens.json'), 'no keys')
    await writeKeys('tokens.json', [tokenKey.public, next.public])
    await expect.poll(async () => (await gateway.ask(query, withToken(token))).status).toBe(200)
  })

  test('at an address: a key that is not known is looked for once more', async () => {
    const keys = [tokenKey.public]
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { JWKS_FILE: _, ...others } = settings
    const remote = await startTestGateway(compose(graph.all), {
      env: { ...others, JWKS_URL: `http://127.0.0.1:${port}/keys` },
    })
    try {
      expect((await remote.ask(query, withToken(await mint()))).status).toBe(200)
      expect((await remote.ask(query, withToken(await mint({ expires: '2h' })))).status).toBe(200)
      expect(asked).toBe(1)
    } finally {
      await remote.stop()
      server.closeAllConnections()
      server.close()
    }
  })

  test('at an address that is down: nobody is told that their token is wrong', async () => {
    const { JWKS_FILE: _, ...others } = settings
    const remote = await startTestGateway(compose(graph.all), {
      env: { ...others, JWKS_URL: 'http://127.0.0.1:9/keys' },
    })
    try {
      const answer = await remote.ask(query, withToken(await mint()))
      expect(answer.status).toBe(503)
      expect(answer.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }])
      expect(answer.text).not.toContain('127.0.0.1')
      expect((await remote.ask(query)).errors).toEqual([])
    } finally {
      await remote.stop()
    }
  })
})

test('an address of keys that never answers keeps no operation beyond its deadline', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const { JWKS_FILE: _, ...others } = settings
  const remote = await startTestGateway(compose(graph.all), {
    env: { ...others, JWKS_URL: `http://127.0.0.1:${port}/keys`, OPERATION_DEADLINE_MS: '300' },
  })
  try {
    const began = performance.now()
    expect((await remote.ask(query, withToken(await mint()))).status).toBe(503)
    expect(performance.now() - began).toBeLessThan(2000)
  } finally {
    await remote.stop()
    silent.closeAllConnections()
    silent.close()
  }
})

test('what is being verified while keys are rotated is believed no longer than they are', async () => {
  const file = await writeKeys('rotated.json', [tokenKey.public])
  const next = await makeKeyPair('people-3')
  let rotated = false
  const log = pino(
    { level: 'info' },
    {
      write() {
        rotated = true
      },
    },
  )
  const identity = await openIdentity(
    {
      tokenKeys: { file },
      tokenIssuer: 'shop',
      tokenAudience: 'arcade',
      serviceKeys: { keys: [gatewayKey.private] },
      siteOfHost: new Map(),
      defaultSite: 'main',
    },
    { filePollMs: 10, keysTimeoutMs: 1000, log },
  )
  try {
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, number) => mint({ claims: { sub: `cus_${number}` } })),
    )
    // Each is another header, which nobody has seen.
    let spaces = ''
    const headers = new Set<string>()
    const ask = (authorization: string) => identity.signedContext({ authorization, host: undefined })
    await writeKeys('rotated.json', [next.public])
    while (!rotated) {
      spaces += ' '
      const asked = tokens.map((token) => `Bearer ${spaces}${token}`)
      for (const authorization of asked) headers.add(authorization)
      await Promise.allSettled(asked.map(ask))
    }
    const answers = await Promise.allSettled([...headers].map(ask))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([])
  } finally {
    identity.stop()
  }
})

test('without identity, headers go on by the list and none is signed', async () => {
  const open = await startTestGateway(compose(graph.all), {
    env: { FORWARD_HEADERS: 'Authorization, x-tenant' },
  })
  try {
    await open.ask(query, {
      headers: {
        authorization: 'Bearer theirs',
        'x-tenant': 'blue',
        'x-other': '1',
        [contextHeader]: 'forged',
      },
    })
    const { headers } = graph.reviews.requests.at(-1) ?? {}
    expect(headers).toMatchObject({ authorization: 'Bearer theirs', 'x-tenant': 'blue' })
    expect(headers).not.toHaveProperty('x-other')
    expect(headers).not.toHaveProperty(contextHeader)
  } finally {
    await open.stop()
  }
})
