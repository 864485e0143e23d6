import {
  type ASTNode,
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
  OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'

/** A client's operation, and the one that is planned in its place. */
export interface ClientOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The key that a field has in the tree of merged answers, which may be another than the client's. */
  keyOf(field: FieldNode): string
  /** The names that variables have in plans, where the client's are the planner's own. */
  variableNames: ReadonlyMap<string, string>
  /** What the planner is given, one operation after the other; nothing where nothing is asked of any subgraph. */
  textsToPlan: readonly string[]
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

const typenameNode: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** The variables by which entities are asked for. */
const plannersVariable = /^representations\d*$/

interface PrepareOptions {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The names of fields that the planner may add to a selection: those of keys and of `@requires`. */
  plannedNames: ReadonlySet<string>
  /** The directives that the planner does not know. */
  unplannedDirectives: ReadonlySet<string>
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
  unplannedDirectives,
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
  const planned = ({ directives = [] }: { directives?: readonly DirectiveNode[] | undefined }) =>
    directives.filter(
      (directive) => !isLiteralCondition(directive) && !unplannedDirectives.has(directive.name.value),
    )

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
    if (name === '__typename') return { ...typenameNode, directives: planned(field) }
    const { alias: _, selectionSet, ...node } = field
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    const type = getNamedType(definition?.type)
    return {
      ...node,
      directives: planned(field),
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
      return fragment && { ...selection, directives: planned(selection) }
    }
    if (selection.kind === Kind.FIELD) return prepareField(selection, parent)
    const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value)
    const selectionSet = prepareSelections(
      selection.selectionSet,
      isCompositeType(condition) ? condition : parent,
    )
    return selectionSet && { ...selection, directives: planned(selection), selectionSet }
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

  const variableNames = new Map(
    (operation.variableDefinitions ?? []).flatMap(({ variable: { name } }) =>
      plannersVariable.test(name.value) ? [[name.value, `arcade_${name.value}`]] : [],
    ),
  )
  const rename = <Node extends ASTNode>(node: Node): Node =>
    variableNames.size === 0
      ? node
      : visit(node, {
          Variable({ kind, name }) {
            const own = variableNames.get(name.value)
            return own === undefined ? undefined : { kind, name: { kind: Kind.NAME, value: own } }
          },
        })
  const selectionSet = root ? prepareSelections(operation.selectionSet, root) : null
  const used = [...prepared.values()].filter((fragment) => fragment !== null)

  /** The fields at the root, each with the fragments around it, and with all that have its name. */
  function inSeries({ selections }: SelectionSetNode): SelectionSetNode[] {
    const series = new Map<string, SelectionNode[]>()
    const collect = (selection: SelectionNode, wrap: (inner: SelectionNode) => SelectionNode): void => {
      if (selection.kind === Kind.FIELD) {
        const name = responseName(selection)
        series.set(name, [...(series.get(name) ?? []), wrap(selection)])
        return
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : prepared.get(selection.name.value)
      for (const inner of fragment?.selectionSet.selections ?? [])
        collect(inner, (each) =>
          wrap({
            kind: Kind.INLINE_FRAGMENT,
            directives: selection.directives ?? [],
            selectionSet: { kind: Kind.SELECTION_SET, selections: [each] },
          }),
        )
    }
    for (const selection of selections) collect(selection, (inner) => inner)
    return [...series.values()].map((each) => ({ kind: Kind.SELECTION_SET, selections: each }))
  }

  // A write is done, with all that is selected of it, before the next one begins. The planner would put writes of
  // one subgraph together. https://spec.graphql.org/September2025/#sec-Mutation
  const parts =
    selectionSet && operation.operation === OperationTypeNode.MUTATION
      ? inSeries(selectionSet)
      : [selectionSet].filter((set) => set !== null)
  const textsToPlan = parts.map((set) =>
    print(
      rename({
        kind: Kind.DOCUMENT,
        definitions: [{ ...operation, directives: planned(operation), selectionSet: set }, ...used],
      }),
    ),
  )
  return {
    schema,
    document,
    operation,
    fragments,
    keyOf: (field) => keys.get(field) ?? responseName(field),
    variableNames,
    textsToPlan,
  }
}
