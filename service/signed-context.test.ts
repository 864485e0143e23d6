import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  type ContextSigner,
  type ContextVerifier,
  createContextSigner,
  createContextVerifier,
  serviceRole,
} from './signed-context.ts'

interface KeyPair {
  private: JWK
  public: JWK
}

async function makeKeyPair(kid: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  return {
    private: { ...(await exportJWK(privateKey)), kid },
    public: { ...(await exportJWK(publicKey)), kid },
  }
}

const ada = { subject: 'cus_ada', name: 'Ada', site: 'main', roles: ['shopper'] }
const soon = () => Date.now() + 60_000

let gatewayKey: KeyPair
let cartKey: KeyPair
let gateway: ContextSigner
let verifier: ContextVerifier

beforeAll(async () => {
  gatewayKey = await makeKeyPair('gateway')
  cartKey = await makeKeyPair('cart')
  gateway = await createContextSigner({ issuer: 'gateway', keys: { keys: [gatewayKey.private] } })
  verifier = createContextVerifier({ keys: { keys: [gatewayKey.public, cartKey.public] } })
})

/** A token as the gateway makes it, but for what is changed. */
function forge({
  key = gatewayKey.private,
  kid = 'gateway',
  typ = 'arcade-context+jwt',
  claims = {},
  audience = 'arcade-subgraphs',
} = {}) {
  return importJWK(key, 'EdDSA').then((imported) =>
    new SignJWT({ iss: 'gateway', sub: 'cus_ada', site: 'main', roles: ['staff'], ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid, typ })
      .setAudience(audience)
      .setExpirationTime('1m')
      .sign(imported),
  )
}

test('what is signed is what is read', async () => {
  const token = await gateway.sign(ada, soon())
  expect(await verifier.verify(token)).toEqual({ issuer: 'gateway', ...ada })
  // From what was verified before.
  expect(await verifier.verify(token)).toEqual({ issuer: 'gateway', ...ada })
})

test('a guest has no subject and no name', async () => {
  const guest = { subject: null, name: null, site: 'outlet', roles: [] }
  expect(await verifier.verify(await gateway.sign(guest, soon()))).toEqual({ issuer: 'gateway', ...guest })
})

test('a subgraph vouches for its own calls by its own key', async () => {
  const cart = await createContextSigner({
    issuer: 'cart',
    keys: { keys: [gatewayKey.public, cartKey.private] },
  })
  const context = { subject: null, name: null, site: 'main', roles: [serviceRole] }
  expect(await verifier.verify(await cart.sign(context, soon()))).toEqual({ issuer: 'cart', ...context })
})

test('a key that follows another is believed beside it', async () => {
  const next = await makeKeyPair('gateway.2')
  const rotated = await createContextSigner({
    issuer: 'gateway',
    keys: { keys: [next.private, gatewayKey.private] },
  })
  const token = await rotated.sign(ada, soon())
  expect(await verifier.verify(token)).toBeNull()
  const both = createContextVerifier({ keys: { keys: [gatewayKey.public, next.public] } })
  expect(await both.verify(token)).toMatchObject({ subject: 'cus_ada' })
  expect(await both.verify(await gateway.sign(ada, soon()))).toMatchObject({ subject: 'cus_ada' })
})

describe('nothing is read of a context', () => {
  test.each<[string, () => string | undefined | Promise<string>]>([
    ['that is not there', () => undefined],
    ['that is no token', () => 'staff'],
    ['that is over', () => gateway.sign(ada, Date.now() - 1000)],
    ['by a key that is not trusted', async () => forge({ key: (await makeKeyPair('gateway')).private })],
    [
      'by a key of somebody who is not trusted',
      async () => forge({ key: (await makeKeyPair('chat')).private, kid: 'chat' }),
    ],
    ["by another service's key", () => forge({ key: cartKey.private, kid: 'cart' })],
    ["by another service's key in the gateway's name", () => forge({ key: cartKey.private })],
    ['for another audience', () => forge({ audience: 'arcade' })],
    ['that is another kind of token', () => forge({ typ: 'JWT' })],
    ['without a site', () => forge({ claims: { site: undefined } })],
    ['without roles', () => forge({ claims: { roles: 'staff' } })],
    [
      'that says its algorithm is none',
      async () =>
        `${Buffer.from('{"alg":"none","typ":"arcade-context+jwt"}').toString('base64url')}.${(await gateway.sign(ada, soon())).split('.')[1]}.`,
    ],
  ])('%s', async (_, token) => {
    expect(await verifier.verify(await token())).toBeNull()
  })

  test('once its time is over, though it was read before', async () => {
    const token = await gateway.sign(ada, Date.now() + 1500)
    expect(await verifier.verify(token)).not.toBeNull()
    await expect.poll(() => verifier.verify(token), { timeout: 5000 }).toBeNull()
  })
})

test('who has only public keys can not sign', async () => {
  await expect(
    createContextSigner({ issuer: 'gateway', keys: { keys: [gatewayKey.public] } }),
  ).rejects.toThrow('gateway')
})
