import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { readKeySet } from '../service/key-set.ts'
import {
  commaList,
  flag,
  httpUrl,
  milliseconds,
  percent,
  port,
  readSettings,
  SettingsError,
  variableOf,
  wholeNumber,
} from '../service/settings.ts'
import { contextHeader } from '../service/signed-context.ts'
import type { UsageLimits } from './observe/usage.ts'
import type { HedgeAfter } from './transport/hedge.ts'
import type { TrafficSettings } from './transport/subgraph.ts'

export interface IdentityConfig {
  /** Where the public keys are that verify people's tokens. */
  tokenKeys: { file: string } | { url: URL }
  tokenIssuer: string
  tokenAudience: string
  /** Holds the private key that signs the context which subgraphs get. */
  serviceKeys: JSONWebKeySet
  /** Which site a Host header (without its port, in lower case) stands for. */
  siteOfHost: ReadonlyMap<string, string>
  /** The site of every other host. */
  defaultSite: string
}

export interface UsageConfig extends UsageLimits {
  file: string
  /** How often it is written. */
  writeMs: number
}

export interface GatewayConfig {
  port: number
  /** The interface to listen on. */
  host: string
  supergraphFile: string
  /** How often the supergraph's file and the token keys' file are looked at. */
  filePollMs: number
  /** For a whole operation, from its arrival. */
  operationDeadlineMs: number
  connectTimeoutMs: number
  drainTimeoutMs: number
  /** Operations that are answered at once; what is more is refused. */
  maxOperations: number
  /** The largest request that is read. */
  maxBodyBytes: number
  /** The largest answer that is read of a subgraph. */
  maxAnswerBytes: number
  /** Connections to one address of a subgraph. */
  maxConnections: number
  /** Origins whose pages may ask; `*` is any. */
  corsOrigins: readonly string[]
  introspection: boolean
  landingPage: boolean
  /** Whether a client that asks for it is shown the query plan. */
  showQueryPlans: boolean
  /** Whether equal queries of one identity that are under way are executed, and sent to subgraphs, once. */
  deduplicate: boolean
  /** Request headers, in lower case, that go on to subgraphs. */
  forwardHeaders: readonly string[]
  /** Where it is written who sends which operation; null where nobody wants to know. */
  usage: UsageConfig | null
  /** Null where the gateway serves a graph that has its own way of knowing callers. */
  identity: IdentityConfig | null
  /**
   * Where a subgraph is, when `<NAME>_URL` says so: one address for each replica; null when it does not.
   * @throws {SettingsError} when it says so in a way that can't be used.
   */
  addressesOf: (subgraph: string) => URL[] | null
  /**
   * What is sent to a subgraph, and how it is contained: what `<NAME>_<SETTING>` says, or else `<SETTING>`.
   * @throws {SettingsError}
   */
  trafficOf: (subgraph: string) => TrafficSettings
}

const defaultSupergraph = 'supergraph.graphql'
const sandboxOrigin = 'https://studio.apollographql.com'

/** They belong to one connection, are made anew for each call, or would let a client pose as the gateway. */
const neverForwarded = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  contextHeader,
])

const headerNames = () =>
  commaList()
    .transform((names) => names.map((name) => name.toLowerCase()))
    .refine(
      (names) => names.every((name) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !neverForwarded.has(name)),
      {
        error: `names of headers, separated by commas, and none of ${[...neverForwarded].join(', ')}`,
      },
    )

const origins = () =>
  commaList().refine((values) => values.every((value) => value === '*' || isOrigin(value)), {
    error: 'origins as https://shop.example, separated by commas, or *',
  })

const isOrigin = (value: string) => URL.canParse(value) && new URL(value).origin === value

const sites = () =>
  commaList()
    .refine((pairs) => pairs.every((pair) => /^[^=\s]+=[\w-]+$/.test(pair)), {
      error: 'hosts and their sites as outlet.example=outlet, separated by commas',
    })
    .transform((pairs) => new Map(pairs.map((pair) => siteEntry(pair))))

function siteEntry(pair: string): [host: string, site: string] {
  const [host = '', site = ''] = pair.split('=')
  return [host.toLowerCase(), site]
}

