import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import type { Departure } from '../../service/departure.ts'
import { createErrorFormatter } from '../../service/format-error.ts'
import { graphqlHandler, statusPlugin } from '../../service/graphql-over-http.ts'
import { type HttpService, sendJson, startHttpService } from '../../service/http.ts'
import type { Logger } from '../../service/log.ts'
import { SettingsError } from '../../service/settings.ts'
import { contextHeader } from '../../service/signed-context.ts'
import { addressVariable, type GatewayConfig } from '../config.ts'
import { stringifyResponse, takeBody } from '../execute/response-data.ts'
import { clientOf, recordUsage } from '../observe/record-usage.ts'
import { openIdentity } from '../protect/identity.ts'
import type { SubgraphPlace } from '../supergraph/check-supergraph.ts'
import { serveSupergraph } from '../supergraph/serve-supergraph.ts'
import { createTransport, type Transport } from '../transport/call-subgraph.ts'
import type { RequestContext } from '../transport/request-context.ts'
import { openSubgraph, type Subgraph } from '../transport/subgraph.ts'
import { createCors } from './cors.ts'
import { landingPage } from './landing-page.ts'
import { limitOperations } from './limit-operations.ts'

export interface RunningGateway {
  /** Where it listens, without a path. */
  url: string
  stop(): Promise<void>
}

/** They say who is calling, and what is for everybody does not depend on that. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie'])

/** An override without a path keeps the path that the supergraph has. */
function placeAddress(override: URL, routingUrl: string): URL {
  if (override.pathname !== '/' || !URL.canParse(routingUrl)) return override
  const placed = new URL(override)
  placed.pathname = new URL(routingUrl).pathname
  return placed
}

function addressesFor({ name, url }: SubgraphPlace, { addressesOf }: GatewayConfig): URL[] {
  const overrides = addressesOf(name)
  if (overrides) return overrides.map((override) => placeAddress(override, url))
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return [new URL(url)]
  throw new SettingsError(
    `the subgraph ${name} has no address: set ${addressVariable(name)}, or its routing_url in supergraph.yaml`,
  )
}

/** Opens subgraphs. One that the next supergraph has as well stays open, with all that is known of it. */
function createOpening(config: GatewayConfig, transport: Transport, log: Logger) {
  const opened = new Map<string, Subgraph>()
  return (place: SubgraphPlace): Subgraph => {
    const { name } = place
    const addresses = addressesFor(place, config)
    const key = [name, ...addresses].join(' ')
    const { deduplicate } = config
    const subgraph =
      opened.get(key) ??
      openSubgraph({ name, addresses, transport, traffic: config.trafficOf(name), deduplicate, log })
    opened.set(key, subgraph)
    return subgraph
  }
}

/** Starts the gateway; it needs no subgraph to be there. @throws {SettingsError} when it has nothing to serve. */
export async function startGateway(config: GatewayConfig, log: Logger): Promise<RunningGateway> {
  const transport = createTransport(config)
  const usage = config.usage && (await recordUsage(config.usage, log))
  const supergraph = await serveSupergraph({
    file: config.supergraphFile,
    filePollMs: config.filePollMs,
    operationDeadlineMs: config.operationDeadlineMs,
    showQueryPlans: config.showQueryPlans,
    deduplicate: config.deduplicate,
    onOperation: usage && ((sent, { client }) => client && usage.count(sent, client)),
    log,
    openSubgraph: createOpening(config, transport, log),
  })
  const identity =
    config.identity &&
    (await openIdentity(config.identity, {
      filePollMs: config.filePollMs,
      // No operation may wait beyond its own deadline for the keys that it is verified by.
      keysTimeoutMs: Math.min(3000, config.operationDeadlineMs),
      log,
    }))

  const apollo = new ApolloServer<RequestContext>({
    gateway: supergraph.gateway,
    csrfPrevention: true,
    introspection: config.introspection,
    // With introspection off, an error's "Did you mean" would tell the schema field by field.
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    stringifyResult: stringifyResponse,
    stopOnTerminationSignals: false,
    formatError: createErrorFormatter(log),
    plugins: [
      statusPlugin,
      // It would look for the cache hints of resolvers, and there are none here.
      ApolloServerPluginCacheControlDisabled(),
      config.landingPage ? landingPage(config.port) : ApolloServerPluginLandingPageDisabled(),
    ],
    logger: log,
  })

  async function createContext({
    headers,
    departure,
  }: {
    headers: Map<string, string>
    departure: Departure
  }): Promise<RequestContext> {
    const deadlineAt = performance.now() + config.operationDeadlineMs
    const forwarded = config.forwardHeaders.flatMap((name): [string, string][] => {
      const value = headers.get(name)
      return value === undefined ? [] : [[name, value]]
    })
    const signed = await identity?.signedContext({
      authorization: headers.get('authorization'),
      host: headers.get('host'),
    })
    return {
      subgraphHeaders: Object.fromEntries([...forwarded, ...(signed ? [[contextHeader, signed]] : [])]),
      deadlineAt,
      departure,
      client: usage && clientOf(headers),
      audience: () =>
        JSON.stringify([
          identity?.siteOf(headers.get('host')),
          forwarded.filter(([name]) => !credentialHeaders.has(name)),
        ]),
      staleAges: new Map(),
    }
  }

  async function listen(): Promise<HttpService> {
    await apollo.start()
    return startHttpService({
      port: config.port,
      host: config.host,
      log,
      drainTimeoutMs: config.drainTimeoutMs,
      refusesWhileStopping: true,
      before: createCors(config.corsOrigins),
      routes: {
        '/': {
          methods: ['GET'],
          handle: (_, response) =>
            void response.writeHead(302, { location: '/graphql', 'content-length': '0' }).end(),
        },
        '/graphql': {
          methods: ['GET', 'POST'],
          handle: limitOperations({
            maxOperations: config.maxOperations,
            handle: graphqlHandler({ apollo, createContext, maxBodyBytes: config.maxBodyBytes, takeBody }),
          }),
        },
        '/health/live': {
          methods: ['GET'],
          handle: (_, response) => sendJson(response, 200, { status: 'live' }),
          whileStopping: true,
        },
        '/health/ready': {
          methods: ['GET'],
          // A subgraph that is down costs its fields and not the gateway's readiness.
          handle: (_, response) =>
            sendJson(response, 200, { status: 'ready', supergraph: supergraph.current() }),
        },
        '/health/subgraphs': {
          methods: ['GET'],
          handle: (_, response) => sendJson(response, 200, { subgraphs: supergraph.health() }),
          whileStopping: true,
        },
      },
    })
  }

  async function close() {
    await apollo.stop()
    identity?.stop()
    await usage?.stop()
    await transport.close()
  }

  const http = await listen().catch(async (error) => {
    await close()
    throw error
  })
  return {
    url: http.url,
    async stop() {
      await http.stop()
      await close()
    },
  }
}
