import { InputError } from './finding.ts'
import { readText } from './read-text.ts'

/** @throws InputError that names the file. */
export function readJson(file: string): unknown {
  const text = readText(file)
  try {
    return JSON.parse(text)
  } catch {
    throw new InputError(`${file}: this is not JSON.`)
  }
}
