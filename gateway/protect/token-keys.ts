import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import { parseKeySet } from '../../service/key-set.ts'
import type { Logger } from '../../service/log.ts'
import { SettingsError } from '../../service/settings.ts'
import { watchFile } from '../../service/watch-file.ts'

export interface TokenKeys {
  getKey: JWTVerifyGetKey
  /** Calls back whenever the keys have become others, so that what was believed by the old ones is asked again. */
  onChange(listener: () => void): void
  stop(): void
}

/** Keys at an address: fetched when first needed, kept, and fetched again for a key that is not among them. */
function remoteKeys(url: URL): TokenKeys {
  const getKey = createRemoteJWKSet(url, {
    timeoutDuration: 3000,
    cooldownDuration: 5000,
    cacheMaxAge: 600_000,
  })
  return { getKey, onChange: () => undefined, stop: () => undefined }
}

/** Keys in a file, which is read again when it changes; one that can't be used is refused. */
async function fileKeys(file: string, { pollMs, log }: { pollMs: number; log: Logger }): Promise<TokenKeys> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new SettingsError(
      `JWKS_FILE is ${JSON.stringify(file)}: there is no such file that can be read ("npm start" makes development's own)`,
    )
  })
  const keys = parseKeySet(text)
  if (keys === null)
    throw new SettingsError(
      `JWKS_FILE is ${JSON.stringify(file)}: it takes a file with a JSON Web Key Set whose keys have a kid`,
    )

  const listeners = new Set<() => void>()
  let getKey: JWTVerifyGetKey = createLocalJWKSet(keys)
  const watch = watchFile({
    file,
    pollMs,
    known: text,
    onChange(changed) {
      const next = parseKeySet(changed)
      if (next === null)
        return log.error(
          { file },
          'the new token keys are refused, and the ones before go on: not a JSON Web Key Set',
        )
      getKey = createLocalJWKSet(next)
      for (const listener of listeners) listener()
      log.info({ file, keys: next.keys.map(({ kid }) => kid) }, 'tokens are verified by new keys')
    },
  })
  return {
    getKey: (header, token) => getKey(header, token),
    onChange: (listener) => listeners.add(listener),
    stop: watch.stop,
  }
}

/** @throws {SettingsError} when the file holds no keys. */
export const openTokenKeys = async (
  source: { file: string } | { url: URL },
  options: { pollMs: number; log: Logger },
): Promise<TokenKeys> => ('url' in source ? remoteKeys(source.url) : fileKeys(source.file, options))
