import { Supergraph } from '@apollo/federation-internals'
import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type ResponsePath = readonly (string | number)[]

/** What is left of a good day's answer, and the positions that are gone, each named once at its highest. */
export interface ExpectedAnswer {
  data: Json
  lost: ResponsePath[]
  /** Null on the good day as well; but nobody who could not ask can know that, so an error may say that it is lost. */
  unknown: ResponsePath[]
}

/** Which subgraphs can resolve each field, read from the `@join__field` marks of the supergraph. */
function readOwners(supergraphSdl: string): (type: string, field: string) => ReadonlySet<string> | null {
  const owners = new Map<string, Set<string>>()
  const nameOf = new Map(
    [...Supergraph.build(supergraphSdl).subgraphsMetadata()].map(({ name }) => [name.toUpperCase(), name]),
  )
  for (const node of parse(supergraphSdl).definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue
    for (const field of node.fields ?? []) {
      for (const directive of field.directives ?? []) {
        if (directive.name.value !== 'join__field') continue
        const argument = (name: string) =>
          directive.arguments?.find((candidate) => candidate.name.value === name)?.value
        const graph = argument('graph')
        const external = argument('external')
        if (graph?.kind !== Kind.ENUM || (external?.kind === Kind.BOOLEAN && external.value)) continue
        const key = `${node.name.value}.${field.name.value}`
        owners.set(
          key,
          (owners.get(key) ?? new Set()).add(nameOf.get(graph.value) ?? graph.value.toLowerCase()),
        )
      }
    }
  }
  // A field without a mark is resolved by whichever subgraph its parent came from.
  return (type, field) => owners.get(`${type}.${field}`) ?? null
}

/**
 * What the failure contract leaves of a good day's answer when `failed` is down: a field is lost when no other
 * subgraph can resolve it, and a lost field that may not be null takes its parent with it.
 */
export function createExpectation({
  schema,
  supergraphSdl,
}: {
  schema: GraphQLSchema
  supergraphSdl: string
}) {
  const ownersOf = readOwners(supergraphSdl)

  return function expectAnswer(document: string, good: Json, failed: ReadonlySet<string>): ExpectedAnswer {
    const definitions = parse(document).definitions
    const operation = definitions.find(
      (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
    )
    const root = operation && schema.getRootType(operation.operation)
    if (!root) throw new Error('the document holds no operation that the schema has a root for')
    const fragments = new Map(
      definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
      ),
    )

    function fieldsOf(selections: SelectionSetNode): Map<string, FieldNode[]> {
      const fields = new Map<string, FieldNode[]>()
      const add = (selection: FieldNode) => {
        const key = selection.alias?.value ?? selection.name.value
        fields.set(key, [...(fields.get(key) ?? []), selection])
      }
      const collect = ({ selections: nodes }: SelectionSetNode) => {
        for (const node of nodes) {
          if (node.kind === Kind.FIELD) add(node)
          else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet)
          else collect(fragments.get(node.name.value) ?? { kind: Kind.SELECTION_SET, selections: [] })
        }
      }
      collect(selections)
      return fields
    }

    const lost: ResponsePath[] = []
    const unknown: ResponsePath[] = []
    const nothing = Symbol('null that has to climb')

    function completeObject(
      type: GraphQLObjectType,
      value: Json,
      fields: Map<string, FieldNode[]>,
      path: ResponsePath,
    ): Json | typeof nothing {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
      const kept: Record<string, Json> = {}
      const lostBefore = lost.length
      for (const [key, child] of Object.entries(value)) {
        const nodes = fields.get(key) ?? []
        const [node] = nodes
        const definition = node && type.getFields()[node.name.value]
        if (!node || !definition) {
          kept[key] = child
          continue
        }
        const fieldPath = [...path, key]
        const owners = ownersOf(type.name, node.name.value)
        const isOut = owners !== null && [...owners].every((owner) => failed.has(owner))
        if (isOut && child === null) unknown.push(fieldPath)
        const gone = isOut && child !== null
        const below = {
          kind: Kind.SELECTION_SET,
          selections: nodes.flatMap((one) => one.selectionSet?.selections ?? []),
        } as const
        const completed = gone ? nothing : complete(definition.type, child, below, fieldPath)
        if (completed !== nothing) {
          kept[key] = completed
          continue
        }
        if (isNonNullType(definition.type)) {
          lost.length = lostBefore
          return nothing
        }
        lost.push(fieldPath)
        kept[key] = null
      }
      return kept
    }

    function complete(
      type: GraphQLOutputType,
      value: Json,
      selections: SelectionSetNode,
      path: ResponsePath,
    ): Json | typeof nothing {
      const named = getNamedType(type)
      if (!isObjectType(named) || value === null) return value
      const fields = fieldsOf(selections)
      if (!Array.isArray(value)) return completeObject(named, value, fields, path)
      return value.map((item, index) => {
        const completed = completeObject(named, item, fields, [...path, index])
        if (completed !== nothing) return completed
        lost.push([...path, index])
        return null
      })
    }

    const data = completeObject(
      root,
      good,
      fieldsOf({ kind: Kind.SELECTION_SET, selections: operation.selectionSet.selections }),
      [],
    )
    return { data: data === nothing ? null : data, lost, unknown }
  }
}
