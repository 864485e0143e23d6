import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { z } from 'zod'

const keySet = z.object({ keys: z.array(z.looseObject({})) })

/** What a subgraph's owner does to believe another gateway: its public key goes into the subgraph's SERVICE_KEYS. */
function trust(file: string, publicKey: JWK) {
  const { keys } = keySet.parse(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file, `${JSON.stringify({ keys: [...keys, publicKey] }, null, 2)}\n`)
}

/**
 * Makes a key for another gateway, and lets the subgraphs whose keys are in `directory` believe it.
 * @param kid begins with `gateway.`, as subgraphs let a gateway vouch for people and for nobody else
 * @returns the key set with the private key
 */
export async function addGatewayKey(directory: string, kid: string): Promise<{ keys: JWK[] }> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true })
  const named = { kid, alg: 'EdDSA', use: 'sig' }
  const subgraphs = readdirSync(directory).filter(
    (file) => file.endsWith('.json') && !file.startsWith('tokens.') && file !== 'gateway.json',
  )
  for (const file of subgraphs)
    trust(path.join(directory, file), { ...(await exportJWK(publicKey)), ...named })
  return { keys: [{ ...(await exportJWK(privateKey)), ...named }] }
}
