import { execFile, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../../service/free-ports.ts'
import { DatabaseError, errorCode, reason } from './errors.ts'
import { databaseUrl, withConnection } from './migrate.ts'
import { findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts'
import { isAlive, type Lock, processRuns, readLock } from './postmaster-lock.ts'
import {
  type Account,
  makeDirectoryOfRoot,
  pathOfRoot,
  serverAccount,
  unreachable,
} from './server-account.ts'

const run = promisify(execFile)

const user = 'arcade'

interface EmbeddedPostgresOptions {
  /** Made when it is missing. Holds the cluster, its password and the server's log. */
  directory: string
  /** Called with what takes longer than a moment. */
  log?: (line: string) => void
  /** Any free port unless given. A server that runs already keeps the one it has. */
  port?: number
  /** False trades safety in a power cut for speed: for clusters that are thrown away. */
  durable?: boolean
  maxConnections?: number
  startTimeoutMs?: number
}

type ServerOptions = Required<Pick<EmbeddedPostgresOptions, 'durable' | 'maxConnections'>>

export interface EmbeddedPostgres {
  /** With user and password, without a database. */
  url: string
  port: number
  pid: number
  /** Whether the server ran already, left behind by a process that was killed or started by another. */
  joined: boolean
  /** When the server's process has ended, for whatever reason. */
  exited: Promise<void>
  /** Stops the server, joined or not, after rolling back what is in progress. May be called again. */
  stop(): Promise<void>
}

/** Where the parts of one embedded database are. `home` is `directory`, or root's own place for it. */
interface Layout {
  directory: string
  home: string
  cluster: string
  data: string
  password: string
  logFile: string
  account: Account | undefined
}

/**
 * Starts the PostgreSQL cluster in `directory`, making it first when it is new, or joins the server that runs
 * there already. It listens on 127.0.0.1 only and asks for a password, which `url` carries.
 * @throws {DatabaseError}
 */
export async function startEmbeddedPostgres({
  directory,
  log,
  port,
  durable = true,
  maxConnections = 100,
  startTimeoutMs = 60_000,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    await mkdir(directory, { recursive: true })
    const layout = await lay(await realpath(directory))
    const programs = await findPostgresPrograms(layout.account)
    await makeCluster(layout, programs, { durable, log })
    await checkVersion(layout, programs)
    return await startOrJoin(layout, programs, { port, durable, maxConnections, startTimeoutMs })
  } catch (error) {
    throw explained(error, directory)
  }
}

/**
 * Removes the embedded database of `directory`, wherever its data are.
 * @throws {DatabaseError} DATABASE_IN_USE while its server runs.
 */
export async function forgetEmbeddedPostgres({ directory }: { directory: string }): Promise<void> {
  try {
    if (!(await exists(directory))) return
    const layout = await findLayout(await realpath(directory))
    const lock = layout && (await readLock(layout.data))
    if (lock && (await isAlive(lock))) {
      throw new DatabaseError(
        'DATABASE_IN_USE',
        `The database in ${directory} is running (process ${lock.pid}). Stop the shop, or end that process, first`,
      )
    }
    if (process.geteuid?.() === 0) {
      await rm(pathOfRoot(...placeOfRoot(await realpath(directory))), { recursive: true, force: true })
    }
    await rm(directory, { recursive: true, force: true })
  } catch (error) {
    throw explained(error, directory)
  }
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    },
  )

async function layoutIn(home: string, directory: string): Promise<Layout> {
  const cluster = path.join(home, 'cluster')
  const data = path.join(cluster, 'data')
  return {
    directory,
    home,
    cluster,
    data,
    password: path.join(cluster, 'password'),
    logFile: path.join(home, 'postgres.log'),
    account: await serverAccount(data),
  }
}

/** Names root's place for the data of a directory that PostgreSQL's user can't reach: the same whenever asked. */
const placeOfRoot = (directory: string) => [
  'data',
  createHash('sha256').update(directory).digest('hex').slice(0, 32),
]

/** Where the cluster of `directory`, a real path, is; null while there is none. */
async function findLayout(directory: string): Promise<Layout | null> {
  const here = await layoutIn(directory, directory)
  if (await exists(here.cluster)) return here
  if (!here.account) return null
  const elsewhere = await layoutIn(pathOfRoot(...placeOfRoot(directory)), directory)
  return (await exists(elsewhere.cluster)) ? elsewhere : null
}

/** Where the cluster of `directory` is or is to be made. */
async function lay(directory: string): Promise<Layout> {
  const layout = (await findLayout(directory)) ?? (await layoutIn(directory, directory))
  const { account, home } = layout
  const blocked = account ? await unreachable(home, account) : null
  if (blocked === null) return layout
  if (await exists(layout.cluster)) {
    throw new DatabaseError(
      'DATA_UNWRITABLE',
      `PostgreSQL does not run as root, and user ${account?.uid} can't reach the data in ${home} any more. Run: chmod o+x ${blocked}`,
    )
  }
  const elsewhere = await makeDirectoryOfRoot(...placeOfRoot(directory))
  await writeFile(path.join(directory, 'location.txt'), `${elsewhere}\n`) // for people; nothing reads it
  return layoutIn(elsewhere, directory)
}

/**
 * Makes the cluster beside its place and moves it there as a whole, so that a kill in the middle leaves none,
 * and of several processes that try at once exactly one wins.
 */
async function makeCluster(
  { home, cluster, account }: Layout,
  { initdb }: PostgresPrograms,
  { durable, log }: Pick<EmbeddedPostgresOptions, 'durable' | 'log'>,
) {
  if (await exists(cluster)) return
  log?.('Making a new database')
  await removeHalfMade(home)
  const half = await mkdtemp(path.join(home, `new-${process.pid}-`))
  try {
    await chmod(half, 0o711)
    const data = path.join(half, 'data')
    const password = path.join(half, 'password')
    await mkdir(data, { mode: 0o700 })
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600 })
    if (account) {
      await chown(data, account.uid, account.gid)
      await chown(password, account.uid, account.gid)
    }
    await run(
      initdb,
      [
        `--pgdata=${data}`,
        `--username=${user}`,
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own Unicode rules, the same on every machine whatever locales it has.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: home, env: serverEnvironment(), ...account },
    )
    await rename(half, cluster)
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    // Another process moved its cluster here first: this one's is not needed.
    if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) return
    throw error
  }
}

