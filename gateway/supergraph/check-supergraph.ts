import { createHash } from 'node:crypto'
import {
  baseType,
  type CompositeType,
  type FieldDefinition,
  isCompositeType,
  isObjectType,
  isUnionType,
  Supergraph,
} from '@apollo/federation-internals'
import { parse } from 'graphql'

/** A supergraph that can't be served; its message is one line that says why. */
export class SupergraphError extends Error {
  override readonly name = 'SupergraphError'
}

export interface SubgraphPlace {
  name: string
  /** Where the supergraph says that it is; may be empty. */
  url: string
}

export interface CheckedSupergraph {
  sdl: string
  /** The SHA-256 of the SDL, in hexadecimal. */
  hash: string
  subgraphs: readonly SubgraphPlace[]
  /** An operation that asks a little of each root field, to see whether it can be planned. */
  probe: string
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
 * Reads a supergraph and builds its API schema, all on the side.
 * @throws {SupergraphError} when it can't be served.
 */
export function checkSupergraph(sdl: string): CheckedSupergraph {
  attempt('it is not GraphQL', () => parse(sdl))
  const supergraph = attempt('it is not a supergraph', () =>
    Supergraph.build(sdl, { validateSupergraph: true }),
  )
  return {
    sdl,
    hash: createHash('sha256').update(sdl).digest('hex'),
    subgraphs: [...supergraph.subgraphsMetadata()].map(({ name, url }) => ({ name, url })),
    probe: attempt('it can not be planned', () => probeOperation(supergraph)),
  }
}
