import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { newToken } from '../load/callers.ts'
import type { Given, Peer } from './peers.ts'
import { BenchError, type StartedProcess, startProcess } from './processes.ts'

const startTimeoutMs = 90_000

export interface Running {
  peer: Peer
  process: StartedProcess
  url: string
}

/** What any gateway is started with. Nothing else of this process's environment is to change how one runs. */
const plainEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: `${process.execPath.replace(/\/[^/]*$/, '')}:${process.env.PATH}`,
  HOME: process.env.HOME,
  NODE_ENV: 'production',
  APOLLO_TELEMETRY_DISABLED: 'true',
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new BenchError('There is no free port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${newToken()}` },
      body: '{"query":"{ __typename }"}',
      signal: AbortSignal.timeout(5000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** Waits until a peer answers. */
export async function untilReady({ process: started, url }: Running) {
  const endAt = Date.now() + startTimeoutMs
  while (!(await answers(url))) {
    started.assertRunning()
    if (Date.now() > endAt)
      throw new BenchError(`${started.name} is not ready after ${startTimeoutMs / 1000} s`)
    await wait(100)
  }
}

interface StartOptions extends Omit<Given, 'port'> {
  core: number
  logFile: string
}

/** Starts a peer on a free port and a core of its own. */
export async function startPeer(peer: Peer, { core, logFile, ...given }: StartOptions): Promise<Running> {
  const port = await freePort()
  const { command, cwd, env } = peer.start({ ...given, port })
  const process = await startProcess({
    name: peer.label,
    command,
    ...(cwd !== undefined && { cwd }),
    env: { ...plainEnvironment(), ...env },
    core,
    logFile,
  })
  return { peer, process, url: `http://127.0.0.1:${port}` }
}
