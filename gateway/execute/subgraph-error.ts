import { type ErrorCode, isErrorCode } from '../../service/errors.ts'
import type { GraphqlAnswerError } from '../transport/call-subgraph.ts'
import { Lost } from './lost.ts'

/** A subgraph says these of the gateway's own request: the client did nothing to cause them. */
const aboutTheFetch = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
  'NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'REQUEST_TOO_LARGE',
  'UNTRUSTED_CALLER',
])

/** What a subgraph's error costs, as clients are told of it. Text is let through only with a code that we know. */
export function lossOfError({ message, extensions }: GraphqlAnswerError, serviceName: string): Lost {
  const code = extensions?.code
  if (!isErrorCode(code) || code === 'INTERNAL_SERVER_ERROR')
    return new Lost('INTERNAL_SERVER_ERROR', serviceName)
  if (aboutTheFetch.has(code)) return new Lost('SUBGRAPH_BAD_RESPONSE', serviceName)
  return new Lost(code, serviceName, message === '' ? undefined : message)
}
