import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'
import type { Departure } from '../../service/departure.ts'
import { type FailureCode, SubgraphFailure } from './subgraph-failure.ts'

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
  /** @throws {SubgraphFailure} when it is no response of GraphQL over HTTP. */
  read(): GraphqlAnswer
}

/** Where a subgraph is, with its connections. */
export interface Endpoint {
  pool: Pool
  path: string
}

export interface Transport {
  endpointOf(url: URL): Endpoint
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

interface Exchange {
  status: number
  contentType: string
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

/** Gives a mutation's failure the code that says whether it may have taken effect. */
function failureOf(
  error: unknown,
  { isMutation, sent }: { isMutation: boolean; sent: boolean },
): SubgraphFailure {
  const failure =
    error instanceof SubgraphFailure
      ? error
      : new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error instanceof Error ? error.message : String(error), {
          cause: error,
        })
  if (!isMutation) return failure
  const code: FailureCode = sent ? 'MUTATION_OUTCOME_UNKNOWN' : 'MUTATION_NOT_SENT'
  return new SubgraphFailure(code, failure.message, { cause: error })
}

/** Calls subgraphs over connections that are kept. */
export function createTransport({
  maxConnections,
  connectTimeoutMs,
  maxAnswerBytes,
}: TransportOptions): Transport {
  // One for each address, for as long as the gateway runs: without connections it holds next to nothing. (Undici's
  // Agent lets go of a pool whose connections are lost while calls still wait in it, and then counts anew.)
  const pools = new Map<string, Pool>()

  function poolOf({ origin }: URL): Pool {
    const known = pools.get(origin)
    if (known) return known
    const pool = new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      connect: { timeout: connectTimeoutMs },
      // One deadline is over all of a call; undici's own, for each part, would only blur it.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    pools.set(origin, pool)
    return pool
  }

  function exchange(call: SubgraphCall, onSent: () => void): Promise<Exchange> {
    const { endpoint, headers, body, isMutation, deadlineMs, departure } = call
    return new Promise((resolve, reject) => {
      let controller: Dispatcher.DispatchController | null = null
      let failure: Error | null = null
      let status = 0
      let contentType = ''
      let size = 0
      const chunks: Buffer[] = []

      function settle() {
        clearTimeout(timer)
        departure.unlisten(cancel)
      }
      function fail(error: Error) {
        if (failure !== null) return
        failure = error
        settle()
        reject(error)
        controller?.abort(error)
      }
      const cancel = () => fail(new SubgraphFailure('SUBGRAPH_UNAVAILABLE', 'the client went away'))
      const timer = setTimeout(() => {
        fail(new SubgraphFailure('SUBGRAPH_TIMEOUT', `it did not answer within ${Math.round(deadlineMs)} ms`))
      }, deadlineMs)
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
          },
          onResponseData(_controller, chunk) {
            size += chunk.length
            if (size > maxAnswerBytes) {
              fail(
                new SubgraphFailure(
                  'SUBGRAPH_BAD_RESPONSE',
                  `its answer is larger than ${maxAnswerBytes} bytes`,
                ),
              )
            } else chunks.push(chunk)
          },
          onResponseEnd() {
            settle()
            resolve({ status, contentType, body: Buffer.concat(chunks) })
          },
          onResponseError(_controller, error) {
            fail(error)
          },
        },
      )
    })
  }

  return {
    endpointOf: (url) => ({ pool: poolOf(url), path: url.pathname + url.search }),
    async call(call) {
      const { isMutation, deadlineMs, departure } = call
      let sent = false
      try {
        // Timers go by whole milliseconds, and may be early by a part of one.
        if (deadlineMs < 1)
          throw new SubgraphFailure('SUBGRAPH_TIMEOUT', "the operation's time was over before the call")
        if (departure.isGone && !isMutation)
          throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', 'the client went away before the call')
        const received = await exchange(call, () => {
          sent = true
        })
        if (isServersFault(received.status))
          throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', `it answered with status ${received.status}`)
        return {
          body: received.body,
          read() {
            try {
              return parseAnswer(received)
            } catch (error) {
              throw failureOf(error, { isMutation, sent })
            }
          },
        }
      } catch (error) {
        throw failureOf(error, { isMutation, sent })
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
