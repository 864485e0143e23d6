import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { DatabaseError, errorCode, reason } from './errors.ts'

/** Prisma's own, so that its command line and this code wait for each other. */
const migrationLock = 72707369

/** As Prisma creates it; `prisma migrate status` reads what stands here. */
const migrationsTable = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

interface Migration {
  name: string
  file: string
  sql: string
  checksum: string
}

interface MigrationRow {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

interface MigrateOptions {
  url: string
  /** Holds one directory for each migration, with a `migration.sql` in it. */
  directory: string
  /** Called with the name of each migration before it runs. */
  log?: (line: string) => void
  /** How long to wait for another process that is migrating the same database. */
  lockTimeoutMs?: number
}

/**
 * Applies the migrations of `directory` that the database does not have, in the order of their names.
 * Each runs in one transaction with its own row in `_prisma_migrations`, so that after a failure, a kill or a
 * power cut it is there as a whole or not at all, and the next run goes on from there.
 * @throws {DatabaseError}
 */
export async function applyMigrations({ url, directory, log, lockTimeoutMs = 60_000 }: MigrateOptions) {
  const migrations = await readMigrations(directory)
  return withConnection(url, (connection) =>
    withMigrationLock(connection, lockTimeoutMs, async () => {
      await connection.query(migrationsTable)
      const pending = compare(migrations, await readRows(connection), directory)
      for (const migration of pending) {
        log?.(`Applying ${migration.name}`)
        await applyMigration(connection, migration)
      }
      return { applied: pending.map(({ name }) => name) }
    }),
  )
}

/**
 * The names of the migrations that `applyMigrations` would apply. Writes nothing.
 * @throws {DatabaseError}
 */
export async function pendingMigrations({ url, directory }: Pick<MigrateOptions, 'url' | 'directory'>) {
  const migrations = await readMigrations(directory)
  return withConnection(url, async (connection) =>
    compare(migrations, await readRows(connection), directory).map(({ name }) => name),
  )
}

/**
 * Says that a migration which failed half-way has been undone by hand, so that it may be applied again.
 * @returns whether there was such a migration
 */
export async function markRolledBack({ url, name }: { url: string; name: string }): Promise<boolean> {
  return withConnection(url, async (connection) => {
    if (
      !(await readRows(connection)).some((row) => row.migration_name === name && row.finished_at === null)
    ) {
      return false
    }
    await connection.query(
      `UPDATE _prisma_migrations SET rolled_back_at = now()
        WHERE migration_name = $1 AND finished_at IS NULL AND rolled_back_at IS NULL`,
      [name],
    )
    return true
  })
}

/**
 * Creates the database `name` on the server at `baseUrl` unless it is there; any number may try at once.
 * @returns the database's URL
 */
export async function ensureDatabase({ baseUrl, name }: { baseUrl: string; name: string }): Promise<string> {
  await withConnection(databaseUrl(baseUrl, 'postgres'), async (connection) => {
    const { rowCount } = await connection.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount) return
    try {
      // template0, because template1 can not be copied while anybody is connected to it.
      await connection.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template0`)
    } catch (error) {
      // 42P04: it is there. 23505: somebody created it at the same moment.
      if (errorCode(error) !== '42P04' && errorCode(error) !== '23505') throw error
    }
  })
  return databaseUrl(baseUrl, name)
}

/** The URL of the database `name` on the server at `baseUrl`. */
export function databaseUrl(baseUrl: string, name: string): string {
  const url = new URL(baseUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

/** One connection for as long as `use` runs; a server that can't be reached is a `DatabaseError`. */
export async function withConnection<Result>(
  url: string,
  use: (connection: pg.Client) => Promise<Result>,
  { timeoutMs = 5_000 } = {},
): Promise<Result> {
  const connection = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    application_name: 'arcade-migrate',
  })
  // A connection that breaks also rejects the query that waits on it; unheard, the event would end the process.
  connection.on('error', () => {})
  try {
    await connection.connect()
  } catch (error) {
    // As pg reads the URL, which may be none at all.
    const { host, port, database } = connection
    throw new DatabaseError(
      'DATABASE_UNREACHABLE',
      `The database ${database} at ${host}:${port} can't be opened: ${reason(error)}. Check its URL, and that it runs`,
      { cause: error },
    )
  }
  try {
    return await use(connection)
  } finally {
    await connection.end()
  }
}

async function withMigrationLock<Result>(
  connection: pg.Client,
  lockTimeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query(`SET lock_timeout = ${Math.trunc(lockTimeoutMs)}`)
  try {
    await connection.query('SELECT pg_advisory_lock($1)', [migrationLock])
  } catch (error) {
    if (errorCode(error) !== '55P03') throw error
    throw new DatabaseError(
      'DATABASE_BUSY',
      `Another process has been migrating this database for ${lockTimeoutMs / 1000} s. Wait for it, or end it`,
      { cause: error },
    )
  }
  await connection.query('SET lock_timeout = 0')
  // No unlock in a `finally`: the lock belongs to the connection, which is closed right after, and a
  // connection that broke can't unlock.
  return work()
}

async function readMigrations(directory: string): Promise<Migration[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    return await Promise.all(
      names.sort().map(async (name) => {
        const file = path.join(directory, name, 'migration.sql')
        const bytes = await readFile(file)
        return { name, file, sql: bytes.toString('utf8'), checksum: checksumOf(bytes) }
      }),
    )
  } catch (error) {
    throw new DatabaseError(
      'MIGRATION_UNREADABLE',
      `The migrations in ${directory} can't be read: ${reason(error)}. Each is a directory with a migration.sql in it`,
      { cause: error },
    )
  }
}

const checksumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function readRows(connection: pg.Client): Promise<MigrationRow[]> {
  try {
    const { rows } = await connection.query<MigrationRow>(
      `SELECT migration_name, checksum, finished_at FROM _prisma_migrations
        WHERE rolled_back_at IS NULL ORDER BY started_at`,
    )
    return rows
  } catch (error) {
    if (errorCode(error) === '42P01') return [] // the table is not there: nothing was ever applied
    throw error
  }
}

/** The migrations that are still to be applied, once history and directory agree. */
function compare(migrations: Migration[], rows: MigrationRow[], directory: string): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { migration_name: name, checksum, finished_at } of rows) {
    if (finished_at === null) {
      throw new DatabaseError(
        'MIGRATION_FAILED',
        `Migration ${name} stopped half-way before. Undo by hand what it did, then run db:migrate with --rolled-back ${name}`,
      )
    }
    const migration = byName.get(name)
    if (migration === undefined) {
      throw new DatabaseError(
        'DATABASE_NEWER',
        `The database has migration ${name}, which is not in ${directory}: it was made by a newer version. Update the code, or forget the data with npm run reset`,
      )
    }
    if (migration.checksum !== checksum) {
      throw new DatabaseError(
        'MIGRATION_EDITED',
        `${migration.file} was changed after it was applied. Put it back as it was, and write the change as a new migration`,
      )
    }
  }
  const applied = new Set(rows.map((row) => row.migration_name))
  return migrations.filter(({ name }) => !applied.has(name))
}

async function applyMigration(connection: pg.Client, migration: Migration) {
  try {
    await runMigration(connection, migration, { transaction: true })
  } catch (error) {
    // 25001: a statement such as CREATE INDEX CONCURRENTLY refuses to run in a transaction. Nothing was
    // applied, so it is run again as Prisma does it: without, and recorded as begun first.
    if (errorCode(error) !== '25001') throw migrationFailed(migration, error)
    await runMigration(connection, migration, { transaction: false }).catch((cause: unknown) => {
      throw migrationFailed(migration, cause)
    })
  }
}

async function runMigration(
  connection: pg.Client,
  { name, sql, checksum }: Migration,
  { transaction }: { transaction: boolean },
) {
  const id = randomUUID()
  if (transaction) await connection.query('BEGIN')
  try {
    // First, so that a script which commits by itself leaves a row that says it began.
    await connection.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())',
      [id, checksum, name],
    )
    await connection.query(sql)
    await connection.query(
      'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1',
      [id],
    )
    if (transaction) await connection.query('COMMIT')
  } catch (error) {
    // What was rolled back has no row to write into; what was not says here why it stopped.
    await connection
      .query('ROLLBACK')
      .then(() =>
        connection.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, reason(error)]),
      )
      .catch(() => {}) // the connection is gone: the row, if there is one, stays unfinished, which says enough
    throw error
  }
}

function migrationFailed({ name, file, sql }: Migration, error: unknown): DatabaseError {
  const position = error instanceof pg.DatabaseError ? Number(error.position) : Number.NaN
  const line = Number.isNaN(position) ? '' : `, line ${sql.slice(0, position).split('\n').length}`
  return new DatabaseError(
    'MIGRATION_FAILED',
    `Migration ${name} failed: ${reason(error)} (${file}${line}). Mend it and run db:migrate again`,
    { cause: error },
  )
}
