import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const stopTimeoutMs = 5000
const lastLines = 15

/** What keeps the benchmark from being run, said to a person. */
export class BenchError extends Error {
  override readonly name = 'BenchError'
}

interface StartOptions {
  name: string
  command: readonly string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  core: number
  /** Takes what it prints. */
  logFile: string
}

export interface StartedProcess {
  name: string
  pid: number
  /** Throws, with the last lines that it printed, when it has ended. */
  assertRunning(): void
  stop(): Promise<void>
  /** As a crash ends it: SIGKILL. */
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Each is the leader of a group, so that a process that it has started ends with it. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals) {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended.
  }
}

// However this process ends, nothing that it started stays.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL')
})

/** Starts a process that stays on one core. */
export async function startProcess(options: StartOptions): Promise<StartedProcess> {
  const { name, command, cwd, env = process.env, core, logFile } = options
  const log = openSync(logFile, 'w')
  const child = spawn('taskset', ['-c', String(core), ...command], {
    ...(cwd !== undefined && { cwd }),
    env,
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  await once(child, 'spawn')
  running.add(child)
  child.once('exit', () => running.delete(child))
  const { pid } = child
  if (pid === undefined) throw new BenchError(`${name} has no process id`)

  return {
    name,
    pid,
    assertRunning() {
      if (running.has(child)) return
      const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lastLines).join('\n')
      throw new BenchError(`${name} has ended. It said:\n${said}`)
    },
    async stop() {
      if (!running.has(child)) return
      const exited = once(child, 'exit')
      signalGroup(child, 'SIGTERM')
      const stopped = await Promise.race([
        exited.then(() => true),
        wait(stopTimeoutMs, false, { ref: false }),
      ])
      if (!stopped) signalGroup(child, 'SIGKILL')
      await exited
    },
    async kill() {
      if (!running.has(child)) return
      const exited = once(child, 'exit')
      signalGroup(child, 'SIGKILL')
      await exited
    },
  }
}

export async function stopAll(processes: readonly StartedProcess[]) {
  await Promise.all(processes.map((each) => each.stop()))
}

/** Keeps this process, with all of its threads, on one core. */
export function stayOnCore(core: number) {
  try {
    execFileSync('taskset', ['-acp', String(core), String(process.pid)], { stdio: 'ignore' })
  } catch {
    throw new BenchError('The benchmark pins processes to cores: it needs Linux with taskset, and two cores')
  }
}
