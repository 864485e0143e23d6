import {
  type ArgumentNode,
  type ConstValueNode,
  type DirectiveNode,
  type DocumentNode,
  doTypesOverlap,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type NameNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  parse,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  type VariableDefinitionNode,
  validate,
  visit,
} from 'graphql'
import type { Condition, InputTree, OperationTree, Selection, VariableUse } from './random-operation.ts'
import type { GatewayRequest } from './running-supergraph.ts'

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value })
const selectionSet = (selections: SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
})
const variableNode = (name: string) => ({ kind: Kind.VARIABLE, name: nameNode(name) }) as const

const nullable = (type: GraphQLInputType) => (isNonNullType(type) ? type.ofType : type)

/** A value as it is written for a type: an enum's value without quotes. */
function constant(value: unknown, of?: GraphQLInputType): ConstValueNode {
  const type = of && nullable(of)
  if (value === null || value === undefined) return { kind: Kind.NULL }
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value }
  if (typeof value === 'number')
    return { kind: Number.isInteger(value) ? Kind.INT : Kind.FLOAT, value: String(value) }
  if (typeof value === 'string') {
    return isEnumType(type) ? { kind: Kind.ENUM, value } : { kind: Kind.STRING, value }
  }
  if (Array.isArray(value)) {
    const item = isListType(type) ? type.ofType : undefined
    return { kind: Kind.LIST, values: value.map((below) => constant(below, item)) }
  }
  const fields = isInputObjectType(type) ? type.getFields() : {}
  return {
    kind: Kind.OBJECT,
    fields: Object.entries(value).map(([name, below]) => ({
      kind: Kind.OBJECT_FIELD,
      name: nameNode(name),
      value: constant(below, fields[name]?.type),
    })),
  }
}

/** Gives each variable a name, one for all that are alike. */
function createVariables({ hasOddNames, booleans, isByDefault }: OperationTree) {
  const definitions = new Map<string, VariableDefinitionNode>()
  const values: Record<string, unknown> = {}
  const names = new Map<string, string>()

  function declare(name: string, type: string, defaultValue: ConstValueNode | undefined) {
    const typeNode = parseType(type, { noLocation: true })
    definitions.set(name, {
      kind: Kind.VARIABLE_DEFINITION,
      variable: variableNode(name),
      type: typeNode,
      ...(defaultValue && { defaultValue }),
    })
  }

  return {
    values,
    definitions: () => [...definitions.values()],
    use({ type, defaultValue, value, of }: VariableUse): ValueNode {
      const key = JSON.stringify([type, defaultValue === undefined, defaultValue, value === undefined, value])
      const index = names.size
      const name =
        names.get(key) ??
        (hasOddNames ? ['representations', 'r0', '_0'][index] : undefined) ??
        `v${index + 1}`
      if (!names.has(key)) {
        names.set(key, name)
        declare(name, type, defaultValue === undefined ? undefined : constant(defaultValue, of))
        if (value !== undefined) values[name] = value
      }
      return variableNode(name)
    },
    useBoolean(index: number): ValueNode {
      const name = `if${index}`
      const is = booleans[index] ?? true
      declare(name, 'Boolean!', isByDefault ? constant(is) : undefined)
      if (!isByDefault) values[name] = is
      return variableNode(name)
    },
  }
}

type Variables = ReturnType<typeof createVariables>

function inputNode(tree: InputTree, of: GraphQLInputType | undefined, variables: Variables): ValueNode {
  if (tree.kind === 'variable') return variables.use(tree)
  if (tree.kind === 'leaf') return constant(tree.value, of)
  const type = of && nullable(of)
  if (tree.kind === 'list') {
    const item = isListType(type) ? type.ofType : undefined
    return { kind: Kind.LIST, values: tree.items.map((below) => inputNode(below, item, variables)) }
  }
  const fields = isInputObjectType(type) ? type.getFields() : {}
  return {
    kind: Kind.OBJECT,
    fields: Object.entries(tree.fields).map(([name, below]) => ({
      kind: Kind.OBJECT_FIELD,
      name: nameNode(name),
      value: inputNode(below, fields[name]?.type, variables),
    })),
  }
}

