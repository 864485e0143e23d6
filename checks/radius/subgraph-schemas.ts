import {
  baseType,
  type FieldDefinition,
  type InterfaceType,
  isFederationDirectiveDefinedInSchema,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type ObjectType,
  type Subgraph,
  Supergraph,
} from '@apollo/federation-internals'
import {
  buildASTSchema,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType as isGraphQLInterfaceType,
  isObjectType as isGraphQLObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { InputError } from '../finding.ts'

/** Fields as `@key`, `@requires` and `@provides` name them. */
export interface FieldSet {
  /** How it is written, but for blanks. */
  text: string
  selections: SelectionSetNode
}

/** A field as one subgraph knows it. */
export interface SubgraphField {
  /** The type that it gives, without `!` and lists. */
  type: string
  /** Whether something else than `!` stands between the field and one object of its type. */
  mayBeEmpty: boolean
  /** Whether the subgraph only refers to it. */
  isExternal: boolean
  requires: FieldSet | null
  provides: FieldSet | null
  /** Which decision on which label of `@override` makes the field this subgraph's. */
  movedBy: { label: string; isMoved: boolean } | null
}

/** An object, interface or union as one subgraph knows it. */
export interface SubgraphType {
  fields: ReadonlyMap<string, SubgraphField>
  /** By which an object can be asked for. Those with `resolvable: false` are left out. */
  keys: readonly FieldSet[]
  /** The object types that it may stand for in this subgraph: itself, or those that implement it or are its members. */
  objects: readonly string[]
}

/** What of a supergraph matters for who can resolve what. */
export interface SubgraphSchemas {
  /** The subgraphs' names, in the supergraph's order. */
  names: readonly string[]
  /** A type as a subgraph knows it; undefined where it does not. */
  typeIn(subgraph: string, type: string): SubgraphType | undefined
  /** The runtime types that an object of a subgraph's object type may have: several for an interface object. */
  runtimeTypes(subgraph: string, objectType: string): readonly string[]
  /** The interface objects of a subgraph that stand for an object of a type. */
  interfaceObjects(subgraph: string, runtimeType: string): readonly string[]
  /** The interfaces of a subgraph that a type implements there. */
  interfacesIn(subgraph: string, objectType: string): readonly string[]
  /** The object types of a type of the supergraph: itself, or those that implement it or are its members. */
  runtimeTypesOf(type: string): readonly string[]
  /** Whether an object of a runtime type fits a type condition. */
  fits(runtimeType: string, condition: string): boolean
  /** Whether a type is another, or always fits it. */
  isSubtype(type: string, other: string): boolean
  /** Root types by operation. They have the same names everywhere. */
  roots: { query: string; mutation: string | null; subscription: string | null }
  /** The labels of `@override` that nobody can say beforehand whether a request is under. */
  undecidedLabels: readonly string[]
  /** For a label that somebody can: whether its fields have moved. */
  decidedLabels: ReadonlyMap<string, boolean>
  /** The schema that clients see. */
  apiSchema: GraphQLSchema
}

/** https://www.apollographql.com/docs/graphos/schema-design/guides/migrate-fields */
const percentage = /^percent\((\d{1,3}(?:\.\d+)?)\)$/

/** Whether a label moves all requests, none, or (null) some. Without somebody who decides, a label moves none. */
function decisionOn(label: string): boolean | null {
  const percent = Number(percentage.exec(label)?.[1] ?? 0)
  if (percent === 0) return false
  return percent >= 100 ? true : null
}

/** @throws InputError when the text is not a supergraph, or needs what no gateway of this kind serves. */
export function readSubgraphSchemas(supergraphSdl: string): SubgraphSchemas {
  const { subgraphs, apiSchema, fullSchema } = readSupergraph(supergraphSdl)
  const moves = findMoves(subgraphs)
  const types = new Map(
    subgraphs.map((subgraph) => {
      refuseContexts(subgraph)
      return [subgraph.name, readTypes(subgraph, moves)]
    }),
  )
  const objectsIn = new Map(
    subgraphs.map((subgraph) => [
      subgraph.name,
      new Map(
        subgraph.schema
          .objectTypes()
          .filter((type) => subgraph.metadata().isInterfaceObjectType(type))
          .map(({ name }) => [name, objectTypesOf(fullSchema, name)]),
      ),
    ]),
  )
  const interfaces = new Map(
    subgraphs.map((subgraph) => [
      subgraph.name,
      new Map(
        subgraph.schema.objectTypes().map((type) => [type.name, type.interfaces().map(({ name }) => name)]),
      ),
    ]),
  )
  const labels = [...new Set([...moves.values()].flatMap(({ label }) => label ?? []))]
  const query = fullSchema.getQueryType()?.name
  if (query === undefined) throw new InputError('The supergraph has no root for queries.')

  return {
    names: subgraphs.map(({ name }) => name),
    typeIn: (subgraph, type) => types.get(subgraph)?.get(type),
    runtimeTypes: (subgraph, objectType) => objectsIn.get(subgraph)?.get(objectType) ?? [objectType],
    interfaceObjects: (subgraph, runtimeType) =>
      [...(objectsIn.get(subgraph) ?? [])].flatMap(([name, members]) =>
        members.includes(runtimeType) ? name : [],
      ),
    interfacesIn: (subgraph, objectType) => interfaces.get(subgraph)?.get(objectType) ?? [],
    runtimeTypesOf: (type) => objectTypesOf(fullSchema, type),
    fits: (runtimeType, condition) =>
      runtimeType === condition || objectTypesOf(fullSchema, condition).includes(runtimeType),
    isSubtype(type, other) {
      const [one, abstract] = [fullSchema.getType(type), fullSchema.getType(other)]
      if (type === other) return true
      return (isGraphQLObjectType(one) || isGraphQLInterfaceType(one)) && isAbstractType(abstract)
        ? fullSchema.isSubType(abstract, one)
        : false
    },
    roots: {
      query,
      mutation: fullSchema.getMutationType()?.name ?? null,
      subscription: fullSchema.getSubscriptionType()?.name ?? null,
    },
    undecidedLabels: labels.filter((label) => decisionOn(label) === null).sort(),
    decidedLabels: new Map(
      labels.flatMap((label) => {
        const isMoved = decisionOn(label)
        return isMoved === null ? [] : [[label, isMoved] as const]
      }),
    ),
    apiSchema,
  }
}

function readSupergraph(sdl: string) {
  try {
    const supergraph = Supergraph.build(sdl, { supportedFeatures: null })
    return {
      subgraphs: [...supergraph.subgraphs()],
      apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
      fullSchema: buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true }),
    }
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new InputError(`This is not a supergraph: ${error.message}`)
  }
}

