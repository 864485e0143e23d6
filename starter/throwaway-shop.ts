import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts } from '../service/free-ports.ts'
import { endLeftovers } from './leftovers.ts'
import { readShopSettings, type ServiceSettings } from './settings.ts'
import { StartError } from './start-error.ts'

interface ThrowawayShopOptions {
  /** Called with the data directory before anything is started. */
  prepare?: (dataDir: string) => Promise<void>
  /** Ends the start. */
  signal: AbortSignal
  timeoutMs?: number
}

export interface ThrowawayShop {
  dataDir: string
  /** The gateway and the subgraphs, at the ports that they have here. */
  services: readonly ServiceSettings[]
  /** Its settings, as a command takes them that is about it. */
  env: NodeJS.ProcessEnv
  stop(): Promise<void>
}

const isOpen = /The arcade is open/

/**
 * The whole shop, as `npm start` starts it, with data and ports of its own, which disturbs no other and leaves nothing.
 * @throws {StartError} with what it said, when it does not open.
 */
export async function startThrowawayShop({
  prepare,
  signal,
  timeoutMs = 180_000,
}: ThrowawayShopOptions): Promise<ThrowawayShop> {
  const { gateway, subgraphs } = readShopSettings({})
  const all = [gateway, ...subgraphs]
  const dataDir = await mkdtemp(path.join(tmpdir(), 'arcade-throwaway-shop-'))
  await chmod(dataDir, 0o711) // root's PostgreSQL runs as another user, who has to come through
  const ports = await freePorts(all.length)
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: dataDir, NO_COLOR: '1', NODE_ENV: 'development' }
  for (const [index, { portVariable }] of all.entries()) env[portVariable] = String(ports[index])
  const placed = readShopSettings(env)
  await prepare?.(dataDir)

  const child = spawn(process.execPath, ['run.js', 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  const opened = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (isOpen.test(said)) resolve()
      })
    }
  })

  async function end() {
    child.kill('SIGTERM')
    await ended
    await endLeftovers(dataDir)
    await rm(dataDir, { recursive: true, force: true })
  }
  let ending: Promise<void> | null = null
  function stop(): Promise<void> {
    ending ??= end()
    return ending
  }

  const over = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const isOver = once(over, 'abort')
  const failed = Promise.race([ended, isOver]).then(() => {
    throw new StartError(`The shop did not open. It said:\n${said.trimEnd().slice(-4000)}`)
  })
  try {
    await Promise.race([opened, failed])
  } catch (error) {
    await stop()
    throw error
  }
  // It ends later, when it is told to.
  failed.catch(() => undefined)
  return { dataDir, services: [placed.gateway, ...placed.subgraphs], env, stop }
}
