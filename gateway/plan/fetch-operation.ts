import type { FetchNode } from '@apollo/query-planner'
import { Kind, type OperationDefinitionNode, parse, print, stripIgnoredCharacters, visit } from 'graphql'

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