/** The tree as a document, which may not be valid yet. */
function writeTree(
  schema: GraphQLSchema,
  tree: OperationTree,
): { document: DocumentNode; values: Record<string, unknown> } {
  const variables = createVariables(tree)
  const written = new Map<number, FragmentDefinitionNode>()

  const directives = (conditions: readonly Condition[]): DirectiveNode[] =>
    conditions.map(({ directive, is }) => ({
      kind: Kind.DIRECTIVE,
      name: nameNode(directive),
      arguments: [
        {
          kind: Kind.ARGUMENT,
          name: nameNode('if'),
          value: typeof is === 'boolean' ? { kind: Kind.BOOLEAN, value: is } : variables.useBoolean(is),
        },
      ],
    }))

  const typename: FieldNode = { kind: Kind.FIELD, name: nameNode('__typename') }

  /** A fragment spreads those after it alone, so that they never go in a circle. */
  function writeSpread(
    wanted: number,
    typeName: string,
    conditions: Condition[],
    inside: number,
  ): SelectionNode {
    const type = schema.getType(typeName)
    const candidates = [...tree.fragments.entries()].filter(([index, { on }]) => {
      const condition = schema.getType(on)
      if (index <= inside || !isCompositeType(type) || !isCompositeType(condition)) return false
      return doTypesOverlap(schema, type, condition)
    })
    const [index, fragment] = candidates[wanted % candidates.length] ?? []
    if (index === undefined || !fragment) return { ...typename, directives: directives(conditions) }
    if (!written.has(index)) {
      written.set(index, {
        kind: Kind.FRAGMENT_DEFINITION,
        name: nameNode(`F${index}`),
        typeCondition: { kind: Kind.NAMED_TYPE, name: nameNode(fragment.on) },
        selectionSet: writeSet(fragment.selections, fragment.on, index),
      })
    }
    return { kind: Kind.FRAGMENT_SPREAD, name: nameNode(`F${index}`), directives: directives(conditions) }
  }

  function writeSelection(selection: Selection, typeName: string, inside: number): SelectionNode {
    if (selection.kind === 'introspection') {
      const [definition] = parse(`{ ${selection.text} }`, { noLocation: true }).definitions
      const node =
        definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections[0] : undefined
      return node ?? typename
    }
    if (selection.kind === 'spread') {
      return writeSpread(selection.fragment, typeName, selection.conditions, inside)
    }
    if (selection.kind === 'inline') {
      return {
        kind: Kind.INLINE_FRAGMENT,
        ...(selection.on !== null && {
          typeCondition: { kind: Kind.NAMED_TYPE, name: nameNode(selection.on) },
        }),
        directives: directives(selection.conditions),
        selectionSet: writeSet(selection.selections, selection.on ?? typeName, inside),
      }
    }
    const type = schema.getType(typeName)
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name] : undefined
    const args = Object.entries(selection.args).map(
      ([name, value]): ArgumentNode => ({
        kind: Kind.ARGUMENT,
        name: nameNode(name),
        value: inputNode(value, field?.args.find((arg) => arg.name === name)?.type, variables),
      }),
    )
    return {
      kind: Kind.FIELD,
      name: nameNode(selection.name),
      ...(selection.alias !== null && { alias: nameNode(selection.alias) }),
      arguments: args,
      directives: directives(selection.conditions),
      ...(selection.selections.length > 0 &&
        field && {
          selectionSet: writeSet(selection.selections, getNamedType(field.type).name, inside),
        }),
    }
  }

  const writeSet = (selections: readonly Selection[], typeName: string, inside: number) =>
    selectionSet(selections.map((selection) => writeSelection(selection, typeName, inside)))

  const root = tree.kind === 'query' ? schema.getQueryType() : schema.getMutationType()
  const selections = writeSet(tree.selections, root?.name ?? '', -1)
  const main: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: tree.kind === 'query' ? OperationTypeNode.QUERY : OperationTypeNode.MUTATION,
    name: nameNode('Main'),
    variableDefinitions: variables.definitions(),
    selectionSet: selections,
  }
  const other = (name: string): OperationDefinitionNode => ({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    name: nameNode(name),
    selectionSet: selectionSet([{ ...typename, alias: nameNode('other') }]),
  })
  const definitions = [
    ...(tree.others.includes('before') ? [other('Before')] : []),
    main,
    ...written.values(),
    ...(tree.others.includes('after') ? [other('After')] : []),
  ]
  return { document: { kind: Kind.DOCUMENT, definitions }, values: variables.values }
}

/** Gives fields that can't be merged names of their own, which keeps as much of what was chosen as can be. */
function separate(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  let separated = document
  let count = 0
  for (let round = 0; round < 40; round++) {
    const conflicts = validate(schema, separated, [OverlappingFieldsCanBeMergedRule])
    if (conflicts.length === 0) break
    const renamed = new Set(conflicts.flatMap(({ nodes }) => nodes?.slice(-1) ?? []))
    separated = visit(separated, {
      Field: (node) => (renamed.has(node) ? { ...node, alias: nameNode(`u${++count}`) } : undefined),
    })
  }
  return separated
}

export interface WrittenOperation {
  request: GatewayRequest
  document: DocumentNode
}

/** Null where what was chosen can't be made a valid operation. */
export function writeOperation(schema: GraphQLSchema, tree: OperationTree): WrittenOperation | null {
  const { document, values } = writeTree(schema, tree)
  const query = print(separate(schema, document))
  // As the gateway reads it: what is printed and read again is no longer what was built where a name was bad.
  const read = parse(query)
  if (validate(schema, read).length > 0) return null
  return { request: { query, variables: values, operationName: 'Main' }, document: read }
}
