import { setTimeout as delay } from 'node:timers/promises'
import { keepRunning } from './keep-running.ts'
import type { Output } from './output.ts'
import { untilReady } from './readiness.ts'
import type { KeptRunFile } from './run-file.ts'
import type { ServiceSettings } from './settings.ts'
import { type ServiceProcess, spawnService } from './spawn-service.ts'
import { StartError } from './start-error.ts'

/** `down` and `hung` are on purpose; `failed` is a first start that did not come about. */
export type ServiceState = 'down' | 'starting' | 'ready' | 'hung' | 'failed'

interface ServiceOptions {
  settings: ServiceSettings
  file: string
  build: string
  nodeFlags?: readonly string[]
  /** Asked for at each start: what it holds may have changed. */
  env: () => NodeJS.ProcessEnv
  output: Output
  runFile: KeptRunFile
}

export type Service = ReturnType<typeof createService>

/** The gateway, or a subgraph: a process that is kept running, and can be taken down, hung and brought back. */
export function createService({
  settings,
  file,
  build,
  nodeFlags = [],
  env,
  output,
  runFile,
}: ServiceOptions) {
  const { name, url } = settings
  let state: ServiceState = 'down'
  let everReady = false
  /** Ends the wait for a process to become ready once it has gone. */
  let waiting = new AbortController()
  let settle: { ready: () => void; failed: (error: Error) => void } | null = null

  const kept = keepRunning<ServiceProcess>({
    name,
    start: () => spawnService({ name, file, build, nodeFlags, env: env(), output }),
    onChange(process) {
      runFile.set(name, process && { pid: process.pid, address: url })
      waiting.abort()
      if (process === null) return
      waiting = new AbortController()
      state = 'starting'
      void announce(waiting.signal)
    },
    // One that can't start says why in its own output; trying again would not change that.
    isFinal(process) {
      if (everReady || !process.gaveUp()) return false
      state = 'failed'
      settle?.failed(new StartError(`${name} could not be started: it says why above.`))
      return true
    },
    say: output.say,
  })

  async function announce(signal: AbortSignal) {
    const since = Date.now()
    if (!(await untilReady(url, signal))) return
    state = 'ready'
    if (everReady) {
      output.say(
        `${name} is back after ${((Date.now() - since) / 1000).toFixed(1)} s; its fields follow within seconds.`,
      )
    }
    everReady = true
    settle?.ready()
  }

  async function end(process: ServiceProcess, patienceMs: number) {
    process.signal('SIGTERM')
    // A stopped process takes no other signal.
    process.signal('SIGCONT')
    const timer = new AbortController()
    const late = delay(patienceMs, true, { signal: timer.signal }).catch(() => false)
    if (await Promise.race([process.exited.then(() => false), late])) {
      output.say(`${name} did not stop within ${patienceMs / 1000} s and is killed.`)
      process.signal('SIGKILL')
      await process.exited
    }
    timer.abort()
  }

  return {
    ...settings,
    state: () => state,
    /** Starts it, and waits until it is ready. @throws {StartError} when it ends before it was. */
    async start(): Promise<void> {
      const ready = new Promise<void>((resolve, reject) => {
        settle = { ready: resolve, failed: reject }
      })
      state = 'starting'
      await Promise.all([kept.start(), ready])
    },
    async bringUp(): Promise<void> {
      everReady = true // Who brings it up by hand is told when it is back, and it is tried again if it fails.
      state = 'starting'
      await kept.start()
    },
    /** Kills it at once, as a crash would, and leaves it down. */
    async takeDown(): Promise<void> {
      state = 'down'
      settle?.ready()
      const process = await kept.release()
      process?.signal('SIGKILL')
      await process?.exited
    },
    hang(): void {
      if (kept.current()?.signal('SIGSTOP')) state = 'hung'
    },
    resume(): void {
      if (kept.current()?.signal('SIGCONT')) state = 'ready'
    },
    /** Lets it finish what it is doing, for `patienceMs` at most. */
    async stop(patienceMs: number): Promise<void> {
      state = 'down'
      const process = await kept.release()
      if (process) await end(process, patienceMs)
    },
  }
}
