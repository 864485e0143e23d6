import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose'
import { silentLogger } from '../../service/log.ts'
import { contextHeader, createContextSigner } from '../../service/signed-context.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import type { Role } from './caller.ts'
import { type SubgraphConfig, type SubgraphName, subgraphPorts } from './config.ts'
import { toId } from './ids.ts'
import type { Site } from './sites.ts'
import { type SubgraphDefinition, startSubgraph } from './subgraph.ts'

/** Who a test's request is made for. Without anything: a guest on the main site. */
export interface As {
  /** The signed-in customer's uuid. */
  customerId?: string
  name?: string
  /** `shopper` when a customer is given and nothing else is said. */
  roles?: readonly Role[]
  site?: Site
  /** A subgraph that calls on its own account. */
  service?: SubgraphName
}

// biome-ignore lint/suspicious/noExplicitAny: JSON whose shape is the test's own query, and what it asserts
type Answered = any

/** An answer in the shape of GraphQL over HTTP. */
export interface GraphqlAnswer {
  status: number
  /** What was asked for. A test reads into it freely: where something is not there, it fails. */
  data: Answered
  errors: {
    message: string
    path?: (string | number)[]
    extensions: { code: string; [key: string]: unknown }
  }[]
}

async function generateKey(kid: string) {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA' }
}

/** Throw-away keys of the gateway and of every subgraph. */
export async function generateServiceKeys(): Promise<JSONWebKeySet> {
  return { keys: await Promise.all(['gateway', ...Object.keys(subgraphPorts)].map(generateKey)) }
}

/** The settings of a subgraph under test: a free port, and quick about everything. */
export const testConfig = (
  serviceKeys: JSONWebKeySet,
  changes: Partial<SubgraphConfig> = {},
): SubgraphConfig => ({
  port: 0,
  host: '127.0.0.1',
  databaseUrl: null,
  dataDir: '.data',
  serviceKeys,
  maxDatabaseConnections: 5,
  statementTimeoutMs: 5000,
  drainTimeoutMs: 1000,
  feedPollMs: 20,
  // A feed that a test does not name has an owner that is down: port 1 is nobody's.
  feedUrls: Object.fromEntries(Object.keys(subgraphPorts).map((name) => [name, 'http://127.0.0.1:1'])),
  publicUrl: null,
  production: false,
  reviewPhotoHosts: ['photos.arcade.example'],
  reviewReportsToHold: 3,
  ...changes,
})

interface TestSubgraphOptions {
  /** Whether the database holds the seeds; empty otherwise. */
  seeded?: boolean
  /** Keys to share among several subgraphs of one test. */
  serviceKeys?: JSONWebKeySet
  config?: Partial<SubgraphConfig>
}

/** Signs the header that a request made for `as` carries. */
export async function signedHeaders(
  serviceKeys: JSONWebKeySet,
  as: As = {},
): Promise<Record<string, string>> {
  const { customerId, name = null, site = 'main', service } = as
  const roles = service ? ['service'] : (as.roles ?? (customerId ? ['shopper'] : []))
  const signer = await createContextSigner({ issuer: service ?? 'gateway', keys: serviceKeys })
  const subject = customerId ? toId('cus', customerId) : null
  return { [contextHeader]: await signer.sign({ subject, name, site, roles }, Date.now() + 60_000) }
}

/** Starts a subgraph on a free port with a database of its own. Stop it in `afterAll`. */
export async function startTestSubgraph<
  Client extends { $disconnect(): Promise<void> },
  Context extends object,
>(
  definition: SubgraphDefinition<Client, Context>,
  { seeded = false, serviceKeys, config }: TestSubgraphOptions = {},
) {
  const keys = serviceKeys ?? (await generateServiceKeys())
  const database = await createTestDatabase(definition.name, { seeded })
  const statements: string[] = []
  const subgraph = await startSubgraph(definition, {
    config: testConfig(keys, config),
    databaseUrl: database.url,
    log: silentLogger(),
    onStatement(sql) {
      // Work beside the requests says so in its statements.
      if (!sql.includes('/* background */')) statements.push(sql)
    },
  })

  return {
    url: subgraph.url,
    databaseUrl: database.url,
    serviceKeys: keys,
    /** Every SQL statement sent so far; set its length to 0 to count anew. */
    statements,
    async query(query: string, variables: Record<string, unknown> = {}, as: As = {}): Promise<GraphqlAnswer> {
      const response = await fetch(`${subgraph.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await signedHeaders(keys, as)) },
        body: JSON.stringify({ query, variables }),
      })
      const { data, errors = [] }: Partial<GraphqlAnswer> = await response
        .json()
        .then((body: Answered) => body)
      return { status: response.status, data, errors }
    },
    /** Asks for entities as the gateway does. */
    async entities(representations: { __typename: string; id: string }[], selection: string, as: As = {}) {
      const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`
      return this.query(query, { representations }, as)
    },
    async stop() {
      await subgraph.stop()
      await database.drop()
    },
  }
}
