import { type ConditionValues, type FetchField, isWanted } from '../plan/fetch-field.ts'
import { isTreeObject, type Lost, type TreeObject } from './lost.ts'

interface MarkOptions {
  values: ConditionValues
  appliesTo: (conditions: readonly string[], typename: unknown) => boolean
}

/**
 * Says of what a fetch was to fill of an object, and nobody else has filled, that it is lost, or, as there is no such
 * entity, that it is null.
 */
export function markFields(
  target: TreeObject,
  fields: readonly FetchField[],
  mark: Lost | null,
  options: MarkOptions,
): void {
  for (const { name, typeConditions, conditions, fields: deeper } of fields) {
    if (!isWanted(conditions, options.values)) continue
    if (!options.appliesTo(typeConditions, target.__typename)) continue
    if (name === '__typename') {
      // Which object it is would have been told here, where another has told only its interface.
      target[''] ??= mark
    } else if (target[name] === undefined) target[name] = mark
    else markBelow(target[name], deeper, mark, options)
  }
}

function markBelow(
  present: unknown,
  fields: readonly FetchField[],
  mark: Lost | null,
  options: MarkOptions,
): void {
  if (Array.isArray(present)) for (const item of present) markBelow(item, fields, mark, options)
  else if (isTreeObject(present)) markFields(present, fields, mark, options)
}
