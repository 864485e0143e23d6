import { type ErrorCode, errorCatalogue } from '../../service/errors.ts'

/** A field of objects of the tree, by the key that it has there, with what was asked below it. */
export interface TreeField {
  name: string
  fields: readonly TreeField[]
}

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
  /** What was asked below; another subgraph may have the object, and these are lost of it all the same. */
  readonly fields: readonly TreeField[]

  constructor(
    code: ErrorCode,
    serviceName: string | undefined,
    message: string = errorCatalogue[code].meaning,
    fields: readonly TreeField[] = [],
  ) {
    this.code = code
    this.serviceName = serviceName
    this.message = message
    this.fields = fields
  }
}

/** A loss where these fields were asked below. */
export const lossWith = (lost: Lost, fields: readonly TreeField[]): Lost =>
  fields.length === 0 && lost.fields.length === 0
    ? lost
    : new Lost(lost.code, lost.serviceName, lost.message, fields)

export type TreeObject = Record<string, unknown>

/** Whether a value of the tree, or of an answer, is an object of the graph. */
export const isTreeObject = (value: unknown): value is TreeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Lost)
