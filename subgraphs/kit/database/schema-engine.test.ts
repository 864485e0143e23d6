import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createEmptyDatabase } from '../../../test/set-up/databases.ts'
import { applyMigrations, databaseUrl, withConnection } from './migrate.ts'
import { loadSchemaEngine, readMigrationList, schemaDifference, writeMigration } from './schema-engine.ts'

let directory: string
let options: Parameters<typeof schemaDifference>[0]

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'arcade-schema-'))
  await cp('subgraphs/kit/database/fixtures/shelf', directory, { recursive: true })
  options = {
    schema: path.join(directory, 'schema.prisma'),
    migrations: path.join(directory, 'migrations'),
    server: inject('databaseServer'),
  }
})

afterEach(() => rm(directory, { recursive: true }))

async function editSchema(edit: (schema: string) => string) {
  await writeFile(options.schema, edit(await readFile(options.schema, 'utf8')))
}

test('a schema and migrations that agree have no difference', async () => {
  expect(await schemaDifference(options)).toBeNull()
  expect(await writeMigration({ ...options, name: 'nothing' })).toBeNull()
  expect(await readdir(options.migrations)).toHaveLength(3)
})

test('a new migration holds just the difference, and closes it', async () => {
  await editSchema((schema) => schema.replace('model Item {', 'model Item {\n  colour String?'))
  const file = await writeMigration({ ...options, name: 'add_colour' })
  expect(file).toMatch(/\/\d{14}_add_colour\/migration\.sql$/)
  expect(await readFile(String(file), 'utf8')).toBe(
    '-- AlterTable\nALTER TABLE "Item" ADD COLUMN     "colour" TEXT;\n',
  )
  expect(await schemaDifference(options)).toBeNull()

  const database = await createEmptyDatabase()
  const { applied } = await applyMigrations({ url: database.url, directory: options.migrations })
  expect(applied).toHaveLength(3)
  await database.drop()
})

test('the first migration is written where there is no directory yet', async () => {
  await rm(options.migrations, { recursive: true })
  await editSchema((schema) => schema.replace(/\n {2}@@index.*/g, '').replace(/\n {2}search.*/, ''))
  await writeMigration({ ...options, name: 'first' })
  expect(await readdir(options.migrations)).toContain('migration_lock.toml')
  expect(await schemaDifference(options)).toBeNull()
})

test('what the schema no longer has is a difference as well', async () => {
  await editSchema((schema) => schema.replace(/\n {2}price.*/, ''))
  expect(await schemaDifference(options)).toContain('DROP COLUMN "price"')
})

test('a schema with a mistake is an error that names it', async () => {
  await editSchema((schema) => schema.replace('String ', 'Sting '))
  await expect(schemaDifference(options)).rejects.toMatchObject({
    code: 'SCHEMA_INVALID',
    message: expect.stringContaining('Sting'),
  })
})

test('a migration that does not run is an error that says why, and no database stays behind', async () => {
  await writeFile(
    path.join(options.migrations, '20260102000000_price/migration.sql'),
    'ALTER TABLE gone ADD COLUMN a INT',
  )
  await expect(schemaDifference(options)).rejects.toMatchObject({
    code: 'SCHEMA_INVALID',
    message: expect.stringContaining('gone'),
  })
  await withConnection(databaseUrl(options.server, 'postgres'), async (connection) => {
    const { rows } = await connection.query("SELECT datname FROM pg_database WHERE datname LIKE 'shadow_%'")
    expect(rows).toEqual([])
  })
})

test('what applyMigrations() did is up to date in the eyes of `prisma migrate status`', async () => {
  const { url, drop } = await createEmptyDatabase()
  await applyMigrations({ url, directory: options.migrations })
  const status = async () => {
    const SchemaEngine = await loadSchemaEngine()
    const engine = await SchemaEngine.new(
      { datamodels: [[options.schema, await readFile(options.schema, 'utf8')]] },
      () => {},
      bindMigrationAwareSqlAdapterFactory(new PrismaPg(url)),
    )
    return engine.diagnoseMigrationHistory({
      migrationsList: await readMigrationList(options.migrations),
      optInToShadowDatabase: false,
      filters: { externalTables: [], externalEnums: [] },
    })
  }
  expect(await status()).toMatchObject({
    history: null,
    hasMigrationsTable: true,
    failedMigrationNames: [],
    editedMigrationNames: [],
  })
  await editSchema((schema) => schema.replace('model Item {', 'model Item {\n  colour String?'))
  await writeMigration({ ...options, name: 'add_colour' })
  expect(await status()).toMatchObject({ history: { diagnostic: 'databaseIsBehind' } })
  await drop()
})
