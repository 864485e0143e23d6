import { compose as composeSubgraphs } from '@apollo/composition'
import { type Subgraph, Subgraphs, Supergraph, subgraphsFromServiceList } from '@apollo/federation-internals'
import { type ASTNode, type DocumentNode, GraphQLError, type GraphQLSchema, parse, Source } from 'graphql'
import { type Finding, type Location, locationOf } from '../finding.ts'
import { readText } from '../read-text.ts'
import type { SubgraphConfig } from './supergraph-config.ts'

/** A subgraph's schema as text, with the name of the file that it came from. */
export interface SubgraphSource {
  name: string
  url: string
  file: string
  sdl: string
}

export interface Composed {
  supergraphSdl: string
  /** Each subgraph's schema with its federation directives, as the composer understood it. */
  subgraphs: readonly Subgraph[]
  hints: Finding[]
}

export type Composition = { composed: Composed; errors: null } | { composed: null; errors: Finding[] }

/** @throws InputError when a file cannot be read. */
export const readSubgraphs = (configs: readonly SubgraphConfig[]): SubgraphSource[] =>
  configs.map((config) => ({ ...config, sdl: readText(config.file) }))

/** Composes a supergraph; the composer's errors come back as findings at their place in a subgraph's file. */
export function compose(sources: readonly SubgraphSource[]): Composition {
  const parsed = sources.map((source) => ({ source, result: parseSdl(source) }))
  const syntaxErrors = parsed.flatMap(({ source, result }) =>
    result instanceof GraphQLError ? [syntaxFinding(source, result)] : [],
  )
  if (syntaxErrors.length > 0) return { composed: null, errors: syntaxErrors }

  const subgraphs = subgraphsFromServiceList(
    parsed.flatMap(({ source: { name, url }, result }) =>
      result instanceof GraphQLError ? [] : [{ name, url, typeDefs: result }],
    ),
  )
  const errorFinding = (error: GraphQLError) => compositionFinding(error, sources)
  if (!(subgraphs instanceof Subgraphs)) return { composed: null, errors: subgraphs.map(errorFinding) }

  const { errors, supergraphSdl, hints } = composeSubgraphs(subgraphs)
  if (errors) return { composed: null, errors: errors.map(errorFinding) }
  return {
    errors: null,
    composed: {
      supergraphSdl: `${supergraphSdl.trimEnd()}\n`,
      subgraphs: subgraphs.values(),
      hints: hints
        .filter(({ definition }) => definition.level.name !== 'DEBUG')
        .map(({ definition, message, nodes, coordinate }) => ({
          check: 'composition',
          severity: 'hint',
          rule: definition.code,
          subgraph: nodes?.[0]?.subgraph ?? null,
          coordinate: coordinate ?? null,
          message,
          mend: null,
          ...places(nodes ?? []),
        })),
    },
  }
}

/**
 * The schema as clients see it. Which features a gateway serves is the gateway's own business, so that none is refused
 * here.
 */
export const apiSchemaOf = ({ supergraphSdl }: Pick<Composed, 'supergraphSdl'>): GraphQLSchema =>
  Supergraph.build(supergraphSdl, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema()

function parseSdl({ sdl, file }: SubgraphSource): DocumentNode | GraphQLError {
  try {
    return parse(new Source(sdl, file))
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}

function syntaxFinding({ name, file, sdl }: SubgraphSource, error: GraphQLError): Finding {
  const position = error.locations?.[0]
  return {
    check: 'composition',
    severity: 'error',
    rule: 'INVALID_GRAPHQL',
    subgraph: name,
    coordinate: null,
    message: sdl.trim() === '' ? 'The schema is empty.' : error.message,
    mend: null,
    location: { file, line: position?.line ?? 1, column: position?.column ?? 1 },
    related: [],
  }
}

function compositionFinding(error: GraphQLError, sources: readonly SubgraphSource[]): Finding {
  const { location, related } = places(error.nodes ?? [])
  // The composer begins a message about one subgraph with its name; not every such error has nodes.
  const [, named] = /^\[([^\]]+)\] /.exec(error.message) ?? []
  const source =
    sources.find(({ file }) => file === location?.file) ?? sources.find(({ name }) => name === named)
  return {
    check: 'composition',
    severity: 'error',
    rule: typeof error.extensions.code === 'string' ? error.extensions.code : 'UNKNOWN',
    subgraph: source?.name ?? null,
    coordinate: null,
    message: error.message,
    mend: null,
    location: location ?? (source ? { file: source.file, line: 1, column: 1 } : null),
    related,
  }
}

function places(nodes: readonly ASTNode[]): { location: Location | null; related: Location[] } {
  const locations = nodes.map(locationOf).filter((location) => location !== null)
  return { location: locations[0] ?? null, related: locations.slice(1) }
}
