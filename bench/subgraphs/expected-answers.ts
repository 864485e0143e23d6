import { composeServices } from '@apollo/composition'
import { Supergraph } from '@apollo/federation-internals'
import { parse } from 'graphql'
import { BenchError } from '../processes/processes.ts'
import { createAnswerer } from './compile-answer.ts'
import { callerOf } from './facts.ts'
import { type GraphName, graphs } from './schemas.ts'

export interface ComposedGraph {
  supergraphSdl: string
  /** What any gateway has to answer, worked out without one: the subgraphs' facts asked for as one schema. */
  expectedAnswer: (query: string, token: string) => string
}

export function composeGraph(name: GraphName, subgraphsUrl: string): ComposedGraph {
  const services = graphs[name].map((subgraph) => ({
    name: subgraph.name,
    url: `${subgraphsUrl}/${subgraph.name}`,
    typeDefs: parse(subgraph.sdl),
  }))
  const { supergraphSdl, errors } = composeServices(services)
  if (supergraphSdl === undefined) {
    throw new BenchError(`The benchmark's subgraphs do not compose: ${errors?.map(String).join('; ')}`)
  }
  const answer = createAnswerer(Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema())
  return { supergraphSdl, expectedAnswer: (query, token) => answer({ query }, callerOf(token)) }
}