/** What initdb left in a process that was killed. */
async function removeHalfMade(home: string) {
  for (const name of await readdir(home)) {
    const maker = /^new-(\d+)-/.exec(name)?.[1]
    if (maker === undefined || processRuns(Number(maker))) continue
    // An initdb that outlived its parent may still be writing; the next start removes the rest.
    await rm(path.join(home, name), { recursive: true, force: true }).catch(() => {})
  }
}

async function checkVersion({ directory, data }: Layout, { major }: PostgresPrograms) {
  const found = (await readFile(path.join(data, 'PG_VERSION'), 'utf8')).trim()
  if (found === major) return
  throw new DatabaseError(
    'POSTGRES_VERSION',
    `The database in ${directory} was made by PostgreSQL ${found}, and this is ${major}. Move its data with pg_dump and psql of version ${found}, or forget them with npm run reset`,
  )
}

async function startOrJoin(
  layout: Layout,
  programs: PostgresPrograms,
  {
    port,
    durable,
    maxConnections,
    startTimeoutMs,
  }: ServerOptions & { port: number | undefined; startTimeoutMs: number },
): Promise<EmbeddedPostgres> {
  const deadline = Date.now() + startTimeoutMs
  const password = (await readFile(layout.password, 'utf8')).trim()
  let lastFailure = 'it did not become ready in time'

  while (Date.now() < deadline) {
    const lock = await readLock(layout.data)
    if (lock && (await isAlive(lock))) {
      if (!lock.ready) {
        await delay(50)
        continue
      }
      try {
        return await join(layout, programs, lock, { password, timeoutMs: Math.min(startTimeoutMs, 5_000) })
      } catch (error) {
        // A server that was just killed still stands in its lock, and lets go of whoever connects.
        if (await outlives(lock, { timeoutMs: 1_000 })) throw error
        continue
      }
    }
    if (lock) await clearLock(lock)

    const server = await spawnServer(layout, programs, {
      port: port ?? (await freePort()),
      durable,
      maxConnections,
    })
    while (Date.now() < deadline && !server.ended()) {
      const own = await readLock(layout.data)
      if (own?.pid === server.pid && own.ready) {
        return {
          ...endpoint(own.port, password),
          pid: server.pid,
          joined: false,
          exited: server.exited,
          stop: server.stop,
        }
      }
      await delay(20)
    }
    if (!server.ended()) {
      await server.stop()
      break
    }

    const output = await readFile(layout.logFile, 'utf8').catch(() => '')
    lastFailure = fatalLine(output)
    if (/No space left on device/.test(output))
      throw Object.assign(new Error(lastFailure), { code: 'ENOSPC' })
    if (/lock file ".*" already exists/.test(lastFailure)) continue // another process was faster: join it
    if (/pre-existing shared memory block/.test(lastFailure)) {
      await delay(100) // sessions of a server that was killed are still ending
      continue
    }
    if (/Address already in use|could not create any TCP\/IP sockets/.test(output)) {
      if (port === undefined) continue // somebody took the free port in between: try another
      throw new DatabaseError(
        'PORT_TAKEN',
        `Port ${port} is taken. End what listens there, or choose another port`,
      )
    }
    break
  }
  throw new DatabaseError(
    'START_FAILED',
    `PostgreSQL in ${layout.directory} did not start: ${lastFailure}. Its log is ${layout.logFile}`,
  )
}

