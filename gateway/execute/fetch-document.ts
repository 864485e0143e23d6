import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'

/** A field of a fetch's operation, as far as it matters to what is lost with it. */
export interface FetchField {
  /** Its key in the subgraph's answer. */
  key: string
  /** Its key in the response to the client. */
  responseName: string
  /** The types that the fragments around it ask for, from the outside in. */
  typeConditions: readonly string[]
  /** What `@skip` and `@include` on it and around it ask of the variables. */
  conditions: readonly Condition[]
  /** What the subgraph's schema says that it gives; undefined where that is not known. */
  type: GraphQLOutputType | undefined
  /** Empty for a leaf. */
  fields: readonly FetchField[]
}

/** A Boolean variable, and what it has to be. */
export interface Condition {
  variable: string
  is: boolean
}

/** The operation of one fetch of a query plan. */
export interface FetchDocument {
  /** What it asks for at the root; for a fetch of entities, of each entity. `__typename` is left out. */
  fields: readonly FetchField[]
  /** Whether it asks for entities by their representations. */
  isEntityFetch: boolean
}

/** Reads the text of a fetch's operation; what was read is kept. */
export type FetchReader = (text: string) => FetchDocument

/** The planner's name for a field whose own name is taken; the executor gives it back its own name afterwards. */
const plannerAlias = /__alias_\d+$/

/** The name that a field has in the response to the client. */
export const clientName = (key: string): string => key.replace(plannerAlias, '')

interface Scope {
  document: DocumentNode
  schema: GraphQLSchema | null
  parent: GraphQLNamedType | undefined
  typeConditions: readonly string[]
  conditions: readonly Condition[]
}

function conditionsOf({ directives = [] }: SelectionNode): Condition[] {
  return directives.flatMap(({ name, arguments: [given] = [] }) => {
    if (given?.value.kind !== Kind.VARIABLE || !['skip', 'include'].includes(name.value)) return []
    return [{ variable: given.value.name.value, is: name.value === 'include' }]
  })
}

function fieldsOf(selectionSet: SelectionSetNode | undefined, scope: Scope): FetchField[] {
  return (selectionSet?.selections ?? []).flatMap((selection) => fieldsOfSelection(selection, scope))
}

function fieldsOfSelection(selection: SelectionNode, around: Scope): FetchField[] {
  const scope = { ...around, conditions: [...around.conditions, ...conditionsOf(selection)] }
  if (selection.kind === Kind.FIELD) return fieldOf(selection, scope)
  const fragment =
    selection.kind === Kind.INLINE_FRAGMENT
      ? selection
      : scope.document.definitions.find(
          (definition) =>
            definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value,
        )
  if (fragment?.kind !== Kind.INLINE_FRAGMENT && fragment?.kind !== Kind.FRAGMENT_DEFINITION) return []
  const condition = fragment.typeCondition?.name.value
  if (!condition) return fieldsOf(fragment.selectionSet, scope)
  const typeConditions = [...scope.typeConditions, condition]
  return fieldsOf(fragment.selectionSet, {
    ...scope,
    parent: scope.schema?.getType(condition),
    typeConditions,
  })
}

function fieldOf(node: FieldNode, { parent, typeConditions, conditions, ...scope }: Scope): FetchField[] {
  const name = node.name.value
  if (name === '__typename') return []
  const key = node.alias?.value ?? name
  const type = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name]?.type : undefined
  const fields = fieldsOf(node.selectionSet, {
    ...scope,
    parent: getNamedType(type),
    typeConditions: [],
    conditions: [],
  })
  return [{ key, responseName: clientName(key), typeConditions, conditions, type, fields }]
}

function read(text: string, schema: GraphQLSchema | null): FetchDocument {
  const document = parse(text, { noLocation: true })
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  )
  const rootOf = (kind: OperationTypeNode) => schema?.getRootType(kind) ?? undefined
  const parent = operation && rootOf(operation.operation)
  const roots = fieldsOf(operation?.selectionSet, {
    document,
    schema,
    parent,
    typeConditions: [],
    conditions: [],
  })
  // By its name and not by its key: a client may call any field so.
  const isEntityFetch = operation?.selectionSet.selections.some(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === '_entities',
  )
  return isEntityFetch
    ? { fields: roots.flatMap(({ fields }) => fields), isEntityFetch: true }
    : { fields: roots, isEntityFetch: false }
}

/** What is read takes some twenty times the memory of its text. */
const keptCharacters = 1_000_000

/** Reads the operations that are sent to a subgraph of this schema. */
export function createFetchReader(schema: GraphQLSchema | null): FetchReader {
  const known = new LRUCache<string, FetchDocument>({
    max: 1000,
    maxSize: keptCharacters,
    sizeCalculation: (_, text) => text.length,
    memoMethod: (text) => read(text, schema),
  })
  return (text) => known.memo(text)
}
