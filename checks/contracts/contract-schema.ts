import {
  type ArgumentDefinition,
  baseType,
  type CoreFeatures,
  type EnumValue,
  errorCauses,
  type FieldDefinition,
  INACCESSIBLE_VERSIONS,
  type InputFieldDefinition,
  type InterfaceType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type NamedType,
  type ObjectType,
  type Schema,
  Supergraph,
  tagIdentity,
} from '@apollo/federation-internals'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { isFieldsType, isRootType } from '../rules/schema-elements.ts'

/**
 * A variant of the graph for some of its users, as Apollo's contracts define it
 * (https://www.apollographql.com/docs/graphos/platform/schema-management/delivery/contracts/reference).
 */
export interface Contract {
  name: string
  /** Where it names any: a field or union is left out unless one of these tags is on it, or on the field's type. */
  include: readonly string[]
  /** What has one of these tags is left out, whatever else is on it. */
  exclude: readonly string[]
  /** Whether types that nothing leads to are left out as well. */
  hideUnreachableTypes: boolean
  /** The operations that it has to keep: a folder, or a persisted-query manifest. Null where there are none. */
  operations: string | null
}

/** Why a variant cannot be had. */
export interface ContractProblem {
  message: string
  /** What has to be mended: what refers to something that is left out. */
  coordinate: string | null
}

export interface ContractSchema {
  /** What its clients see; null where it cannot be had. */
  schema: GraphQLSchema | null
  problems: readonly ContractProblem[]
  /** Types that it keeps and no operation can get to. */
  unreachable: readonly string[]
  /** Tags of the contract that the graph has. */
  knownTags: readonly string[]
}

/** The variant of a composed supergraph that a contract describes. */
export function buildContractSchema(supergraphSdl: string, contract: Contract): ContractSchema {
  const { schema } = Supergraph.build(supergraphSdl, { supportedFeatures: null })
  const tags = tagsIn(schema)
  const types = schema.types().filter((type) => !schema.coreFeatures?.sourceFeature(type))
  const hidden = findHidden(types, contract, tags)
  const reachable = findReachable(schema, hidden)
  const unreachable = types.filter((type) => !hidden.has(type) && !reachable.has(type) && !isRootType(type))
  if (contract.hideUnreachableTypes) for (const type of unreachable) hidden.add(type)
  const found = {
    unreachable: contract.hideUnreachableTypes ? [] : unreachable.map(({ name }) => name),
    knownTags: [...contract.include, ...contract.exclude].filter((tag) => tags.known.has(tag)),
  }
  const query = schema.schemaDefinition.rootType('query')
  if (!query || hidden.has(query)) {
    const problem = { message: 'Nothing is left that can be queried.', coordinate: query?.name ?? null }
    return { ...found, schema: null, problems: [problem] }
  }
  return { ...found, ...hide(schema, hidden) }
}

type Taggable =
  | NamedType
  | FieldDefinition<ObjectType>
  | FieldDefinition<InterfaceType>
  | ArgumentDefinition<FieldDefinition<ObjectType>>
  | ArgumentDefinition<FieldDefinition<InterfaceType>>
  | InputFieldDefinition
  | EnumValue

interface Tags {
  of: (element: Taggable) => string[]
  known: ReadonlySet<string>
}

function tagsIn(schema: Schema): Tags {
  const definition = tagDefinition(schema, schema.coreFeatures)
  const applications = [...(definition?.applications() ?? [])]
  const nameOf = (application: { arguments: () => object }): string[] => {
    const { name } = { name: undefined, ...application.arguments() }
    return typeof name === 'string' ? [name] : []
  }
  return {
    of: (element) => (definition ? element.appliedDirectivesOf(definition.name).flatMap(nameOf) : []),
    known: new Set(applications.flatMap(nameOf)),
  }
}

/** A subgraph may import the directive under another name. */
function tagDefinition(schema: Schema, features: CoreFeatures | undefined) {
  const feature = features?.getByIdentity(tagIdentity)
  return feature ? schema.directive(feature.directiveNameInSchema('tag')) : undefined
}

type Hidden = Set<Taggable>

