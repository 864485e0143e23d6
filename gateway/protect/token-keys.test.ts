import { once } from 'node:events'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../../service/log.ts'
import { openTokenKeys, type TokenKeys } from './token-keys.ts'

async function makeKeyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  return {
    private: { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' },
    public: { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA' },
  }
}

const mint = async (key: JWK) =>
  new SignJWT({ sub: 'cus_ada' })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid ?? '' })
    .sign(await importJWK(key))

/** Says where keys are, and may be down, or never answer. */
async function startIssuer(keys: JWK[]) {
  const issuer = { keys, state: 'up', asked: 0 }
  const server = createServer((_, response) => {
    issuer.asked++
    if (issuer.state === 'up') response.end(JSON.stringify({ keys: issuer.keys }))
    if (issuer.state === 'down') response.writeHead(503).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    issuer,
    url: new URL(`http://127.0.0.1:${port}/keys`),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

let first: Awaited<ReturnType<typeof makeKeyPair>>
let second: Awaited<ReturnType<typeof makeKeyPair>>
let started: Awaited<ReturnType<typeof startIssuer>>
let keys: TokenKeys

beforeAll(async () => {
  first = await makeKeyPair('first')
  second = await makeKeyPair('second')
})
beforeEach(async () => {
  started = await startIssuer([first.public])
  keys = await openTokenKeys(
    { url: started.url },
    { pollMs: 20, refreshMs: 20, timeoutMs: 200, log: silentLogger() },
  )
})
afterEach(() => {
  keys.stop()
  started.stop()
})

const verify = (token: string) => jwtVerify(token, keys.getKey)

test.each(['down', 'hung'])('keys are believed while their address is %s', async (state) => {
  const token = await mint(first.private)
  await verify(token)
  const { issuer } = started
  issuer.state = state
  const { asked } = issuer
  await expect.poll(() => issuer.asked).toBeGreaterThan(asked + 1)
  await expect(verify(token)).resolves.toBeDefined()
})

test('a key that its address holds no longer is told of, and no longer believed', async () => {
  const token = await mint(first.private)
  await verify(token)
  let changes = 0
  await expect.poll(() => started.issuer.asked).toBeGreaterThan(2)
  keys.onChange(() => {
    changes++
  })
  started.issuer.keys = [second.public]
  await expect.poll(() => changes).toBe(1)
  await expect(verify(token)).rejects.toThrow()
  await expect(verify(await mint(second.private))).resolves.toBeDefined()
})

test('an address that never answers keeps nobody waiting for longer than a fetch may take', async () => {
  started.issuer.state = 'hung'
  const began = performance.now()
  await expect(verify(await mint(first.private))).rejects.toMatchObject({ code: 'ERR_JWKS_TIMEOUT' })
  expect(performance.now() - began).toBeLessThan(2000)
})
