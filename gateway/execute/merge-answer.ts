import type { FetchField } from '../plan/fetch-field.ts'
import { isTreeObject, Lost, type TreeObject } from './lost.ts'

/** Adds to an object of the tree what a subgraph said of it. */
export type Merge = (target: TreeObject, source: TreeObject) => void

/** A field of a fetch, with all that stand under the same key put together. */
interface MergedField {
  key: string
  name: string
  fields: readonly FetchField[]
}

function byKey(fields: readonly FetchField[]): MergedField[] {
  const merged = new Map<string, MergedField>()
  for (const { key, name, fields: deeper } of fields) {
    const known = merged.get(key)
    merged.set(key, { key, name, fields: known ? [...known.fields, ...deeper] : deeper })
  }
  return [...merged.values()]
}

/** What two subgraphs said of one position, put together. A value wins over a null, and that over a loss. */
function combine(present: unknown, added: unknown, fields: readonly FetchField[]): unknown {
  if (added === undefined || added instanceof Lost) return present
  if (present === undefined || present === null || present instanceof Lost) {
    return added === null && isTreeObject(present) ? present : added
  }
  if (added === null) return addNulls(present, fields)
  if (Array.isArray(present) && Array.isArray(added)) {
    if (present.length === added.length)
      for (const [index, item] of added.entries()) present[index] = combine(present[index], item, fields)
    return present
  }
  if (isTreeObject(present) && isTreeObject(added)) mergeFields(present, added, fields)
  return present
}

/** One subgraph has the object and the other has not: what only that other could have said is null. */
function addNulls(present: unknown, fields: readonly FetchField[]): unknown {
  if (isTreeObject(present)) for (const { name } of byKey(fields)) present[name] ??= null
  return present
}

function mergeFields(target: TreeObject, source: TreeObject, fields: readonly FetchField[]): void {
  for (const { key, name, fields: deeper } of byKey(fields)) {
    const added = source[key]
    if (added === undefined) continue
    target[name] = target[name] === undefined ? added : combine(target[name], added, deeper)
  }
}

const quoted = (text: string) => JSON.stringify(text)

/**
 * Makes the merge of a fetch's fields. Answers are taken as they are: an object of an answer becomes the tree's,
 * unless there is one already.
 */
export function createMerge(
  fields: readonly FetchField[],
  isConcrete: (typename: unknown) => boolean,
): Merge {
  const merged = byKey(fields)
  const lines = merged.map(({ key, name }, index) => {
    const put = `target[${quoted(name)}]`
    const present =
      name === '__typename' ? `keepTypename(${put}, value)` : `combine(${put}, value, deeper[${index}])`
    return `value = source[${quoted(key)}]
      if (value !== undefined) ${put} = ${put} === undefined ? value : ${present}`
  })
  // Where a subgraph knows an interface as an object, it says the interface's name: another has said the object's.
  const keepTypename = (present: unknown, added: unknown) => (isConcrete(added) ? added : present)
  const source = `return (target, source) => {\nlet value\n${lines.join('\n')}\n}`
  return new Function('combine', 'keepTypename', 'deeper', source)(
    combine,
    keepTypename,
    merged.map(({ fields: deeper }) => deeper),
  )
}

/** Gives what the planner had to ask for under another name its own, in place. */
export function rename(value: unknown, fields: readonly FetchField[]): void {
  if (Array.isArray(value)) {
    for (const item of value) rename(item, fields)
    return
  }
  if (!isTreeObject(value)) return
  for (const { key, name, fields: deeper } of fields) {
    if (deeper.length > 0) rename(value[key], deeper)
    if (key === name || !Object.hasOwn(value, key)) continue
    value[name] = value[key]
    delete value[key]
  }
}
