import { parseArgs } from 'node:util'
import { peers } from '../processes/peers.ts'
import { BenchError } from '../processes/processes.ts'
import { workloads } from './workloads.ts'

export const usage = `Measures Arcade's gateway beside others, in turns, each on one core of its own.

  npm run bench -- gateway [options]

  --only NAMES       which tables: ${workloads.map(({ name }) => name).join(', ')} (default: all)
  --peers NAMES      which gateways, of those that a table has (default: all):
                     ${peers.map(({ name }) => name).join(', ')}
  --rounds N         turns of each gateway, of which the median counts (1 to 50, default: 3)
  --seconds N        how long a turn is (1 to 300, default: 3)
  --connections N    kept busy at once (1 to 1000, default: 50, 10 for wide and 5 for cold)
  --json FILE        writes all figures there as well

Names are separated by commas.`

export interface BenchOptions {
  only: string[]
  peers: string[]
  rounds: number
  seconds: number
  connections: number | null
  json: string | null
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string', default: '3' },
        seconds: { type: 'string', default: '3' },
        connections: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new BenchError(error instanceof Error ? error.message : String(error))
  }
}

function readNames(option: string, value: string | undefined, known: readonly string[]): string[] {
  if (value === undefined) return [...known]
  const names = value.split(',').map((name) => name.trim())
  const stranger = names.find((name) => !known.includes(name))
  if (stranger === undefined) return names
  throw new BenchError(`${option} has ${JSON.stringify(stranger)}: it takes ${known.join(', ')}`)
}

function readNumber(option: string, value: string, max: number): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= max) return number
  throw new BenchError(`${option} is ${JSON.stringify(value)}: it takes a whole number from 1 to ${max}`)
}

/** @returns null when help is asked for. @throws {BenchError} saying what an option takes. */
export function readOptions(args: string[]): BenchOptions | null {
  const { only, peers: chosen, rounds, seconds, connections, json, help } = parse(args)
  if (help) return null
  return {
    only: readNames(
      '--only',
      only,
      workloads.map(({ name }) => name),
    ),
    peers: readNames(
      '--peers',
      chosen,
      peers.map(({ name }) => name),
    ),
    rounds: readNumber('--rounds', rounds, 50),
    seconds: readNumber('--seconds', seconds, 300),
    connections: connections === undefined ? null : readNumber('--connections', connections, 1000),
    json: json ?? null,
  }
}
