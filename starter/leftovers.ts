import { setTimeout as delay } from 'node:timers/promises'
import { isAlive } from './process-identity.js'
import { type ProcessEntry, readRunFile } from './run-file.ts'
import { StartError } from './start-error.ts'

/** How a process is asked to end, and how it is made to. PostgreSQL: INT is a fast shutdown, QUIT an immediate one. */
const endings = {
  service: { ask: 'SIGTERM', make: 'SIGKILL' },
  database: { ask: 'SIGINT', make: 'SIGQUIT' },
} as const

const kindOf = ({ name }: ProcessEntry) => (name.endsWith('-database') ? 'database' : 'service')

function signal(entry: ProcessEntry, name: NodeJS.Signals): void {
  try {
    if (isAlive(entry)) process.kill(entry.pid, name)
  } catch {
    // It ended by itself in between.
  }
}

async function ended(entry: ProcessEntry, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (isAlive(entry)) {
    if (Date.now() > deadline) return false
    await delay(25)
  }
  return true
}

async function end(entry: ProcessEntry): Promise<void> {
  const { ask, make } = endings[kindOf(entry)]
  signal(entry, ask)
  // A stopped process takes no other signal.
  signal(entry, 'SIGCONT')
  if (await ended(entry, 5_000)) return
  signal(entry, make)
  if (await ended(entry, 5_000)) return
  throw new StartError(
    `${entry.name} of an earlier start (process ${entry.pid}) does not end: run kill -9 ${entry.pid}`,
  )
}

/**
 * Ends what a starter that was killed has left behind. Only processes that are certainly the same ones that it
 * wrote down: a pid alone may be another's by now.
 * @returns the names of those that were ended
 */
export async function endLeftovers(dataDir: string): Promise<string[]> {
  const left = readRunFile(dataDir)?.processes.filter((entry) => isAlive(entry)) ?? []
  await Promise.all(left.filter((entry) => kindOf(entry) === 'service').map(end))
  await Promise.all(left.filter((entry) => kindOf(entry) === 'database').map(end))
  return left.map(({ name }) => name)
}
