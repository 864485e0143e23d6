import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { createEmptyDatabase } from '../../../test/set-up/databases.ts'
import { nextLine, runScript } from './fixtures/run-script.ts'
import {
  applyMigrations,
  databaseUrl,
  ensureDatabase,
  markRolledBack,
  pendingMigrations,
  withConnection,
} from './migrate.ts'

const shelf = '20260101000000_shelf'
const price = '20260102000000_price'

let directory: string
let url: string
let drop: () => Promise<void>

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'arcade-migrations-'))
  await cp('subgraphs/kit/database/fixtures/shelf/migrations', directory, { recursive: true })
  ;({ url, drop } = await createEmptyDatabase())
})

afterEach(async () => {
  await rm(directory, { recursive: true })
  await drop()
})

const query = (sql: string, values: unknown[] = []) =>
  withConnection(url, async (connection) => (await connection.query(sql, values)).rows)

const history = () => query('SELECT * FROM _prisma_migrations ORDER BY started_at')

async function addMigration(name: string, sql: string) {
  await mkdir(path.join(directory, name), { recursive: true })
  await writeFile(path.join(directory, name, 'migration.sql'), sql)
}

const file = (name: string) => path.join(directory, name, 'migration.sql')

test('an empty database gets every migration, in order, once', async () => {
  expect(await pendingMigrations({ url, directory })).toEqual([shelf, price])
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [shelf, price] })
  expect(await query(`SELECT shout('lamp') AS word`)).toEqual([{ word: 'LAMP' }])
  expect(await pendingMigrations({ url, directory })).toEqual([])
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [] })
})

test('asking what is pending writes nothing', async () => {
  await pendingMigrations({ url, directory })
  expect(await query("SELECT to_regclass('_prisma_migrations') AS table")).toEqual([{ table: null }])
})

test("the history is what Prisma's command line would have written", async () => {
  await applyMigrations({ url, directory })
  const rows = await history()
  expect(rows).toMatchObject([
    // sha256 of the file's bytes
    { migration_name: shelf, applied_steps_count: 1, logs: null, rolled_back_at: null },
    { migration_name: price, applied_steps_count: 1, logs: null, rolled_back_at: null },
  ])
  for (const row of rows) {
    expect(row.checksum).toMatch(/^[0-9a-f]{64}$/)
    expect(row.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(row.finished_at).toBeInstanceOf(Date)
    expect(row.started_at.getTime()).toBeLessThanOrEqual(row.finished_at.getTime())
  }
})

test('a migration that was edited after it was applied is refused by its name', async () => {
  await applyMigrations({ url, directory })
  await appendFile(file(shelf), '-- a thought\n')
  const refusal = { name: 'DatabaseError', code: 'MIGRATION_EDITED', message: expect.stringContaining(shelf) }
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject(refusal)
  await expect(pendingMigrations({ url, directory })).rejects.toMatchObject(refusal)
})

test('a database that is newer than the code is refused, and nothing is applied to it', async () => {
  await applyMigrations({ url, directory })
  await rm(path.join(directory, price), { recursive: true })
  await addMigration('20260103000000_mine', 'CREATE TABLE mine ()')
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({
    code: 'DATABASE_NEWER',
    message: expect.stringContaining(price),
  })
  expect(await query("SELECT to_regclass('mine') AS table")).toEqual([{ table: null }])
})

test('a migration that fails leaves nothing of itself, names the line, and runs once it is mended', async () => {
  const name = '20260103000000_broken'
  await addMigration(name, 'CREATE TABLE half ();\n\nALTER TABLE missing ADD COLUMN a INT;\n')
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringMatching(/20260103000000_broken.*missing/),
  })
  expect(await query("SELECT to_regclass('half') AS table")).toEqual([{ table: null }])
  expect(await pendingMigrations({ url, directory })).toEqual([name])

  await addMigration(name, 'CREATE TABLE whole ();')
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [name] })
})

test('a syntax error is told with its line', async () => {
  await addMigration('20260103000000_typo', 'CREATE TABLE fine ();\n\nCREATE TABEL typo ();\n')
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining('line 3'),
  })
})

