import { parseOptions, readNames, readNumber } from '../option-values.ts'

const parts = ['outage', 'replica']
const contestants = ['stock', 'hive-rust', 'hive-rust-timeout', 'arcade']

export const usage = `Measures what a subgraph that hangs costs those who ask nothing of it, and what a killed replica costs.

  npm run bench -- containment [options]

  --only NAMES       which parts: ${parts.join(', ')} (default: all)
  --peers NAMES      which gateways (default: all): ${contestants.join(', ')}
  --rounds N         turns of each gateway, of which the median counts (1 to 50, default: 3)
  --seconds N        how long each measurement is (1 to 300, default: 15)
  --connections N    kept busy with what does not touch the subgraph that hangs (1 to 1000, default: 20)
  --json FILE        writes all figures there as well

Names are separated by commas.`

export interface ContainmentOptions {
  only: string[]
  peers: string[]
  rounds: number
  seconds: number
  connections: number
  json: string | null
}

/** @returns null when help is asked for. @throws {BenchError} saying what an option takes. */
export function readOptions(args: string[]): ContainmentOptions | null {
  const { only, peers, rounds, seconds, connections, json, help } = parseOptions(args, {
    only: { type: 'string' },
    peers: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    connections: { type: 'string', default: '20' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (help) return null
  return {
    only: readNames('--only', only, parts),
    peers: readNames('--peers', peers, contestants),
    rounds: readNumber('--rounds', rounds, 50),
    seconds: readNumber('--seconds', seconds, 300),
    connections: readNumber('--connections', connections, 1000),
    json: json ?? null,
  }
}
