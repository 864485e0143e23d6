import type { Logger } from './log.ts'
import { SettingsError } from './settings.ts'

interface RunningService {
  stop(): Promise<void>
}

/** Errors whose message is written for whoever runs the service, and says what to do. */
const plainErrors = new Set([SettingsError.name, 'DatabaseError'])

/** What can be said in one line, and not as a stack; null where it can't. */
function plainReason(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  if (plainErrors.has(error.name)) return error.message
  if (!('code' in error && 'port' in error)) return null
  if (error.code === 'EADDRINUSE')
    return `port ${error.port} is taken: stop what listens there, or choose another with PORT`
  if (error.code === 'EACCES') return `port ${error.port} is not allowed: choose one above 1023 with PORT`
  return null
}

/**
 * Runs a service until it is told to stop (SIGTERM, SIGINT), then lets it drain and exits: 0 after a clean
 * stop, 1 when it could not start. A second signal ends it at once.
 */
export async function runService(
  name: string,
  start: () => Promise<{ log: Logger } & RunningService>,
): Promise<void> {
  let service: { log: Logger } & RunningService
  try {
    service = await start()
  } catch (error) {
    const reason = plainReason(error)
    console.error(reason === null ? error : `${name}: ${reason}`)
    process.exit(1)
  }

  let stopping = false
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1)
    stopping = true
    service.log.info({ signal }, 'stopping')
    await service.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
