import { Supergraph } from '@apollo/federation-internals'
import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { compose } from '../../gateway/test-graph/test-graph.ts'

/** A supergraph of the tests: the SDL of each of its subgraphs, without the link to the Federation specification. */
export interface SupergraphSource {
  name: string
  subgraphs: Record<string, string>
}

export interface SubgraphFacts {
  name: string
  typeDefs: DocumentNode
  schema: GraphQLSchema
  /** The keys by which each type can be asked for. */
  keys: ReadonlyMap<string, readonly SelectionSetNode[]>
  /** What a field (`Type.field`) is computed from. */
  requires: ReadonlyMap<string, SelectionSetNode>
  /** Fields that other subgraphs have taken over: nobody may ask for them here. */
  overridden: ReadonlySet<string>
  interfaceObjects: ReadonlySet<string>
}

/** What a field's value can be, over all subgraphs: null only where all allow it, of a type that all know. */
export interface Shape {
  nullable: boolean
  /** Of a list. */
  item: Shape | null
  /** A leaf's type, or the object types that it can be. */
  types: readonly string[]
  /** Whether all subgraphs say the same of nulls. Where they don't, an error goes up further in one than in another. */
  isUniform: boolean
}

const imports = [
  ...['@key', '@shareable', '@requires', '@external', '@provides', '@interfaceObject', '@inaccessible'],
  ...['@override', '@tag'],
]
const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)})`

const parseFieldSet = (fields: string): SelectionSetNode => {
  const [definition] = parse(`{ ${fields} }`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${fields} is no field set`)
  return definition.selectionSet
}

type Definition = Pick<ObjectTypeDefinitionNode, 'name' | 'fields' | 'directives'>

function directivesOf(
  { directives = [] }: Pick<Definition, 'directives'>,
  name: string,
): Record<string, unknown>[] {
  return directives
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: args = [] }) =>
      Object.fromEntries(args.map((arg) => [arg.name.value, 'value' in arg.value ? arg.value.value : null])),
    )
}

function readSubgraph(name: string, sdl: string): SubgraphFacts {
  const typeDefs = parse(`${link} ${sdl}`)
  const keys = new Map<string, SelectionSetNode[]>()
  const requires = new Map<string, SelectionSetNode>()
  const interfaceObjects = new Set<string>()
  for (const node of typeDefs.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const type = node.name.value
    const resolvable = directivesOf(node, 'key').filter((key) => key.resolvable !== false)
    if (resolvable.length > 0) {
      keys.set(
        type,
        resolvable.map(({ fields }) => parseFieldSet(String(fields))),
      )
    }
    if (directivesOf(node, 'interfaceObject').length > 0) interfaceObjects.add(type)
    for (const field of node.fields ?? []) {
      const [required] = directivesOf(field, 'requires')
      if (required) requires.set(`${type}.${field.name.value}`, parseFieldSet(String(required.fields)))
    }
  }
  return {
    name,
    typeDefs,
    schema: buildASTSchema(typeDefs, { assumeValidSDL: true }),
    keys,
    requires,
    overridden: new Set(),
    interfaceObjects,
  }
}

/** The fields that another subgraph takes over from the one of this name. */
function overriddenIn(name: string, subgraphs: readonly SubgraphFacts[]): Set<string> {
  const overridden = new Set<string>()
  for (const { typeDefs } of subgraphs) {
    for (const node of typeDefs.definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
      for (const field of node.fields ?? []) {
        if (directivesOf(field, 'override').some(({ from }) => from === name))
          overridden.add(`${node.name.value}.${field.name.value}`)
      }
    }
  }
  return overridden
}

export function readSubgraphs({ subgraphs }: SupergraphSource): SubgraphFacts[] {
  const read = Object.entries(subgraphs).map(([name, sdl]) => readSubgraph(name, sdl))
  return read.map((subgraph) => ({ ...subgraph, overridden: overriddenIn(subgraph.name, read) }))
}

/** @throws when the subgraphs do not compose. */
export function composeSubgraphs(
  subgraphs: readonly SubgraphFacts[],
  urlOf: (name: string) => string,
): string {
  return compose(subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: urlOf(name) })))
}

export interface SupergraphFacts {
  subgraphs: readonly SubgraphFacts[]
  /** All types of all subgraphs, also those that clients don't see. */
  fullSchema: GraphQLSchema
  /** What clients see. */
  apiSchema: GraphQLSchema
  /** An entity is one and the same under the interface that is its entity: the name that both go by. */
  familyOf(type: string): string
  /** The object types that a type of the supergraph can be, of those that clients may see. */
  membersOf(type: string): readonly string[]
  shapeOf(type: string, field: string): Shape
  /** `Family.field` of everything that keys are made of. */
  keyFields: ReadonlySet<string>
  /** `Family.field` of everything that other fields are computed from. */
  requiredFields: ReadonlySet<string>
  /** The types whose objects are told apart by a number: entities, and what their keys contain. */
  numbered: ReadonlySet<string>
}

