import {
  baseType,
  type FieldDefinition,
  type InterfaceType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type NamedType,
  type ObjectType,
  type Subgraph,
  type Type,
} from '@apollo/federation-internals'

export type Field = FieldDefinition<ObjectType | InterfaceType>

/** The types that a subgraph's file defines or extends: what the federation adds by itself is left out. */
export const typesOf = (subgraph: Subgraph): NamedType[] =>
  subgraph.schema
    .types()
    .filter((type) => type.sourceAST?.loc || type.extensions().some(({ sourceAST }) => sourceAST?.loc))

export const isFieldsType = (type: NamedType): type is ObjectType | InterfaceType =>
  isObjectType(type) || isInterfaceType(type)

/** The types with fields that a subgraph's file defines or extends, without the roots. */
export const outputTypesOf = (subgraph: Subgraph): (ObjectType | InterfaceType)[] =>
  typesOf(subgraph)
    .filter(isFieldsType)
    .filter((type) => !isRootType(type))

export const isRootType = (type: NamedType): boolean => isObjectType(type) && type.isRootType()

/** The fields of a type that the file names, as they are resolved here: external ones are another's. */
export const fieldsOf = (subgraph: Subgraph, type: ObjectType | InterfaceType): Field[] =>
  allFieldsOf(type).filter((field) => !subgraph.metadata().isFieldExternal(field))

/** The fields of all types, the roots' among them. */
export const outputFieldsOf = (subgraph: Subgraph): Field[] =>
  typesOf(subgraph)
    .filter(isFieldsType)
    .flatMap((type) => fieldsOf(subgraph, type))

export function rootFieldsOf(subgraph: Subgraph, kind: 'query' | 'mutation' | 'subscription'): Field[] {
  const root = subgraph.schema.schemaDefinition.rootType(kind)
  return root ? fieldsOf(subgraph, root) : []
}

const allFieldsOf = (type: ObjectType | InterfaceType): Field[] =>
  [...type.fields()].filter(({ sourceAST }) => sourceAST?.loc)

/** The input fields and arguments that the file names. */
export const inputsOf = (subgraph: Subgraph) => [
  ...typesOf(subgraph)
    .filter(isInputObjectType)
    .flatMap((type) => type.fields()),
  ...outputFieldsOf(subgraph).flatMap((field) => field.arguments()),
]

export const isEntity = (subgraph: Subgraph, type: NamedType): boolean =>
  type.appliedDirectivesOf(subgraph.metadata().keyDirective()).length > 0

/** The entities that stand in more than one subgraph: each may be lost without the others. */
export function sharedEntities(subgraphs: readonly Subgraph[]): Map<string, string[]> {
  const homes = new Map<string, string[]>()
  for (const subgraph of subgraphs) {
    for (const type of typesOf(subgraph)) {
      if (isEntity(subgraph, type)) homes.set(type.name, [...(homes.get(type.name) ?? []), subgraph.name])
    }
  }
  return new Map([...homes].filter(([, names]) => names.length > 1))
}

/** The type of a field or an argument. Only an element that was taken out of its schema has none. */
export function typeOf<T extends Type>({
  type,
  coordinate,
}: {
  type?: T | undefined
  coordinate: string
}): T {
  if (!type) throw new TypeError(`${coordinate} has no type.`)
  return type
}

export const namedTypeOf = (element: { type?: Type | undefined; coordinate: string }): NamedType =>
  baseType(typeOf(element))

/** `[A!]!` without its outer `!`. */
const withoutNonNull = (type: Type): Type => (isNonNullType(type) ? type.ofType : type)

/** The type of a list's items; null for what is no list. */
export function itemTypeOf(type: Type): Type | null {
  const list = withoutNonNull(type)
  return isListType(list) ? list.ofType : null
}

/** "a, b and c". */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