const settingsOf = (production: boolean) => ({
  PORT: port().default(4000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  SUPERGRAPH: z.string().default(defaultSupergraph),
  FILE_POLL_MS: milliseconds({ min: 10 }).default(1000),
  OPERATION_DEADLINE_MS: milliseconds().default(5000),
  CONNECT_TIMEOUT_MS: milliseconds().default(1000),
  DRAIN_TIMEOUT_MS: milliseconds().default(10_000),
  MAX_OPERATIONS: wholeNumber({ min: 1, unit: 'operations at once' }).default(1000),
  MAX_BODY_BYTES: wholeNumber({ min: 1, unit: 'bytes' }).default(1_048_576),
  MAX_ANSWER_BYTES: wholeNumber({ min: 1, unit: 'bytes' }).default(20 * 1_048_576),
  CONNECTIONS: wholeNumber({ min: 1, max: 10_000, unit: 'connections to one address' }).default(128),
  CORS_ORIGINS: origins().default(production ? [] : [sandboxOrigin]),
  INTROSPECTION: flag().default(!production),
  LANDING_PAGE: flag().default(!production),
  QUERY_PLANS: flag().default(!production),
  DEDUPLICATE: flag().default(false),
  FORWARD_HEADERS: headerNames().default([]),
  USAGE_FILE: z.string().optional(),
  USAGE_WRITE_MS: milliseconds({ min: 10 }).default(60_000),
  USAGE_MAX_OPERATIONS: wholeNumber({ min: 1, max: 100_000, unit: 'operations' }).default(1000),
  USAGE_MAX_CLIENTS: wholeNumber({ min: 1, max: 10_000, unit: 'clients of one operation' }).default(50),
  USAGE_MAX_BYTES: wholeNumber({ min: 1024, unit: 'bytes' }).default(8 * 1_048_576),
  IDENTITY: flag().optional(),
  JWKS_FILE: z.string().optional(),
  JWKS_URL: httpUrl().optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().optional(),
  SERVICE_KEYS: z.string().optional(),
  SITE_HOSTS: sites().default(new Map([['outlet.localhost', 'outlet']])),
  DEFAULT_SITE: z
    .string()
    .regex(/^[\w-]+$/, 'the name of a site')
    .default('main'),
})

/** Of each subgraph; a subgraph can have its own by its name before it, as `REVIEWS_CALL_DEADLINE_MS`. */
const trafficSettings = {
  CALL_DEADLINE_MS: milliseconds().default(2000),
  RETRIES: wholeNumber({ max: 10, unit: 'retries of one query' }).default(2),
  RETRY_BUDGET_PERCENT: percent({ min: 0 }).default(10),
  RETRY_BUDGET_PER_SECOND: wholeNumber({ max: 100_000, unit: 'retries in a second' }).default(10),
  BREAKER_WINDOW_MS: milliseconds({ min: 100 }).default(10_000),
  BREAKER_MIN_CALLS: wholeNumber({ min: 1, unit: 'calls' }).default(20),
  BREAKER_FAILURE_PERCENT: percent({ min: 1 }).default(50),
  BREAKER_SLOW_PERCENT: percent({ min: 1 }).default(80),
  SLOW_CALL_MS: milliseconds().optional(),
  BREAKER_OPEN_MS: milliseconds().default(1000),
  BREAKER_MAX_OPEN_MS: milliseconds().default(3000),
  BREAKER_PROBES: wholeNumber({ min: 1, max: 1000, unit: 'calls' }).default(3),
  MAX_CALLS: wholeNumber({ min: 1, unit: 'calls' }).default(128),
  MAX_QUEUED_CALLS: wholeNumber({ unit: 'calls' }).default(256),
  MAX_HELD_BYTES: wholeNumber({ min: 1, unit: 'bytes' }).default(256 * 1_048_576),
  DNS_TTL_MS: milliseconds().default(5000),
  STALE_IF_ERROR_MS: milliseconds({ min: 0, max: 7 * 86_400_000 }).default(0),
  STALE_MAX_BYTES: wholeNumber({ min: 1, unit: 'bytes' }).default(64 * 1_048_576),
  HEDGE_AFTER_MS: milliseconds().optional(),
  HEDGE_AFTER_PERCENTILE: percent({ min: 1, max: 99 }).optional(),
}

type TrafficValues = z.infer<z.ZodObject<typeof trafficSettings>>

type Settings = z.infer<z.ZodObject<ReturnType<typeof settingsOf>>>

/** What development makes for itself must never be believed in production by mistake. */
function developmentDefault(name: string, value: string, production: boolean): string {
  if (!production) return value
  throw new SettingsError(`${name} is not set: with NODE_ENV=production it has to be, or IDENTITY=false`)
}

function readIdentity(settings: Settings, production: boolean): IdentityConfig | null {
  const { JWKS_FILE, JWKS_URL, SERVICE_KEYS, DATA_DIR } = settings
  const configured = Boolean(JWKS_FILE || JWKS_URL || SERVICE_KEYS)
  const wanted = settings.IDENTITY ?? (configured || settings.SUPERGRAPH === defaultSupergraph)
  if (!wanted) return null
  if (JWKS_FILE && JWKS_URL) throw new SettingsError('JWKS_FILE and JWKS_URL are both set: one is wanted')

  const orDefault = (name: 'JWKS_FILE' | 'SERVICE_KEYS' | 'TOKEN_ISSUER' | 'TOKEN_AUDIENCE', value: string) =>
    settings[name] ?? developmentDefault(name, value, production)
  return {
    tokenKeys: JWKS_URL
      ? { url: new URL(JWKS_URL) }
      : { file: orDefault('JWKS_FILE', `${DATA_DIR}/keys/tokens.json`) },
    tokenIssuer: orDefault('TOKEN_ISSUER', 'arcade-development'),
    tokenAudience: orDefault('TOKEN_AUDIENCE', 'arcade'),
    serviceKeys: readKeySet('SERVICE_KEYS', orDefault('SERVICE_KEYS', `${DATA_DIR}/keys/gateway.json`)),
    siteOfHost: settings.SITE_HOSTS,
    defaultSite: settings.DEFAULT_SITE,
  }
}

function readUsage({ USAGE_FILE, ...settings }: Settings): UsageConfig | null {
  if (!USAGE_FILE) return null
  return {
    file: USAGE_FILE,
    writeMs: settings.USAGE_WRITE_MS,
    maxOperations: settings.USAGE_MAX_OPERATIONS,
    maxClients: settings.USAGE_MAX_CLIENTS,
    maxCharacters: settings.USAGE_MAX_BYTES,
  }
}

/** The variable that says where a subgraph is: `products` has `PRODUCTS_URL`, `order-history` `ORDER_HISTORY_URL`. */
export const addressVariable = (subgraph: string) => variableOf(subgraph, 'URL')

function addressesFrom(env: NodeJS.ProcessEnv) {
  return (subgraph: string): URL[] | null => {
    const name = addressVariable(subgraph)
    const { [name]: addresses } = readSettings({ [name]: commaList().optional() }, env)
    if (!addresses?.length) return null
    if (!addresses.every((address) => httpUrl().safeParse(address).success)) {
      throw new SettingsError(
        `${name} is set to something else: it takes addresses that begin with http:// or https://, separated by commas`,
      )
    }
    return addresses.map((address) => new URL(address))
  }
}

/** What one setting may not be in the light of another. */
function refuseContradictions(
  { BREAKER_OPEN_MS, BREAKER_MAX_OPEN_MS, CALL_DEADLINE_MS, SLOW_CALL_MS, ...settings }: TrafficValues,
  variableFor: (setting: string) => string,
) {
  const name = variableFor
  if (BREAKER_MAX_OPEN_MS < BREAKER_OPEN_MS)
    throw new SettingsError(
      `${name('BREAKER_MAX_OPEN_MS')} is ${BREAKER_MAX_OPEN_MS}: it takes no less than ${name('BREAKER_OPEN_MS')}, which is ${BREAKER_OPEN_MS}`,
    )
  if (SLOW_CALL_MS !== undefined && SLOW_CALL_MS > CALL_DEADLINE_MS)
    throw new SettingsError(
      `${name('SLOW_CALL_MS')} is ${SLOW_CALL_MS}: it takes no more than ${name('CALL_DEADLINE_MS')}, which is ${CALL_DEADLINE_MS}`,
    )
  if (settings.HEDGE_AFTER_MS !== undefined && settings.HEDGE_AFTER_PERCENTILE !== undefined)
    throw new SettingsError(
      `${name('HEDGE_AFTER_MS')} and ${name('HEDGE_AFTER_PERCENTILE')} are both set: one is wanted`,
    )
}

function readHedging({ HEDGE_AFTER_MS, HEDGE_AFTER_PERCENTILE }: TrafficValues): HedgeAfter | null {
  if (HEDGE_AFTER_MS !== undefined) return { ms: HEDGE_AFTER_MS }
  return HEDGE_AFTER_PERCENTILE === undefined ? null : { share: HEDGE_AFTER_PERCENTILE / 100 }
}

/** A call that takes most of its time is slow. */
const slowShareOfDeadline = 0.75

/** Reads what holds for one subgraph, or for those that have nothing of their own. */
function readTraffic(
  env: NodeJS.ProcessEnv,
  { operationDeadlineMs, subgraph }: { operationDeadlineMs: number; subgraph?: string },
): TrafficSettings {
  function variableFor(setting: string) {
    const own = subgraph === undefined ? setting : variableOf(subgraph, setting)
    return env[own] ? own : setting
  }
  const settings = readSettings(trafficSettings, env, variableFor)
  refuseContradictions(settings, variableFor)
  // No call has longer than its operation, and what is slow is judged by what it has.
  const callDeadlineMs = Math.min(settings.CALL_DEADLINE_MS, operationDeadlineMs)
  return {
    callDeadlineMs,
    breaker: {
      windowMs: settings.BREAKER_WINDOW_MS,
      minCalls: settings.BREAKER_MIN_CALLS,
      failureShare: settings.BREAKER_FAILURE_PERCENT / 100,
      slowShare: settings.BREAKER_SLOW_PERCENT / 100,
      slowCallMs: settings.SLOW_CALL_MS ?? callDeadlineMs * slowShareOfDeadline,
      openMs: settings.BREAKER_OPEN_MS,
      maxOpenMs: settings.BREAKER_MAX_OPEN_MS,
      probes: settings.BREAKER_PROBES,
    },
    retries: {
      maxRetries: settings.RETRIES,
      shareOfCalls: settings.RETRY_BUDGET_PERCENT / 100,
      alwaysPerSecond: settings.RETRY_BUDGET_PER_SECOND,
    },
    bulkhead: { maxCalls: settings.MAX_CALLS, maxQueued: settings.MAX_QUEUED_CALLS },
    hedgeAfter: readHedging(settings),
    maxHeldBytes: settings.MAX_HELD_BYTES,
    dnsTtlMs: settings.DNS_TTL_MS,
    staleIfError:
      settings.STALE_IF_ERROR_MS === 0
        ? null
        : { maxAgeMs: settings.STALE_IF_ERROR_MS, maxBytes: settings.STALE_MAX_BYTES },
  }
}

/** @throws {SettingsError} with a line for each setting that does not fit. */
export function readGatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  const production = env.NODE_ENV === 'production'
  const settings = readSettings(settingsOf(production), env)
  // Those of a subgraph are read with its name; what holds for all is refused here, if it has to be.
  const operationDeadlineMs = settings.OPERATION_DEADLINE_MS
  readTraffic(env, { operationDeadlineMs })
  return {
    port: settings.PORT,
    host: settings.HOST,
    supergraphFile: settings.SUPERGRAPH,
    filePollMs: settings.FILE_POLL_MS,
    operationDeadlineMs,
    connectTimeoutMs: settings.CONNECT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    maxOperations: settings.MAX_OPERATIONS,
    maxBodyBytes: settings.MAX_BODY_BYTES,
    maxAnswerBytes: settings.MAX_ANSWER_BYTES,
    maxConnections: settings.CONNECTIONS,
    corsOrigins: settings.CORS_ORIGINS,
    introspection: settings.INTROSPECTION,
    landingPage: settings.LANDING_PAGE,
    showQueryPlans: settings.QUERY_PLANS,
    deduplicate: settings.DEDUPLICATE,
    forwardHeaders: settings.FORWARD_HEADERS,
    usage: readUsage(settings),
    identity: readIdentity(settings, production),
    addressesOf: addressesFrom(env),
    trafficOf: (subgraph) => readTraffic(env, { operationDeadlineMs, subgraph }),
  }
}
