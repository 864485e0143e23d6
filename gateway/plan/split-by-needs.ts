import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { Kind, type SelectionNode } from 'graphql'
import { keepFields, operationOf, withUsedVariables } from './fetch-operation.ts'
import type { PlannerSupergraph } from './planner-supergraph.ts'

type Selections = readonly QueryPlanSelectionNode[]

/** The paths to all leaves of selections, whatever the types of what they are of. */
export function leafPaths(selections: readonly QueryPlanSelectionNode[]): string[][] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return leafPaths(selection.selections)
    if (selection.name === '__typename') return []
    if (!selection.selections?.length) return [[selection.name]]
    return leafPaths(selection.selections).map((path) => [selection.name, ...path])
  })
}

/** The paths to all that a field of a type requires in a subgraph. */
export function requiredPaths(
  { requiredBy }: PlannerSupergraph,
  typename: string,
  field: string,
  serviceName: string,
): string[] {
  const pathsOf = (selections: readonly SelectionNode[]): string[][] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return []
      const below = pathsOf(selection.selectionSet?.selections ?? [])
      if (selection.kind === Kind.INLINE_FRAGMENT) return below
      const name = selection.name.value
      return selection.selectionSet ? below.map((path) => [name, ...path]) : [[name]]
    })
  return pathsOf(requiredBy(typename, field, serviceName)).map((path) => path.join('.'))
}

/** Selections without the leaves at some paths, and without what has nothing left in it. */
function withoutPaths(
  selections: Selections,
  isLeftOut: (path: string) => boolean,
  around: readonly string[] = [],
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    const path = selection.kind === 'Field' ? [...around, selection.name] : around
    if (!selection.selections?.length) return isLeftOut(path.join('.')) ? [] : [selection]
    const below = withoutPaths(selection.selections, isLeftOut, path)
    return below.length > 0 ? [{ ...selection, selections: below }] : []
  })
}

/**
 * Makes several fetches of one, so that each of them has all that its fields require or is not made. Of these paths
 * it is not certain that they are there: conditions leave them out, or they were asked of some types only.
 */
export function splitByNeeds(
  node: FetchNode,
  uncertain: ReadonlySet<string>,
  supergraph: PlannerSupergraph,
): FetchNode[] {
  const { requires, serviceName } = node
  const operation = operationOf(node)
  const [entities] = operation.selectionSet.selections
  if (!requires || entities?.kind !== Kind.FIELD || !entities.selectionSet) return [node]
  const { selectionSet } = entities

  const needsOf = (typename: string, field: string) =>
    requiredPaths(supergraph, typename, field, serviceName)
      .filter((path) => uncertain.has(path))
      .sort()
  const groups = new Map<string, ReadonlySet<string>>()
  const keys = new Set<string>()
  keepFields(selectionSet, (typename, field) => {
    // It goes with whatever is asked.
    if (field === '__typename') return false
    const needs = needsOf(typename, field)
    groups.set(needs.join(' '), new Set(needs))
    for (const name of supergraph.keysOf(typename, serviceName).flat()) keys.add(name)
    return false
  })
  if (groups.size < 2) return [node]

  const needed = new Set([...groups.values()].flatMap((needs) => [...needs]))
  const isKey = (path: string) => keys.has(path.split('.')[0] ?? '')
  return [...groups].map(([group, needs]) => {
    const kept = keepFields(
      selectionSet,
      (typename, field) => field === '__typename' || needsOf(typename, field).join(' ') === group,
    )
    return withUsedVariables(
      {
        ...node,
        requires: withoutPaths(requires, (path) => needed.has(path) && !needs.has(path) && !isKey(path)),
      },
      {
        ...operation,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [{ ...entities, selectionSet: kept }] },
      },
    )
  })
}
