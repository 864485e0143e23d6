import type { FetchNode } from '@apollo/query-planner'
import { type DirectiveNode, type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql'

/** A Boolean variable, and what it has to be. */
export interface Condition {
  variable: string
  is: boolean
}

/** The Boolean variables of one request, with their defaults. */
export type ConditionValues = Readonly<Record<string, unknown>>

/** Whether nothing has skipped what stands under these conditions. */
export const isWanted = (conditions: readonly Condition[], values: ConditionValues): boolean =>
  conditions.every(({ variable, is }) => values[variable] === is)

/** A field that a fetch asks of its subgraph. */
export interface FetchField {
  /** Its key in the subgraph's answer. */
  key: string
  /** Its key in the tree that all answers are merged into. */
  name: string
  /** What it is called in the schema. */
  fieldName: string
  /** The types that the fragments around it ask for, from the outside in. */
  typeConditions: readonly string[]
  /** What `@skip` and `@include` on it and around it ask of the variables. */
  conditions: readonly Condition[]
  /** Empty for a leaf. */
  fields: readonly FetchField[]
}

/** What `@skip` and `@include` with variables ask; those with literals are settled before anything is planned. */
export const conditionsOf = (directives: readonly DirectiveNode[] = []): Condition[] =>
  directives.flatMap(({ name, arguments: [given] = [] }) => {
    if (given?.value.kind !== Kind.VARIABLE || !['skip', 'include'].includes(name.value)) return []
    return [{ variable: given.value.name.value, is: name.value === 'include' }]
  })

/** Gives a field of the answer another name, where the planner had to ask for it under one that was free. */
export interface Rename {
  /** Response names and `... on Type`, ending in the key that the answer has. */
  path: readonly string[]
  to: string
}

export function renamesOf({ outputRewrites = [] }: FetchNode): Rename[] {
  return outputRewrites.flatMap((rewrite) =>
    rewrite.kind === 'KeyRenamer' ? [{ path: rewrite.path, to: rewrite.renameKeyTo }] : [],
  )
}

interface Surroundings {
  typeConditions: readonly string[]
  conditions: readonly Condition[]
}

const outside: Surroundings = { typeConditions: [], conditions: [] }

/** The renames that go on below a step of their path; those of other paths are left out. */
const below = (renames: readonly Rename[], step: string): Rename[] =>
  renames.flatMap(({ path: [first, ...rest], to }) => (first === step ? [{ path: rest, to }] : []))

/** The key that a field has in the tree, and the renames below it. */
export function renamesAt(renames: readonly Rename[], key: string): { name: string; here: Rename[] } {
  const here = below(renames, key)
  return { name: here.find(({ path }) => path.length === 0)?.to ?? key, here }
}

/** The renames within a fragment: they name the fragments on their way, or leave them out. */
export const renamesWithin = (
  renames: readonly Rename[],
  condition: string | undefined,
): readonly Rename[] =>
  condition === undefined ? renames : [...below(renames, `... on ${condition}`), ...renames]

function readField(node: FieldNode, around: Surroundings, renames: readonly Rename[]): FetchField {
  const key = node.alias?.value ?? node.name.value
  const { name, here } = renamesAt(renames, key)
  return {
    key,
    name,
    fieldName: node.name.value,
    typeConditions: around.typeConditions,
    conditions: [...around.conditions, ...conditionsOf(node.directives)],
    fields: node.selectionSet ? readFields(node.selectionSet, here) : [],
  }
}

function readSelection(
  selection: SelectionNode,
  around: Surroundings,
  renames: readonly Rename[],
): FetchField[] {
  if (selection.kind === Kind.FIELD) return [readField(selection, around, renames)]
  if (selection.kind !== Kind.INLINE_FRAGMENT) throw new Error('a fetch of a plan has a named fragment')
  const condition = selection.typeCondition?.name.value
  const within: Surroundings = {
    typeConditions: condition ? [...around.typeConditions, condition] : around.typeConditions,
    conditions: [...around.conditions, ...conditionsOf(selection.directives)],
  }
  const here = renamesWithin(renames, condition)
  return selection.selectionSet.selections.flatMap((each) => readSelection(each, within, here))
}

/** Reads the fields of a fetch's selection set. */
export const readFields = (
  { selections }: SelectionSetNode,
  renames: readonly Rename[] = [],
): readonly FetchField[] => selections.flatMap((selection) => readSelection(selection, outside, renames))

/** Whether some field of these, at any depth, has another name in the answer than in the tree. */
export const hasRenames = (fields: readonly FetchField[]): boolean =>
  fields.some(({ key, name, fields: deeper }) => key !== name || hasRenames(deeper))
