import { randomUUID } from 'node:crypto'
import { chmod, link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { parseKeySet } from '../service/key-set.ts'
import { errorCode, reason } from '../subgraphs/kit/database/errors.ts'
import { StartError } from './start-error.ts'

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

/** Which file of the key directory holds which keys, where there are none yet. */
async function keyFiles(trust: typeof trustedServices): Promise<Record<string, JWK[]>> {
  const tokens = await makeKeyPair(`development-${randomUUID()}`)
  const gateway = await makeKeyPair('gateway')
  return {
    'tokens.private.json': [tokens.private],
    'tokens.json': [tokens.public],
    'gateway.json': [gateway.private],
    ...(await subgraphFiles(Object.keys(trust), trust, new Map([['gateway', gateway.public]]))),
  }
}

/**
 * The files of subgraphs that have none: each gets a key of its own, and the public keys of those that it trusts.
 * @param known public keys that are there already, by the name of their service
 */
async function subgraphFiles(
  names: readonly string[],
  trust: typeof trustedServices,
  known: ReadonlyMap<string, JWK>,
): Promise<Record<string, JWK[]>> {
  const pairs = new Map<string, KeyPair>()
  for (const name of names) pairs.set(name, await makeKeyPair(name))
  const publicKeyOf = (name: string) => [pairs.get(name)?.public ?? known.get(name) ?? []].flat()
  return Object.fromEntries(
    [...pairs].map(([name, own]) => [
      `${name}.json`,
      [own.private, ...(trust[name] ?? []).flatMap(publicKeyOf)],
    ]),
  )
}

async function writeKeys(file: string, keys: JWK[]): Promise<void> {
  await writeFile(file, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600 })
}

/** Public parts of the keys that services have in `directory`, by the service's name. */
async function readPublicKeys(directory: string): Promise<Map<string, JWK>> {
  const files = (await readdir(directory)).filter(
    (file) => file.endsWith('.json') && !file.startsWith('tokens.'),
  )
  const keys = await Promise.all(
    files.map(async (file) => parseKeySet(await readFile(`${directory}/${file}`, 'utf8'))?.keys[0]),
  )
  return new Map(keys.flatMap((key) => (key?.kid ? [[key.kid, withoutPrivatePart(key)] as const] : [])))
}

const withoutPrivatePart = ({ d: _, ...publicPart }: JWK): JWK => publicPart

/** Gives keys to subgraphs that came later than the directory. Whoever is first with a file wins. */
async function addMissing(directory: string, trust: typeof trustedServices): Promise<void> {
  const present = new Set(await readdir(directory))
  const missing = Object.keys(trust).filter((name) => !present.has(`${name}.json`))
  if (missing.length === 0) return
  const files = await subgraphFiles(missing, trust, await readPublicKeys(directory))
  for (const [file, keys] of Object.entries(files)) {
    const draft = `${directory}/${file}.${randomUUID()}`
    await writeKeys(draft, keys)
    await link(draft, `${directory}/${file}`).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
    await rm(draft)
  }
}

/**
 * Makes development's keys below `dataDir` where there are none, and returns their directory: `tokens.private.json`
 * signs people's tokens and `tokens.json` verifies them; `gateway.json` signs what the gateway tells the
 * subgraphs; `<subgraph>.json` holds a subgraph's own private key and the public keys of those that it trusts.
 *
 * Several processes may call it at once: the directory appears whole or not at all, and all get the same keys.
 * @throws {StartError} when they can't be written.
 */
export async function ensureDevelopmentKeys(dataDir: string, trust = trustedServices): Promise<string> {
  const directory = `${dataDir}/keys`
  try {
    if (!(await exists(directory))) await makeDirectory(directory, trust)
    await addMissing(directory, trust)
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    throw new StartError(
      `Development's keys can't be kept in ${directory} (${reason(error)}): give yourself access, or choose another directory with DATA_DIR`,
    )
  }
  return directory
}

async function makeDirectory(directory: string, trust: typeof trustedServices): Promise<void> {
  const draft = `${directory}.${randomUUID()}`
  await mkdir(draft, { recursive: true, mode: 0o700 })
  try {
    await chmod(draft, 0o700)
    for (const [file, keys] of Object.entries(await keyFiles(trust)))
      await writeKeys(`${draft}/${file}`, keys)
    await rename(draft, directory)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Somebody else was first; a directory that is not empty is never replaced by a rename.
    if (!(await exists(directory))) throw error
  }
}
