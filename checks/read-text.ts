import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { InputError } from './finding.ts'

const systemError = z.object({ code: z.string() })

const meanings = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'this is a folder, not a file'],
  ['EACCES', 'this may not be read'],
])

/** @throws InputError that names the file. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InputError(`${file}: ${reasonFor(error)}.`)
  }
}

/** Why a file could not be reached, in words. */
export function reasonFor(error: unknown): string {
  const { code } = systemError.safeParse(error).data ?? { code: 'unknown' }
  return meanings.get(code) ?? `this could not be read (${code})`
}
