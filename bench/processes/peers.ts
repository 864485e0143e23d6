import { readFileSync } from 'node:fs'
import path from 'node:path'

const node = process.execPath
const folder = path.resolve('bench/peers')
const hiveProgram = `${folder}/node_modules/@graphql-hive/gateway/dist/bin.js`

export interface Given {
  port: number
  supergraphFile: string
  subgraphsUrl: string
  /** What a floor repeats. */
  recordingFile: string
  /** Node's flags that ours runs with. */
  nodeFlags: readonly string[]
}

interface Start {
  command: string[]
  cwd?: string
  env: Record<string, string>
}

export interface Peer {
  name: string
  label: string
  /** Whether it does what a gateway does, so that its answers have to be right. */
  isGateway: boolean
  start: (given: Given) => Start
}

function stock(name: string, label: string, { flags = true, env = {} } = {}): Peer {
  return {
    name,
    label,
    isGateway: true,
    start: ({ nodeFlags, port, supergraphFile }) => ({
      command: [node, ...(flags ? nodeFlags : []), `${folder}/stock.mjs`],
      env: { PORT: String(port), SUPERGRAPH: supergraphFile, ...env },
    }),
  }
}

interface HiveOptions {
  flags?: boolean
  args?: string[]
  env?: Record<string, string>
}

function hive(name: string, label: string, { flags = true, args = [], env = {} }: HiveOptions = {}): Peer {
  return {
    name,
    label,
    isGateway: true,
    start: ({ nodeFlags, port, supergraphFile }) => ({
      command: [
        ...[node, ...(flags ? nodeFlags : []), hiveProgram, 'supergraph', supergraphFile],
        ...['--host', '127.0.0.1', '--port', String(port), '--config-path', `${folder}/hive.config.mjs`],
        ...args,
      ],
      cwd: folder,
      env,
    }),
  }
}

/** As the npm script runs it, so with the flags that the script gives Node. */
function readGatewayScript(): string {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'))
  const { gateway } = scripts
  if (gateway === undefined) throw new Error('package.json has no script named gateway')
  return gateway
}

function arcade(name: string, label: string, env: Record<string, string> = {}): Peer {
  return {
    name,
    label,
    isGateway: true,
    start: ({ port, supergraphFile }) => ({
      command: ['sh', '-c', readGatewayScript()],
      env: {
        PORT: String(port),
        SUPERGRAPH: supergraphFile,
        FORWARD_HEADERS: 'authorization',
        IDENTITY: 'false',
        ...env,
      },
    }),
  }
}

function floor(name: string, label: string, kind: string): Peer {
  return {
    name,
    label,
    isGateway: false,
    start: ({ nodeFlags, port, supergraphFile, subgraphsUrl, recordingFile }) => ({
      command: [node, ...nodeFlags, path.resolve(`${process.env.ARCADE_BUILD}/bench/gateway/floor/main.js`)],
      env: {
        PORT: String(port),
        FLOOR_KIND: kind,
        FLOOR_RECORDING: recordingFile,
        SUBGRAPHS_URL: subgraphsUrl,
        SUPERGRAPH: supergraphFile,
      },
    }),
  }
}

/** As much as our gateway gives a call by itself. */
const hiveTimeout = { UPSTREAM_TIMEOUT_MS: '2000' }
const rust = ['--hive-router-runtime']
const shared = { SHARE_IN_FLIGHT: 'true' }

export const ours = arcade('arcade', 'Arcade')

/** Ours, with settings beside those that it is measured with. */
export const oursWith = (env: Record<string, string>): Peer => arcade(ours.name, ours.label, env)

export const peers: readonly Peer[] = [
  stock('stock-plain', '@apollo/gateway, no Node flags', { flags: false }),
  stock('stock', '@apollo/gateway'),
  stock('stock-undici', '@apollo/gateway, undici fetcher', { env: { FETCHER: 'undici' } }),
  hive('hive-js', 'Hive Gateway'),
  hive('hive-js-jit', 'Hive Gateway, jit', { env: { JIT: 'true' } }),
  hive('hive-rust-plain', 'Hive Gateway, Rust planner, no Node flags', { flags: false, args: rust }),
  hive('hive-rust', 'Hive Gateway, Rust planner', { args: rust }),
  hive('hive-js-shared', 'Hive Gateway, sharing', { env: shared }),
  hive('hive-rust-shared', 'Hive Gateway, Rust planner, sharing', { args: rust, env: shared }),
  hive('hive-rust-timeout', 'Hive Gateway, Rust planner, upstreamTimeout 2 s', {
    args: rust,
    env: hiveTimeout,
  }),
  ours,
  arcade('arcade-shared', 'Arcade, sharing', { DEDUPLICATE: 'true' }),
  floor('floor-parse', 'floor: parse and stringify', 'parse'),
  floor('floor-pass', 'floor: bytes passed on', 'pass'),
  floor('floor-apollo', 'floor: bytes passed on behind Apollo Server', 'apollo'),
]