const endpoint = (port: number, password: string) => ({
  url: `postgresql://${user}:${password}@127.0.0.1:${port}`,
  port,
})

async function join(
  layout: Layout,
  programs: PostgresPrograms,
  lock: Lock,
  { password, timeoutMs }: { password: string; timeoutMs: number },
): Promise<EmbeddedPostgres> {
  const { url, port } = endpoint(lock.port, password)
  await withConnection(databaseUrl(url, 'postgres'), (connection) => connection.query('SELECT 1'), {
    timeoutMs,
  }).catch((error: unknown) => {
    throw new DatabaseError(
      'START_FAILED',
      `PostgreSQL runs in ${layout.directory} (process ${lock.pid}) but does not answer: ${reason(error)}. End that process and start again`,
      { cause: error },
    )
  })
  const exited = endOf(lock)
  return { url, port, pid: lock.pid, joined: true, exited, stop: stopper(layout, programs, lock.pid, exited) }
}

/** A process that isn't ours gives no event when it ends. */
async function endOf(lock: Lock): Promise<void> {
  while (await isAlive(lock)) await delay(200, undefined, { ref: false })
}

async function outlives(lock: Lock, { timeoutMs }: { timeoutMs: number }): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (await isAlive(lock)) {
    if (Date.now() > deadline) return true
    await delay(20)
  }
  return false
}

async function spawnServer(
  layout: Layout,
  programs: PostgresPrograms,
  { port, durable, maxConnections }: ServerOptions & { port: number },
) {
  const { data, home, logFile, account } = layout
  await rename(logFile, `${logFile}.old`).catch(() => {})
  const output = await open(logFile, 'w', 0o600)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    // No replication: less to write, and fewer helper processes in each of the clusters.
    wal_level: 'minimal',
    max_wal_senders: 0,
    io_method: 'sync',
    max_logical_replication_workers: 0,
    checkpoint_timeout: '15min',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const child = spawn(
    programs.postgres,
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      cwd: home,
      env: serverEnvironment(),
      stdio: ['ignore', output.fd, output.fd],
      // Out of the terminal's process group: Ctrl-C is for the starter, which stops this when the others are done.
      detached: true,
      ...account,
    },
  )
  try {
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  } finally {
    await output.close()
  }
  const { pid } = child
  if (pid === undefined) throw new Error(`${programs.postgres} has no process id`)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid,
    exited,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop: stopper(layout, programs, pid, exited),
  }
}

