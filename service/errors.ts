import { GraphQLError } from 'graphql'

interface ErrorEntry {
  /** The HTTP status, where the error is the answer to the whole request. */
  status: number
  /** Whether the same request may succeed when it is sent again. */
  retryable: boolean
  /** What it means, in words that may be shown to anybody. */
  meaning: string
}

/**
 * The error catalogue: every `extensions.code` that a client can meet. Codes that Apollo Server gives by
 * itself keep its names: https://www.apollographql.com/docs/apollo-server/data/errors
 */
export const errorCatalogue = {
  GRAPHQL_PARSE_FAILED: { status: 400, retryable: false, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    retryable: false,
    meaning: 'The operation does not fit the schema.',
  },
  BAD_USER_INPUT: { status: 400, retryable: false, meaning: 'A variable or an argument is not acceptable.' },
  BAD_REQUEST: { status: 400, retryable: false, meaning: 'The request is not GraphQL over HTTP.' },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    retryable: false,
    meaning: 'The document holds no operation of that name.',
  },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, retryable: true, meaning: 'Send the whole document once.' },
  PERSISTED_QUERY_NOT_SUPPORTED: { status: 200, retryable: false, meaning: 'Send the whole document.' },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'There is nothing at this address.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: 'This address does not take that method.' },
  REQUEST_TOO_LARGE: { status: 413, retryable: false, meaning: 'The request is larger than is accepted.' },
  UNAUTHENTICATED: {
    status: 401,
    retryable: false,
    meaning: 'Sign in: the token is missing or does not hold.',
  },
  FORBIDDEN: { status: 403, retryable: false, meaning: 'The caller may not do or see this.' },
  UNTRUSTED_CALLER: {
    status: 401,
    retryable: false,
    meaning: 'This service answers only to callers that it trusts.',
  },
  SUBGRAPH_UNAVAILABLE: { status: 200, retryable: true, meaning: 'The subgraph could not be reached.' },
  SUBGRAPH_TIMEOUT: { status: 200, retryable: true, meaning: 'The subgraph did not answer in time.' },
  SUBGRAPH_BAD_RESPONSE: {
    status: 200,
    retryable: true,
    meaning: 'The subgraph gave an answer that could not be used.',
  },
  SUBGRAPH_CIRCUIT_OPEN: {
    status: 200,
    retryable: true,
    meaning: 'The subgraph is known to be failing, and was not asked.',
  },
  SUBGRAPH_OVERLOADED: {
    status: 200,
    retryable: true,
    meaning: 'Too much is being asked of the subgraph already.',
  },
  MUTATION_NOT_SENT: {
    status: 200,
    retryable: true,
    meaning: 'The mutation was not sent, so nothing was written.',
  },
  MUTATION_OUTCOME_UNKNOWN: {
    status: 200,
    retryable: false,
    meaning:
      'The mutation was sent and not answered: it may have taken effect. Repeat it with its idempotency key.',
  },
  SERVICE_UNAVAILABLE: {
    status: 503,
    retryable: true,
    meaning: 'The service is starting, stopping or full.',
  },
  OPERATION_NOT_PLANNED: {
    status: 503,
    retryable: true,
    meaning: 'The operation could not be planned in time: it may be too large to be answered at once.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    retryable: false,
    meaning: 'Something went wrong inside the service.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorCatalogue, code)

/** A GraphQL error with a code from the catalogue; its message is the catalogue's unless one is given. */
export function graphqlError(
  code: ErrorCode,
  message: string = errorCatalogue[code].meaning,
  { extensions, http = false }: { extensions?: Record<string, unknown>; http?: boolean } = {},
): GraphQLError {
  return new GraphQLError(message, {
    extensions: { ...extensions, code, ...(http && { http: { status: errorCatalogue[code].status } }) },
  })
}
