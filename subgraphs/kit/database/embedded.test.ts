import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type EmbeddedPostgres, forgetEmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts'
import { nextLine, runScript } from './fixtures/run-script.ts'
import { databaseUrl, withConnection } from './migrate.ts'
import { processRuns } from './postmaster-lock.ts'

const isRoot = process.geteuid?.() === 0

let existing: string
let parent: string
let directory: string
let started: EmbeddedPostgres[]

beforeAll(async () => {
  existing = await mkdtemp(path.join(tmpdir(), 'arcade-existing-'))
  await chmod(existing, 0o711)
  await (await startEmbeddedPostgres({ directory: existing, durable: false })).stop()
})

afterAll(() => forgetEmbeddedPostgres({ directory: existing }))

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'arcade-embedded-'))
  await chmod(parent, 0o711)
  directory = path.join(parent, 'products-database')
  started = []
})

afterEach(async () => {
  await Promise.allSettled(started.map((server) => server.stop()))
  for (const name of await readdir(parent)) {
    await forgetEmbeddedPostgres({ directory: path.join(parent, name) }).catch(() => {})
  }
  await rm(parent, { recursive: true, force: true })
})

/** Where nothing is pulled from under the disk, not waiting for it changes nothing but the time. */
async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}) {
  const server = await startEmbeddedPostgres({ directory, durable: false, ...options })
  started.push(server)
  return server
}

/** As `start` where a database is there already; copying one takes a tenth of making it. */
async function startExisting(options: Parameters<typeof start>[0] = {}) {
  await copyExisting()
  return start(options)
}

const copyExisting = () => promisify(execFile)('cp', ['-a', existing, directory])

const query = (server: { url: string }, sql: string) =>
  withConnection(
    databaseUrl(server.url, 'postgres'),
    async (connection) => (await connection.query(sql)).rows,
  )

const killServer = async (server: EmbeddedPostgres) => {
  process.kill(server.pid, 'SIGKILL')
  await server.exited
}

const lockFile = () => path.join(directory, 'cluster/data/postmaster.pid')

test('a start in an empty directory gives a server that answers', async () => {
  const server = await start()
  expect(server.joined).toBe(false)
  expect(server.url).not.toMatch(/\/$/)
  expect(await query(server, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }])
  expect(await query(server, "SELECT lower('ÉTAGÈRE') AS name")).toEqual([{ name: 'étagère' }])
  await withConnection(databaseUrl(server.url, 'postgres'), async (connection) => {
    for (const extension of ['pg_trgm', 'unaccent']) await connection.query(`CREATE EXTENSION ${extension}`)
  })
})

test('commits survive a power cut: the settings say so', async () => {
  const server = await startExisting({ durable: true })
  const rows = await query(
    server,
    `SELECT name, setting FROM pg_settings
      WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums') ORDER BY name`,
  )
  expect(rows.map(({ setting }) => setting)).toEqual(['on', 'on', 'on', 'on'])
})

test('nobody gets in without the password, or from another machine', async () => {
  const server = await startExisting()
  const stranger = new URL(databaseUrl(server.url, 'postgres'))
  stranger.password = 'guess'
  const client = new pg.Client({ connectionString: stranger.href })
  await expect(client.connect()).rejects.toMatchObject({ code: '28P01' })

  const { mode } = await stat(path.join(directory, 'cluster/password'))
  expect(mode & 0o777).toBe(0o600)

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)
  if (outside) {
    const url = new URL(databaseUrl(server.url, 'postgres'))
    url.hostname = outside.address
    await expect(new pg.Client({ connectionString: url.href }).connect()).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
  }
})

test("the server sees nothing of the shop's environment", async () => {
  vi.stubEnv('SERVICE_KEYS', 'secret')
  vi.stubEnv('PGOPTIONS', '-c work_mem=64kB')
  const server = await startExisting()
  vi.unstubAllEnvs()
  if (process.platform === 'linux') {
    expect(await readFile(`/proc/${server.pid}/environ`, 'latin1')).not.toMatch(/SERVICE_KEYS|PGOPTIONS/)
  }
})

test('a second start finds the data', async () => {
  const first = await startExisting()
  await query(first, "CREATE TABLE shelf AS SELECT 'lamp' AS title")
  await first.stop()
  const second = await start()
  expect(second.joined).toBe(false)
  expect(await query(second, 'SELECT title FROM shelf')).toEqual([{ title: 'lamp' }])
})

