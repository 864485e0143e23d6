import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { LaunchError } from './launch-error.js'
import { listRunning } from './running.js'

/** Whether npm may have left this package out: it is for other machines, or for development only. */
function mayBeAbsent({ optional, dev, devOptional, os, cpu, libc }) {
  if ((dev || devOptional) && process.env.NODE_ENV === 'production') return true
  if (!optional) return false
  // Only one that says that it is for this very machine has to be there. Which C library it has is npm's to find out.
  const isForThis =
    (os || cpu) && os?.includes(process.platform) !== false && cpu?.includes(process.arch) !== false
  return !isForThis || libc !== undefined
}

/**
 * Whether `node_modules` holds what the lock file asks for, by npm's own record of what it installed: so that
 * packages which were installed by hand are not installed again.
 */
function holdsWhatIsLocked(folder, lockText) {
  const record = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(record)) return false
  const wanted = JSON.parse(lockText).packages
  const present = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || (!present[path] && mayBeAbsent(entry))) return true
    return present[path]?.version === entry.version && present[path].integrity === entry.integrity
  })
}

async function npmInstall(folder) {
  const npm = process.env.npm_execpath
  const [command, ...before] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm']
  const child = spawn(command, [...before, 'ci', '--loglevel=error'], { cwd: folder, stdio: 'inherit' })
  // Whoever stops this command stops npm too, which would go on writing after the lock is gone.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const stop = (signal) => {
    child.kill(signal)
    child.once('exit', () => process.exit(1))
  }
  for (const signal of signals) process.on(signal, stop)
  try {
    const [code] = await once(child, 'exit')
    if (code === 0) return
  } catch {
    // There is no npm to be found.
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
  throw new LaunchError('The packages could not be installed: npm says why above. Mend that, and try again.')
}

/** Installs the packages that a folder's lock file names, unless they are there. Call it under the lock. */
export async function install({ folder = '.', onProgress }) {
  const stampFile = `${folder}/node_modules/.arcade-stamp`
  const lockText = readFileSync(`${folder}/package-lock.json`, 'utf8')
  const stamp = createHash('sha256').update(lockText).digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return

  if (!holdsWhatIsLocked(folder, lockText)) {
    // `npm ci` deletes all packages first, under whatever runs. What is recorded runs from the root's.
    const [running] = folder === '.' ? listRunning() : []
    if (running) {
      throw new LaunchError(
        `Packages have to be installed, but ${running.name} (process ${running.pid}) runs from this folder: stop it first.`,
      )
    }
    onProgress(folder === '.' ? 'Installing packages' : `Installing packages of ${folder}`)
    await npmInstall(folder)
  }
  writeFileSync(stampFile, stamp)
}
