import { readFile } from 'node:fs/promises'
import { ApolloGateway } from '@apollo/gateway'
import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import { graphqlError } from '../../service/errors.ts'
import type { Logger } from '../../service/log.ts'
import { SettingsError } from '../../service/settings.ts'
import { type FileWatch, watchFile } from '../../service/watch-file.ts'
import { createExecutor, type Executor, formatPlan, type OperationRequest } from '../execute/executor.ts'
import type { SentOperation } from '../observe/describe-operation.ts'
import { type Planner, type PlannerThread, startPlannerThread } from '../plan/planner.ts'
import { preparePlannerSupergraph } from '../plan/planner-supergraph.ts'
import { isRequestContext, type RequestContext } from '../transport/request-context.ts'
import type { Subgraph, SubgraphHealth } from '../transport/subgraph.ts'
import {
  type CheckedSupergraph,
  checkSupergraph,
  type SubgraphPlace,
  SupergraphError,
} from './check-supergraph.ts'
import { addComposedDirectives } from './composed-directives.ts'

// Apollo's gateway reports its use to Apollo unless it is told not to before one is made.
process.env.APOLLO_TELEMETRY_DISABLED = 'true'

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway']
type GatewayExecutor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>
type GatewayRequest = Parameters<GatewayExecutor>[0]
type GatewayResult = Awaited<ReturnType<GatewayExecutor>>
type SchemaListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0]

interface SupergraphOptions {
  /** The composed supergraph, as SDL. */
  file: string
  filePollMs: number
  /** How long an operation may take, and with it the supergraph that it runs on. */
  operationDeadlineMs: number
  showQueryPlans: boolean
  deduplicate: boolean
  /** Told of each operation that is about to be executed. */
  onOperation: ((sent: SentOperation, context: RequestContext) => void) | null
  log: Logger
  /** @throws {SettingsError} when the subgraph has no address. */
  openSubgraph: (place: SubgraphPlace) => Subgraph
}

export interface ServedSupergraph {
  /** For Apollo Server. */
  gateway: Gateway
  /** What is served now. */
  current(): { hash: string; subgraphs: readonly string[]; since: Date }
  /** How each of its subgraphs fares. */
  health(): Record<string, SubgraphHealth>
}

/** A supergraph and what runs operations on it. */
interface Engine extends CheckedSupergraph {
  schema: GraphQLSchema
  executor: Executor
  execute: GatewayExecutor
  opened: ReadonlyMap<string, Subgraph>
  since: Date
  stop(): void
}

/** For so long a new supergraph is kept waiting, so that what was asked last need not be planned when it is asked next. */
const warmingMs = 2000

/** What the gateway says of its own life is for those who look closely. */
const quietened = (log: Logger) => ({
  debug: () => undefined,
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
})

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Apollo's gateway reads the supergraph, refuses what it does not know, and makes the schema that clients see. */
async function loadSchema(sdl: string, log: Logger): Promise<GraphQLSchema> {
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    // It is asked for the schema, and executes nothing.
    buildService: () => ({ process: () => Promise.reject(new Error('nothing is asked through here')) }),
    validateSupergraph: false,
    logger: quietened(log),
  })
  try {
    const { schema } = await gateway.load()
    return schema
  } finally {
    await gateway.stop()
  }
}

async function openPlanner(thread: PlannerThread, sdl: string, probe: string): Promise<Planner> {
  const planner = await thread.open(sdl)
  try {
    await planner.plan(probe)
    return planner
  } catch (error) {
    planner.close()
    throw error
  }
}

/**
 * Boots a supergraph beside the one that is running, and touches nothing of it.
 * @throws {SupergraphError | SettingsError} when it can't be served.
 */
async function bootEngine(
  sdl: string,
  thread: PlannerThread,
  { openSubgraph, showQueryPlans, deduplicate, onOperation, log }: SupergraphOptions,
): Promise<Engine> {
  const checked = checkSupergraph(sdl)
  const subgraphs = new Map(checked.subgraphs.map((place) => [place.name, openSubgraph(place)]))
  const supergraph = preparePlannerSupergraph(sdl)
  const loaded = await loadSchema(sdl, log).catch((error) => {
    throw new SupergraphError(`it can not be served: ${reasonOf(error)}`)
  })
  const { schema, unplannedDirectives } = addComposedDirectives(loaded, sdl)
  const planner = await openPlanner(thread, supergraph.sdl, checked.probe).catch((error) => {
    throw new SupergraphError(`it can not be planned: ${reasonOf(error)}`)
  })
  const executor = createExecutor({
    ...{ schema, unplannedDirectives, supergraph },
    ...{ planner, subgraphs, deduplicate, log },
  })
  return {
    ...checked,
    schema,
    executor,
    execute: apolloExecutor(executor, { schema, showQueryPlans, onOperation }),
    opened: subgraphs,
    since: new Date(),
    stop: () => planner.close(),
  }
}

