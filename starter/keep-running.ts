import { setTimeout as delay } from 'node:timers/promises'
import { explain } from './start-error.ts'

export interface RunningProcess {
  pid: number
  /** When it has ended: in words that follow its name, as `was killed (SIGKILL)`. */
  exited: Promise<string>
}

interface KeepRunningOptions<P extends RunningProcess> {
  name: string
  start: () => Promise<P>
  /** Called whenever there is a new process, and with null when it has ended. */
  onChange: (process: P | null) => void
  /** Whether a process that has just ended is to be left so. */
  isFinal?: (process: P) => boolean
  say: (line: string) => void
  /** 0 to 1. */
  random?: () => number
}

const shortestWaitMs = 250
const longestWaitMs = 10_000
/** A process that lived as long has nothing to do with the failures before it. */
const healthyAfterMs = 30_000

/** How long to wait before the start that follows the nth failure in a row: doubled each time, with jitter. */
export const backOffMs = (failures: number, random: number): number =>
  Math.min(longestWaitMs, shortestWaitMs * 2 ** (failures - 1)) * (0.5 + random / 2)

/** Starts a process, and starts it again whenever it ends, until it is let go. */
export function keepRunning<P extends RunningProcess>({
  name,
  start,
  onChange,
  isFinal = () => false,
  say,
  random = Math.random,
}: KeepRunningOptions<P>) {
  let current: P | null = null
  let launching: Promise<void> = Promise.resolve()
  let failures = 0
  let kept = new AbortController()

  async function launch(signal: AbortSignal) {
    const process = await start()
    current = process
    onChange(process)
    void watch(process, Date.now(), signal)
  }

  async function watch(process: P, startedAt: number, signal: AbortSignal) {
    const how = await process.exited
    if (current === process) {
      current = null
      onChange(null)
    }
    if (signal.aborted || isFinal(process)) return
    failures = Date.now() - startedAt > healthyAfterMs ? 1 : failures + 1
    await startAgain(how, signal)
  }

  async function startAgain(how: string, signal: AbortSignal) {
    const waitMs = backOffMs(failures, random())
    say(`${name} ${how}: it is started again in ${(waitMs / 1000).toFixed(1)} s.`)
    await delay(waitMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    launching = launch(signal)
    try {
      await launching
    } catch (error) {
      failures += 1
      await startAgain(`could not be started (${explain(error)})`, signal)
    }
  }

  return {
    current: () => current,
    /** @throws what the first start threw; later ones are tried again. */
    async start(): Promise<void> {
      kept = new AbortController()
      failures = 0
      launching = launch(kept.signal)
      await launching
    },
    /** From now on, the process is not started again. Gives the one that runs, if any. */
    async release(): Promise<P | null> {
      kept.abort()
      await launching.catch(() => undefined)
      return current
    },
  }
}
