import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { readKeySet } from '../../service/key-set.ts'
import {
  httpUrl,
  milliseconds,
  port,
  readSettings,
  SettingsError,
  wholeNumber,
} from '../../service/settings.ts'

/** The subgraphs, and the port that each has when it is run by itself. */
export const subgraphPorts = { products: 4001, reviews: 4002, cart: 4003, chat: 4004 } as const

export type SubgraphName = keyof typeof subgraphPorts

export const isSubgraphName = (name: string): name is SubgraphName => Object.hasOwn(subgraphPorts, name)

export interface SubgraphConfig {
  port: number
  /** The interface to listen on. */
  host: string
  /** The PostgreSQL server to use; null for the embedded one below `dataDir`. */
  databaseUrl: string | null
  dataDir: string
  /** Whose signed context is believed, and this subgraph's own private key where it calls others. */
  serviceKeys: JSONWebKeySet
  maxDatabaseConnections: number
  statementTimeoutMs: number
  drainTimeoutMs: number
  /** How often a change feed is asked for news when it had none. */
  feedPollMs: number
  /** Where the other subgraphs are whose change feeds are read. */
  feedUrls: Record<SubgraphName, string>
  /** Where clients reach this subgraph's files, as the pictures of products. */
  publicUrl: string | null
  production: boolean
}

const feedUrl = (name: SubgraphName) => httpUrl().default(`http://127.0.0.1:${subgraphPorts[name]}`)

/** @throws {SettingsError} with a line for each setting that does not fit. */
export function readSubgraphConfig(name: SubgraphName, env: NodeJS.ProcessEnv): SubgraphConfig {
  const databaseVariable = `${name.toUpperCase()}_DATABASE_URL`
  const settings = readSettings(
    {
      PORT: port().default(subgraphPorts[name]),
      HOST: z.string().default('127.0.0.1'),
      DATA_DIR: z.string().default('.data'),
      SERVICE_KEYS: z.string().optional(),
      DATABASE_CONNECTIONS: wholeNumber({ min: 1, max: 1000 }).default(10),
      STATEMENT_TIMEOUT_MS: milliseconds().default(5000),
      DRAIN_TIMEOUT_MS: milliseconds().default(10_000),
      FEED_POLL_MS: milliseconds({ min: 10 }).default(500),
      PRODUCTS_URL: feedUrl('products'),
      REVIEWS_URL: feedUrl('reviews'),
      CART_URL: feedUrl('cart'),
      CHAT_URL: feedUrl('chat'),
      PUBLIC_URL: httpUrl().optional(),
      NODE_ENV: z.string().default('development'),
    },
    env,
  )
  const databaseUrl = env[databaseVariable] || null
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new SettingsError(
      `${databaseVariable} is set to something else: it takes an address that begins with postgresql://`,
    )
  }
  return {
    port: settings.PORT,
    host: settings.HOST,
    databaseUrl,
    dataDir: settings.DATA_DIR,
    serviceKeys: readKeySet(
      'SERVICE_KEYS',
      settings.SERVICE_KEYS ?? `${settings.DATA_DIR}/keys/${name}.json`,
    ),
    maxDatabaseConnections: settings.DATABASE_CONNECTIONS,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    feedPollMs: settings.FEED_POLL_MS,
    feedUrls: {
      products: new URL(settings.PRODUCTS_URL).origin,
      reviews: new URL(settings.REVIEWS_URL).origin,
      cart: new URL(settings.CART_URL).origin,
      chat: new URL(settings.CHAT_URL).origin,
    },
    publicUrl: settings.PUBLIC_URL ?? null,
    production: settings.NODE_ENV === 'production',
  }
}
