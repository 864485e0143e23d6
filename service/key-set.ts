import { readFileSync } from 'node:fs'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { SettingsError } from './settings.ts'

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) })

/** Reads a text as a JSON Web Key Set whose keys have ids; null when it is none. */
export function parseKeySet(text: string): JSONWebKeySet | null {
  try {
    return keySet.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** @throws {SettingsError} when the file that `variable` names is not a JSON Web Key Set. */
export function readKeySet(variable: string, file: string): JSONWebKeySet {
  const named = `${variable} is ${JSON.stringify(file)}`
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new SettingsError(
      `${named}: there is no such file that can be read ("npm start" makes development's own)`,
    )
  }
  const keys = parseKeySet(text)
  if (keys === null) {
    throw new SettingsError(`${named}: it takes a file with a JSON Web Key Set whose keys have a kid`)
  }
  return keys
}
