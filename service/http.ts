import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { errorCatalogue, graphqlError } from './errors.ts'
import type { Logger } from './log.ts'

export type HttpHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
) => void | Promise<void>

interface HttpRoute {
  methods: readonly string[]
  handle: HttpHandler
  /** Whether it is answered also while the service refuses what is new, as it stops. */
  whileStopping?: boolean
}

/** Handlers by path. A path that ends in `/*` takes all that stand below it. */
export type HttpRoutes = Record<string, HttpRoute>

interface HttpServiceOptions {
  port: number
  /** The interface to listen on. */
  host: string
  routes: HttpRoutes
  log: Logger
  /** Called before a route is looked up; true means that it has answered. For CORS and the like. */
  before?: (request: IncomingMessage, response: ServerResponse) => boolean
  /** How long requests in flight may take to end once the service is told to stop. */
  drainTimeoutMs?: number
  /**
   * Whether it listens until these have ended, and refuses what is new with 503: a load balancer sees that it stops.
   * Without, nobody listens any more, and who calls knows that nothing was sent.
   */
  refusesWhileStopping?: boolean
}

export interface HttpService {
  /** Where it listens, as `http://127.0.0.1:4000`. */
  url: string
  port: number
  server: Server
  /** Takes nothing new, ends what is in flight, then closes what is left. */
  stop(): Promise<void>
}

/**
 * Reads a whole body; null when it is larger than `maxBytes`. The rest is then thrown away as it comes, or the
 * connection's next request would wait behind what nobody reads.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) {
        chunks.push(chunk)
        return
      }
      chunks.length = 0
      resolve(null)
    })
    request.once('end', () => resolve(Buffer.concat(chunks)))
    request.once('error', reject)
  })
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

function sendError(response: ServerResponse, code: keyof typeof errorCatalogue): void {
  sendJson(response, errorCatalogue[code].status, { errors: [graphqlError(code)] })
}

/** Refuses a request that may be sent again, here or elsewhere. Its body is not looked at. */
export function refuseForNow(response: ServerResponse): void {
  response.setHeader('retry-after', '1')
  sendError(response, 'SERVICE_UNAVAILABLE')
}

function findRoute(routes: HttpRoutes, path: string) {
  if (Object.hasOwn(routes, path)) return routes[path]
  const below = Object.keys(routes).find(
    (route) => route.endsWith('/*') && path.startsWith(route.slice(0, -1)),
  )
  return below === undefined ? undefined : routes[below]
}

/** Listens and serves `routes`; every answer that a handler does not give is JSON with a code. */
export async function startHttpService({
  port,
  host,
  routes,
  log,
  before,
  drainTimeoutMs = 10_000,
  refusesWhileStopping = false,
}: HttpServiceOptions): Promise<HttpService> {
  let stopping = false
  const sockets = new Set<Socket>()
  const inFlight = new Set<ServerResponse>()
  /** Most requests are for just the path of a route: parsing it anew each time takes as long as to look up all else. */
  const plainUrls = new Map(Object.keys(routes).map((path) => [path, new URL(path, 'http://service')]))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (stopping) response.setHeader('connection', 'close')
    if (before?.(request, response)) return
    const target = request.url ?? '/'
    const url =
      plainUrls.get(target) ??
      (URL.canParse(target, 'http://service') ? new URL(target, 'http://service') : null)
    if (url === null) return sendError(response, 'BAD_REQUEST')
    const route = findRoute(routes, url.pathname)
    if (!route) return sendError(response, 'NOT_FOUND')
    if (stopping && refusesWhileStopping && !route.whileStopping) return refuseForNow(response)
    if (!route.methods.includes(request.method ?? '')) {
      response.setHeader('allow', route.methods.join(', '))
      return sendError(response, 'METHOD_NOT_ALLOWED')
    }
    await route.handle(request, response, url)
  }

  const server = createServer((request, response) => {
    inFlight.add(response)
    response.once('close', () => {
      inFlight.delete(response)
      if (stopping) closeUnused()
    })
    answer(request, response).catch((error) => {
      // A client that went away in the middle of its own request is nobody's fault.
      if (request.destroyed && !request.complete) return
      log.error({ err: error }, 'a request failed')
      if (!response.headersSent) sendError(response, 'INTERNAL_SERVER_ERROR')
      else response.destroy()
    })
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  /** Closes connections that nothing is being answered on; Node keeps those that have not sent a request yet. */
  function closeUnused(): void {
    const used = new Set([...inFlight].map(({ socket }) => socket))
    for (const socket of sockets) if (!used.has(socket) && !socket.writableEnded) socket.destroySoon()
  }

  // Node tells callers this time, and undici lets go of a connection two seconds before it: none closes under a
  // request. It is longer than what proxies in front keep (60 s, mostly).
  server.keepAliveTimeout = 65_000

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address() as AddressInfo
  const shownHost = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host

  return {
    url: `http://${shownHost}:${address.port}`,
    port: address.port,
    server,
    async stop() {
      stopping = true
      const begun = [...inFlight]
      for (const response of begun) if (!response.headersSent) response.setHeader('connection', 'close')
      closeUnused()
      const timer = setTimeout(() => {
        server.close()
        server.closeAllConnections()
      }, drainTimeoutMs)
      if (refusesWhileStopping) await Promise.all(begun.map(whenClosed))
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      closeUnused()
      await closed
      clearTimeout(timer)
    },
  }
}

const whenClosed = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    if (response.closed) resolve()
    else response.once('close', resolve)
  })
