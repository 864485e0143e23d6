import type { FetchNode } from '@apollo/query-planner'
import {
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'

export const compact = (node: Parameters<typeof print>[0]) => stripIgnoredCharacters(print(node))

export function operationOf({ operation }: FetchNode): OperationDefinitionNode {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch of a plan has no operation')
  return definition
}

/** A variable that is defined and not used is refused: https://spec.graphql.org/September2025/#sec-All-Variables-Used */
export function withUsedVariables(node: FetchNode, operation: OperationDefinitionNode): FetchNode {
  const used = new Set<string>()
  visit(operation.selectionSet, { Variable: ({ name }) => void used.add(name.value) })
  return {
    ...node,
    variableUsages: node.variableUsages?.filter((name) => used.has(name)),
    operation: compact({
      ...operation,
      variableDefinitions: operation.variableDefinitions?.filter(({ variable }) =>
        used.has(variable.name.value),
      ),
    }),
  }
}

/** The fields of a selection set of entities that are wanted, by the types that they are asked of. */
export function keepFields(
  { selections, ...set }: SelectionSetNode,
  isKept: (typename: string, field: string) => boolean,
  typename = '',
): SelectionSetNode {
  const kept = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isKept(typename, selection.name.value) ? [selection] : []
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection]
    const within = selection.typeCondition?.name.value ?? typename
    const selectionSet = keepFields(selection.selectionSet, isKept, within)
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : []
  })
  return { ...set, selections: kept }
}
