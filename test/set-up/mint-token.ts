import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { importJWK, SignJWT } from 'jose'
import { parseKeySet } from '../../service/key-set.ts'

interface TokenOptions {
  /** The id of whoever it is for. */
  subject: string
  name: string
  roles?: readonly string[]
}

async function readKey(keysDirectory: string) {
  const file = await readFile(path.join(keysDirectory, 'tokens.private.json'), 'utf8')
  const jwk = parseKeySet(file)?.keys[0]
  if (!jwk?.kid) throw new Error('there is no development key')
  return { kid: jwk.kid, key: await importJWK(jwk, 'EdDSA') }
}

/** Signs tokens with development's key in `keysDirectory`, as `npm run token` does. */
export function createMint(keysDirectory: string) {
  let reading: ReturnType<typeof readKey> | null = null
  return async ({ subject, name, roles = ['shopper'] }: TokenOptions): Promise<string> => {
    reading ??= readKey(keysDirectory)
    const { kid, key } = await reading
    return new SignJWT({ roles, name })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .setSubject(subject)
      .setIssuer('arcade-development')
      .setAudience('arcade')
      .setExpirationTime('2h')
      .sign(key)
  }
}
