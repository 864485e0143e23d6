import { readFile } from 'node:fs/promises'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import type { QueryPlan } from '@apollo/query-planner'
import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import type { GraphQLSchema } from 'graphql'
import { graphqlError } from '../../service/errors.ts'
import type { Logger } from '../../service/log.ts'
import { SettingsError } from '../../service/settings.ts'
import { type FileWatch, watchFile } from '../../service/watch-file.ts'
import { settleErrors } from '../execute/settle-errors.ts'
import {
  type CheckedSupergraph,
  checkSupergraph,
  type Subgraph,
  SupergraphError,
} from './check-supergraph.ts'

// Apollo's gateway reports its use to Apollo unless it is told not to before one is made.
process.env.APOLLO_TELEMETRY_DISABLED = 'true'

type Gateway = ApolloServerOptionsWithGateway<never>['gateway']
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>
type SchemaListener = Parameters<Gateway['onSchemaLoadOrUpdate']>[0]

interface SupergraphOptions {
  /** The composed supergraph, as SDL. */
  file: string
  filePollMs: number
  showQueryPlans: boolean
  log: Logger
  /** @throws {SettingsError} when the subgraph has no address. */
  createDataSource: (subgraph: Subgraph) => GraphQLDataSource
}

export interface ServedSupergraph {
  /** For Apollo Server. */
  gateway: Gateway
  /** What is served now. */
  current(): { hash: string; subgraphs: readonly string[]; since: Date }
}

/** A supergraph and what runs operations on it. */
interface Engine extends CheckedSupergraph {
  schema: GraphQLSchema
  execute: Executor
  since: Date
  stop(): Promise<void>
}

/** What the gateway says of its own life is for those who look closely. */
const quietened = (log: Logger) => ({
  debug: () => undefined,
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
})

type RequestOf = Parameters<Executor>[0]

function withSettledErrors(
  execute: Executor,
  planOf: (request: RequestOf) => QueryPlan | undefined,
): Executor {
  return async (request) => {
    // Apollo Server leaves it to a gateway to find the operation, whatever the type says.
    if (!request.operation)
      return { errors: [graphqlError('OPERATION_RESOLUTION_FAILURE', undefined, { http: true })] }
    if (request.operation.operation === 'subscription') {
      return { errors: [graphqlError('BAD_REQUEST', 'Subscriptions are not served here.', { http: true })] }
    }
    return settleErrors(await execute(request), planOf(request))
  }
}

/**
 * Boots a supergraph beside the one that is running, and touches nothing of it.
 * @throws {SupergraphError | SettingsError} when it can't be served.
 */
async function bootEngine(
  sdl: string,
  { createDataSource, showQueryPlans, log }: SupergraphOptions,
): Promise<Engine> {
  const checked = checkSupergraph(sdl)
  const dataSources = new Map(
    checked.subgraphs.map((subgraph) => [subgraph.name, createDataSource(subgraph)]),
  )
  const plans = new WeakMap<RequestOf, QueryPlan>()
  const gateway = new ApolloGateway({
    experimental_didResolveQueryPlan: ({ requestContext, queryPlan }) =>
      void plans.set(requestContext, queryPlan),
    supergraphSdl: sdl,
    buildService: ({ name }) => {
      const dataSource = dataSources.get(name)
      if (!dataSource) throw new SupergraphError(`it has no subgraph of the name ${name}`)
      return dataSource
    },
    validateSupergraph: false,
    __exposeQueryPlanExperimental: showQueryPlans,
    logger: quietened(log),
  })
  try {
    const { schema, executor } = await gateway.load()
    return {
      ...checked,
      schema,
      execute: withSettledErrors(executor, (request) => plans.get(request)),
      since: new Date(),
      stop: () => gateway.stop(),
    }
  } catch (error) {
    throw new SupergraphError(`it can not be served: ${error instanceof Error ? error.message : error}`)
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
  const engines = new WeakMap<GraphQLSchema, Engine>()
  const listeners = new Set<SchemaListener>()

  let engine = await bootEngine(await readSupergraph(file), options).catch((error) => {
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
      const next = await bootEngine(sdl, options)
      engines.set(next.schema, next)
      announce(next)
      const previous = engine
      engine = next
      await previous.stop()
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
        await engine.stop()
      },
    },
    current: () => ({
      hash: engine.hash,
      subgraphs: engine.subgraphs.map(({ name }) => name),
      since: engine.since,
    }),
  }
}
