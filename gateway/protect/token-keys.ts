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

interface TokenKeysOptions {
  /** How often a file is looked at. */
  pollMs: number
  /** How often keys are fetched again from an address. */
  refreshMs?: number
  /** For one fetch. */
  timeoutMs?: number
  log: Logger
}

/**
 * Keys at an address: fetched when first needed, and again for a key that is not among them. They are kept for as
 * long as nothing newer can be had: an outage of who issues tokens must not sign people out.
 */
function remoteKeys(url: URL, { refreshMs = 600_000, timeoutMs = 3000, log }: TokenKeysOptions): TokenKeys {
  const listeners = new Set<() => void>()
  const getKey = createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cooldownDuration: 5000,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  })
  let known: string | undefined

  async function refresh() {
    try {
      await getKey.reload()
    } catch (error) {
      log.warn({ err: error }, 'the token keys can not be fetched, and the ones before go on')
      return
    }
    const fetched = JSON.stringify(getKey.jwks())
    if (fetched === known) return
    known = fetched
    for (const listener of listeners) listener()
  }

  const timer = setInterval(refresh, refreshMs).unref()
  return {
    getKey,
    onChange: (listener) => listeners.add(listener),
    stop: () => clearInterval(timer),
  }
}

/** Keys in a file, which is read again when it changes; one that can't be used is refused. */
async function fileKeys(file: string, { pollMs, log }: TokenKeysOptions): Promise<TokenKeys> {
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
  options: TokenKeysOptions,
): Promise<TokenKeys> => ('url' in source ? remoteKeys(source.url, options) : fileKeys(source.file, options))
