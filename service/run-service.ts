import type { Logger } from './log.ts'
import { SettingsError } from './settings.ts'

interface RunningService {
  stop(): Promise<void>
}

/** Whether an error's message is written for whoever runs the service, and says what to do: no stack is wanted. */
export const isPlain = (error: Error): boolean => plainErrors.has(error.name)
const plainErrors = new Set([SettingsError.name, 'DatabaseError', 'StartError'])

/** What can be said in one line, and not as a stack; null where it can't. */
function plainReason(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (isPlain(error)) return error.message
  if (!('code' in error && 'port' in error)) return null
  if (error.code === 'EADDRINUSE')
    return `port ${error.port} is taken: stop what listens there, or choose another with PORT`
  if (error.code === 'EACCES') return `port ${error.port} is not allowed: choose one above 1023 with PORT`
  return null
}

/** Ctrl-C in a terminal arrives twice, as npm passes on what it gets: that is one request to stop. */
const echoMs = 1_000

/**
 * Runs a service until it is told to stop (SIGTERM, SIGINT, SIGHUP), then lets it drain and exits: 0 after a
 * clean stop, 1 when it could not start. A second request ends it at once.
 */
export async function runService(
  name: string,
  start: () => Promise<{ log: Logger } & RunningService>,
): Promise<void> {
  let service: ({ log: Logger } & RunningService) | null = null
  let stopAskedAt: number | null = null

  async function stop(signal: NodeJS.Signals) {
    if (stopAskedAt !== null && Date.now() - stopAskedAt > echoMs) process.exit(1)
    if (stopAskedAt !== null) return
    stopAskedAt = Date.now()
    // What is being started (a database, say) can be stopped only once it is there: see below.
    if (service === null) return
    service.log.info({ signal }, 'stopping')
    await service.stop()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)

  try {
    service = await start()
  } catch (error) {
    const reason = plainReason(error)
    console.error(reason === null ? error : `${name}: ${reason}`)
    process.exit(1)
  }
  if (stopAskedAt !== null) {
    await service.stop()
    process.exit(0)
  }
}
