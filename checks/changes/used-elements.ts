import {
  type ASTNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** The subgraphs that resolve a field, by its coordinate. */
export type FieldOwners = (coordinate: string) => readonly string[]

type Maybe<Type> = Type | null | undefined

/**
 * What of a schema an operation uses, in the words of `SchemaChange.hits`:
 * - `Product.title`, `Product.reviews(first:)`, `Filter.size`, `Size.XL`, `@stream(if:)`: the element
 * - `Product.reviews(first:) left out`: an argument that is not given, or may not be
 * - `Product`: any part of the type, or a value of it, or something that may be one
 * - `... on Product`: a condition on the type
 * - `query`, `mutation`, `subscription`: the kind of operation
 * - `@stream on FIELD`, `@stream repeated`: how a directive is used
 * - `resolved Product.title`: a field that is asked of subgraphs, whatever interface it was asked as
 * - `resolved Product in reviews`: a field of the type that this subgraph resolves
 * What variables may hold counts as used, since nobody can tell what they do.
 */
export function usedElements(
  document: DocumentNode,
  schema: GraphQLSchema,
  owners: FieldOwners,
): ReadonlySet<string> {
  const used = new Set<string>()
  const typeInfo = new TypeInfo(schema)
  const useInput = (type: GraphQLNamedType): void => {
    if (used.has(`given ${type.name}`)) return
    used.add(`given ${type.name}`).add(type.name)
    if (isEnumType(type)) for (const { name } of type.getValues()) used.add(`${type.name}.${name}`)
    if (!isInputObjectType(type)) return
    for (const field of Object.values(type.getFields())) {
      used.add(`${type.name}.${field.name}`)
      useInput(getNamedType(field.type))
    }
  }
  const resolve = (type: string, field: string): void => {
    used.add(`resolved ${type}.${field}`)
    for (const owner of owners(`${type}.${field}`)) used.add(`resolved ${type} in ${owner}`)
  }
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      OperationDefinition: ({ operation }) => {
        used.add(operation)
      },
      VariableDefinition: ({ type }) => {
        const named = typeFromAST(schema, type)
        if (named) useInput(getNamedType(named))
      },
      Field: ({ name: { value: field }, arguments: given = [] }) => {
        const parent = typeInfo.getParentType()
        const definition = typeInfo.getFieldDef()
        if (!parent || !definition) return
        for (const { name } of definition.args) {
          const value = given.find((argument) => argument.name.value === name)?.value
          const isGiven = value && (value.kind !== Kind.VARIABLE || isAlwaysGiven(document, value.name.value))
          if (!isGiven) used.add(`${parent.name}.${field}(${name}:) left out`)
        }
        used.add(parent.name).add(`${parent.name}.${field}`)
        const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent]
        for (const { name } of objects) resolve(name, field)
        const answered = getNamedType(definition.type)
        used.add(answered.name)
        if (isEnumType(answered)) {
          for (const { name } of answered.getValues()) used.add(`${answered.name}.${name}`)
        }
        if (isCompositeType(answered) && isAbstractType(answered)) {
          for (const { name } of schema.getPossibleTypes(answered)) used.add(name)
        }
      },
      Argument: ({ name: { value: argument } }, _key, _siblings, _path, ancestors) => {
        const owner = nodeOf(ancestors.at(-1))
        const parent = typeInfo.getParentType()
        const field = typeInfo.getFieldDef()
        if (owner?.kind === Kind.DIRECTIVE) used.add(`@${owner.name.value}(${argument}:)`)
        if (owner?.kind !== Kind.FIELD || !parent || !field) return
        used.add(`${parent.name}.${field.name}(${argument}:)`)
      },
      ObjectField: ({ name: { value: field } }) => {
        const parent = namedInput(typeInfo.getParentInputType())
        if (parent) used.add(parent.name).add(`${parent.name}.${field}`)
      },
      ObjectValue: () => {
        const type = namedInput(typeInfo.getInputType())
        if (type) used.add(type.name)
      },
      EnumValue: ({ value }) => {
        const type = namedInput(typeInfo.getInputType())
        if (type) used.add(type.name).add(`${type.name}.${value}`)
      },
      InlineFragment: ({ typeCondition }) => {
        if (typeCondition) useCondition(typeCondition.name.value)
      },
      FragmentDefinition: ({ typeCondition }) => useCondition(typeCondition.name.value),
      Directive: ({ name: { value: name } }, _key, siblings, _path, ancestors) => {
        const owner = nodeOf(ancestors.at(-1))
        used.add(`@${name}`)
        if (owner) used.add(`@${name} on ${placeOf(owner)}`)
        const same = isNodes(siblings)
          ? siblings.filter((each) => each.kind === Kind.DIRECTIVE && each.name.value === name)
          : []
        if (same.length > 1) used.add(`@${name} repeated`)
      },
    }),
  )
  return used

  function useCondition(name: string): void {
    const type = schema.getType(name)
    used.add(name).add(`... on ${name}`)
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const { name: known } of type.getInterfaces()) used.add(known)
    }
  }
}

/** A variable that may be null may be left out as well, and its argument with it. */
const isAlwaysGiven = ({ definitions }: DocumentNode, name: string): boolean =>
  definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(
        ({ variable, type, defaultValue }) =>
          variable.name.value === name && (type.kind === Kind.NON_NULL_TYPE || defaultValue !== undefined),
      ),
  )

/** Something, or all the siblings of a list, that a visitor has come by. */
type Visited = ASTNode | readonly ASTNode[] | undefined

const isNodes = (visited: Visited): visited is readonly ASTNode[] => Array.isArray(visited)

const nodeOf = (visited: Visited): ASTNode | null => (!visited || isNodes(visited) ? null : visited)

const namedInput = (type: Maybe<GraphQLInputType>): GraphQLNamedType | null =>
  type ? getNamedType(type) : null

/** The location of a directive, as its definition names it. */
const placeOf = (node: ASTNode): string =>
  node.kind === Kind.OPERATION_DEFINITION
    ? node.operation.toUpperCase()
    : node.kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
