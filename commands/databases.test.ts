import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { processIdentity } from '../starter/process-identity.js'
import { startEmbeddedPostgres } from '../subgraphs/kit/database/embedded.ts'
import { bundle } from '../subgraphs/kit/database/fixtures/run-script.ts'
import { databaseUrl, withConnection } from '../subgraphs/kit/database/migrate.ts'
import { createEmptyDatabase } from '../test/set-up/databases.ts'

type Command = 'db-migrate' | 'db-migration' | 'db-check' | 'reset'

const bundles = new Map<Command, Awaited<ReturnType<typeof bundle>>>()

/** A repository with one subgraph, `shelf`. */
let project: string
let schema: string
let shelfDatabase: string

beforeAll(async () => {
  for (const name of ['db-migrate', 'db-migration', 'db-check', 'reset'] as const) {
    bundles.set(name, await bundle(`commands/${name}.ts`))
  }
})

afterAll(async () => {
  for (const { remove } of bundles.values()) await remove()
})

beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'arcade-project-'))
  await chmod(project, 0o711)
  await cp('subgraphs/kit/database/fixtures/shelf', path.join(project, 'prisma/shelf'), { recursive: true })
  await symlink(path.resolve('node_modules'), path.join(project, 'node_modules'))
  await writeFile(path.join(project, 'package.json'), '{}')
  schema = path.join(project, 'prisma/shelf/schema.prisma')
  shelfDatabase = path.join(project, '.data/shelf-database')
})

afterEach(() => rm(project, { recursive: true }))

interface Outcome {
  code: number
  output: string
}

function run(name: Command, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bundles.get(name)?.file ?? '', ...args],
      { cwd: project, env: { ...process.env, DATA_DIR: '', ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })
}

const addColour = async () =>
  writeFile(
    schema,
    (await readFile(schema, 'utf8')).replace('model Item {', 'model Item {\n  colour String?'),
  )

test.each([
  ['db-migrate', []],
  ['db-migrate', ['shelves']],
  ['db-migrate', ['shelf', 'more']],
  ['db-migrate', ['shelf', '--force']],
  ['db-migration', ['shelf']],
  ['db-migration', ['shelf', 'Add Colour']],
  ['db-check', ['shelves']],
] as const)('%s %j is refused in one line that names what there is', async (name, args) => {
  const { code, output } = await run(name, [...args])
  expect(code).toBe(1)
  expect(output).toMatch(/^.*\bshelf\b.*\n$/)
})

test('reset takes no arguments', async () => {
  expect(await run('reset', ['shelf'])).toMatchObject({ code: 1 })
})

test('db:migrate applies to the server that the environment names, and says when there is nothing to do', async () => {
  const { url, drop } = await createEmptyDatabase()
  const env = { SHELF_DATABASE_URL: url }
  expect(await run('db-migrate', ['shelf'], env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('applied 2'),
  })
  expect(await run('db-migrate', ['shelf'], env)).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing to apply'),
  })
  expect(await readdir(project)).not.toContain('.data')
  await drop()
})

test('db:migrate starts the embedded database for the purpose, and stops it again', async () => {
  expect(await run('db-migrate', ['shelf'])).toMatchObject({ code: 0 })
  const server = await startEmbeddedPostgres({ directory: shelfDatabase })
  expect(server.joined).toBe(false)
  const tables = await withConnection(databaseUrl(server.url, 'shelf'), (connection) =>
    connection.query(`SELECT FROM "Item"`),
  )
  expect(tables.rowCount).toBe(0)
  await server.stop()
})

test('db:migrate and reset leave a running database running', async () => {
  const server = await startEmbeddedPostgres({ directory: shelfDatabase })
  expect(await run('db-migrate', ['shelf'])).toMatchObject({ code: 0 })
  expect(await run('reset')).toMatchObject({ code: 1, output: expect.stringContaining(String(server.pid)) })
  await withConnection(databaseUrl(server.url, 'shelf'), (connection) => connection.query('SELECT 1'))
  await server.stop()
})

