import type { GraphQLFormattedError } from 'graphql'
import { type ErrorCode, isErrorCode } from '../../service/errors.ts'
import type { TellFailure } from '../observe/failure-log.ts'
import type { GraphqlAnswer, GraphqlAnswerError } from '../transport/call-subgraph.ts'
import { clientName, type FetchField } from './fetch-document.ts'
import { type Fetch, fieldsOfEntity, lostError, lostFields, type Path } from './lost-fields.ts'

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

/** What a client is told of a subgraph's error. Text is let through only with a code that we know. */
function causeOf({ message, extensions }: GraphqlAnswerError): { code: ErrorCode; message?: string } {
  const code = extensions?.code
  if (!isErrorCode(code) || code === 'INTERNAL_SERVER_ERROR') return { code: 'INTERNAL_SERVER_ERROR' }
  if (aboutTheFetch.has(code)) return { code: 'SUBGRAPH_BAD_RESPONSE' }
  return { code, ...(message !== '' && { message }) }
}

/** What was asked below a path. */
function fieldsBelow(fields: readonly FetchField[], path: Path): readonly FetchField[] {
  return path.reduce<readonly FetchField[]>(
    (below, step) =>
      typeof step === 'number'
        ? below
        : below.filter(({ responseName }) => responseName === step).flatMap((field) => field.fields),
    fields,
  )
}

const asks = (fields: readonly FetchField[], step: unknown) =>
  fields.some(({ responseName }) => responseName === step)

/** Null when the path leads to nothing that was asked for. */
function errorAtPath(error: GraphqlAnswerError, fetch: Fetch): GraphQLFormattedError | null {
  const path = error.path?.map((step) => (typeof step === 'string' ? clientName(step) : step)) ?? []
  if (fetch.representations === null) {
    if (!asks(fetch.fields, path[0])) return null
    return lostError({ fetch, index: null, path, fields: fieldsBelow(fetch.fields, path) }, causeOf(error))
  }
  const [root, index, ...rest] = path
  if (root !== '_entities' || typeof index !== 'number' || !Object.hasOwn(fetch.representations, index))
    return null
  const fields = fieldsOfEntity(fetch, index)
  if (rest.length > 0 && !asks(fields, rest[0])) return null
  return lostError({ fetch, index, path: rest, fields: fieldsBelow(fields, rest) }, causeOf(error))
}

/** The errors of an answer as clients may see them, each with the fields that it costs. */
export function errorsOfAnswer(
  answer: GraphqlAnswer,
  fetch: Fetch,
  tell: TellFailure,
): GraphQLFormattedError[] {
  const { data, errors = [] } = answer
  // One for each place is enough, however often a subgraph repeats itself.
  const placed = new Map<string, GraphQLFormattedError>()
  // It may cost anything that did not come: which of it was lost already is told by the errors with paths.
  let unplaced: GraphQLFormattedError[] | null = null
  for (const error of errors) {
    const cause = causeOf(error)
    if (cause.code === 'INTERNAL_SERVER_ERROR' || cause.code === 'SUBGRAPH_BAD_RESPONSE') {
      tell({ code: cause.code, message: `it answered with the error ${JSON.stringify(error.message)}` })
    }
    const key = JSON.stringify(error.path)
    if (placed.has(key)) continue
    const atPath = errorAtPath(error, fetch)
    if (atPath) placed.set(key, atPath)
    else unplaced ??= lostFields(fetch, cause)
  }
  const [first] = errors
  // All of it is gone, whatever the errors' paths say: a null went up through a type that allows none.
  if (!data && first) unplaced ??= lostFields(fetch, causeOf(first))
  return [...placed.values(), ...(unplaced ?? [])]
}
