import type { IncomingHttpHeaders } from 'node:http'
import type { LookupFunction } from 'node:net'
import { type Dispatcher, Pool } from 'undici'
import type { Departure } from '../../service/departure.ts'
import { clientLeft, type FailureKind, noTimeLeft, ofMutation, SubgraphFailure } from './subgraph-failure.ts'

interface TransportOptions {
  /** Connections to one address. */
  maxConnections: number
  connectTimeoutMs: number
  /** The largest answer that is read. */
  maxAnswerBytes: number
}

export interface SubgraphCall {
  endpoint: Endpoint
  headers: Readonly<Record<string, string>>
  /** A GraphQL request as JSON. */
  body: string
  /** A mutation is never cancelled by its client, and its failure says whether it may have taken effect. */
  isMutation: boolean
  /** For all of it: connecting, sending, headers, body. */
  deadlineMs: number
  /** Of the client for whom the call is made. */
  departure: Departure
  /** How much of its answers may be held at once while they come, for all of the subgraph's calls together. */
  room: AnswerRoom
  /** Told when an answer that had come turns out to be none. */
  onUnreadable?: () => void
}

export interface AnswerRoom {
  bytesLeft: number
}

/** A response of GraphQL over HTTP: what has that shape, and no more is known of it. */
export interface GraphqlAnswer {
  data?: Record<string, unknown> | null
  errors?: readonly GraphqlAnswerError[]
}

export interface GraphqlAnswerError {
  message: string
  path?: readonly (string | number)[]
  extensions?: Record<string, unknown>
}

/** What a subgraph has sent. */
export interface SubgraphAnswer {
  body: Buffer
  /** Whether it says that anybody may have it. */
  isPublic: boolean
  /** @throws {SubgraphFailure} when it is no response of GraphQL over HTTP. */
  read(): GraphqlAnswer
}

/** Where a replica of a subgraph is, with its connections. */
export interface Endpoint {
  pool: Pool
  path: string
  /** Lets go of its connections once all that is in flight has ended. */
  close(): void
}

export interface EndpointOptions {
  /** How the address of its host is found; Node's own way, if nothing is said. */
  lookup?: LookupFunction
  /** What tells endpoints at one URL apart that are found in different ways. */
  key?: string
}

export interface Transport {
  endpointOf(url: URL, options?: EndpointOptions): Endpoint
  /** @throws {SubgraphFailure} whatever goes wrong. */
  call(call: SubgraphCall): Promise<SubgraphAnswer>
  /** Ends what is in flight and closes all connections. */
  close(): Promise<void>
}

const requestHeaders = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json;q=0.9',
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPath = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((step) => typeof step === 'string' || typeof step === 'number')

function readError(value: unknown): GraphqlAnswerError | null {
  if (!isObject(value)) return null
  const { message, path, extensions } = value
  return {
    message: typeof message === 'string' ? message : '',
    ...(isPath(path) && { path }),
    ...(isObject(extensions) && { extensions }),
  }
}

/** Nothing that is asked for nests deeper, and what nests without an end would exhaust the stack of who walks it. */
const maxDepth = 250

function isWithin(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((below) => isWithin(below, depth - 1))
}

/** Null when it has not the shape: https://spec.graphql.org/September2025/#sec-Response-Format */
function readAnswer(value: unknown): GraphqlAnswer | null {
  if (!isObject(value)) return null
  if (!isWithin(value, maxDepth)) return null
  const { data, errors } = value
  if (data !== undefined && data !== null && !isObject(data)) return null
  if (errors === undefined || errors === null) return data ? { data } : null
  if (!Array.isArray(errors)) return null
  const read = errors.map(readError)
  if (!read.every((error) => error !== null)) return null
  // Without data there has to be an error that says why.
  if (read.length === 0) return data ? { data } : null
  return { ...(data !== undefined && { data }), errors: read }
}

/** Whether a status says that it is the server that can't, and not that the request is at fault. */
const isServersFault = (status: number) => status >= 500 || status === 429

