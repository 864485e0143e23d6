import { createLogger } from '../../service/log.ts'
import { runService } from '../../service/run-service.ts'
import { SettingsError } from '../../service/settings.ts'
import { readSubgraphConfig, type SubgraphConfig, type SubgraphName } from './config.ts'
import { applyMigrations, pendingMigrations } from './database/migrate.ts'
import { prismaFiles, startSubgraphDatabase } from './database/subgraph-database.ts'
import { type SubgraphDefinition, startSubgraph } from './subgraph.ts'

/** The embedded database of a subgraph that runs by itself: migrated, and stopped with it. */
async function openEmbedded(name: SubgraphName, dataDir: string) {
  const { url, server } = await startSubgraphDatabase({ name, dataDir })
  // A server that was running before belongs to whoever started it.
  const release = async () => (server.joined ? undefined : server.stop())
  try {
    await applyMigrations({ url, directory: prismaFiles(name).migrations })
    return { url, release }
  } catch (error) {
    await release()
    throw error
  }
}

/** A database server that somebody else runs is migrated on purpose only, never by a process that starts. */
async function checkMigrated(name: SubgraphName, url: string): Promise<void> {
  const pending = await pendingMigrations({ url, directory: prismaFiles(name).migrations })
  if (pending.length === 0) return
  throw new SettingsError(
    `migrations are pending (${pending.join(', ')}): run "npm run db:migrate -- ${name}" first`,
  )
}

async function databaseOf(name: SubgraphName, { databaseUrl, dataDir }: SubgraphConfig) {
  if (databaseUrl === null) return openEmbedded(name, dataDir)
  await checkMigrated(name, databaseUrl)
  return { url: databaseUrl, release: async () => undefined }
}

/** Runs a subgraph as a process of its own, from the environment's settings, until it is told to stop. */
export async function runSubgraph<Client extends { $disconnect(): Promise<void> }, Context extends object>(
  definition: SubgraphDefinition<Client, Context>,
): Promise<void> {
  const { name } = definition
  await runService(name, async () => {
    const config = readSubgraphConfig(name, process.env)
    const log = createLogger(name)
    const database = await databaseOf(name, config)
    const subgraph = await startSubgraph(definition, { config, databaseUrl: database.url, log }).catch(
      async (error) => {
        await database.release()
        throw error
      },
    )
    log.info({ url: subgraph.url }, 'ready')
    return {
      log,
      async stop() {
        await subgraph.stop()
        await database.release()
      },
    }
  })
}
