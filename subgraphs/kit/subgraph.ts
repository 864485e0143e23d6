import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLSchemaModule } from '@apollo/subgraph/dist/schema-helper/resolverMap.js'
import type { PrismaPg } from '@prisma/adapter-pg'
import { type GraphQLSchema, Kind, parse } from 'graphql'
import type { Pool } from 'pg'
import { graphqlError } from '../../service/errors.ts'
import { createErrorFormatter } from '../../service/format-error.ts'
import { graphqlHandler, statusPlugin } from '../../service/graphql-over-http.ts'
import { type HttpRoutes, sendJson, startHttpService } from '../../service/http.ts'
import type { Logger } from '../../service/log.ts'
import {
  type ContextSigner,
  contextHeader,
  createContextSigner,
  createContextVerifier,
} from '../../service/signed-context.ts'
import { type Caller, callerFrom } from './caller.ts'
import type { SubgraphConfig, SubgraphName } from './config.ts'
import { openDatabase } from './database/open.ts'
import { scalars } from './scalars.ts'

type ResolverMap = NonNullable<GraphQLSchemaModule['resolvers']>

/** What a subgraph's own parts are given when it starts. */
export interface Services<Client> {
  name: SubgraphName
  prisma: Client
  config: SubgraphConfig
  log: Logger
  /** Signs this subgraph's own calls to others. @throws when it has no private key. */
  signer(): Promise<ContextSigner>
  /** Where clients reach this subgraph's files, without a slash at the end. Known once it listens. */
  publicUrl(): string
}

/** Work that goes on beside the requests, as following another subgraph's change feed. */
export interface BackgroundWork {
  /** Goes into the readiness answer under `name`; it never makes the subgraph unready. */
  name: string
  status(): Record<string, unknown>
  stop(): Promise<void>
}

/** All that makes one subgraph differ from another. */
export interface SubgraphDefinition<Client extends { $disconnect(): Promise<void> }, Context extends object> {
  name: SubgraphName
  createClient: (adapter: PrismaPg) => Client
  /** The resolvers, as the generated `Resolvers` type has them. Those of the shared scalars are the kit's. */
  resolvers: object
  /** A request's context: its caller, and loaders that live as long as the request. */
  createContext: (services: Services<Client>, caller: Caller) => Context
  /** Routes beside `/graphql` and `/health/…`. */
  routes?: (services: Services<Client>) => HttpRoutes
  /** Started once the subgraph listens. */
  background?: (services: Services<Client>) => BackgroundWork[]
}

export interface RunningSubgraph {
  /** Where it listens, without a path. */
  url: string
  stop(): Promise<void>
}

interface StartOptions {
  config: SubgraphConfig
  databaseUrl: string
  log: Logger
  /** Called with each SQL statement that is sent; for tests that count them. */
  onStatement?: (sql: string) => void
}

async function isReachable(pool: Pool): Promise<boolean> {
  try {
    await pool.query('SELECT 1')
    return true
  } catch {
    return false
  }
}

// The generated types say more of each resolver than Apollo's map, which has an index signature, can take.
const isResolverMap = (resolvers: object): resolvers is ResolverMap =>
  Object.values(resolvers).every((type) => typeof type === 'object' && type !== null)

/** The executable schema of a subgraph, from `subgraphs/<name>/schema.graphql`. */
function buildSchema(name: SubgraphName, resolvers: object): GraphQLSchema {
  const typeDefs = parse(readFileSync(`subgraphs/${name}/schema.graphql`, 'utf8'))
  const declared = new Set(
    typeDefs.definitions.flatMap((node) =>
      node.kind === Kind.SCALAR_TYPE_DEFINITION ? [node.name.value] : [],
    ),
  )
  const shared = Object.fromEntries(Object.entries(scalars).filter(([scalar]) => declared.has(scalar)))
  const all = { ...shared, ...resolvers }
  if (!isResolverMap(all)) throw new TypeError(`the resolvers of ${name} are not a map of types`)
  return buildSubgraphSchema({ typeDefs, resolvers: all })
}

/** Starts a subgraph on a database whose migrations have been applied. */
export async function startSubgraph<Client extends { $disconnect(): Promise<void> }, Context extends object>(
  definition: SubgraphDefinition<Client, Context>,
  { config, databaseUrl, log, onStatement }: StartOptions,
): Promise<RunningSubgraph> {
  const { name, createClient, resolvers, createContext } = definition
  const database = openDatabase({
    url: databaseUrl,
    createClient,
    maxConnections: config.maxDatabaseConnections,
    statementTimeoutMs: config.statementTimeoutMs,
    applicationName: name,
    onConnectionLost: (error) => log.warn({ reason: error.message }, 'a database connection was lost'),
    ...(onStatement && { onStatement }),
  })
  let publicUrl = config.publicUrl?.replace(/\/+$/, '') ?? ''
  const services: Services<Client> = {
    name,
    prisma: database.client,
    config,
    log,
    signer: () => createContextSigner({ issuer: name, keys: config.serviceKeys }),
    publicUrl: () => publicUrl,
  }
  const verifier = createContextVerifier({ keys: config.serviceKeys })

  const apollo = new ApolloServer<Context>({
    schema: buildSchema(name, resolvers),
    // Only callers that the signed context vouches for come this far, and a browser can't make one.
    csrfPrevention: false,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // The documents come from the gateway's plans: there are few, and the gateway does not send hashes.
    persistedQueries: false,
    stopOnTerminationSignals: false,
    allowBatchedHttpRequests: false,
    formatError: createErrorFormatter(log),
    plugins: [
      statusPlugin,
      ApolloServerPluginLandingPageDisabled(),
      // Traces are for a registry that nobody here reports to.
      ApolloServerPluginInlineTraceDisabled(),
    ],
    logger: log,
  })
  await apollo.start()

  let background: BackgroundWork[] = []
  const http = await startHttpService({
    port: config.port,
    host: config.host,
    log,
    drainTimeoutMs: config.drainTimeoutMs,
    routes: {
      '/graphql': {
        methods: ['GET', 'POST'],
        handle: graphqlHandler({
          apollo,
          async createContext({ headers }) {
            const context = await verifier.verify(headers.get(contextHeader))
            if (context === null) throw graphqlError('UNTRUSTED_CALLER', undefined, { http: true })
            return createContext(services, callerFrom(context))
          },
        }),
      },
      '/health/live': {
        methods: ['GET'],
        handle: (_, response) => sendJson(response, 200, { status: 'live' }),
      },
      '/health/ready': {
        methods: ['GET'],
        async handle(_, response) {
          const reachable = await isReachable(database.pool)
          sendJson(response, reachable ? 200 : 503, {
            status: reachable ? 'ready' : 'not ready',
            database: reachable ? 'reachable' : 'unreachable',
            ...Object.fromEntries(background.map((work) => [work.name, work.status()])),
          })
        },
      },
      ...definition.routes?.(services),
    },
  }).catch(async (error) => {
    await apollo.stop()
    await database.close()
    throw error
  })
  publicUrl ||= http.url
  background = definition.background?.(services) ?? []

  return {
    url: http.url,
    async stop() {
      await http.stop()
      await Promise.all(background.map((work) => work.stop()))
      await apollo.stop()
      await database.close()
    },
  }
}
