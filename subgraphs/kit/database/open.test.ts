import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { PrismaPg } from '@prisma/adapter-pg'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createEmptyDatabase } from '../../../test/set-up/databases.ts'
import { startEmbeddedPostgres } from './embedded.ts'
import { uniqueViolation } from './errors.ts'
import { applyMigrations, databaseUrl } from './migrate.ts'
import { nameStatements, openDatabase } from './open.ts'

/** What a Prisma client does with its adapter, without a generated client. */
function createClient(adapter: PrismaPg) {
  const connected = adapter.connect()
  return {
    query: async (sql: string, args: unknown[] = []) =>
      (await connected).queryRaw({
        sql,
        args,
        argTypes: args.map(() => ({ scalarType: 'string', arity: 'scalar' })),
      }),
    transaction: async () => (await connected).startTransaction(),
    $disconnect: async () => (await connected).dispose(),
  }
}

let url: string
let drop: () => Promise<void>

beforeAll(async () => {
  ;({ url, drop } = await createEmptyDatabase())
  await applyMigrations({ url, directory: 'subgraphs/kit/database/fixtures/shelf/migrations' })
})

afterAll(() => drop())

test('each statement that is sent is told of, through Prisma and through the pool, also when it is prepared already', async () => {
  const statements: string[] = []
  const database = openDatabase({ url, createClient, onStatement: (sql) => statements.push(sql) })
  await database.client.query('SELECT 1')
  await database.client.query('SELECT 1')
  await database.pool.query('SELECT 2')
  await database.pool.query({ text: 'SELECT $1::int', values: [3] })
  const transaction = await database.client.transaction()
  await transaction.executeRaw({ sql: 'COMMIT', args: [], argTypes: [] })
  await transaction.commit()
  await database.close()
  expect(statements).toEqual(['SELECT 1', 'SELECT 1', 'SELECT 2', 'SELECT $1::int', 'BEGIN', 'COMMIT'])
})

test('the same SQL is prepared once for each connection', async () => {
  const database = openDatabase({ url, createClient, maxConnections: 1 })
  const sql = 'SELECT title FROM "Item" WHERE title = $1'
  await database.client.query(sql, ['lamp'])
  await database.client.query(sql, ['chair'])
  const { rows } = await database.pool.query('SELECT statement FROM pg_prepared_statements')
  expect(rows).toEqual([{ statement: sql }])
  await database.close()
})

test('statement names are the same for the same SQL, different for different SQL, and only so many', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 60 }), fc.nat({ max: 20 }), (statements, limit) => {
      const nameOf = nameStatements(limit)
      const names = new Map<string, string>()
      for (const sql of statements) {
        const name = nameOf({ sql })
        expect(names.get(sql) ?? name).toBe(name)
        names.set(sql, name)
      }
      const given = [...names.values()].filter((name) => name !== '')
      expect(new Set(given).size).toBe(given.length)
      expect(given.length).toBe(Math.min(limit, names.size))
    }),
  )
})

test('a statement that takes too long is given up by the server', async () => {
  const database = openDatabase({ url, createClient, statementTimeoutMs: 100 })
  await expect(database.pool.query('SELECT pg_sleep(60)')).rejects.toMatchObject({ code: '57014' })
  expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  await database.close()
})

test('no more connections are opened than are allowed, and each says whose it is', async () => {
  const database = openDatabase({ url, createClient, maxConnections: 2, applicationName: 'shelf-keeper' })
  await Promise.all(Array.from({ length: 8 }, () => database.client.query('SELECT 1 FROM pg_sleep(0.01)')))
  const { rows } = await database.pool.query(
    "SELECT count(*)::int AS connections FROM pg_stat_activity WHERE application_name = 'shelf-keeper'",
  )
  expect(rows).toEqual([{ connections: 2 }])
  await database.close()
})

test('a unique violation is told by its constraint, from Prisma and from the pool', async () => {
  const database = openDatabase({ url, createClient })
  const insert = `INSERT INTO "Item" (title) VALUES ('mirror')`
  await database.pool.query(insert)
  const fromPool = await database.pool.query(insert).catch((error: unknown) => error)
  expect(uniqueViolation(fromPool)).toBe('Item_title_key')

  const fromAdapter = await database.client.query(insert).catch((error: unknown) => error)
  // As the generated client wraps it.
  expect(uniqueViolation({ code: 'P2002', meta: { driverAdapterError: fromAdapter } })).toBe('Item_title_key')

  const another = await database.pool.query('SELECT 1/0').catch((error: unknown) => error)
  for (const error of [another, null, undefined, 'text', {}, new Error('other')]) {
    expect(uniqueViolation(error)).toBeNull()
  }
  await database.close()
})

test('a database that stops does not end the process, and its queries work again when it is back', async ({
  onTestFinished,
}) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'arcade-open-'))
  await chmod(directory, 0o711)
  const start = async (port?: number) => {
    const server = await startEmbeddedPostgres({ directory, durable: false, ...(port && { port }) })
    onTestFinished(() => server.stop())
    return server
  }
  onTestFinished(() => rm(directory, { recursive: true }))
  const first = await start()
  const lost = vi.fn()
  const database = openDatabase({
    url: databaseUrl(first.url, 'postgres'),
    createClient,
    onConnectionLost: lost,
  })
  onTestFinished(() => database.close())
  await database.client.query('SELECT 1')
  const busy = expect(database.client.query('SELECT 1 FROM pg_sleep(60)')).rejects.toThrow()
  await database.pool.query('SELECT 1')

  process.kill(first.pid, 'SIGKILL')
  await first.exited
  await busy
  await vi.waitFor(() => expect(lost).toHaveBeenCalled())
  await expect(database.client.query('SELECT 1')).rejects.toThrow()

  await start(first.port)
  await vi.waitFor(
    async () => expect(await database.client.query('SELECT 1')).toMatchObject({ rows: [[1]] }),
    { timeout: 5_000 },
  )
})

test('opening connects to nothing, and closing twice is closing once', async () => {
  const database = openDatabase({ url: 'postgresql://nobody@127.0.0.1:1/none', createClient })
  await expect(database.client.query('SELECT 1')).rejects.toThrow()
  await Promise.all([database.close(), database.close()])
})
