import { parseOptions, readNames, readNumber } from '../option-values.ts'
import { peers } from '../processes/peers.ts'
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

/** @returns null when help is asked for. @throws {BenchError} saying what an option takes. */
export function readOptions(args: string[]): BenchOptions | null {
  const {
    only,
    peers: chosen,
    rounds,
    seconds,
    connections,
    json,
    help,
  } = parseOptions(args, {
    only: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  })
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
