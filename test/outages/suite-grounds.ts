import { Supergraph } from '@apollo/federation-internals'
import { parse } from 'graphql'
import { startTestGateway } from '../../gateway/test-graph/test-gateway.ts'
import { compose } from '../../gateway/test-graph/test-graph.ts'
import { startSubgraphs as startWritten } from '../differential/running-supergraph.ts'
import type { SupergraphSource } from '../differential/supergraph-facts.ts'
import { type NamedSuite, startSubgraphs as startSuite } from '../federation/load-suites.ts'
import { type StandIn, startStandIn } from '../set-up/stand-in.ts'
import type { GeneratingGround } from './generate-operations.ts'
import { collectArguments } from './known-arguments.ts'
import { createPredict } from './predict.ts'
import { type ProvingGround, proofSettings } from './proving-ground.ts'

interface Started {
  name: string
  url: string
  stop(): Promise<void>
}

/** Puts a stand-in before each subgraph, and a gateway before these. */
async function openGround(
  name: string,
  subgraphs: readonly Started[],
  composeAt: (urls: ReadonlyMap<string, string>) => string,
): Promise<ProvingGround> {
  const standIns = new Map<string, StandIn>()
  for (const subgraph of subgraphs) standIns.set(subgraph.name, await startStandIn(subgraph.url))
  const stopSubgraphs = async () => {
    for (const { stop } of [...standIns.values(), ...subgraphs]) await stop()
  }
  try {
    const supergraphSdl = composeAt(
      new Map([...standIns].map(([subgraph, { url }]) => [subgraph, `${url}/graphql`])),
    )
    const schema = Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema()
    const gateway = await startTestGateway(supergraphSdl, { env: proofSettings })
    return {
      name,
      schema,
      supergraphSdl,
      standIns,
      url: gateway.url,
      deadlineMs: Number(proofSettings.OPERATION_DEADLINE_MS),
      predict: createPredict({ schema, supergraphSdl }),
      async stop() {
        await gateway.stop()
        await stopSubgraphs()
      },
    }
  } catch (error) {
    await stopSubgraphs()
    throw error
  }
}

/** A suite of test/federation; what its own cases ask with is what its resolvers have something for. */
export async function openSuite(suite: NamedSuite): Promise<GeneratingGround> {
  const started = [...(await startSuite(suite)).values()]
  const ground = await openGround(suite.name, started, (urls) =>
    compose(started.map(({ name, typeDefs }) => ({ name, typeDefs, url: urls.get(name) ?? '' }))),
  )
  const cases = suite.cases.flatMap(({ query, variables = {} }) => {
    try {
      return [{ document: parse(query), variables }]
    } catch {
      // What the gateway says of text that is no query is promised elsewhere.
      return []
    }
  })
  return {
    ...ground,
    knownArguments: collectArguments(ground.schema, cases),
    // What a write has done to a suite's data is for its own cases.
    hasMutations: false,
    maxDepth: 5,
  }
}

/** A written supergraph of test/differential, over a universe in which everything has an answer. */
export async function openWritten(source: SupergraphSource, seed: number): Promise<GeneratingGround> {
  const { universe, started, compose: composeAt } = await startWritten(source)
  universe.enter({ seed, nullRate: 0.1, errorRate: 0 })
  const ground = await openGround(source.name, started, composeAt)
  return { ...ground, knownArguments: new Map(), hasMutations: true, maxDepth: 5 }
}
