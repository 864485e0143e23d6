import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** A client's operation, and the one that is planned in its place. */
export interface ClientOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The key that a field has in the tree of merged answers, which may be another than the client's. */
  keyOf(field: FieldNode): string
  /** What the planner is given; null where nothing is asked of any subgraph. */
  textToPlan: string | null
}

/** `{}` has them, whatever was answered: to read such a key of an answer that has it not would find something. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

export const responseName = ({ alias, name }: FieldNode): string => alias?.value ?? name.value

/** What `@skip` and `@include` with literals come to; null where a variable decides as well. */
function isSettled(directives: readonly DirectiveNode[] = []): boolean | null {
  let open = false
  for (const { name, arguments: [given] = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    if (given?.value.kind !== Kind.BOOLEAN) open = true
    else if (given.value.value !== (name.value === 'include')) return false
  }
  return open ? null : true
}

const isLiteralCondition = ({ name, arguments: [given] = [] }: DirectiveNode) =>
  (name.value === 'skip' || name.value === 'include') && given?.value.kind === Kind.BOOLEAN

const withoutLiterals = (directives: readonly DirectiveNode[] = []) =>
  directives.filter((directive) => !isLiteralCondition(directive))

const typenameNode: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

interface PrepareOptions {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The names of fields that the planner may add to a selection: those of keys and of `@requires`. */
  plannedNames: ReadonlySet<string>
}

/**
 * Prepares an operation for the planner. It adds what keys and `@requires` need to the client's own selections, by
 * response name; where the client has given such a name to something else (another field, or the same with
 * arguments), one would silently be taken for the other. Those get a name of ours here, and their own one when the
 * response is written. What asks nothing of a subgraph, as introspection, is left out.
 */
export function prepareOperation({
  schema,
  document,
  operation,
  plannedNames,
}: PrepareOptions): ClientOperation {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )
  const keys = new WeakMap<FieldNode, string>()
  const ownNames = new Map<string, string>()
  const prepared = new Map<string, FragmentDefinitionNode | null>()
  const root = schema.getRootType(operation.operation)

  function ownName(field: FieldNode): string {
    const asked = `${responseName(field)}:${field.name.value}(${(field.arguments ?? []).map(print).sort()})`
    const known = ownNames.get(asked)
    if (known !== undefined) return known
    const name = `arcade_${ownNames.size}_${field.name.value}`
    ownNames.set(asked, name)
    return name
  }

  function findKey(field: FieldNode, parent: GraphQLCompositeType): string {
    const name = field.name.value
    const wanted = responseName(field)
    if (name === '__typename') return name
    if (inherited.has(wanted)) return ownName(field)
    if (wanted !== '__typename' && !plannedNames.has(wanted)) return wanted
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    return wanted === name && definition?.args.length === 0 ? wanted : ownName(field)
  }

  function prepareField(field: FieldNode, parent: GraphQLCompositeType): FieldNode | null {
    const name = field.name.value
    if (name.startsWith('__') && (parent === root || name !== '__typename')) return null
    const key = findKey(field, parent)
    keys.set(field, key)
    if (name === '__typename') return { ...typenameNode, directives: withoutLiterals(field.directives) }
    const { alias: _, selectionSet, ...node } = field
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    const type = getNamedType(definition?.type)
    return {
      ...node,
      directives: withoutLiterals(field.directives),
      ...(key !== name && { alias: { kind: Kind.NAME, value: key } }),
      ...(selectionSet &&
        isCompositeType(type) && {
          selectionSet: prepareSelections(selectionSet, type) ?? {
            kind: Kind.SELECTION_SET,
            selections: [typenameNode],
          },
        }),
    }
  }

  function prepareFragment(name: string): FragmentDefinitionNode | null {
    const known = prepared.get(name)
    if (known !== undefined) return known
    const fragment = fragments.get(name)
    const type = fragment && schema.getType(fragment.typeCondition.name.value)
    const selectionSet =
      isCompositeType(type) && fragment ? prepareSelections(fragment.selectionSet, type) : null
    const result = fragment && selectionSet ? { ...fragment, selectionSet } : null
    prepared.set(name, result)
    return result
  }

  function prepareSelection(selection: SelectionNode, parent: GraphQLCompositeType): SelectionNode | null {
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = prepareFragment(selection.name.value)
      return fragment && { ...selection, directives: withoutLiterals(selection.directives) }
    }
    if (selection.kind === Kind.FIELD) return prepareField(selection, parent)
    const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value)
    const selectionSet = prepareSelections(
      selection.selectionSet,
      isCompositeType(condition) ? condition : parent,
    )
    return selectionSet && { ...selection, directives: withoutLiterals(selection.directives), selectionSet }
  }

  function prepareSelections(
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
  ): SelectionSetNode | null {
    const kept = selections.flatMap((selection) => {
      // Also what is skipped has a key: the same node may be shared by places that are not.
      const result = prepareSelection(selection, parent)
      return result && isSettled(selection.directives) !== false ? [result] : []
    })
    return kept.length > 0 ? { kind: Kind.SELECTION_SET, selections: kept } : null
  }

  const selectionSet = root ? prepareSelections(operation.selectionSet, root) : null
  const text =
    selectionSet &&
    print({
      kind: Kind.DOCUMENT,
      definitions: [
        { ...operation, selectionSet },
        ...[...prepared.values()].filter((fragment) => fragment !== null),
      ],
    })
  return {
    schema,
    document,
    operation,
    fragments,
    keyOf: (field) => keys.get(field) ?? responseName(field),
    textToPlan: text,
  }
}
