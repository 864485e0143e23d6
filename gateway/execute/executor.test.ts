import { getOperationAST, parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchDeparture } from '../../service/departure.ts'
import { silentLogger } from '../../service/log.ts'
import { readGatewayConfig } from '../config.ts'
import { type PlannerThread, startPlannerThread } from '../plan/planner.ts'
import { preparePlannerSupergraph } from '../plan/planner-supergraph.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { createTransport, type Transport } from '../transport/call-subgraph.ts'
import { openSubgraph } from '../transport/subgraph.ts'
import { createExecutor, type OperationRequest } from './executor.ts'

let graph: TestGraph
let thread: PlannerThread
let transport: Transport

beforeAll(async () => {
  graph = await startTestGraph()
  thread = startPlannerThread()
  transport = createTransport({ maxConnections: 4, connectTimeoutMs: 500, maxAnswerBytes: 1_000_000 })
})
afterAll(async () => {
  await thread.close()
  await transport.close()
  await graph.stop()
})

/** An executor, with the operations that it had planned. */
async function openExecutor() {
  const log = silentLogger()
  const supergraph = preparePlannerSupergraph(compose(graph.all))
  const planner = await thread.open(supergraph.sdl)
  const planned: string[] = []
  const subgraphs = new Map(
    graph.all.map(({ name, url }) => [
      name,
      openSubgraph({
        name,
        addresses: [new URL(url)],
        transport,
        traffic: readGatewayConfig({ SUPERGRAPH: 'test.graphql' }).trafficOf(name),
        deduplicate: false,
        log,
      }),
    ]),
  )
  const executor = createExecutor({
    schema: supergraph.schema,
    unplannedDirectives: new Set(),
    supergraph,
    planner: {
      ...planner,
      plan(text, options) {
        planned.push(text)
        return planner.plan(text, options)
      },
    },
    subgraphs,
    deduplicate: false,
    log,
  })
  return { executor, planned }
}

function requestOf(query: string): OperationRequest {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('the document holds no operation')
  return {
    document,
    operation,
    operationName: null,
    queryHash: query,
    variables: {},
    context: {
      subgraphHeaders: {},
      deadlineAt: performance.now() + 5000,
      departure: watchDeparture({ once: () => undefined, writableFinished: true }),
      audience: () => '',
      staleAges: new Map(),
      client: null,
    },
  }
}

const titles = '{ products { title } }'
const ratings = '{ products { rating } }'

test('an operation is planned once, however often and by how many at once it is asked', async () => {
  const { executor, planned } = await openExecutor()
  await Promise.all([1, 2, 3].map(() => executor.execute(requestOf(titles))))
  const { data } = await executor.execute(requestOf(titles))
  expect({ ...data }).toEqual({ products: [{ title: 'Lamp' }, { title: 'Desk' }] })
  expect(planned).toHaveLength(1)
})

test('what was asked last of one supergraph is ready before it is asked of the next', async () => {
  const before = await openExecutor()
  for (const query of [titles, ratings]) await before.executor.execute(requestOf(query))
  const after = await openExecutor()
  await after.executor.prepare(before.executor.recent(), Number.POSITIVE_INFINITY)
  expect(after.planned).toHaveLength(2)
  const { data } = await after.executor.execute(requestOf(ratings))
  expect({ ...data }).toEqual({ products: [{ rating: 5 }, { rating: 3 }] })
  expect(after.planned).toHaveLength(2)
})

test('nothing is made ready for longer than there is time', async () => {
  const before = await openExecutor()
  await before.executor.execute(requestOf(titles))
  const after = await openExecutor()
  await after.executor.prepare(before.executor.recent(), performance.now() - 1)
  expect(after.planned).toEqual([])
})

test('what fits the next supergraph no more is left out', async () => {
  const before = await openExecutor()
  await before.executor.execute(requestOf(titles))
  const [known] = before.executor.recent()
  if (!known) throw new Error('nothing was executed')
  const document = parse('{ nothing }')
  const gone = {
    ...known,
    operation: { ...known.operation, client: { ...known.operation.client, document } },
  }
  const after = await openExecutor()
  await after.executor.prepare([gone], Number.POSITIVE_INFINITY)
  expect(after.planned).toEqual([])
})
