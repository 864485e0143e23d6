import type { GraphQLFormattedError } from 'graphql'
import { type ErrorCode, errorCatalogue } from '../../service/errors.ts'
import type { FetchField } from './fetch-document.ts'

export type Path = readonly (string | number)[]

/** One fetch of a plan, as it was asked of a subgraph. */
export interface Fetch {
  serviceName: string
  fields: readonly FetchField[]
  /** The entities that it asks about; null when it asks at the root. */
  representations: readonly unknown[] | null
  variables: Readonly<Record<string, unknown>>
  /** Where its result goes in the response; `@` stands for each item of a list. */
  path: Path
}

/** What an error of a subgraph costs, kept beside the error until the response is known. */
export interface Loss {
  fetch: Fetch
  /** Which of the representations; null at the root. */
  index: number | null
  /** From the root or the entity to what is lost. */
  path: Path
  /** What was asked below `path`: other fetches may have answered some of it. */
  fields: readonly FetchField[]
}

const losses = new WeakMap<object, Loss>()

/** What an error that a data source gave costs. */
export const lossOf = (error: object): Loss | undefined => losses.get(error)

interface Cause {
  code: ErrorCode
  /** For clients. */
  message?: string
}

/** Makes the error that says so. Its path is the subgraph's: the executor makes the client's of it. */
export function lostError(
  loss: Loss,
  { code, message = errorCatalogue[code].meaning }: Cause,
): GraphQLFormattedError {
  const { fetch, index, path } = loss
  const error = {
    message,
    path: index === null ? path : ['_entities', index, ...path],
    extensions: { code, serviceName: fetch.serviceName },
  }
  losses.set(error, loss)
  return error
}

/** The type of one of a fetch's representations; empty where it has none. */
export function typenameOf({ representations }: Fetch, index: number): string {
  const representation = representations?.[index]
  if (typeof representation !== 'object' || representation === null || !('__typename' in representation))
    return ''
  return String(representation.__typename)
}

/** What a fetch asks of an entity: what stands in fragments on its type, where the fetch tells types apart. */
export function fieldsOfEntity(fetch: Fetch, index: number): readonly FetchField[] {
  const { fields } = fetch
  const typename = typenameOf(fetch, index)
  const own = fields.filter(({ typeConditions }) => typeConditions[0] === typename)
  return own.length > 0 ? own : fields
}

/** One error for each field that a fetch asked for, of each entity. */
export function lostFields(fetch: Fetch, cause: Cause): GraphQLFormattedError[] {
  const lost = (index: number | null, field: FetchField) =>
    lostError({ fetch, index, path: [field.responseName], fields: field.fields }, cause)
  if (fetch.representations === null) return fetch.fields.map((field) => lost(null, field))
  return fetch.representations.flatMap((_, index) =>
    fieldsOfEntity(fetch, index).map((field) => lost(index, field)),
  )
}