/** Nothing of the shop's own environment (keys, URLs, PG… variables) is the server's business. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMPDIR } = process.env
  return { PATH, SystemRoot, TEMP, TMPDIR, TZ: 'UTC', LC_ALL: 'C' }
}

function stopper(
  { data, directory }: Layout,
  { pgCtl }: PostgresPrograms,
  pid: number,
  exited: Promise<void>,
) {
  let stopping: Promise<void> | undefined
  const ended = exited.then(() => true)
  const send = async (signal: NodeJS.Signals, mode: string) => {
    // Windows has no signals; pg_ctl knows another way.
    if (process.platform === 'win32') await run(pgCtl, ['stop', '-D', data, '-m', mode, '--no-wait'])
    else process.kill(pid, signal)
  }
  return () => {
    stopping ??= (async () => {
      for (const [signal, mode, patienceMs] of [
        ['SIGINT', 'fast', 15_000],
        ['SIGQUIT', 'immediate', 5_000],
      ] as const) {
        if (await Promise.race([ended, delay(0, false)])) return
        await send(signal, mode).catch((error: unknown) => {
          if (errorCode(error) !== 'ESRCH') throw error
        })
        const patience = new AbortController()
        const done = await Promise.race([
          ended,
          delay(patienceMs, false, { signal: patience.signal }).catch(() => false),
        ])
        patience.abort()
        if (done) return
      }
      throw new DatabaseError(
        'DATABASE_IN_USE',
        `PostgreSQL in ${directory} (process ${pid}) does not stop. End it with kill -9 ${pid}; what was committed is kept`,
      )
    })()
    return stopping
  }
}

/**
 * Removes the lock of a server that is dead, which PostgreSQL does by itself unless the process id is a
 * zombie's or has gone to another process, as it does when a container starts again.
 */
async function clearLock(lock: Lock) {
  const aside = `${lock.file}.${randomBytes(4).toString('hex')}`
  try {
    await rename(lock.file, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  // Between reading and moving it, another process may have started a server, whose lock this then is.
  const moved = await readFile(aside, 'utf8')
  if (moved !== lock.text) await link(aside, lock.file).catch(() => {})
  await rm(aside, { force: true })
}

function fatalLine(output: string): string {
  const lines = output.split('\n').filter((line) => line !== '')
  const telling = lines.filter((line) => /FATAL|PANIC/.test(line)).at(-1) ?? lines.at(-1) ?? 'it said nothing'
  return telling.replace(/^.*?(FATAL|PANIC): +/, '')
}

/** What the file system said, as a line for the person who started the shop. */
function explained(error: unknown, directory: string): unknown {
  if (error instanceof DatabaseError) return error
  const stderr = typeof error === 'object' && error !== null ? Reflect.get(error, 'stderr') : ''
  const text = `${reason(error)} ${typeof stderr === 'string' ? stderr : ''}`
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(text)) {
    return new DatabaseError(
      'DISK_FULL',
      `There is no room for the database in ${directory}. Make room, or set DATA_DIR to a disk that has some`,
      { cause: error },
    )
  }
  if (
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code ?? '') ||
    /Permission denied|Read-only/.test(text)
  ) {
    return new DatabaseError(
      'DATA_UNWRITABLE',
      `The data directory ${directory} can't be written (${reason(error).split(', ')[0]}). Give yourself write access, or set DATA_DIR to a directory that you can write`,
      { cause: error },
    )
  }
  return new DatabaseError(
    'START_FAILED',
    `PostgreSQL in ${directory} did not start: ${(typeof stderr === 'string' && stderr.trim().split('\n').at(-1)) || reason(error)}. If it can't run on this machine, set <NAME>_DATABASE_URL to a PostgreSQL server`,
    { cause: error },
  )
}
