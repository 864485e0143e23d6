import type { FetchField } from '../plan/fetch-field.ts'
import { isTreeObject, Lost, lossWith, type TreeField, type TreeObject } from './lost.ts'

/** Adds to an object of the tree what a subgraph said of it. */
export type Merge = (target: TreeObject, source: TreeObject) => void

/** The fields of a fetch, with all that stand under the same name put together. */
function byName(fields: readonly FetchField[]): TreeField[] {
  const merged = new Map<string, readonly FetchField[]>()
  for (const { name, fields: deeper } of fields) {
    const known = merged.get(name)
    merged.set(name, known ? [...known, ...deeper] : deeper)
  }
  return [...merged].map(([name, deeper]) => ({ name, fields: byName(deeper) }))
}

/**
 * What two answers said of one position, put together: a value wins over a null, and that over a loss. `fields` are
 * those that were asked for with what is added.
 */
function combine(present: unknown, added: unknown, fields: readonly TreeField[]): unknown {
  if (present === undefined) return added
  if (added === undefined) return present
  if (added instanceof Lost) {
    if (present instanceof Lost) return lossWith(present, [...present.fields, ...added.fields])
    markBelow(present, fields, added)
    return present
  }
  if (present instanceof Lost) {
    markBelow(added, present.fields, present)
    return added
  }
  if (present === null) return added
  if (added === null) {
    markBelow(present, fields, null)
    return present
  }
  // What is no object where objects were asked for is nobody's: whoever has said it has given none of its fields.
  if (fields.length > 0 && typeof present !== 'object') return added
  if (Array.isArray(present) && Array.isArray(added)) {
    if (present.length === added.length)
      for (const [index, item] of added.entries()) present[index] = combine(present[index], item, fields)
    return present
  }
  if (isTreeObject(present) && isTreeObject(added)) mergeFields(present, added, fields)
  return present
}

/** One subgraph has the object and the other has not: what only that other could have said is null, or lost. */
function markBelow(present: unknown, fields: readonly TreeField[], mark: Lost | null): void {
  if (Array.isArray(present)) for (const item of present) markBelow(item, fields, mark)
  if (!isTreeObject(present)) return
  for (const { name, fields: deeper } of fields) {
    // As in `markFields`: which object it is.
    const key = name === '__typename' ? '' : name
    if (present[key] === undefined) present[key] = mark && lossWith(mark, deeper)
    else markBelow(present[key], deeper, mark)
  }
}

function mergeFields(target: TreeObject, source: TreeObject, fields: readonly TreeField[]): void {
  for (const { name, fields: deeper } of fields) {
    const added = source[name]
    if (added !== undefined) target[name] = combine(target[name], added, deeper)
  }
}

/**
 * Makes the merge of a fetch's fields. Answers are taken as they are: an object of an answer becomes the tree's,
 * unless there is one already.
 */
export function createMerge(
  fields: readonly FetchField[],
  isConcrete: (typename: unknown) => boolean,
): Merge {
  const merged = byName(fields)
  return (target, source) => {
    for (const { name, fields: deeper } of merged) {
      const added = source[name]
      const present = target[name]
      if (added === undefined) continue
      // Where a subgraph knows an interface as an object, it says the interface's name: another has said the object's.
      if (name !== '__typename') target[name] = combine(present, added, deeper)
      else if (present === undefined || isConcrete(added)) target[name] = added
    }
  }
}

/** Gives what the planner had to ask for under another name its own, in place: it is merged by that. */
export function rename(value: unknown, fields: readonly FetchField[]): void {
  if (Array.isArray(value)) {
    for (const item of value) rename(item, fields)
    return
  }
  if (!isTreeObject(value)) return
  for (const { key, fields: deeper } of fields) if (deeper.length > 0) rename(value[key], deeper)
  for (const { key, name } of fields) {
    if (key === name || !Object.hasOwn(value, key)) continue
    // It may have been asked for under both names.
    const below = fields.filter((field) => field.key === key).flatMap((field) => field.fields)
    value[name] = combine(value[name], value[key], byName(below))
    delete value[key]
  }
}
