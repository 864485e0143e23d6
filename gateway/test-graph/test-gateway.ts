import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { request } from 'undici'
import { type Logger, silentLogger } from '../../service/log.ts'
import { readGatewayConfig } from '../config.ts'
import { startGateway } from '../server/start-gateway.ts'

export interface GatewayAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  data: Record<string, unknown> | null | undefined
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
  extensions: Record<string, unknown> | undefined
}

interface AskOptions {
  variables?: Record<string, unknown>
  headers?: Record<string, string>
  signal?: AbortSignal
}

interface TestGatewayOptions {
  /** Settings, beside those that tests want otherwise than people do. */
  env?: Record<string, string>
  log?: Logger
}

/** Starts a gateway on a free port for a supergraph's SDL. */
export async function startTestGateway(
  supergraphSdl: string,
  { env = {}, log = silentLogger() }: TestGatewayOptions = {},
) {
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-test-'))
  const supergraphFile = path.join(directory, 'supergraph.graphql')
  await writeFile(supergraphFile, supergraphSdl)
  const config = readGatewayConfig({
    SUPERGRAPH: supergraphFile,
    PORT: '0',
    FILE_POLL_MS: '20',
    // Tests fail a subgraph as often as they like, and see each failure as it is told.
    BREAKER_MIN_CALLS: '1000000',
    ...env,
  })
  const gateway = await startGateway(config, log)

  async function ask(
    query: string,
    { variables, headers = {}, signal }: AskOptions = {},
  ): Promise<GatewayAnswer> {
    // Not fetch, which sets some headers by its own mind, as Host.
    const response = await request(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
      ...(signal && { signal }),
    })
    const text = await response.body.text()
    const { data, errors = [], extensions } = JSON.parse(text)
    return { status: response.statusCode, headers: response.headers, text, data, errors, extensions }
  }

  return {
    url: gateway.url,
    directory,
    supergraphFile,
    ask,
    async stop() {
      await gateway.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>
