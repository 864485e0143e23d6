import { type ParseArgsConfig, parseArgs } from 'node:util'
import { BenchError } from './processes/processes.ts'

type Options = NonNullable<ParseArgsConfig['options']>

/** @throws {BenchError} naming an option that there is not. */
export function parseOptions<const Known extends Options>(args: string[], options: Known) {
  try {
    return parseArgs({ args, options }).values
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error))
  }
}

/** Names separated by commas; all that are known when none are given. @throws {BenchError} */
export function readNames(option: string, value: string | undefined, known: readonly string[]): string[] {
  if (value === undefined) return [...known]
  const names = value.split(',').map((name) => name.trim())
  const stranger = names.find((name) => !known.includes(name))
  if (stranger === undefined) return names
  throw new BenchError(`${option} has ${JSON.stringify(stranger)}: it takes ${known.join(', ')}`)
}

/** A whole number from 1 to `max`. @throws {BenchError} */
export function readNumber(option: string, value: string, max: number): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  throw new BenchError(`${option} is ${JSON.stringify(value)}: it takes a whole number from 1 to ${max}`)
}