/** What the tags leave out, and the types of which nothing remains. */
function findHidden(types: readonly NamedType[], { include, exclude }: Contract, tags: Tags): Hidden {
  const hidden: Hidden = new Set()
  const isExcluded = (given: readonly string[]) => given.some((tag) => exclude.includes(tag))
  const isIncluded = (given: readonly string[]) =>
    include.length === 0 || given.some((tag) => include.includes(tag))
  const hideMembers = (type: NamedType, members: readonly Taggable[]) => {
    if (members.length > 0 && members.every((member) => hidden.has(member))) hidden.add(type)
  }
  for (const type of types) {
    const own = tags.of(type)
    if (isExcluded(own)) hidden.add(type)
    if (isUnionType(type) && !isIncluded(own)) hidden.add(type)
    if (isFieldsType(type)) {
      for (const field of type.fields()) {
        const all = [...own, ...tags.of(field)]
        if (isExcluded(all) || !isIncluded(all)) hidden.add(field)
        for (const argument of field.arguments()) if (isExcluded(tags.of(argument))) hidden.add(argument)
      }
      hideMembers(type, [...type.fields()])
    }
    const members = isInputObjectType(type) ? type.fields() : isEnumType(type) ? [...type.values] : []
    for (const member of members) if (isExcluded(tags.of(member))) hidden.add(member)
    hideMembers(type, members)
  }
  return hidden
}

/** The types that operations, their variables and their directives can get to, past what is hidden. */
function findReachable(schema: Schema, hidden: Hidden): Set<NamedType> {
  const roots = (['query', 'mutation', 'subscription'] as const).flatMap(
    (kind) => schema.schemaDefinition.rootType(kind) ?? [],
  )
  const reached = new Set<NamedType>()
  const given = schema
    .directives()
    .filter((directive) => !schema.coreFeatures?.sourceFeature(directive))
    .flatMap((directive) => directive.arguments().flatMap(({ type }) => (type ? [baseType(type)] : [])))
  const open: NamedType[] = [...roots, ...given]
  for (let type = open.pop(); type; type = open.pop()) {
    if (reached.has(type) || hidden.has(type)) continue
    reached.add(type)
    open.push(...typesOnFrom(type, hidden))
  }
  return reached
}

function typesOnFrom(type: NamedType, hidden: Hidden): NamedType[] {
  if (isUnionType(type)) return [...type.types()]
  const fields = isFieldsType(type) ? [...type.fields()] : isInputObjectType(type) ? type.fields() : []
  const seen = fields.filter((field) => !hidden.has(field))
  const inputs = seen.flatMap((field) =>
    'arguments' in field ? field.arguments().filter((argument) => !hidden.has(argument)) : [],
  )
  const values = [...seen, ...inputs].flatMap((element) => (element.type ? [baseType(element.type)] : []))
  if (isInterfaceType(type)) return [...values, ...type.interfaces(), ...type.possibleRuntimeTypes()]
  return isObjectType(type) ? [...values, ...type.interfaces()] : values
}

/** Hides as `@inaccessible` does, with its rules for what may not be left behind. */
function hide(schema: Schema, hidden: Hidden): Pick<ContractSchema, 'schema' | 'problems'> {
  const inaccessible = INACCESSIBLE_VERSIONS.latest()
  if (!inaccessible.inaccessibleDirective(schema)) {
    schema.coreFeatures?.coreDefinition.applyFeatureToSchema(schema, inaccessible, undefined, 'SECURITY')
  }
  const directive = inaccessible.inaccessibleDirective(schema)
  if (!directive) throw new TypeError('The supergraph has no @link, so that nothing can be hidden in it.')
  for (const element of hidden) {
    if (!element.hasAppliedDirective(directive)) element.applyDirective(directive)
  }
  try {
    return { schema: schema.toAPISchema().toGraphQLJSSchema(), problems: [] }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { schema: null, problems: (errorCauses(error) ?? [error]).map(toProblem) }
  }
}

function toProblem({ message, extensions }: GraphQLError): ContractProblem {
  const referencers: unknown = extensions.inaccessible_referencers
  const coordinate: unknown = Array.isArray(referencers) ? referencers[0] : null
  return { message, coordinate: typeof coordinate === 'string' ? coordinate : null }
}
