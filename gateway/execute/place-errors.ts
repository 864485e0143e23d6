import { type ConditionValues, type FetchField, isWanted } from '../plan/fetch-field.ts'
import type { GraphqlAnswerError } from '../transport/call-subgraph.ts'
import { isTreeObject, Lost, lossWith, type TreeObject } from './lost.ts'

type Path = readonly (string | number)[]

interface Asked {
  fields: readonly FetchField[]
  values: ConditionValues
}

const keyed = (fields: readonly FetchField[], key: string) => fields.filter((field) => field.key === key)

const fieldsBelow = (fields: readonly FetchField[], key: string) =>
  keyed(fields, key).flatMap((field) => field.fields)

/** Puts a loss at each null of what was asked below a value. */
function loseNulls(value: unknown, { fields, values }: Asked, lost: Lost): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (item === null) value[index] = lossWith(lost, fields)
      else loseNulls(item, { fields, values }, lost)
    }
    return
  }
  if (!isTreeObject(value)) return
  for (const field of fields) {
    const present = value[field.key]
    const isMissing =
      present === null ||
      (present === undefined && field.typeConditions.length === 0 && isWanted(field.conditions, values))
    if (isMissing) value[field.key] = lossWith(lost, fieldsBelow(fields, field.key))
    else loseNulls(present, { fields: field.fields, values }, lost)
  }
}

/**
 * Puts a loss where an error's path leads: at the highest null on the way, or at those below its end.
 * @returns false when it leads to nothing that was asked for
 */
function loseAt(container: TreeObject, path: Path, asked: Asked, lost: Lost): boolean {
  let parent: unknown = container
  let fields = asked.fields
  for (const step of path) {
    if (typeof step === 'number') {
      if (!Array.isArray(parent) || !Number.isInteger(step) || step < 0 || step >= parent.length) return false
      if (parent[step] === null) parent[step] = lossWith(lost, fields)
      parent = parent[step]
    } else {
      if (!isTreeObject(parent) || keyed(fields, step).length === 0) return false
      fields = fieldsBelow(fields, step)
      parent[step] ??= lossWith(lost, fields)
      parent = parent[step]
    }
    if (parent instanceof Lost) return true
  }
  loseNulls(parent, { ...asked, fields }, lost)
  return true
}

interface PlaceErrorsOptions extends Asked {
  errors: readonly GraphqlAnswerError[]
  /** What an error costs, as clients are told of it. */
  lossOf: (error: GraphqlAnswerError) => Lost
}

/** Without a place, an error may have cost anything that did not come, and has no other error. */
function placeAll(
  errors: readonly GraphqlAnswerError[],
  place: (error: GraphqlAnswerError, lost: Lost) => boolean,
  lossOf: PlaceErrorsOptions['lossOf'],
): Lost | null {
  let unplaced: Lost | null = null
  // One for each place is enough, however often a subgraph repeats itself.
  const seen = new Set<string>()
  for (const error of errors) {
    const key = JSON.stringify(error.path)
    if (seen.has(key)) continue
    seen.add(key)
    const lost = lossOf(error)
    if (!place(error, lost)) unplaced ??= lost
  }
  return unplaced
}

/** Puts an answer's errors into its data, where each says that it belongs. */
export function placeErrors(data: TreeObject, { errors, lossOf, ...asked }: PlaceErrorsOptions): void {
  const unplaced = placeAll(
    errors,
    ({ path = [] }, lost) => path.length > 0 && loseAt(data, path, asked, lost),
    lossOf,
  )
  if (unplaced) loseNulls(data, asked, unplaced)
}

/** As `placeErrors`, for entities; the paths begin with `root`, the key that the entities have in the answer. */
export function placeEntityErrors(
  entities: unknown[],
  root: string,
  { errors, lossOf, ...asked }: PlaceErrorsOptions,
): void {
  const unplaced = placeAll(
    errors,
    ({ path = [] }, lost) => {
      const [first, ...rest] = path
      return first === root && rest.length > 0 && loseEntityAt(entities, rest, asked, lost)
    },
    lossOf,
  )
  if (!unplaced) return
  for (const [index, entity] of entities.entries()) {
    if (entity === null) entities[index] = unplaced
    else loseNulls(entity, asked, unplaced)
  }
}

function loseEntityAt(entities: unknown[], [index, ...rest]: Path, asked: Asked, lost: Lost): boolean {
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= entities.length)
    return false
  const entity = entities[index]
  if (entity instanceof Lost) return true
  if (entity === null) {
    entities[index] = lost
    return true
  }
  if (rest.length > 0) return isTreeObject(entity) && loseAt(entity, rest, asked, lost)
  loseNulls(entity, asked, lost)
  return true
}
