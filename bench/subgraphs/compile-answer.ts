import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
  valueFromASTUntyped,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { type Caller, factOf, type Source } from './facts.ts'

type Variables = Record<string, unknown>

export interface GraphQLRequest {
  query: string
  operationName?: string
  variables?: Variables
}

/** Writes one object, or one field of it, as JSON. */
type Writer = (source: Source, caller: Caller, variables: Variables) => string

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** The fields that are selected on one type, those of the same response key together. */
function collectFields(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  fragments: Fragments,
  collected: Map<string, FieldNode[]>,
): Map<string, FieldNode[]> {
  for (const selection of selections) {
    // None of the workloads has one, so no gateway has a reason to send one.
    if (selection.directives?.length) throw new Error('The benchmark knows no directives in operations')
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value
      collected.set(key, [...(collected.get(key) ?? []), selection])
      continue
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    const condition = fragment?.typeCondition?.name.value
    // The one abstract type of these schemas holds every type that can stand there.
    if (condition === undefined || condition === type.name || condition === '_Entity') {
      if (fragment) collectFields(type, fragment.selectionSet, fragments, collected)
    }
  }
  return collected
}

/** A query text made into a function that writes its answer. */
class Compiler {
  readonly #schema: GraphQLSchema
  readonly #fragments: Fragments

  constructor(schema: GraphQLSchema, fragments: Fragments) {
    this.#schema = schema
    this.#fragments = fragments
  }

  object(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Writer {
    const collected = new Map<string, FieldNode[]>()
    for (const each of selectionSets) collectFields(type, each, this.#fragments, collected)
    const fields = [...collected].map(([key, nodes], index) => ({
      before: `${index === 0 ? '{' : ','}"${key}":`,
      write: this.#field(type, nodes),
    }))
    return (source, caller, variables) => {
      let text = ''
      for (const { before, write } of fields) text += before + write(source, caller, variables)
      return `${text}}`
    }
  }

  #field(type: GraphQLObjectType, nodes: readonly FieldNode[]): Writer {
    const [first] = nodes
    if (!first) throw new Error('A field was selected by nothing')
    const name = first.name.value
    if (name === '__typename') return () => `"${type.name}"`
    const fact = factOf(`${type.name}.${name}`)
    if ('leaf' in fact) return fact.leaf

    const given = this.#arguments(first)
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
    const write = this.#anyOf(type, name, selectionSets)
    if ('one' in fact) {
      return (source, caller, variables) => {
        const value = fact.one(source, caller, given(variables))
        return value === null ? 'null' : write(value, caller, variables)
      }
    }
    return (source, caller, variables) => {
      let text = ''
      for (const each of fact.many(source, caller, given(variables))) {
        if (text !== '') text += ','
        text += each === null ? 'null' : write(each, caller, variables)
      }
      return `[${text}]`
    }
  }

  /** What writes an object of whichever type a field gives. */
  #anyOf(parent: GraphQLObjectType, field: string, selectionSets: readonly SelectionSetNode[]): Writer {
    const type = getNamedType(parent.getFields()[field]?.type)
    if (isObjectType(type)) return this.object(type, selectionSets)
    if (!isUnionType(type)) throw new Error(`The benchmark's subgraphs have no such field as ${field}`)
    const writers = new Map(type.getTypes().map((each) => [each.name, this.object(each, selectionSets)]))
    return (source, caller, variables) => writers.get(source.type)?.(source, caller, variables) ?? 'null'
  }

  #arguments({ arguments: nodes = [] }: FieldNode): (variables: Variables) => Variables {
    if (nodes.length === 0) return (none) => none
    return (variables) =>
      Object.fromEntries(nodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]))
  }

  operation(operation: OperationDefinitionNode): Writer {
    const query = this.#schema.getQueryType()
    if (operation.operation !== 'query' || !query) throw new Error('The benchmark answers queries alone')
    const write = this.object(query, [operation.selectionSet])
    const defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
        defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
      ),
    )
    return (source, caller, variables) => write(source, caller, { ...defaults, ...variables })
  }
}

function compile(schema: GraphQLSchema, { query, operationName }: GraphQLRequest): Writer {
  const document = parse(query, { noLocation: true })
  const [invalid] = validate(schema, document)
  if (invalid) throw invalid
  const fragments = new Map<string, FragmentDefinitionNode>()
  const operations: OperationDefinitionNode[] = []
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition)
  }
  const operation =
    operations.find(({ name }) => name?.value === operationName) ??
    (operations.length === 1 ? operations[0] : undefined)
  if (!operation) throw new Error(`There is no operation ${operationName} in the document`)
  return new Compiler(schema, fragments).operation(operation)
}

const root: Source = { type: 'Query', index: 0 }

/**
 * Answers any valid query of a schema. Each query text is compiled once, so that a subgraph takes as little of the
 * machine as it can, whatever text a gateway sends.
 */
export function createAnswerer(schema: GraphQLSchema) {
  const writers = new LRUCache<string, Writer>({ max: 2000 })
  return (request: GraphQLRequest, caller: Caller): string => {
    const key =
      request.operationName === undefined ? request.query : `${request.operationName} ${request.query}`
    try {
      let write = writers.get(key)
      if (!write) {
        write = compile(schema, request)
        writers.set(key, write)
      }
      return `{"data":${write(root, caller, request.variables ?? {})}}`
    } catch (error) {
      return JSON.stringify({ errors: [{ message: error instanceof Error ? error.message : String(error) }] })
    }
  }
}
