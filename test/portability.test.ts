import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addGatewayKey } from '../checks/portability/gateway-key.ts'
import { type ContextVerifier, createContextVerifier } from '../service/signed-context.ts'
import { ensureDevelopmentKeys } from '../starter/development-keys.ts'
import { createMint } from './set-up/mint-token.ts'

let directory: string
let verifier: ContextVerifier
let mint: ReturnType<typeof createMint>

interface HiveConfig {
  plugins: () => {
    onRequest: (event: {
      request: Request
      endResponse: (response: Response) => void
      fetchAPI: { Response: typeof Response }
    }) => Promise<void>
  }[]
  propagateHeaders: { fromClientToSubgraphs: (event: { request: Request }) => Record<string, string> }
}
let config: HiveConfig

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'portability-test-'))
  const keys = await ensureDevelopmentKeys(directory)
  await writeFile(
    path.join(directory, 'hive.json'),
    JSON.stringify(await addGatewayKey(keys, 'gateway.hive')),
  )
  // As the settings of its process have it.
  Object.assign(process.env, {
    SERVICE_KEYS: path.join(directory, 'hive.json'),
    JWKS_FILE: path.join(keys, 'tokens.json'),
    TOKEN_ISSUER: 'arcade-development',
    TOKEN_AUDIENCE: 'arcade',
  })
  const file = '../checks/portability/hive.config.mjs'
  config = (await import(file)).gatewayConfig
  verifier = createContextVerifier({
    keys: JSON.parse(await readFile(path.join(keys, 'reviews.json'), 'utf8')),
  })
  mint = createMint(keys)
})
afterAll(async () => {
  for (const name of ['SERVICE_KEYS', 'JWKS_FILE', 'TOKEN_ISSUER', 'TOKEN_AUDIENCE']) delete process.env[name]
  await rm(directory, { recursive: true, force: true })
})

async function send(headers: Record<string, string>) {
  const request = new Request('http://hive.example/graphql', { headers })
  const refusals: number[] = []
  for (const { onRequest } of config.plugins())
    await onRequest({
      request,
      fetchAPI: { Response },
      endResponse: ({ status }) => void refusals.push(status),
    })
  const { 'arcade-context': context } = config.propagateHeaders.fromClientToSubgraphs({ request })
  return { refusals, context: await verifier.verify(context) }
}

test('another gateway is believed by the subgraphs with a key of its own, and vouches for people as ours does', async () => {
  const token = await mint({ subject: 'cus_1', name: 'Ada', roles: ['shopper', 'service'] })
  const { context } = await send({ authorization: `Bearer ${token}`, host: 'outlet.localhost:4000' })
  expect(context).toEqual({
    issuer: 'gateway',
    subject: 'cus_1',
    name: 'Ada',
    site: 'outlet',
    roles: ['shopper'],
  })
  expect((await send({})).context).toMatchObject({ subject: null, site: 'main', roles: [] })
})

test('a token that does not hold is refused by it, and nothing of it reaches a subgraph', async () => {
  expect(await send({ authorization: 'Bearer forged' })).toEqual({ refusals: [401], context: null })
})