export function readSupergraph(subgraphs: readonly SubgraphFacts[], supergraphSdl: string): SupergraphFacts {
  const fullSchema = buildASTSchema(parse(supergraphSdl), { assumeValidSDL: true })
  const apiSchema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()

  const families = new Map<string, string>()
  for (const { schema, keys } of subgraphs) {
    for (const name of keys.keys()) {
      const type = schema.getType(name)
      if (!isInterfaceType(type)) continue
      for (const { name: member } of schema.getPossibleTypes(type)) families.set(member, name)
    }
  }
  const familyOf = (type: string) => families.get(type) ?? type

  const membersIn = (schema: GraphQLSchema, name: string): string[] => {
    const type = schema.getType(name)
    if (isAbstractType(type)) return schema.getPossibleTypes(type).map((member) => member.name)
    return isObjectType(type) ? [name] : []
  }
  const membersOf = (name: string) =>
    membersIn(fullSchema, name).filter((member) => apiSchema.getType(member) !== undefined)

  /** What the type that a subgraph calls so can be in the supergraph. */
  function typesFor(subgraph: SubgraphFacts, named: GraphQLNamedType): string[] {
    if (subgraph.interfaceObjects.has(named.name)) return [...membersOf(named.name)]
    const members = membersIn(subgraph.schema, named.name).flatMap((member) =>
      subgraph.interfaceObjects.has(member) ? membersOf(member) : [member],
    )
    return members.length > 0 ? members : [named.name]
  }

  function shapeIn(subgraph: SubgraphFacts, type: GraphQLOutputType): Shape {
    if (isNonNullType(type)) return { ...shapeIn(subgraph, type.ofType), nullable: false }
    if (isListType(type))
      return { nullable: true, item: shapeIn(subgraph, type.ofType), types: [], isUniform: true }
    return { nullable: true, item: null, types: typesFor(subgraph, type), isUniform: true }
  }

  function merge(one: Shape, other: Shape): Shape {
    const nullable = one.nullable && other.nullable
    const isUniform = one.nullable === other.nullable && one.isUniform && other.isUniform
    if (one.item && other.item) {
      const item = merge(one.item, other.item)
      return { nullable, item, types: [], isUniform: isUniform && item.isUniform }
    }
    return {
      nullable,
      item: null,
      types: one.types.filter((type) => other.types.includes(type)),
      isUniform,
    }
  }

  const shapes = new Map<string, Shape>()
  function shapeOf(typeName: string, fieldName: string): Shape {
    const coordinate = `${typeName}.${fieldName}`
    const known = shapes.get(coordinate)
    if (known) return known
    const family = familyOf(typeName)
    const declared = subgraphs.flatMap((subgraph) => {
      const names = new Set([typeName, ...(subgraph.interfaceObjects.has(family) ? [family] : [])])
      return [...names].flatMap((name) => {
        const type = subgraph.schema.getType(name)
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
        return field ? [shapeIn(subgraph, field.type)] : []
      })
    })
    const [first, ...others] = declared
    if (!first) throw new Error(`no subgraph has ${coordinate}`)
    const shape = others.reduce(merge, first)
    const seen = (types: readonly string[]) =>
      types.filter((type) => !isObjectType(fullSchema.getType(type)) || apiSchema.getType(type) !== undefined)
    const visible = (value: Shape): Shape => ({
      ...value,
      item: value.item && visible(value.item),
      types: value.types.length > 1 ? seen(value.types) : value.types,
    })
    shapes.set(coordinate, visible(shape))
    return visible(shape)
  }

  /** Marks each field of a field set; returns the object types that it walks through. */
  function mark(marks: Set<string>, typeName: string, { selections }: SelectionSetNode): string[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return mark(marks, selection.typeCondition?.name.value ?? typeName, selection.selectionSet)
      if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return []
      const names = new Set([typeName, ...membersIn(fullSchema, typeName)])
      for (const name of names) marks.add(`${familyOf(name)}.${selection.name.value}`)
      if (!selection.selectionSet) return []
      const type = fullSchema.getType(typeName)
      const field =
        isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined
      if (!field) throw new Error(`there is no ${typeName}.${selection.name.value}`)
      const below = getNamedType(field.type).name
      return [below, ...mark(marks, below, selection.selectionSet)]
    })
  }

  /** Whether no null stops on its way up from what is below a field. */
  const passesNulls = (type: GraphQLOutputType): boolean =>
    isNonNullType(type) && (!isListType(type.ofType) || passesNulls(type.ofType.ofType))

  /**
   * Marks each field of a type that takes its object with it. The planner asks for what is required together with
   * what the client wants of the same object: an error in that takes what is required as well.
   */
  function markTelling(marks: Set<string>, typeName: string): void {
    for (const member of membersIn(fullSchema, typeName)) {
      const type = fullSchema.getType(member)
      const fields = isObjectType(type) ? Object.values(type.getFields()) : []
      for (const { name, type: fieldType } of fields) {
        const coordinate = `${familyOf(member)}.${name}`
        if (!passesNulls(fieldType) || marks.has(coordinate)) continue
        marks.add(coordinate)
        markTelling(marks, getNamedType(fieldType).name)
      }
    }
  }

  const keyFields = new Set<string>()
  const requiredFields = new Set<string>()
  const numbered = new Set<string>()
  for (const { keys, requires } of subgraphs) {
    for (const [type, fieldSets] of keys) {
      for (const member of [type, ...membersIn(fullSchema, type)]) numbered.add(member)
      for (const below of fieldSets.flatMap((fieldSet) => mark(keyFields, type, fieldSet)))
        numbered.add(below)
    }
    for (const [coordinate, fieldSet] of requires) {
      const [type = ''] = coordinate.split('.')
      for (const below of mark(requiredFields, type, fieldSet)) markTelling(requiredFields, below)
    }
  }
  return {
    subgraphs,
    fullSchema,
    apiSchema,
    familyOf,
    membersOf,
    shapeOf,
    keyFields,
    requiredFields,
    numbered,
  }
}