test('a start beside a running server joins it, and stop() of the one who joined stops it', async () => {
  const first = await startExisting()
  const second = await start()
  expect(second).toMatchObject({ joined: true, pid: first.pid, port: first.port, url: first.url })
  await second.stop()
  await Promise.all([first.exited, second.exited])
  expect(processRuns(first.pid)).toBe(false)
})

test('stop() may be called again, and after the server died', async () => {
  const server = await startExisting()
  await killServer(server)
  await server.stop()
  await server.stop()
})

test('stop() ends sessions that are in the middle of something', async () => {
  const server = await startExisting()
  const sleeping = expect(query(server, 'SELECT pg_sleep(600)')).rejects.toThrow()
  await vi.waitFor(async () => {
    expect(await query(server, "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toHaveLength(1)
  })
  await server.stop()
  await sleeping
})

test('four clusters can start at once, each with its own password', async () => {
  const servers = await Promise.all(
    ['products', 'reviews', 'cart', 'chat'].map((name) => start({ directory: path.join(parent, name) })),
  )
  expect(new Set(servers.map(({ port }) => port)).size).toBe(4)
  expect(new Set(servers.map(({ url }) => new URL(url).password)).size).toBe(4)
})

test('of two starts in one new directory one makes the database, and the other joins', async () => {
  const servers = await Promise.all([start(), start()])
  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1)
  expect(servers.filter(({ joined }) => !joined)).toHaveLength(1)
  expect(await readdir(directory)).not.toContainEqual(expect.stringMatching(/^new-/))
})

test('a server that was killed is started again, and has what was committed', async () => {
  const first = await startExisting({ durable: true })
  await query(first, "CREATE TABLE shelf AS SELECT 'lamp' AS title")
  await killServer(first)
  await stat(lockFile())
  const second = await start()
  expect(second.joined).toBe(false)
  expect(await query(second, 'SELECT title FROM shelf')).toEqual([{ title: 'lamp' }])
})

test('a server that was killed at work is started again once its sessions have ended', async () => {
  const first = await startExisting()
  // A session that computes does not notice that its server is gone until it is done.
  const computing = query(first, 'SELECT count(*) FROM generate_series(1, 5000000)').catch(() => {})
  await vi.waitFor(async () => {
    const sql = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series%'"
    expect(await query(first, `${sql} AND pid <> pg_backend_pid()`)).toHaveLength(1)
  })
  await killServer(first)
  const second = await start()
  expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await second.stop()
  await computing
})

test('after kill -9 of node and server no acknowledged row is lost', async () => {
  await copyExisting()
  const script = await runScript('write-rows', [directory])
  const pid = Number(await nextLine(script))
  let acknowledged = 0
  while (acknowledged < 200) acknowledged = Number(await nextLine(script))
  process.kill(pid, 'SIGKILL')
  await script.kill()
  for await (const line of script.lines) acknowledged = Math.max(acknowledged, Number(line))

  const rows = await query(await start(), 'SELECT count(*)::int AS rows, max(number) AS last FROM ledger')
  expect(rows[0].last).toBeGreaterThanOrEqual(acknowledged)
  expect(rows[0].rows).toBe(rows[0].last)
})

test('after kill -9 of node alone the next start joins the server that is left, and can stop it', async () => {
  await copyExisting()
  const script = await runScript('start-server', [directory])
  const pid = Number(await nextLine(script))
  await script.kill()
  const server = await start()
  expect(server).toMatchObject({ joined: true, pid })
  await server.stop()
  await vi.waitFor(() => expect(processRuns(pid)).toBe(false), { timeout: 5_000 })
})

test('a kill in the middle of making a database leaves nothing half made', async () => {
  const script = await runScript('start-server', [directory])
  await vi.waitFor(
    async () => expect(await readdir(directory)).toContainEqual(expect.stringMatching(/^new-/)),
    { timeout: 10_000, interval: 5 },
  )
  await script.kill()
  expect(await readdir(directory)).not.toContain('cluster')

  const server = await start()
  expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

async function leaveLock(pid: number) {
  const server = await startExisting()
  await killServer(server)
  const [, ...rest] = (await readFile(lockFile(), 'utf8')).split('\n')
  await writeFile(lockFile(), [pid, ...rest].join('\n'))
}

test('a lock that names another process is cleared, as when a container starts again', async () => {
  await leaveLock(process.pid)
  expect((await start()).joined).toBe(false)
})

test.runIf(process.platform === 'linux')('a lock that names a zombie is cleared', async () => {
  // Once the shell has turned into a sleep, it never asks how its child went.
  const shell = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  try {
    const [pid] = await once(shell.stdout.setEncoding('utf8'), 'data')
    await vi.waitFor(async () => expect(await readFile(`/proc/${shell.pid}/comm`, 'utf8')).toBe('sleep\n'))
    process.kill(Number(pid), 'SIGKILL')
    await vi.waitFor(async () => expect(await readFile(`/proc/${Number(pid)}/stat`, 'utf8')).toMatch(/\) Z /))
    await leaveLock(Number(pid))
    expect((await start()).joined).toBe(false)
  } finally {
    shell.kill('SIGKILL')
  }
})

test('a port can be asked for, and asked for again after the server died', async () => {
  const first = await startExisting()
  await killServer(first)
  const second = await start({ port: first.port })
  expect(second.port).toBe(first.port)
})

test('a taken port is an error that names it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const address = squatter.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    await expect(startExisting({ port })).rejects.toMatchObject({
      name: 'DatabaseError',
      code: 'PORT_TAKEN',
      message: expect.stringContaining(String(port)),
    })
  } finally {
    squatter.close()
  }
})

