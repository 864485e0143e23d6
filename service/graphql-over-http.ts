import type { ApolloServer, ApolloServerPlugin, BaseContext } from '@apollo/server'
import { HeaderMap } from '@apollo/server'
import Negotiator from 'negotiator'
import { type Departure, watchDeparture } from './departure.ts'
import { errorCatalogue, graphqlError } from './errors.ts'
import { type HttpHandler, readBody, sendJson } from './http.ts'

const graphqlResponse = 'application/graphql-response+json'
const refusedBeforeExecution = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'OPERATION_RESOLUTION_FAILURE',
])

/** Whether the client names `application/json` and would rather have it than the newer media type. */
function prefersPlainJson(accept: string | undefined): boolean {
  if (!accept?.includes('application/json')) return false
  const [first] = new Negotiator({ headers: { accept } }).mediaTypes([graphqlResponse, 'application/json'])
  return first === 'application/json'
}

/**
 * Under `application/json` a request that is well formed as HTTP is answered with 200, whatever its document
 * is worth: https://graphql.github.io/graphql-over-http/draft/#sec-application-json. Apollo Server says 400.
 */
export const statusPlugin: ApolloServerPlugin<BaseContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if (response.http.status !== 400 || response.body.kind !== 'single') return
        const errors = response.body.singleResult.errors ?? []
        if (!errors.every(({ extensions }) => refusedBeforeExecution.has(String(extensions?.code)))) return
        if (prefersPlainJson(request.http?.headers.get('accept'))) response.http.status = 200
      },
    }
  },
}

interface GraphqlHandlerOptions<Context extends BaseContext> {
  apollo: ApolloServer<Context>
  /** Makes a request's context; a GraphQLError that it throws with `extensions.http` is the answer. */
  createContext: (request: { headers: HeaderMap; departure: Departure }) => Promise<Context>
  maxBodyBytes?: number
  /** What a response's text stands for, where it is not the body itself. */
  takeBody?: (text: string) => { bytes: Buffer; release(): void } | null
}

/** Answers GraphQL over HTTP from an Apollo Server that has been started. */
export function graphqlHandler<Context extends BaseContext>({
  apollo,
  createContext,
  maxBodyBytes = 1_048_576,
  takeBody = () => null,
}: GraphqlHandlerOptions<Context>): HttpHandler {
  return async (request, response, url) => {
    const headers = new HeaderMap()
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
    }

    let body: unknown
    if (request.method === 'POST') {
      const bytes = await readBody(request, maxBodyBytes)
      if (bytes === null)
        return sendError(response, 'REQUEST_TOO_LARGE', `The body is larger than ${maxBodyBytes} bytes.`)
      if (/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
        try {
          body = JSON.parse(bytes.toString('utf8'))
        } catch {
          return sendError(response, 'BAD_REQUEST', 'The body is not JSON.')
        }
      }
    }

    const departure = watchDeparture(response)
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: request.method ?? 'GET', headers, search: url.search, body },
      context: () => createContext({ headers, departure }),
    })

    for (const [name, value] of answer.headers) response.setHeader(name, value)
    if (!answer.headers.has('cache-control')) response.setHeader('cache-control', 'no-store')
    response.statusCode = answer.status ?? 200
    if (answer.body.kind === 'complete') {
      const { string } = answer.body
      const body = takeBody(string)
      if (body === null) response.end(string)
      else sendBytes(response, body)
      return
    }
    for await (const chunk of answer.body.asyncIterator) response.write(chunk)
    response.end()
  }
}

/** Sends a body that is outside of the heap. */
function sendBytes(
  response: Parameters<HttpHandler>[1],
  { bytes, release }: { bytes: Buffer; release(): void },
) {
  response.once('close', release)
  response.setHeader('content-length', bytes.length)
  response.end(bytes)
}

function sendError(
  response: Parameters<HttpHandler>[1],
  code: 'REQUEST_TOO_LARGE' | 'BAD_REQUEST',
  message: string,
) {
  sendJson(response, errorCatalogue[code].status, { errors: [graphqlError(code, message)] })
}