test('db:migrate tells of a migration that fails in one line', async () => {
  const { url, drop } = await createEmptyDatabase()
  await writeFile(
    path.join(project, 'prisma/shelf/migrations/20260102000000_price/migration.sql'),
    'SELEKT 1',
  )
  const { code, output } = await run('db-migrate', ['shelf'], { SHELF_DATABASE_URL: url })
  expect(code).toBe(1)
  expect(output.trim().split('\n').at(-1)).toMatch(/20260102000000_price.*SELEKT/)
  await drop()
})

test('db:migrate tells of an address that is none in one line, with the database that it was taken for', async () => {
  const { code, output } = await run('db-migrate', ['shelf'], { SHELF_DATABASE_URL: 'nonsense' })
  expect(code).toBe(1)
  expect(output.trim()).toMatch(/^The database nonsense at .* can't be opened.*Check its URL/)
})

test('db:check shows what the migrations lack, and db:migration writes it', {
  timeout: 120_000,
}, async () => {
  await addColour()
  expect(await run('db-check', ['shelf'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('ADD COLUMN     "colour" TEXT'),
  })
  expect(await run('db-migration', ['shelf', 'add_colour'])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/prisma\/shelf\/migrations\/\d{14}_add_colour\/migration\.sql/),
  })
  expect(await run('db-check')).toMatchObject({ code: 0 })
})

test('db:migration says when there is nothing to do', async () => {
  expect(await run('db-migration', ['shelf', 'nothing'])).toMatchObject({
    code: 0,
    output: expect.stringContaining('Nothing to do'),
  })
})

test('reset forgets databases and keys, and nothing else of the data directory', async () => {
  await run('db-migrate', ['shelf'])
  const dataDir = path.join(project, '.data')
  await mkdir(path.join(dataDir, 'keys'))
  await writeFile(path.join(dataDir, 'notes.txt'), 'mine')
  await writeFile(
    path.join(dataDir, 'run.json'),
    JSON.stringify({ processes: [{ name: 'gateway', pid: 2 ** 30 }] }),
  )
  expect(await run('reset')).toMatchObject({ code: 0, output: expect.stringContaining('shelf') })
  expect(await readdir(dataDir)).toEqual(['notes.txt'])
  expect(await run('reset')).toMatchObject({ code: 0 })
})

test.each([
  ['is empty, after a power cut', ''],
  [
    'names a process whose pid is another’s by now',
    JSON.stringify({
      starter: { pid: process.pid, identity: 'earlier' },
      processes: [{ name: 'gateway', pid: process.pid, identity: 'earlier', address: 'http://127.0.0.1' }],
    }),
  ],
])('reset forgets a run.json that %s', async (_, text) => {
  const dataDir = path.join(project, '.data')
  await mkdir(dataDir)
  await writeFile(path.join(dataDir, 'run.json'), text)
  expect(await run('reset')).toMatchObject({ code: 0 })
  expect(await readdir(dataDir)).toEqual([])
})

test('reset refuses while the shop runs', async () => {
  const own = { pid: process.pid, identity: processIdentity(process.pid) }
  const dataDir = path.join(project, '.data')
  await mkdir(path.join(dataDir, 'keys'), { recursive: true })
  await writeFile(
    path.join(dataDir, 'run.json'),
    JSON.stringify({ starter: own, processes: [{ ...own, name: 'gateway', address: 'http://127.0.0.1' }] }),
  )
  expect(await run('reset')).toMatchObject({
    code: 1,
    output: expect.stringContaining(`process ${process.pid}`),
  })
  await stat(path.join(dataDir, 'keys'))
})

test('reset ends what a killed npm start has left behind', async () => {
  const orphan = spawn('sleep', ['60'], { stdio: 'ignore' })
  onTestFinished(() => void orphan.kill('SIGKILL'))
  await once(orphan, 'spawn')
  const pid = orphan.pid ?? 0
  const gone = once(orphan, 'exit')
  const dataDir = path.join(project, '.data')
  await mkdir(dataDir)
  await writeFile(
    path.join(dataDir, 'run.json'),
    JSON.stringify({
      starter: { pid: process.pid, identity: 'earlier' },
      processes: [{ pid, identity: processIdentity(pid), name: 'gateway', address: 'http://127.0.0.1' }],
    }),
  )
  expect(await run('reset')).toMatchObject({ code: 0 })
  expect((await gone)[1]).toBe('SIGTERM')
  expect(await readdir(dataDir)).toEqual([])
})
