import { createHash } from 'node:crypto'
import { dropUnusedDefinitions } from '@apollo/utils.dropunuseddefinitions'
import { printWithReducedWhitespace } from '@apollo/utils.printwithreducedwhitespace'
import { removeAliases } from '@apollo/utils.removealiases'
import { sortAST } from '@apollo/utils.sortast'
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  TypeInfo,
  typeFromAST,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'

export interface SentOperation {
  /** What clients see. */
  schema: GraphQLSchema
  /** Validated against it. */
  document: DocumentNode
  /** Of the document. */
  operation: OperationDefinitionNode
}

/** What can be told of an operation without telling what it was asked with. */
export interface DescribedOperation {
  /** Null where it has none. */
  name: string | null
  kind: 'query' | 'mutation' | 'subscription'
  /** The same for operations that differ in values, aliases, order and white space alone. */
  hash: string
  /** The operation and the fragments that it uses, without values. */
  document: string
  /**
   * Schema coordinates (https://spec.graphql.org/draft/#sec-Schema-Coordinates) of the fields, arguments, input fields
   * and enum values that it uses, in order. What a variable may hold counts as used.
   */
  fields: readonly string[]
}

type Maybe<Type> = Type | null | undefined

const named = (type: Maybe<GraphQLInputType>): GraphQLNamedType | null => (type ? getNamedType(type) : null)

/**
 * Describes an operation as Apollo's usage reporting signs it: without unused definitions, aliases and values, sorted,
 * with as little white space as can be. Two things are otherwise. Lists and input objects stay, with the names of input
 * fields and without values, as which input fields a client gives is what a change of one hits. And Booleans, and what is
 * written for a custom scalar, are values as well.
 */
export function describeOperation({ schema, document, operation }: SentOperation): DescribedOperation {
  const name = operation.name?.value ?? null
  const own = dropUnusedDefinitions(document, name ?? '')
  const text = printWithReducedWhitespace(sortAST(removeAliases(withoutValues(own, schema))))
  return {
    name,
    kind: operation.operation,
    hash: createHash('sha256')
      .update(`# ${name ?? '-'}\n${text}`)
      .digest('hex'),
    document: text,
    fields: usedCoordinates(own, schema),
  }
}

/** What is left of a value: that there is one. The names of enum values are the schema's, and stay. */
const nothing = { kind: Kind.STRING, value: '' } as const

function withoutValues(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const typeInfo = new TypeInfo(schema)
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      IntValue: () => ({ kind: Kind.INT, value: '0' }),
      FloatValue: () => ({ kind: Kind.FLOAT, value: '0' }),
      StringValue: () => nothing,
      BooleanValue: () => ({ kind: Kind.BOOLEAN, value: false }),
      EnumValue: () => (isEnumType(named(typeInfo.getInputType())) ? undefined : nothing),
      ObjectValue: {
        enter: () => (isInputObjectType(named(typeInfo.getInputType())) ? undefined : nothing),
        leave: (node) => ({
          ...node,
          fields: node.fields.toSorted((one, other) => (one.name.value < other.name.value ? -1 : 1)),
        }),
      },
      ListValue: { leave: (node) => ({ ...node, values: different(node.values) }) },
    }),
  )
}

/** How many there were is a value as well. */
const different = (values: readonly ValueNode[]): ValueNode[] => [
  ...new Map(values.map((value) => [print(value), value])).values(),
]

/** Names that begin so are the language's own, which no change of a schema takes away. */
const isOwn = (name: string) => !name.startsWith('__')

function usedCoordinates(document: DocumentNode, schema: GraphQLSchema): string[] {
  const used = new Set<string>()
  const held = new Set<GraphQLNamedType>()
  const typeInfo = new TypeInfo(schema)

  function useValues(type: GraphQLNamedType) {
    if (isEnumType(type)) for (const { name } of type.getValues()) used.add(`${type.name}.${name}`)
  }
  function useAll(type: GraphQLNamedType) {
    if (held.has(type)) return
    held.add(type)
    useValues(type)
    if (!isInputObjectType(type)) return
    for (const field of Object.values(type.getFields())) {
      used.add(`${type.name}.${field.name}`)
      useAll(getNamedType(field.type))
    }
  }

  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition({ type }) {
        const variable = typeFromAST(schema, type)
        if (variable) useAll(getNamedType(variable))
      },
      Field({ name: { value: field }, arguments: given = [] }) {
        const parent = typeInfo.getParentType()
        const definition = typeInfo.getFieldDef()
        if (!parent || !definition || !isOwn(parent.name) || !isOwn(field)) return
        const coordinate = `${parent.name}.${field}`
        used.add(coordinate)
        for (const { name } of given) used.add(`${coordinate}(${name.value}:)`)
        useValues(getNamedType(definition.type))
      },
      ObjectField({ name: { value: field } }) {
        const parent = named(typeInfo.getParentInputType())
        if (isInputObjectType(parent)) used.add(`${parent.name}.${field}`)
      },
      EnumValue({ value }) {
        const type = named(typeInfo.getInputType())
        if (isEnumType(type)) used.add(`${type.name}.${value}`)
      },
    }),
  )
  return [...used].sort()
}
