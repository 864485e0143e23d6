import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { variableOf } from '../../../service/settings.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { errorCode } from './errors.ts'
import { ensureDatabase } from './migrate.ts'

/** The Prisma schema and migrations of the subgraph `name`. */
export const prismaFiles = (name: string) => ({
  schema: path.join('prisma', name, 'schema.prisma'),
  migrations: path.join('prisma', name, 'migrations'),
})

/** The environment variable that chooses a PostgreSQL server for the subgraph `name`. */
export const databaseVariable = (name: string) => variableOf(name, 'DATABASE_URL')

/** Where the embedded database of the subgraph `name` is kept. */
export const embeddedDirectory = (name: string, dataDir: string) => path.join(dataDir, `${name}-database`)

/** The names of the subgraphs that have a database, by what stands in `prisma/`. */
export async function subgraphsWithDatabase(): Promise<string[]> {
  const folders = await readdir('prisma', { withFileTypes: true })
  const names = await Promise.all(
    folders
      .filter((folder) => folder.isDirectory())
      .map(async ({ name }) =>
        (await readdir(path.join('prisma', name))).includes('schema.prisma') ? [name] : [],
      ),
  )
  return names.flat().sort()
}

/** The names of the subgraphs whose embedded databases are in `dataDir`. */
export async function embeddedDatabases(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  return entries.flatMap((entry) => /^(.+)-database$/.exec(entry)?.[1] ?? [])
}

interface StartSubgraphDatabaseOptions {
  name: string
  dataDir: string
  /** The embedded server's; any free port unless given. */
  port?: number
  log?: (line: string) => void
}

/** Starts, or joins, the embedded server of the subgraph `name`, and makes sure that its database is there. */
export async function startSubgraphDatabase({
  name,
  dataDir,
  port,
  log,
}: StartSubgraphDatabaseOptions): Promise<{ url: string; server: EmbeddedPostgres }> {
  const server = await startEmbeddedPostgres({ directory: embeddedDirectory(name, dataDir), port, log })
  try {
    return { url: await ensureDatabase({ baseUrl: server.url, name }), server }
  } catch (error) {
    if (!server.joined) await server.stop()
    throw error
  }
}