/** Of these the next attempt may know nothing. */
const passingStatuses = new Set([429, 502, 503, 504])
const passingErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
])

/** Whether an answer says itself that anybody may have it: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
function isPublic(cacheControl: string | undefined): boolean {
  if (cacheControl === undefined) return false
  const directives = new Set(cacheControl.split(',').map((directive) => directive.trim().toLowerCase()))
  return directives.has('public') && !directives.has('no-store') && !directives.has('private')
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function readRetryAfter(header: string | undefined): number {
  if (header === undefined) return 0
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? 0 : Math.max(0, ms)
}

interface Exchange {
  status: number
  contentType: string
  retryAfter: string | undefined
  cacheControl: string | undefined
  body: Buffer
}

function parseAnswer({ status, contentType, body }: Exchange): GraphqlAnswer {
  let json: unknown
  try {
    json = JSON.parse(body.toString('utf8'))
  } catch {
    throw new SubgraphFailure(
      'SUBGRAPH_BAD_RESPONSE',
      `it answered with status ${status} and a body that is not JSON (${contentType || 'no content type'}, ${body.length} bytes)`,
    )
  }
  const answer = readAnswer(json)
  if (answer !== null) return answer
  throw new SubgraphFailure(
    'SUBGRAPH_BAD_RESPONSE',
    `it answered with status ${status} and JSON that is not a GraphQL response`,
  )
}

function kindOfError(error: unknown): FailureKind {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return 'failed'
  if (error.code === 'UND_ERR_CONNECT_TIMEOUT') return 'unreachable'
  return passingErrors.has(error.code) ? 'passing' : 'failed'
}

function failureOf(error: unknown, { isMutation, sent }: { isMutation: boolean; sent: boolean }) {
  const failure =
    error instanceof SubgraphFailure
      ? error
      : new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error instanceof Error ? error.message : String(error), {
          kind: kindOfError(error),
          cause: error,
        })
  return isMutation ? ofMutation(failure, sent) : failure
}

/** Why an answer is not even begun to be read; null when it is. */
function refusalOf(headers: IncomingHttpHeaders, maxAnswerBytes: number): SubgraphFailure | null {
  // Nobody has asked for it, and a small answer may be a huge one in it.
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    return new SubgraphFailure('SUBGRAPH_BAD_RESPONSE', `its answer is encoded as ${encoding}`)
  return Number(headers['content-length']) > maxAnswerBytes ? tooLarge(maxAnswerBytes) : null
}

/** About what a piece of an answer takes beside its bytes: an answer can come in pieces of one byte each. */
const chunkBytes = 100

const tooLarge = (maxAnswerBytes: number) =>
  new SubgraphFailure('SUBGRAPH_BAD_RESPONSE', `its answer is larger than ${maxAnswerBytes} bytes`)

