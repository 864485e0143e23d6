import type { QueryPlan } from '@apollo/query-planner'
import { GraphQLError } from 'graphql'
import { graphqlError } from '../../service/errors.ts'
import { dependentFetches, waitingFor } from './dependent-fetches.ts'
import type { FetchField } from './fetch-document.ts'
import { type Fetch, type Loss, lossOf, type Path } from './lost-fields.ts'

export interface Result {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLError[]
  extensions?: Record<string, unknown>
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const valueAt = (value: unknown, step: string | number): unknown =>
  isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined

/** The null positions at and below `value`, in what was asked for. What is not null, another fetch has answered. */
function nullsBelow(value: unknown, path: Path, fields: readonly FetchField[]): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => nullsBelow(item, [...path, index], fields))
  return fields.flatMap((field) => {
    const below = valueAt(value, field.responseName)
    const position = [...path, field.responseName]
    if (below === null) return [position]
    return below === undefined ? [] : nullsBelow(below, position, field.fields)
  })
}

/** The highest null on the way to `path`, or else the nulls below it. */
function lostPositions(data: unknown, path: Path, fields: readonly FetchField[]): Path[] {
  let value = data
  for (const [depth, step] of path.entries()) {
    value = valueAt(value, step)
    if (value === null) return [path.slice(0, depth + 1)]
    if (value === undefined) return []
  }
  return nullsBelow(value, path, fields)
}

/** The objects at a fetch's path, `@` standing for each item of a list. */
function objectsAt(value: unknown, path: Path, at: Path = []): { value: unknown; path: Path }[] {
  if (value === null || value === undefined) return []
  const [step, ...rest] = path
  if (Array.isArray(value)) {
    const below = step === '@' ? rest : path
    return value.flatMap((item, index) => objectsAt(item, below, [...at, index]))
  }
  if (step === undefined) return [{ value, path: at }]
  return objectsAt(valueAt(value, step), rest, [...at, step])
}

/**
 * The paths of a fetch's entities in the response, where the executor gets them wrong. It counts every object at
 * the fetch's path, also those that had no representation (another type of a union): then only those count that
 * have the fields. Null where the executor is right.
 */
function entityPaths({ fields, path, representations }: Fetch, data: unknown): Path[] | null {
  if (representations === null) return null
  const objects = objectsAt(data, path)
  if (objects.length <= representations.length) return null
  const asked = objects.filter(({ value }) =>
    fields.some(({ responseName }) => valueAt(value, responseName) !== undefined),
  )
  return asked.length === representations.length ? asked.map((object) => object.path) : null
}

/** Whether it is an entity as a whole that is lost. */
const isEntity = ({ index, path }: Loss) => index !== null && path.length === 0

/** Tells every position that an error has cost: its own, and those of the fetches that waited for it. */
function createLocator(data: unknown, plan: QueryPlan | undefined) {
  const dependents = plan ? dependentFetches(plan) : []
  const corrected = new Map<Fetch, Path[] | null>()

  function pathOf({ fetch, index, path }: Loss, told: Path): Path {
    if (index === null) return told
    const paths = corrected.has(fetch) ? corrected.get(fetch) : entityPaths(fetch, data)
    corrected.set(fetch, paths ?? null)
    const entity = paths?.[index]
    return entity ? [...entity, ...path] : told
  }

  return (error: GraphQLError): Path[] => {
    const told = error.path ?? []
    if (!isObject(data)) return [told]
    const loss = error.originalError && lossOf(error.originalError)
    if (!loss) return lostPositions(data, told, [])
    const path = pathOf(loss, told)
    const lost = isEntity(loss) ? loss.fields.map(({ responseName }) => [...path, responseName]) : [path]
    const waiting = lost.flatMap((position) => waitingFor(position, dependents))
    return [
      ...lostPositions(data, path, loss.fields),
      ...waiting.flatMap((object) => lostPositions(data, object.path, object.fields)),
    ]
  }
}

/** The executor tells of values that don't fit their type here, and only when there is no other error. */
function completionErrors({ valueCompletion }: Record<string, unknown>): GraphQLError[] {
  if (!Array.isArray(valueCompletion)) return []
  return valueCompletion
    .filter((error) => error instanceof GraphQLError)
    .map(({ path }) => {
      const { message, extensions } = graphqlError('SUBGRAPH_BAD_RESPONSE')
      return new GraphQLError(message, { path: path ?? [], extensions })
    })
}

/**
 * Makes the errors fit the data: one for each lost position (the highest null on the way to what could not
 * be had), and none for what another fetch has answered. The plan tells what could not be asked for.
 */
export function settleErrors(
  { data, errors = [], extensions: { valueCompletion, ...extensions } = {} }: Result,
  plan: QueryPlan | undefined,
): Result {
  const told = [...errors, ...completionErrors({ valueCompletion })]
  const positionsOf = told.length > 0 ? createLocator(data, plan) : () => []
  const settled = new Map<string, GraphQLError>()
  for (const error of told) {
    // What is not about a place in the response, as a refused variable, stays as it is.
    if (!error.path) {
      settled.set(`${settled.size}`, error)
      continue
    }
    for (const path of positionsOf(error)) {
      // Where nothing at all is left, that is one loss.
      const key = data === null ? 'data' : JSON.stringify(path)
      if (settled.has(key)) continue
      settled.set(
        key,
        new GraphQLError(error.message, {
          path,
          extensions: error.extensions,
          originalError: error.originalError,
        }),
      )
    }
  }
  return {
    ...(data !== undefined && { data }),
    ...(settled.size > 0 && { errors: [...settled.values()] }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
}