function objectTypesOf(schema: GraphQLSchema, name: string): readonly string[] {
  const type = schema.getType(name)
  if (isGraphQLObjectType(type)) return [name]
  return isAbstractType(type) ? schema.getPossibleTypes(type).map((member) => member.name) : []
}

interface Move {
  from: string
  to: string
  label: string | null
}

/** The fields that `@override` takes from one subgraph to another, by their coordinate. */
function findMoves(subgraphs: readonly Subgraph[]): Map<string, Move> {
  const moves = new Map<string, Move>()
  for (const subgraph of subgraphs) {
    const directive = subgraph.metadata().overrideDirective()
    for (const type of fieldsTypesOf(subgraph)) {
      for (const field of type.fields()) {
        const [application] = field.appliedDirectivesOf(directive)
        if (!application) continue
        const { from, label } = application.arguments()
        moves.set(field.coordinate, { from, to: subgraph.name, label: label ?? null })
      }
    }
  }
  return moves
}

/** A field whose arguments come from further up depends on more than its place: Apollo's own gateway refuses it, too. */
function refuseContexts(subgraph: Subgraph): void {
  const directive = subgraph.metadata().fromContextDirective()
  if (!isFederationDirectiveDefinedInSchema(directive)) return
  const [use] = directive.applications()
  if (!use) return
  throw new InputError(
    `The subgraph ${subgraph.name} uses @fromContext, which is not known to the gateway: nothing can be said of its outages.`,
  )
}

const fieldsTypesOf = (subgraph: Subgraph): (ObjectType | InterfaceType)[] =>
  subgraph.schema
    .types()
    .filter((type): type is ObjectType | InterfaceType => isObjectType(type) || isInterfaceType(type))

function readTypes(subgraph: Subgraph, moves: ReadonlyMap<string, Move>): Map<string, SubgraphType> {
  const types = new Map<string, SubgraphType>()
  for (const type of fieldsTypesOf(subgraph)) {
    const keys = type
      .appliedDirectivesOf(subgraph.metadata().keyDirective())
      .map((application) => application.arguments())
      .filter(({ resolvable }) => resolvable !== false)
      .map(({ fields }) => fieldSet(fields))
    types.set(type.name, {
      fields: new Map(type.fields().map((field) => [field.name, readField(subgraph, field, moves)])),
      keys,
      objects: isObjectType(type) ? [type.name] : type.possibleRuntimeTypes().map(({ name }) => name),
    })
  }
  for (const type of subgraph.schema.types()) {
    if (!isUnionType(type)) continue
    types.set(type.name, { fields: new Map(), keys: [], objects: type.types().map(({ name }) => name) })
  }
  return types
}

function readField(
  subgraph: Subgraph,
  field: FieldDefinition<ObjectType | InterfaceType>,
  moves: ReadonlyMap<string, Move>,
): SubgraphField {
  const metadata = subgraph.metadata()
  const [requires] = field.appliedDirectivesOf(metadata.requiresDirective())
  const [provides] = field.appliedDirectivesOf(metadata.providesDirective())
  const { type } = field
  if (!type) throw new TypeError(`${field.coordinate} has no type.`)
  const move = moves.get(field.coordinate)
  const isMovable = move?.label && [move.from, move.to].includes(subgraph.name)
  return {
    type: baseType(type).name,
    mayBeEmpty: !/^\w+!$/.test(type.toString()),
    isExternal: metadata.isFieldExternal(field),
    requires: requires ? fieldSet(requires.arguments().fields) : null,
    provides: provides ? fieldSet(provides.arguments().fields) : null,
    movedBy: isMovable && move.label ? { label: move.label, isMoved: move.to === subgraph.name } : null,
  }
}

/** A field set is text for programs, which federation-internals gives as it was written in the schema. */
function fieldSet(fields: unknown): FieldSet {
  const text = String(fields).replaceAll(/\s+/g, ' ').trim()
  const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`"${text}" is not a set of fields.`)
  return { text, selections: definition.selectionSet }
}
