import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import type { SubgraphName } from '../../subgraphs/kit/config.ts'
import { errorCode } from '../../subgraphs/kit/database/errors.ts'
import { applyMigrations, databaseUrl, withConnection } from '../../subgraphs/kit/database/migrate.ts'
import './global.ts'

interface SeedModule {
  seed: (options: { url: string }) => Promise<void>
}

/**
 * A migrated, and where asked seeded, database of its own for a test or a test file. The first who asks makes
 * the template, everybody gets a copy of it, which takes a moment.
 */
export async function createTestDatabase(subgraph: SubgraphName, { seeded = false } = {}) {
  const server = inject('databaseServer')
  const template = await ensureTemplate({
    server,
    name: await templateName(subgraph, { seeded }),
    async fill(url) {
      await applyMigrations({ url, directory: `prisma/${subgraph}/migrations` })
      if (!seeded || !existsSync(`prisma/${subgraph}/seed.ts`)) return
      const { seed }: SeedModule = await import(`../../prisma/${subgraph}/seed.ts`)
      await seed({ url })
    },
  })
  return copyTemplate({ server, template, name: `${subgraph}_${randomBytes(6).toString('hex')}` })
}

/** A database with nothing in it. */
export const createEmptyDatabase = () =>
  copyTemplate({
    server: inject('databaseServer'),
    template: 'template0',
    name: `empty_${randomBytes(6).toString('hex')}`,
  })

interface TemplateOptions {
  server: string
  name: string
  /** Puts into the empty database at `url` what the template is to hold. */
  fill: (url: string) => Promise<void>
}

/** Makes the template `name` once, whichever test file of whichever worker asks first. */
export async function ensureTemplate({ server, name, fill }: TemplateOptions): Promise<string> {
  await onServer(server, async (connection) => {
    if (await databaseExists(connection, name)) return
    await connection.query('SELECT pg_advisory_lock(hashtext($1))', [name])
    if (await databaseExists(connection, name)) return

    // Under another name until it is whole, so that a worker which is killed leaves no half template.
    const unfinished = `${name}_unfinished`
    await connection.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(unfinished)} WITH (FORCE)`)
    await connection.query(`CREATE DATABASE ${pg.escapeIdentifier(unfinished)} TEMPLATE template0`)
    await fill(databaseUrl(server, unfinished))
    await disconnectOthers(connection, unfinished)
    await connection.query(
      `ALTER DATABASE ${pg.escapeIdentifier(unfinished)} RENAME TO ${pg.escapeIdentifier(name)}`,
    )
  })
  return name
}

async function copyTemplate({ server, template, name }: { server: string; template: string; name: string }) {
  await onServer(server, (connection) =>
    connection.query(
      `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`,
    ),
  )
  return {
    url: databaseUrl(server, name),
    /** Ends whatever is still connected. */
    drop: () =>
      onServer(server, async (connection) => {
        await connection.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
      }),
  }
}

const onServer = <Result>(server: string, use: (connection: pg.Client) => Promise<Result>) =>
  withConnection(databaseUrl(server, 'postgres'), use)

async function databaseExists(connection: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await connection.query('SELECT FROM pg_database WHERE datname = $1', [name])
  return rowCount !== 0
}

/** A connection that was closed may live on for a moment, and a database can't be renamed below one. */
async function disconnectOthers(connection: pg.Client, name: string) {
  await connection.query(
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [name],
  )
}

/** Changes with what goes into the template, so that a watching test run makes a new one. */
async function templateName(subgraph: SubgraphName, { seeded }: { seeded: boolean }): Promise<string> {
  const folders = [
    `prisma/${subgraph}/migrations`,
    ...(seeded ? [`prisma/${subgraph}`, 'prisma/shop-data'] : []),
  ]
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const file of await filesBelow(folder)) hash.update(file).update(await readFile(file))
  }
  return `${subgraph}_template${seeded ? '_seeded' : ''}_${hash.digest('hex').slice(0, 12)}`
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('generated'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
}
