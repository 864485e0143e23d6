import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createContextSigner, createContextVerifier } from '../service/signed-context.ts'
import { ensureDevelopmentKeys, trustedServices } from './development-keys.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = path.join(await mkdtemp(path.join(tmpdir(), 'keys-test-')), 'data')
})
afterEach(() => rm(path.dirname(dataDir), { recursive: true, force: true }))

const readKeys = async (name: string): Promise<JSONWebKeySet> =>
  JSON.parse(await readFile(path.join(dataDir, 'keys', `${name}.json`), 'utf8'))

const privateKeysIn = ({ keys }: JSONWebKeySet) =>
  keys.filter(({ d }) => d !== undefined).map(({ kid }) => kid)

test('nobody else may read them', async () => {
  const directory = await ensureDevelopmentKeys(dataDir)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  for (const file of await readdir(directory)) {
    expect((await stat(path.join(directory, file))).mode & 0o777).toBe(0o600)
  }
})

test('each service has its own private key and no other', async () => {
  await ensureDevelopmentKeys(dataDir)
  for (const name of ['gateway', ...Object.keys(trustedServices)]) {
    expect(privateKeysIn(await readKeys(name))).toEqual([name])
  }
  expect(privateKeysIn(await readKeys('tokens'))).toEqual([])
  expect(privateKeysIn(await readKeys('tokens.private'))).toHaveLength(1)
})

describe('a subgraph believes', () => {
  test.each([
    ['products', ['cart', 'gateway']],
    ['reviews', ['gateway']],
    ['cart', ['gateway', 'reviews']],
    ['chat', ['gateway']],
  ])('%s: %j', async (name, trusted) => {
    await ensureDevelopmentKeys(dataDir)
    const { verify } = createContextVerifier({ keys: await readKeys(name) })
    const believed: string[] = []
    for (const issuer of ['cart', 'chat', 'gateway', 'products', 'reviews']) {
      const signer = await createContextSigner({ issuer, keys: await readKeys(issuer) })
      const token = await signer.sign(
        { subject: null, name: null, site: 'main', roles: [] },
        Date.now() + 60_000,
      )
      if (await verify(token)) believed.push(issuer)
    }
    // Its own key is in its file too; it never calls itself.
    expect(believed.filter((issuer) => issuer !== name)).toEqual(trusted)
  })
})

test('they are made once, however many ask at the same time', async () => {
  await Promise.all(Array.from({ length: 8 }, () => ensureDevelopmentKeys(dataDir)))
  const first = await readKeys('tokens.private')
  await ensureDevelopmentKeys(dataDir)
  expect(await readKeys('tokens.private')).toEqual(first)
  expect(await readKeys('tokens')).toMatchObject({ keys: [{ kid: first.keys[0]?.kid, x: first.keys[0]?.x }] })
  expect(await readdir(dataDir)).toEqual(['keys'])
})

test('a graph of other subgraphs gets keys by its own table', async () => {
  await ensureDevelopmentKeys(dataDir, { stock: ['gateway', 'billing'], billing: ['gateway'] })
  expect((await readKeys('stock')).keys.map(({ kid }) => kid)).toEqual(['stock', 'gateway', 'billing'])
})

test('a subgraph that comes later gets keys without a change to the others’', async () => {
  const trust = { stock: ['gateway'] }
  await ensureDevelopmentKeys(dataDir, trust)
  const before = await Promise.all(['gateway', 'stock', 'tokens.private'].map(readKeys))
  const laterTrust = { ...trust, billing: ['gateway', 'stock'] }
  await Promise.all(Array.from({ length: 4 }, () => ensureDevelopmentKeys(dataDir, laterTrust)))

  const { keys } = await readKeys('billing')
  expect(keys.map(({ kid }) => kid)).toEqual(['billing', 'gateway', 'stock'])
  expect(privateKeysIn({ keys })).toEqual(['billing'])
  expect(await Promise.all(['gateway', 'stock', 'tokens.private'].map(readKeys))).toEqual(before)
  const { verify } = createContextVerifier({ keys: { keys } })
  const signer = await createContextSigner({ issuer: 'gateway', keys: await readKeys('gateway') })
  const guest = { subject: null, name: null, site: 'main', roles: [] }
  expect(await verify(await signer.sign(guest, Date.now() + 60_000))).toMatchObject({ issuer: 'gateway' })
  expect((await readdir(path.join(dataDir, 'keys'))).filter((file) => !file.endsWith('.json'))).toEqual([])
})

test('where they can not be kept, it says so and names the setting', async () => {
  await writeFile(dataDir, 'a file')
  await expect(ensureDevelopmentKeys(dataDir)).rejects.toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('DATA_DIR'),
  })
})
