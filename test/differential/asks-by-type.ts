import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { SupergraphFacts } from './supergraph-facts.ts'

interface Scope {
  selectionSet: SelectionSetNode
  parent: GraphQLNamedType | undefined
}

interface Asked {
  field: FieldNode
  parent: GraphQLNamedType | undefined
  /** The types that fragments around it ask for, where not all that can stand there are of them. */
  narrowedTo: readonly string[]
}

/**
 * Whether an operation asks for a field of objects of some types only, at a place where all objects are asked for
 * something of the same subgraph. The planner makes one fetch of that, for all of them; so an object may be asked for
 * a field that the client wants of others, and be lost with it, where one server would not have looked at it. What
 * such a field has to say can only be told where it does not take its object along.
 */
export function asksByType(
  { apiSchema, familyOf, subgraphs }: SupergraphFacts,
  document: DocumentNode,
): boolean {
  const fragments = new Map(
    document.definitions.flatMap((node): [string, FragmentDefinitionNode][] =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [],
    ),
  )
  /** Interfaces that some subgraph knows no members of: a field of a member is asked of all of them there. */
  const withoutMembers = new Set(subgraphs.flatMap(({ interfaceObjects }) => [...interfaceObjects]))

  const includesAll = (condition: GraphQLNamedType | undefined, parent: GraphQLNamedType | undefined) =>
    condition === parent ||
    (isAbstractType(condition) &&
      (isObjectType(parent) || isInterfaceType(parent)) &&
      apiSchema.isSubType(condition, parent))

  function fieldsOf({ selectionSet, parent }: Scope, narrowedTo: readonly string[]): Asked[] {
    return selectionSet.selections.flatMap((selection): Asked[] => {
      if (selection.kind === Kind.FIELD) return [{ field: selection, parent, narrowedTo }]
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      if (!fragment) return []
      const condition = fragment.typeCondition && apiSchema.getType(fragment.typeCondition.name.value)
      return !condition || includesAll(condition, parent)
        ? fieldsOf({ selectionSet: fragment.selectionSet, parent }, narrowedTo)
        : fieldsOf({ selectionSet: fragment.selectionSet, parent: condition }, [
            ...narrowedTo,
            condition.name,
          ])
    })
  }

  function below({ field, parent }: Asked): Scope[] {
    const definition =
      isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined
    return field.selectionSet && definition
      ? [{ selectionSet: field.selectionSet, parent: getNamedType(definition.type) }]
      : []
  }

  function isAskedByType(scopes: readonly Scope[]): boolean {
    const asked = scopes.flatMap((scope) => fieldsOf(scope, []))
    if (asked.some(({ narrowedTo }) => narrowedTo.some((type) => withoutMembers.has(familyOf(type)))))
      return true
    const byKey = new Map<string, Asked[]>()
    for (const one of asked) {
      const key = one.field.alias?.value ?? one.field.name.value
      byKey.set(key, [...(byKey.get(key) ?? []), one])
    }
    return [...byKey.values()].some((same) => {
      const deeper = same.flatMap(below)
      const types = new Set(same.map(({ narrowedTo }) => narrowedTo.join()))
      return deeper.length > 0 && (types.size > 1 || isAskedByType(deeper))
    })
  }

  return document.definitions.some(
    (node) =>
      node.kind === Kind.OPERATION_DEFINITION &&
      isAskedByType([
        { selectionSet: node.selectionSet, parent: apiSchema.getRootType(node.operation) ?? undefined },
      ]),
  )
}
