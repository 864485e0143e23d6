import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { errorCatalogue, isErrorCode } from './errors.ts'
import type { Logger } from './log.ts'

const hasErrorCode = (error: unknown): boolean =>
  error instanceof GraphQLError && isErrorCode(error.extensions.code)

/** Apollo Server refuses some requests (a persisted query that is not its hash) by a status alone, without a code. */
function isRefusal(error: unknown): error is GraphQLError {
  if (!(error instanceof GraphQLError) || error.path || error.extensions.code) return false
  const { http } = error.extensions
  return typeof http === 'object' && http !== null && 'status' in http && http.status === 400
}

const { meaning } = errorCatalogue.INTERNAL_SERVER_ERROR

/**
 * The last door that an error passes on its way out, for Apollo Server's `formatError`. An error without a
 * code of the catalogue is our own fault: it is logged whole and shown as such, no more.
 */
export function createErrorFormatter(log: Logger) {
  return (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (isRefusal(error)) return { message: error.message, extensions: { code: 'BAD_REQUEST' } }
    const original = error instanceof GraphQLError ? (error.originalError ?? error) : error
    const code = formatted.extensions?.code
    const isKnown = isErrorCode(code) && (hasErrorCode(error) || hasErrorCode(original))
    // An internal error says why in its message, unless it was made to say no more than the catalogue does.
    if (isKnown && (code !== 'INTERNAL_SERVER_ERROR' || formatted.message === meaning)) {
      const { stacktrace: _, http: __, ...extensions } = formatted.extensions ?? {}
      return { ...formatted, extensions }
    }
    log.error({ err: original, path: formatted.path }, 'a field failed')
    const { locations, path } = formatted
    return {
      message: meaning,
      ...(locations && { locations }),
      ...(path && { path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }
  }
}
