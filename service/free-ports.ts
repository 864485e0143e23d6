import { randomInt } from 'node:crypto'
import { createServer, type Server } from 'node:net'

interface PortRange {
  /** The lowest port to choose. */
  first?: number
  /** The highest. */
  last?: number
}

/** A server on `port` that holds it, or null where it can't be had. */
const hold = (port: number) =>
  new Promise<Server | null>((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    )
    server.listen(port, '127.0.0.1', () => resolve(server))
  })

/**
 * `count` different ports of 127.0.0.1 that nobody listens on. They lie below those that systems give to outgoing
 * connections (from 32768 on Linux, from 49152 elsewhere): such a connection may take a port between its being
 * found free and its being listened on, or while the server that listens on it is down.
 */
export async function freePorts(
  count: number,
  { first = 10_000, last = 32_767 }: PortRange = {},
): Promise<number[]> {
  const held = new Map<number, Server>()
  try {
    for (let tries = 0; held.size < count; tries++) {
      if (tries > 100 * count) throw new Error(`no ${count} ports of ${first} to ${last} are free`)
      const port = randomInt(first, last + 1)
      const server = await hold(port)
      if (server) held.set(port, server)
    }
    return [...held.keys()]
  } finally {
    await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))))
  }
}

export async function freePort(range?: PortRange): Promise<number> {
  const [port] = await freePorts(1, range)
  if (port === undefined) throw new Error('no port is free')
  return port
}
