import { createServer } from 'node:net'
import { errorCode } from '../subgraphs/kit/database/errors.ts'
import type { ServiceSettings } from './settings.ts'
import { StartError } from './start-error.ts'

/** Why nobody can listen there, as the system's error code; null when one can. */
function tryPort(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve(errorCode(error) ?? error.message))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(null)))
  })
}

const mends: Record<string, string> = {
  EADDRINUSE: 'is taken: stop what listens there, or choose another with',
  EACCES: 'is not allowed: choose one above 1023 with',
}

/** @throws {StartError} naming each port that can't be had, who wants it, and the variable that chooses another. */
export async function checkPorts(services: readonly ServiceSettings[], host: string): Promise<void> {
  const reasons = await Promise.all(services.map(({ port }) => tryPort(port, host)))
  const lines = services.flatMap(({ name, port, portVariable }, index) => {
    const reason = reasons[index]
    if (reason == null) return []
    if (reason === 'EADDRNOTAVAIL') return [`HOST is ${host}: this machine has no such address`]
    return [
      `Port ${port}, which ${name} wants, ${mends[reason] ?? `can't be had (${reason}): choose another with`} ${portVariable}`,
    ]
  })
  if (lines.length > 0) throw new StartError([...new Set(lines)].join('\n'))
}
