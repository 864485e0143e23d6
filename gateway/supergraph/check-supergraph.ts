import { createHash } from 'node:crypto'
import {
  baseType,
  type CompositeType,
  type FieldDefinition,
  isCompositeType,
  isObjectType,
  isUnionType,
  operationFromDocument,
  Supergraph,
} from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { type GraphQLSchema, parse } from 'graphql'

/** A supergraph that can't be served; its message is one line that says why. */
export class SupergraphError extends Error {
  override readonly name = 'SupergraphError'
}

export interface Subgraph {
  name: string
  /** Where the supergraph says that it is; may be empty. */
  url: string
  /** What it answers by itself. */
  schema: GraphQLSchema
}

export interface CheckedSupergraph {
  sdl: string
  /** The SHA-256 of the SDL, in hexadecimal. */
  hash: string
  subgraphs: readonly Subgraph[]
}

/** So many of the root's fields are planned; more would only take longer. */
const maxProbedFields = 25

const oneLine = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim()

function attempt<Value>(what: string, step: () => Value): Value {
  try {
    return step()
  } catch (error) {
    throw new SupergraphError(`${what}: ${oneLine(error)}`)
  }
}

const hasRequiredArguments = (field: FieldDefinition<CompositeType>) =>
  field.arguments().some((argument) => argument.isRequired())

/** A selection of what can be had of a type without arguments and without going further. */
function probeSelection(type: CompositeType): string {
  if (isUnionType(type)) return '{ __typename }'
  const leaves = type
    .fields()
    .filter((field) => !hasRequiredArguments(field) && compositeTypeOf(field) === null)
  return `{ __typename ${leaves.map(({ name }) => name).join(' ')} }`
}

/** The object, interface or union that a field gives one or many of; null for a leaf. */
function compositeTypeOf({ type }: FieldDefinition<CompositeType>): CompositeType | null {
  const base = type && baseType(type)
  return base && isCompositeType(base) ? base : null
}

/** An operation that asks a little of each root field, so that planning it touches every subgraph of the root. */
function probeOperation(supergraph: Supergraph): string {
  const root = supergraph.apiSchema().schemaDefinition.rootType('query')
  if (!root || !isObjectType(root)) throw new Error('it has no query type')
  const variables: string[] = []
  const fields = root
    .fields()
    .slice(0, maxProbedFields)
    .map((field, index) => {
      const given = field
        .arguments()
        .filter((argument) => argument.isRequired())
        .map((argument) => {
          variables.push(`$v${variables.length}: ${argument.type}`)
          return `${argument.name}: $v${variables.length - 1}`
        })
      const type = compositeTypeOf(field)
      const selection = type ? probeSelection(type) : ''
      return `f${index}: ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} ${selection}`
    })
  return `query Probe${variables.length > 0 ? `(${variables.join(', ')})` : ''} { ${fields.join(' ')} }`
}

/**
 * Reads a supergraph, builds its API schema and plans an operation on it, all on the side.
 * @throws {SupergraphError} when it can't be served.
 */
export function checkSupergraph(sdl: string): CheckedSupergraph {
  attempt('it is not GraphQL', () => parse(sdl))
  const supergraph = attempt('it is not a supergraph', () =>
    Supergraph.build(sdl, { validateSupergraph: true }),
  )
  attempt('it can not be planned', () => {
    const operation = operationFromDocument(supergraph.apiSchema(), parse(probeOperation(supergraph)))
    new QueryPlanner(supergraph).buildQueryPlan(operation)
  })
  return {
    sdl,
    hash: createHash('sha256').update(sdl).digest('hex'),
    subgraphs: attempt('its subgraphs can not be told apart', () =>
      supergraph
        .subgraphs()
        .values()
        .map(({ name, url, schema }) => ({ name, url, schema: schema.toGraphQLJSSchema() })),
    ),
  }
}
