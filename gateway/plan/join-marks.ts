import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  type TypeNode,
} from 'graphql'

export type ComposedType = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode

export const isComposedType = (node: { kind: string }): node is ComposedType =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION

interface Marks {
  directives?: readonly ConstDirectiveNode[] | undefined
}

export const marked = ({ directives = [] }: Marks, name: string) =>
  directives.filter((directive) => directive.name.value === name)

export function argumentOf(directive: ConstDirectiveNode, name: string): string | boolean | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value && 'value' in value ? value.value : undefined
}

/** The mark with another value for an argument that it has. */
export const withArgument = (
  mark: ConstDirectiveNode,
  name: string,
  value: ConstValueNode,
): ConstDirectiveNode => ({
  ...mark,
  arguments: (mark.arguments ?? []).map((argument) =>
    argument.name.value === name ? { ...argument, value } : argument,
  ),
})

/** A field set as it stands in `@key` and `@requires`: https://www.apollographql.com/docs/federation/federated-schemas/federated-directives */
export function parseFieldSet(text: string): readonly SelectionNode[] {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

export const printFieldSet = (selections: readonly SelectionNode[]) =>
  stripIgnoredCharacters(selections.map(print).join(' '))

/** The field set that a mark has for an argument; nothing where it has none. */
export function fieldSetOf(mark: ConstDirectiveNode, name: string): readonly SelectionNode[] {
  const text = argumentOf(mark, name)
  return typeof text === 'string' ? parseFieldSet(text) : []
}

export const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const

/** A mark of `@join__field`: https://specs.apollo.dev/join/v0.5 */
export const joinField = (
  graph: string,
  marks: ConstDirectiveNode['arguments'] = [],
): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: nameNode('join__field'),
  arguments: [
    { kind: Kind.ARGUMENT, name: nameNode('graph'), value: { kind: Kind.ENUM, value: graph } },
    ...marks,
  ],
})

export const externalMark: ConstDirectiveNode['arguments'] = [
  { kind: Kind.ARGUMENT, name: nameNode('external'), value: { kind: Kind.BOOLEAN, value: true } },
]

export const graphOf = (directive: ConstDirectiveNode) => String(argumentOf(directive, 'graph'))

/** Whether a field of a subgraph is only named there, since another one gives it. */
const isGivenElsewhere = (mark: ConstDirectiveNode) =>
  argumentOf(mark, 'external') === true ||
  (argumentOf(mark, 'usedOverridden') === true && argumentOf(mark, 'overrideLabel') === undefined)

/** The marks of the graphs that give a field themselves; null where every one does that has the type. */
export function ownerMarks(field: FieldDefinitionNode): ConstDirectiveNode[] | null {
  const marks = marked(field, 'join__field').filter((mark) => argumentOf(mark, 'graph') !== undefined)
  return marks.length === 0 ? null : marks.filter((mark) => !isGivenElsewhere(mark))
}

/** The graphs that give a field themselves, as the enum `join__Graph` names them. */
export const ownersOf = (type: ComposedType, field: FieldDefinitionNode): string[] =>
  // Without a mark, every subgraph that has the type has the field.
  (ownerMarks(field) ?? marked(type, 'join__type')).map(graphOf)

export function baseNameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : baseNameOf(type.type)
}

export const getOrAdd = <Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** The types that implement an interface; none for another type. */
export const implementationsOf = (
  types: ReadonlyMap<string, { kind: string }>,
  { name }: ComposedType,
): ComposedType[] =>
  [...types.values()]
    .filter(isComposedType)
    .filter(({ interfaces = [] }) => interfaces.some((each) => each.name.value === name.value))
