import { applyMigrations, pendingMigrations } from '../subgraphs/kit/database/migrate.ts'
import { prismaFiles, startSubgraphDatabase } from '../subgraphs/kit/database/subgraph-database.ts'
import { keepRunning, type RunningProcess } from './keep-running.ts'
import type { Output } from './output.ts'
import type { Progress } from './progress.ts'
import type { KeptRunFile } from './run-file.ts'
import { isSeeded, markSeeded, seedDatabase } from './seeding.ts'
import type { SubgraphSettings } from './settings.ts'
import { StartError } from './start-error.ts'

interface DatabaseOptions {
  subgraph: SubgraphSettings
  dataDir: string
  build: string
  output: Output
  runFile: KeptRunFile
  progress: Progress
}

/** Where a subgraph keeps its data. */
export interface Database {
  /** Null where the subgraph has none. */
  url(): string | null
  /** Makes it ready for its subgraph to start. @throws {DatabaseError | StartError} */
  open(): Promise<void>
  /** Fills it with the shop's data, the first time. */
  seed(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

const none: Database = { url: () => null, open: async () => {}, seed: async () => {}, stop: async () => {} }

/** A server that somebody else runs is migrated and seeded on purpose only. */
const given = (name: string, url: string): Database => ({
  ...none,
  url: () => url,
  async open() {
    const pending = await pendingMigrations({ url, directory: prismaFiles(name).migrations })
    if (pending.length === 0) return
    throw new StartError(
      `Migrations of ${name} are pending (${pending.join(', ')}): run npm run db:migrate -- ${name} first, and npm run seed -- ${name} for data`,
    )
  },
})

interface PostgresProcess extends RunningProcess {
  stop(): Promise<void>
}

function embedded({
  subgraph: { name },
  dataDir,
  build,
  output,
  runFile,
  progress,
}: DatabaseOptions): Database {
  const processName = `${name}-database`
  let url: string | null = null
  let port: number | undefined
  let opened = false

  const kept = keepRunning<PostgresProcess>({
    name: processName,
    async start() {
      // Its subgraph knows it by its port, so a new server takes the old one's.
      const database = await startSubgraphDatabase({ name, dataDir, ...(port !== undefined && { port }) })
      url = database.url
      port = database.server.port
      const { pid, exited, stop } = database.server
      return { pid, exited: exited.then(() => 'has ended'), stop }
    },
    onChange(process) {
      if (process && opened) output.say(`${processName} is back.`)
      runFile.set(
        processName,
        process && { pid: process.pid, address: `postgresql://127.0.0.1:${port}/${name}` },
      )
    },
    say: output.say,
  })

  const address = () => {
    if (url === null) throw new Error(`the database of ${name} has not been started`)
    return url
  }

  return {
    url: () => url,
    async open() {
      progress.set(processName, 'starting')
      await kept.start()
      opened = true
      progress.set(processName, 'migrating')
      await applyMigrations({ url: address(), directory: prismaFiles(name).migrations })
      progress.set(processName, null)
    },
    async seed(signal) {
      if (await isSeeded(address())) return
      progress.set(processName, 'filling')
      const lines = output.linesFrom(name)
      await seedDatabase({
        name,
        url: address(),
        build,
        signal,
        onProgress: (done, total) =>
          progress.set(processName, 'filling', `${Math.floor((100 * done) / total)} %`),
        onOutput: lines.write,
      }).finally(lines.end)
      await markSeeded(address())
      progress.set(processName, null)
    },
    async stop() {
      const server = await kept.release()
      await server?.stop()
    },
  }
}

export function createDatabase(options: DatabaseOptions): Database {
  const { name, database } = options.subgraph
  if (database.kind === 'none') return none
  return database.kind === 'given' ? given(name, database.url) : embedded(options)
}
