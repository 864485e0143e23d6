import { execFile } from 'node:child_process'
import { readFile, readlink, realpath } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { errorCode } from './errors.ts'

const run = promisify(execFile)

/** `postmaster.pid`: https://www.postgresql.org/docs/18/storage-file-layout.html */
export interface Lock {
  file: string
  text: string
  data: string
  pid: number
  port: number
  ready: boolean
}

/** The lock file of the data directory `data`, or null where there is none. */
export async function readLock(data: string): Promise<Lock | null> {
  const file = path.join(data, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  // Line by line: pid, data directory, start time, port, socket directory, address, shared memory, state.
  const lines = text.split('\n')
  return {
    file,
    text,
    data,
    pid: Number(lines[0]),
    port: Number(lines[3]),
    ready: lines[7]?.trim() === 'ready',
  }
}

/**
 * Whether the process that the lock names is this data directory's server. The process id alone says
 * little: it may be a zombie's, or some other process's by now.
 */
export async function isAlive({ pid, data }: Pick<Lock, 'pid' | 'data'>): Promise<boolean> {
  if (!processRuns(pid)) return false
  if (process.platform === 'linux') return (await linuxServes(pid, data)) ?? true
  if (process.platform === 'win32') return true
  const { stdout } = await run('ps', ['-o', 'stat=,args=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return !stdout.startsWith('Z') && stdout.includes(data)
}

/** Undefined where /proc does not tell. */
async function linuxServes(pid: number, data: string): Promise<boolean | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The state follows the name, which stands in parentheses and may hold any.
    if (status.slice(status.lastIndexOf(')') + 2).startsWith('Z')) return false
    const args = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    if (args.split('\0').includes(data)) return true
    // A server whose directory was renamed while it runs: it still works inside of it.
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data))
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return false
    return undefined
  }
}

/** Whether there is a process `pid`, a zombie included. */
export function processRuns(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false // 0 and below mean groups of processes
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}
