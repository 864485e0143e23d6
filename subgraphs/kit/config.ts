import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { readKeySet } from '../../service/key-set.ts'
import {
  commaList,
  httpUrl,
  milliseconds,
  port,
  readSettings,
  SettingsError,
  variableOf,
  wholeNumber,
} from '../../service/settings.ts'
import { databaseVariable } from './database/subgraph-database.ts'

/** The subgraphs, and the port that each has when it is run by itself. */
export const subgraphPorts = {
  products: 4001,
  reviews: 4002,
  cart: 4003,
  chat: 4004,
} as const

export type SubgraphName = keyof typeof subgraphPorts

const isSubgraphName = (name: string): name is SubgraphName => Object.hasOwn(subgraphPorts, name)

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
  feedUrls: Readonly<Partial<Record<SubgraphName, string>>>
  /** Where clients reach this subgraph's files, as the pictures of products. */
  publicUrl: string | null
  production: boolean
  /** Reviews: the hosts that photos may be on, in lower case. */
  reviewPhotoHosts: readonly string[]
  /** Reviews: so many reports take a review back to a moderator. */
  reviewReportsToHold: number
}

/** Host names as they stand in an address: no addresses of machines, no letters that look like others. */
const hostNames = () =>
  commaList().pipe(
    z.array(
      z.string().regex(/^(?=.{4,253}$)(?!.*\bxn--)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
        error: 'names of hosts in lower case, separated by commas, as photos.example.com',
      }),
    ),
  )

/** Of several replicas, the first is asked: a feed reads the same in each. */
function readFeedUrl(owner: SubgraphName, env: NodeJS.ProcessEnv): string {
  const variable = variableOf(owner, 'URL')
  const addresses = commaList().pipe(z.array(httpUrl(), { error: 'addresses, separated by commas' }))
  const { [variable]: [first] = [] } = readSettings({ [variable]: addresses.optional() }, env)
  return first === undefined ? `http://127.0.0.1:${subgraphPorts[owner]}` : new URL(first).origin
}

const readFeedUrls = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(
    Object.keys(subgraphPorts)
      .filter(isSubgraphName)
      .map((owner) => [owner, readFeedUrl(owner, env)]),
  )

/** @throws {SettingsError} with a line for each setting that does not fit. */
export function readSubgraphConfig(name: SubgraphName, env: NodeJS.ProcessEnv): SubgraphConfig {
  const urlVariable = databaseVariable(name)
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
      PUBLIC_URL: httpUrl().optional(),
      NODE_ENV: z.string().default('development'),
      REVIEW_PHOTO_HOSTS: hostNames().default(['photos.arcade.example']),
      REVIEW_REPORTS_TO_HOLD: wholeNumber({ min: 1, max: 1000 }).default(3),
    },
    env,
  )
  const databaseUrl = env[urlVariable] || null
  if (databaseUrl !== null && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    throw new SettingsError(
      `${urlVariable} is set to something else: it takes an address that begins with postgresql://`,
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
    feedUrls: readFeedUrls(env),
    publicUrl: settings.PUBLIC_URL ?? null,
    production: settings.NODE_ENV === 'production',
    reviewPhotoHosts: settings.REVIEW_PHOTO_HOSTS,
    reviewReportsToHold: settings.REVIEW_REPORTS_TO_HOLD,
  }
}
