import { randomUUID } from 'node:crypto'
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** Who believes a signed context of whom. The gateway is believed by all. */
export const trustedServices: Readonly<Record<string, readonly string[]>> = {
  products: ['gateway', 'cart'],
  reviews: ['gateway'],
  cart: ['gateway', 'reviews'],
  chat: ['gateway'],
}

interface KeyPair {
  private: JWK
  public: JWK
}

async function makeKeyPair(kid: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const named = { kid, alg: 'EdDSA', use: 'sig' }
  return {
    private: { ...(await exportJWK(privateKey)), ...named },
    public: { ...(await exportJWK(publicKey)), ...named },
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Which file of the key directory holds which keys. */
async function keyFiles(trust: typeof trustedServices): Promise<Record<string, JWK[]>> {
  const tokens = await makeKeyPair(`development-${randomUUID()}`)
  const services = new Map<string, KeyPair>()
  for (const name of new Set(['gateway', ...Object.keys(trust), ...Object.values(trust).flat()])) {
    services.set(name, await makeKeyPair(name))
  }
  const privateKeyOf = (name: string) => [services.get(name)?.private ?? []].flat()
  const publicKeyOf = (name: string) => [services.get(name)?.public ?? []].flat()
  return {
    'tokens.private.json': [tokens.private],
    'tokens.json': [tokens.public],
    'gateway.json': privateKeyOf('gateway'),
    ...Object.fromEntries(
      Object.entries(trust).map(([name, trusted]) => [
        `${name}.json`,
        [...privateKeyOf(name), ...trusted.flatMap(publicKeyOf)],
      ]),
    ),
  }
}

/**
 * Makes development's keys below `dataDir` where there are none, and returns their directory: `tokens.private.json`
 * signs people's tokens and `tokens.json` verifies them; `gateway.json` signs what the gateway tells the
 * subgraphs; `<subgraph>.json` holds a subgraph's own private key and the public keys of those that it trusts.
 *
 * Several processes may call it at once: the directory appears whole or not at all, and all get the same keys.
 */
export async function ensureDevelopmentKeys(dataDir: string, trust = trustedServices): Promise<string> {
  const directory = `${dataDir}/keys`
  if (await exists(directory)) return directory

  const draft = `${directory}.${randomUUID()}`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    await chmod(draft, 0o700)
    for (const [file, keys] of Object.entries(await keyFiles(trust))) {
      await writeFile(`${draft}/${file}`, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
    }
    await rename(draft, directory)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Somebody else was first; a directory that is not empty is never replaced by a rename.
    if (!(await exists(directory))) throw error
  }
  return directory
}
