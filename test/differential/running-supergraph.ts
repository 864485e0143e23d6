import { isInterfaceType, isObjectType, isUnionType } from 'graphql'
import { request } from 'undici'
import { startTestGateway } from '../../gateway/test-graph/test-gateway.ts'
import { type Resolvers, startTestSubgraph } from '../../gateway/test-graph/test-subgraph.ts'
import { createUniverse, type Universe } from './data-universe.ts'
import { type GatewayAnswer, readAnswer } from './expected-answer.ts'
import {
  composeSubgraphs,
  readSubgraphs,
  readSupergraph,
  type SubgraphFacts,
  type SupergraphSource,
} from './supergraph-facts.ts'

export interface GatewayRequest {
  query: string
  variables: Record<string, unknown>
  operationName: string | undefined
}

type FieldResolvers = Record<
  string,
  (source: Record<string, unknown>, args: Record<string, unknown>) => unknown
>

function resolversOf(subgraph: SubgraphFacts, universe: Universe): Resolvers {
  const { schema, keys } = subgraph
  const nameHere = (typename: string): string => {
    if (schema.getType(typename)) return typename
    // Of an interface's objects, one that has them under the interface's name knows no more.
    const [name = typename] = subgraph.interfaceObjects
    return name
  }
  const resolvers: Record<string, FieldResolvers> = {}
  for (const [typename, type] of Object.entries(schema.getTypeMap())) {
    if (typename.startsWith('__')) continue
    const reference: FieldResolvers = keys.has(typename)
      ? { __resolveReference: (representation) => universe.find(subgraph, typename, representation) }
      : {}
    if (isObjectType(type)) {
      const fields = Object.keys(type.getFields()).map((field): [string, FieldResolvers[string]] => [
        field,
        (source, args) => universe.resolveIn(subgraph, source, typename, field, args),
      ])
      resolvers[typename] = { ...Object.fromEntries(fields), ...reference }
    } else if (isInterfaceType(type) || isUnionType(type)) {
      resolvers[typename] = { __resolveType: ({ __typename }) => nameHere(String(__typename)), ...reference }
    }
  }
  return resolvers
}

/** Starts a supergraph's subgraphs, over one universe. */
export async function startSubgraphs(source: SupergraphSource) {
  const subgraphs = readSubgraphs(source)
  const facts = readSupergraph(
    subgraphs,
    composeSubgraphs(subgraphs, (name) => `http://${name}`),
  )
  const universe = createUniverse(facts)
  const started = await Promise.all(
    subgraphs.map((subgraph) =>
      startTestSubgraph(subgraph.name, subgraph.typeDefs, resolversOf(subgraph, universe)),
    ),
  )
  return {
    facts,
    universe,
    started,
    /** The supergraph's SDL, with where each subgraph is. */
    compose: (urls: ReadonlyMap<string, string>) =>
      composeSubgraphs(subgraphs, (name) => urls.get(name) ?? ''),
  }
}

/** Starts a supergraph's subgraphs, over one universe, and a gateway before them. */
export async function startSupergraph(source: SupergraphSource) {
  const { facts, universe, started, compose } = await startSubgraphs(source)
  const gateway = await startTestGateway(
    compose(new Map(started.map(({ name, url }) => [name, url]))),
    // What is compared is the answers, however long a busy machine takes for them.
    { env: { OPERATION_DEADLINE_MS: '120000', CALL_DEADLINE_MS: '120000' } },
  )
  return {
    facts,
    universe,
    async ask(asked: GatewayRequest): Promise<GatewayAnswer> {
      const { statusCode, body } = await request(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
      })
      return readAnswer(statusCode, await body.text())
    },
    async stop() {
      await gateway.stop()
      await Promise.all(started.map((subgraph) => subgraph.stop()))
    },
  }
}

export type RunningSupergraph = Awaited<ReturnType<typeof startSupergraph>>