test('a directory made by another major version is refused and left as it is', async () => {
  await (await startExisting()).stop()
  await writeFile(path.join(directory, 'cluster/data/PG_VERSION'), '17\n')
  await expect(start()).rejects.toMatchObject({
    code: 'POSTGRES_VERSION',
    message: expect.stringMatching(/PostgreSQL 17.* 18/),
  })
  expect(await readFile(path.join(directory, 'cluster/data/PG_VERSION'), 'utf8')).toBe('17\n')
})

/** As a user whom file modes hold for, which they do not for root. */
async function asOrdinaryUser(run: () => Promise<void>) {
  if (isRoot) process.seteuid?.(65534)
  try {
    await run()
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}

test('a data directory that can not be written is an error that says so', async () => {
  if (isRoot) await chown(parent, 65534, 65534)
  await chmod(parent, 0o555)
  await asOrdinaryUser(() =>
    expect(start()).rejects.toMatchObject({
      code: 'DATA_UNWRITABLE',
      message: expect.stringMatching(/DATA_DIR/),
    }),
  )
  await chmod(parent, 0o755)

  await mkdir(directory)
  if (isRoot) await chown(directory, 65534, 65534)
  await chmod(directory, 0o555)
  await asOrdinaryUser(() => expect(start()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' }))
  await chmod(directory, 0o755)
})

test('a file where the data directory should be is an error that says so', async () => {
  await writeFile(directory, '')
  await expect(start()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' })
  await rm(directory)
})

test('a server that hangs is not joined', async () => {
  const server = await startExisting()
  process.kill(server.pid, 'SIGSTOP')
  try {
    await expect(startEmbeddedPostgres({ directory, startTimeoutMs: 500 })).rejects.toMatchObject({
      code: 'START_FAILED',
      message: expect.stringContaining(String(server.pid)),
    })
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
})

test('what runs is not forgotten; what is stopped is', async () => {
  const server = await startExisting()
  await expect(forgetEmbeddedPostgres({ directory })).rejects.toMatchObject({ code: 'DATABASE_IN_USE' })
  expect(await query(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  await server.stop()
  await forgetEmbeddedPostgres({ directory })
  expect(await readdir(parent)).toEqual([])
})

test.runIf(isRoot)(
  'under a home that only root can enter, the data live elsewhere and are found again',
  async () => {
    await chmod(parent, 0o700)
    const first = await start()
    await query(first, "CREATE TABLE shelf AS SELECT 'lamp' AS title")
    await first.stop()

    const elsewhere = (await readFile(path.join(directory, 'location.txt'), 'utf8')).trim()
    expect(await readdir(directory)).toEqual(['location.txt'])
    const { uid, mode } = await stat(elsewhere)
    expect({ uid, writable: mode & 0o022 }).toEqual({ uid: 0, writable: 0 })

    const second = await start()
    expect(await query(second, 'SELECT title FROM shelf')).toEqual([{ title: 'lamp' }])
    await second.stop()
    await forgetEmbeddedPostgres({ directory })
    await expect(stat(elsewhere)).rejects.toMatchObject({ code: 'ENOENT' })
  },
)

test.runIf(isRoot)(
  'data that PostgreSQL can not reach any more are an error that names the directory',
  async () => {
    await (await startExisting()).stop()
    await chmod(parent, 0o700)
    await expect(start()).rejects.toMatchObject({
      code: 'DATA_UNWRITABLE',
      message: expect.stringContaining(`chmod o+x ${parent}`),
    })
  },
)