/** Calls subgraphs over connections that are kept. */
export function createTransport({
  maxConnections,
  connectTimeoutMs,
  maxAnswerBytes,
}: TransportOptions): Transport {
  // One for each address, for as long as the gateway runs: without connections it holds next to nothing. (Undici's
  // Agent lets go of a pool whose connections are lost while calls still wait in it, and then counts anew.)
  const pools = new Map<string, { pool: Pool; users: number }>()

  function openPool(origin: string, lookup: LookupFunction | undefined): Pool {
    return new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      connect: { timeout: connectTimeoutMs, ...(lookup && { lookup }) },
      // One deadline is over all of a call; undici's own, for each part, would only blur it.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  function exchange(call: SubgraphCall, onSent: () => void): Promise<Exchange> {
    const { endpoint, headers, body, isMutation, deadlineMs, departure, room } = call
    return new Promise((resolve, reject) => {
      let controller: Dispatcher.DispatchController | null = null
      let failure: Error | null = null
      let isSettled = false
      let status = 0
      let contentType = ''
      let retryAfter: string | undefined
      let cacheControl: string | undefined
      let size = 0
      let heldBytes = 0
      const chunks: Buffer[] = []

      function settle() {
        isSettled = true
        clearTimeout(timer)
        departure.unlisten(cancel)
        room.bytesLeft += heldBytes
      }
      function fail(error: Error) {
        if (isSettled) return
        failure = error
        settle()
        reject(error)
        controller?.abort(error)
      }
      const cancel = () => fail(clientLeft())
      const runOut = () => {
        const message = `it did not answer within ${Math.round(deadlineMs)} ms`
        fail(new SubgraphFailure('SUBGRAPH_TIMEOUT', message, { kind: 'late' }))
      }
      // What has come is read first: it may be the gateway itself that was late, and busy with something else.
      const timer = setTimeout(() => setImmediate(runOut), deadlineMs)
      if (!isMutation) departure.listen(cancel)

      endpoint.pool.dispatch(
        {
          path: endpoint.path,
          method: 'POST',
          headers: { ...headers, ...requestHeaders },
          body,
        },
        {
          onRequestStart(started) {
            controller = started
            // It waited for a connection for longer than it had: it is taken back before a byte is sent. To
            // throw, other than to abort, leaves the connection to the next.
            if (failure !== null) throw failure
            onSent()
          },
          onResponseStart(_controller, statusCode, responseHeaders: IncomingHttpHeaders) {
            status = statusCode
            contentType = responseHeaders['content-type'] ?? ''
            retryAfter = responseHeaders['retry-after']
            cacheControl = responseHeaders['cache-control']
            const refusal = refusalOf(responseHeaders, maxAnswerBytes)
            if (refusal !== null) fail(refusal)
          },
          onResponseData(_controller, chunk) {
            if (isSettled) return
            size += chunk.length
            heldBytes += chunk.length + chunkBytes
            room.bytesLeft -= chunk.length + chunkBytes
            if (size > maxAnswerBytes) fail(tooLarge(maxAnswerBytes))
            else if (room.bytesLeft < 0)
              fail(new SubgraphFailure('SUBGRAPH_OVERLOADED', 'its answers are too large to be held at once'))
            else chunks.push(chunk)
          },
          onResponseEnd() {
            if (isSettled) return
            settle()
            resolve({ status, contentType, retryAfter, cacheControl, body: Buffer.concat(chunks) })
          },
          onResponseError(_controller, error) {
            fail(error)
          },
        },
      )
    })
  }

  return {
    endpointOf({ origin, pathname, search }, { lookup, key = '' } = {}) {
      const id = `${origin} ${key}`
      const kept = pools.get(id) ?? { pool: openPool(origin, lookup), users: 0 }
      pools.set(id, kept)
      kept.users += 1
      return {
        pool: kept.pool,
        path: pathname + search,
        close() {
          kept.users -= 1
          if (kept.users > 0) return
          pools.delete(id)
          kept.pool.close(() => undefined)
        },
      }
    },
    async call(call) {
      const { isMutation, deadlineMs, departure, onUnreadable } = call
      let sent = false
      try {
        // Timers go by whole milliseconds, and may be early by a part of one.
        if (deadlineMs < 1) throw noTimeLeft()
        if (departure.isGone && !isMutation) throw clientLeft()
        const received = await exchange(call, () => {
          sent = true
        })
        const { status, retryAfter, cacheControl, body } = received
        if (isServersFault(status))
          throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', `it answered with status ${status}`, {
            kind: passingStatuses.has(status) ? 'passing' : 'failed',
            retryAfterMs: readRetryAfter(retryAfter),
          })
        return {
          body,
          isPublic: status === 200 && isPublic(cacheControl),
          read() {
            try {
              return parseAnswer(received)
            } catch (error) {
              onUnreadable?.()
              throw failureOf(error, { isMutation, sent })
            }
          },
        }
      } catch (error) {
        throw failureOf(error, { isMutation, sent })
      }
    },
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()))
    },
  }
}
