import { chmod, lstat, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseError, errorCode, reason } from './errors.ts'

/** The user that PostgreSQL runs as, where it can't be the one who runs this process. */
export interface Account {
  uid: number
  gid: number
}

/** 65534 is `nobody` on Linux, and the overflow user that needs no entry in /etc/passwd. */
const nobody: Account = { uid: 65534, gid: 65534 }

/** What root keeps for PostgreSQL when that can't reach the project, as under a home that is 0700. */
const rootPlace = '/var/lib/arcade'

/**
 * PostgreSQL refuses to run as root. For root it runs as whoever owns the data already, or as nobody;
 * for anybody else as themselves (undefined).
 */
export async function serverAccount(dataDirectory: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  try {
    const { uid, gid } = await stat(dataDirectory)
    return uid === 0 ? nobody : { uid, gid }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return nobody
    throw error
  }
}

/** The highest directory above `file`, or `file` itself, where `account` can't get in; null when it can. */
export async function unreachable(file: string, account: Account): Promise<string | null> {
  const parent = path.dirname(file)
  const above = parent === file ? null : await unreachable(parent, account)
  if (above !== null) return above
  const entry = await stat(file)
  // The bits for the owner, the group or others; a directory is entered by x, a file read by r.
  const bits = entry.mode >> (entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0)
  return bits & (entry.isDirectory() ? 0o1 : 0o4) ? null : file
}

/** The path of something that root keeps for PostgreSQL. */
export const pathOfRoot = (...names: string[]) => path.join(rootPlace, ...names)

/**
 * Makes a directory below a place that only root can write to and everybody can pass through.
 * @throws {DatabaseError} when it can't be made, or when others could have changed what is in it.
 */
export async function makeDirectoryOfRoot(...names: string[]): Promise<string> {
  for (const depth of names.keys()) await makeForRoot(pathOfRoot(...names.slice(0, depth)))
  const directory = pathOfRoot(...names)
  await makeForRoot(directory)
  return directory
}

/** Whether `file` is root's own, and no other user can write to it. A link is not. */
export async function isRootsAlone(file: string): Promise<boolean> {
  const entry = await lstat(file)
  return entry.uid === 0 && (entry.mode & 0o022) === 0 && !entry.isSymbolicLink()
}

async function makeForRoot(directory: string) {
  const advice = 'Set DATA_DIR to a directory that every user can reach, or set <NAME>_DATABASE_URL'
  try {
    await mkdir(directory).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
    if (!(await isRootsAlone(directory))) {
      throw new DatabaseError('DATA_UNWRITABLE', `${directory} can be written by others than root. ${advice}`)
    }
    await chmod(directory, 0o711)
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    throw new DatabaseError('DATA_UNWRITABLE', `${directory} can't be made: ${reason(error)}. ${advice}`, {
      cause: error,
    })
  }
}
