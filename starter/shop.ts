import pc from 'picocolors'
import { databaseVariable } from '../subgraphs/kit/database/subgraph-database.ts'
import type { Database } from './database.ts'
import { createDatabase } from './database.ts'
import { ensureDevelopmentKeys } from './development-keys.ts'
import type { Output } from './output.ts'
import type { Progress } from './progress.ts'
import type { KeptRunFile } from './run-file.ts'
import { createService, type Service } from './service.ts'
import type { ShopSettings, SubgraphSettings } from './settings.ts'

interface ShopOptions {
  settings: ShopSettings
  /** The subgraphs to leave down. */
  without: ReadonlySet<string>
  /** The folder of the bundles. */
  build: string
  env: NodeJS.ProcessEnv
  output: Output
  runFile: KeptRunFile
  progress: Progress
}

/** What Node.js itself is told when a process is started. */
const nodeFlags: Readonly<Record<string, readonly string[]>> = {
  gateway: ['--max-semi-space-size=16'],
}

/** Together with the time that killing takes, all is stopped within ten seconds. */
const drainMs = 3_000
const patienceMs = 4_000

/** The databases, the subgraphs and the gateway, to be opened and closed as one. */
export function createShop({ settings, without, build, env, output, runFile, progress }: ShopOptions) {
  const seeding = new AbortController()
  const urls = Object.fromEntries(settings.subgraphs.map(({ urlVariable, url }) => [urlVariable, url]))

  const environmentOf = (name: string, port: number): NodeJS.ProcessEnv => {
    const own: NodeJS.ProcessEnv = {
      DRAIN_TIMEOUT_MS: String(drainMs),
      LOG_FORMAT: 'pretty',
      LOG_COLOUR: String(pc.isColorSupported),
      APOLLO_TELEMETRY_DISABLED: 'true',
      // From Node 22 on, what was compiled once is not compiled again at the next start.
      NODE_COMPILE_CACHE: '.build/compile-cache',
      ...env,
      ...urls,
      DATA_DIR: settings.dataDir,
      PORT: String(port),
    }
    // No process knows of another's database.
    for (const other of settings.subgraphs) {
      if (other.name !== name) delete own[databaseVariable(other.name)]
    }
    return own
  }

  const gateway = createService({
    settings: settings.gateway,
    file: `${build}/gateway/main.js`,
    build,
    nodeFlags: nodeFlags.gateway ?? [],
    env: () => environmentOf('gateway', settings.gateway.port),
    output,
    runFile,
  })

  const createSubgraph = (subgraph: SubgraphSettings): { service: Service; database: Database } => {
    const { name, port } = subgraph
    const database = createDatabase({ subgraph, dataDir: settings.dataDir, build, output, runFile, progress })
    const service = createService({
      settings: subgraph,
      file: `${build}/subgraphs/${name}/main.js`,
      build,
      nodeFlags: nodeFlags[name] ?? [],
      env() {
        const url = database.url()
        return { ...environmentOf(name, port), ...(url !== null && { [databaseVariable(name)]: url }) }
      },
      output,
      runFile,
    })
    return { service, database }
  }
  const subgraphs = settings.subgraphs.map(createSubgraph)

  async function start(service: Service) {
    if (seeding.signal.aborted) return
    progress.set(service.name, 'starting')
    await service.start()
    progress.set(service.name, null)
  }

  async function openSubgraph({ service, database }: (typeof subgraphs)[number]) {
    await database.open()
    if (seeding.signal.aborted) return
    await Promise.all([database.seed(seeding.signal), without.has(service.name) ? undefined : start(service)])
  }

  return {
    gateway,
    subgraphs: subgraphs.map(({ service }) => service),
    /** Opens all, and waits until each is ready. Call `close` whether it succeeds or not. */
    async open(): Promise<void> {
      if (env.NODE_ENV !== 'production') await ensureDevelopmentKeys(settings.dataDir)
      await Promise.all([start(gateway), ...subgraphs.map(openSubgraph)])
    },
    /** In the order in which they need each other: nobody's requests fail because of it. */
    async close(): Promise<void> {
      seeding.abort()
      await gateway.stop(patienceMs)
      await Promise.all(subgraphs.map(({ service }) => service.stop(patienceMs)))
      await Promise.all(subgraphs.map(({ database }) => database.stop()))
    },
  }
}

export type Shop = ReturnType<typeof createShop>
