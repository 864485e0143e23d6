import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'

/** What can go wrong between the gateway and a subgraph. */
export type Outage =
  /** Nobody listens. */
  | 'refused'
  /** The connection is taken and nothing ever comes back. */
  | 'hung'
  /** Each request is answered with 503 and a page that names what nobody outside should read. */
  | 'unavailable'
  /** The connection is cut as soon as a request comes. */
  | 'reset'

/** Words that no answer to a client may hold; the 503 page is made of them. */
export const insideWords = ['upstream-7.internal', 'ECONNREFUSED', 'ECONNRESET', 'stack trace']

const page = `<html><body>${insideWords.join(' ')}</body></html>`
const unavailable = `HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`

export interface StandIn {
  /** The address to give to the gateway in place of the subgraph's own. */
  url: string
  /** Begins an outage; returns once it holds for every connection. */
  fail(outage: Outage): Promise<void>
  /** Ends the outage: requests reach the subgraph again. */
  recover(): Promise<void>
  stop(): Promise<void>
}

/** Stands between the gateway and the subgraph at `target`, on a socket of its own, and can fail on demand. */
export async function startStandIn(target: string): Promise<StandIn> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let outage: Outage | null = null

  function remember(socket: Socket) {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A connection that breaks is what this is for.
    socket.on('error', () => socket.destroy())
  }

  function pass(socket: Socket) {
    const onward = net.connect(Number(port), hostname)
    remember(onward)
    socket.pipe(onward).pipe(socket)
    socket.on('close', () => onward.destroy())
    onward.on('close', () => socket.destroy())
  }

  const server = net.createServer((socket) => {
    remember(socket)
    if (outage === null) return pass(socket)
    if (outage === 'unavailable') return socket.on('data', () => socket.write(unavailable))
    if (outage === 'reset') return socket.once('data', () => socket.resetAndDestroy())
    return socket.resume()
  })

  async function listen(at: number) {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }

  async function close() {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await listen(0)
  const { port: ownPort } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${ownPort}`,
    async fail(next) {
      outage = next
      await close()
      if (next !== 'refused') await listen(ownPort)
    },
    async recover() {
      outage = null
      await close()
      await listen(ownPort)
    },
    stop: close,
  }
}