/** What Apollo Server hands on, as the executor takes it. */
function operationRequest(request: GatewayRequest): OperationRequest {
  const { document, operation, operationName, queryHash, context } = request
  if (!isRequestContext(context)) throw new Error('a request has no context of ours')
  return {
    document,
    operation,
    operationName,
    queryHash,
    variables: request.request.variables ?? {},
    context,
  }
}

/** The query plan, for those who may see it and ask: https://www.apollographql.com/docs/graphos/platform/explorer */
function wantedPlanFormat({ request }: GatewayRequest): string | null {
  const headers = request.http?.headers
  if (!headers?.get('apollo-query-plan-experimental')) return null
  return headers.get('apollo-query-plan-experimental-format') ?? 'prettified'
}

function apolloExecutor(
  executor: Executor,
  {
    schema,
    showQueryPlans,
    onOperation,
  }: { schema: GraphQLSchema } & Pick<SupergraphOptions, 'showQueryPlans' | 'onOperation'>,
): GatewayExecutor {
  return async (request): Promise<GatewayResult> => {
    // Apollo Server leaves it to a gateway to find the operation, whatever the type says.
    if (!request.operation)
      return { errors: [graphqlError('OPERATION_RESOLUTION_FAILURE', undefined, { http: true })] }
    if (request.operation.operation === 'subscription')
      return { errors: [graphqlError('BAD_REQUEST', 'Subscriptions are not served here.', { http: true })] }
    const asked = operationRequest(request)
    onOperation?.({ schema, document: asked.document, operation: asked.operation }, asked.context)
    const result = await executor.execute(asked)
    const format = showQueryPlans ? wantedPlanFormat(request) : null
    if (format === null || result.data === undefined) return result
    const plan = await executor.planOf(asked)
    return {
      ...result,
      extensions: {
        ...result.extensions,
        __queryPlanExperimental: format === 'internal' ? plan : formatPlan(plan),
      },
    }
  }
}

async function readSupergraph(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new SettingsError(
      `SUPERGRAPH is ${JSON.stringify(file)}: there is no such file that can be read ("npm run schema:compose" makes supergraph.graphql)`,
    )
  }
}

/**
 * Serves the supergraph of a file, and the next one once the file has become another: the new one is booted on
 * the side and then takes over at once, while each request ends on the one that it was validated against. A
 * file that can't be served is refused, and what is running goes on.
 *
 * There is one ApolloGateway for each supergraph. Its own `update` commits to a supergraph before it has
 * planned on it, and plans a request on another schema than it was validated against.
 *
 * @throws {SettingsError} when there is nothing to serve.
 */
export async function serveSupergraph(options: SupergraphOptions): Promise<ServedSupergraph> {
  const { file, filePollMs, log } = options
  const thread = startPlannerThread({ planDeadlineMs: options.operationDeadlineMs })
  const engines = new WeakMap<GraphQLSchema, Engine>()
  const listeners = new Set<SchemaListener>()

  const bootFirst = async () => bootEngine(await readSupergraph(file), thread, options)
  let engine = await bootFirst().catch(async (error) => {
    await thread.close()
    if (!(error instanceof SupergraphError)) throw error
    throw new SettingsError(`SUPERGRAPH is ${JSON.stringify(file)}: ${error.message}`)
  })
  engines.set(engine.schema, engine)
  let watch: FileWatch | null = null

  const announce = ({ schema, sdl }: Engine) => {
    for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: sdl })
  }

  async function swap(sdl: string) {
    try {
      const next = await bootEngine(sdl, thread, options)
      await next.executor.prepare(engine.executor.recent(), performance.now() + warmingMs)
      engines.set(next.schema, next)
      announce(next)
      const previous = engine
      // No request that began on it lives longer.
      setTimeout(() => previous.stop(), options.operationDeadlineMs).unref()
      engine = next
      log.info({ supergraph: next.hash, previous: previous.hash }, 'serving a new supergraph')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.error(
        { file, supergraph: engine.hash, reason },
        'the new supergraph is refused, and the one before goes on',
      )
    }
  }

  return {
    gateway: {
      onSchemaLoadOrUpdate(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      async load() {
        announce(engine)
        watch = watchFile({ file, pollMs: filePollMs, known: engine.sdl, onChange: swap })
        return { executor: (request) => (engines.get(request.schema) ?? engine).execute(request) }
      },
      async stop() {
        watch?.stop()
        await thread.close()
      },
    },
    current: () => ({
      hash: engine.hash,
      subgraphs: engine.subgraphs.map(({ name }) => name),
      since: engine.since,
    }),
    health: () => Object.fromEntries([...engine.opened].map(([name, subgraph]) => [name, subgraph.health()])),
  }
}
