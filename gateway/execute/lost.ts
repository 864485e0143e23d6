import { type ErrorCode, errorCatalogue } from '../../service/errors.ts'

/**
 * Stands in the tree of answers where a value could not be had. Errors live in the data, so that whoever comes by,
 * be it a fetch that needs the value or the response itself, meets them in their place, and no path has to be
 * carried from a subgraph's answer to the client's.
 */
export class Lost {
  readonly code: ErrorCode
  /** The subgraph that failed; undefined where the fault is the gateway's own. */
  readonly serviceName: string | undefined
  /** For clients. */
  readonly message: string

  constructor(
    code: ErrorCode,
    serviceName: string | undefined,
    message: string = errorCatalogue[code].meaning,
  ) {
    this.code = code
    this.serviceName = serviceName
    this.message = message
  }
}

export type TreeObject = Record<string, unknown>

/** Whether a value of the tree, or of an answer, is an object of the graph. */
export const isTreeObject = (value: unknown): value is TreeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Lost)
