import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

/** Installed beside the other gateways that ours is measured with. */
const folder = path.resolve('bench/peers/node_modules/@graphql-hive/gateway')
const configFile = path.resolve('checks/portability/hive.config.mjs')
const startTimeoutMs = 60_000

interface HiveOptions {
  port: number
  supergraphFile: string
  /** What its configuration reads: see hive.config.mjs. */
  env: Record<string, string>
}

export interface HiveGateway {
  label: string
  /** Where it answers GraphQL. */
  url: string
  stop(): Promise<void>
}

/** It has ended, or does not answer: what it said. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded'
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
      signal: AbortSignal.timeout(5000),
    })
    const { data } = z.object({ data: z.unknown() }).parse(await response.json())
    return response.ok && data !== null
  } catch {
    return false
  }
}

const mostLines = 12

/** What it said last of an error, or at all. */
function lastWords(said: string): string {
  const plain = stripVTControlCharacters(said).trimEnd()
  const at = plain.lastIndexOf(' ERR ')
  return at === -1
    ? plain.split('\n').slice(-mostLines).join('\n')
    : plain.slice(at).split('\n').slice(0, mostLines).join('\n')
}

/** @throws {NotLoaded} when it does not serve the supergraph. */
export async function startHiveGateway({ port, supergraphFile, env }: HiveOptions): Promise<HiveGateway> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')))
  const child = spawn(
    process.execPath,
    [
      ...[`${folder}/dist/bin.js`, 'supergraph', supergraphFile, '--config-path', configFile],
      ...['--host', '127.0.0.1', '--port', String(port)],
    ],
    {
      cwd: path.resolve('bench/peers'),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const ended = once(child, 'close')
  let hasEnded = false
  ended.then(() => {
    hasEnded = true
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-20_000)
    })
  // However this process ends, nothing that it started stays.
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  async function stop() {
    process.off('exit', kill)
    kill()
    await ended
  }

  const url = `http://127.0.0.1:${port}/graphql`
  const until = Date.now() + startTimeoutMs
  while (!(await answers(url))) {
    if (hasEnded || Date.now() > until) {
      await stop()
      throw new NotLoaded(lastWords(said))
    }
    await wait(100)
  }
  return { label: `Hive Gateway ${version}`, url, stop }
}