test('a statement that refuses transactions runs without one', async () => {
  const name = '20260103000000_concurrently'
  await addMigration(name, 'CREATE INDEX CONCURRENTLY item_price ON "Item" (price)')
  const { applied } = await applyMigrations({ url, directory })
  expect(applied).toContain(name)
  expect(await query("SELECT to_regclass('item_price')::text AS index")).toEqual([{ index: 'item_price' }])
})

test('what could not be rolled back is recorded as failed, and refused until it is marked as undone', async () => {
  const name = '20260103000000_committing'
  await addMigration(name, 'CREATE TABLE half (); COMMIT; ALTER TABLE missing ADD COLUMN a INT;')
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })
  expect((await history()).at(-1)).toMatchObject({
    migration_name: name,
    finished_at: null,
    logs: expect.stringContaining('missing'),
  })
  await addMigration(name, 'CREATE TABLE whole ();')
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    message: expect.stringContaining(`--rolled-back ${name}`),
  })
  await expect(pendingMigrations({ url, directory })).rejects.toMatchObject({ code: 'MIGRATION_FAILED' })

  expect(await markRolledBack({ url, name: 'another' })).toBe(false)
  expect(await markRolledBack({ url, name })).toBe(true)
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [name] })
})

test('nothing is marked as undone in a database that never had a migration', async () => {
  expect(await markRolledBack({ url, name: shelf })).toBe(false)
})

test('a process that is killed in the middle loses nothing, and the next run goes on', async () => {
  const name = '20260103000000_slow'
  await addMigration(name, 'CREATE TABLE slow (); SELECT pg_sleep(600);')
  const script = await runScript('apply-migrations', [url, directory])
  const sleeping =
    "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
  await vi.waitFor(async () => expect(await query(sleeping)).toHaveLength(1), { timeout: 15_000 })
  await script.kill()
  // The server notices when the statement ends; nobody wants to wait ten minutes for that here.
  await query(`SELECT pg_terminate_backend(pid, 5000) FROM (${sleeping}) AS left_behind`)

  expect(await query("SELECT to_regclass('slow') AS table")).toEqual([{ table: null }])
  expect(await pendingMigrations({ url, directory })).toEqual([name])
  await addMigration(name, 'CREATE TABLE slow ();')
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [name] })
})

test('of several that migrate at once one applies, and the others find it done', async () => {
  const own = { url, directory }
  const script = await runScript('apply-migrations', [url, directory])
  const results = await Promise.all([
    applyMigrations(own),
    applyMigrations(own),
    nextLine(script).then((line) => JSON.parse(line)),
  ])
  await script.kill()
  expect(results.flatMap(({ applied }) => applied).sort()).toEqual([shelf, price])
  expect(await history()).toHaveLength(2)
})

test("whoever holds Prisma's migration lock for too long is told of", async () => {
  await withConnection(url, async (connection) => {
    await connection.query('SELECT pg_advisory_lock(72707369)')
    await expect(applyMigrations({ url, directory, lockTimeoutMs: 50 })).rejects.toMatchObject({
      code: 'DATABASE_BUSY',
    })
  })
  expect(await applyMigrations({ url, directory })).toEqual({ applied: [shelf, price] })
})

test('a migrations directory that is not whole is an error that names it', async () => {
  await mkdir(path.join(directory, '20260103000000_empty'))
  await expect(applyMigrations({ url, directory })).rejects.toMatchObject({
    code: 'MIGRATION_UNREADABLE',
    message: expect.stringContaining(directory),
  })
})

test('a database that can not be reached is an error without its password', async () => {
  const away = new URL(url)
  away.port = '1'
  const attempt = applyMigrations({ url: away.href, directory })
  await expect(attempt).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await expect(attempt).rejects.not.toMatchObject({ message: expect.stringContaining(away.password) })
})

test('a database is created once, however many ask for it at the same moment', async () => {
  const baseUrl = inject('databaseServer')
  const name = `Ensured ${process.pid}`
  const urls = await Promise.all(Array.from({ length: 6 }, () => ensureDatabase({ baseUrl, name })))
  expect(new Set(urls)).toEqual(new Set([databaseUrl(baseUrl, name)]))
  await withConnection(databaseUrl(baseUrl, name), async (connection) => {
    const { rows } = await connection.query('SELECT current_database() AS name')
    expect(rows).toEqual([{ name }])
  })
  await withConnection(databaseUrl(baseUrl, 'postgres'), (connection) =>
    connection.query(`DROP DATABASE "${name}"`),
  )
})
