import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isAlive, processIdentity } from './process-identity.js'

/** What stands in a lock that a power cut has emptied: its owner is gone. */
const nobody = { pid: 0, identity: null }

/** The owner's identity in a lock; null when there is no lock. */
function readOwner(directory) {
  try {
    return JSON.parse(readFileSync(`${directory}/owner.json`, 'utf8')) ?? nobody
  } catch {
    return existsSync(directory) ? nobody : null
  }
}

/**
 * Takes a lock that ends with the process: a directory with its owner's identity in it, moved to its place as a
 * whole, which fails while another stands there. What a dead owner left is cleared away.
 * @returns the function that releases it, or the owner that holds it
 */
export function tryLock(directory) {
  const mine = `${directory}.${process.pid}`
  mkdirSync(mine, { recursive: true })
  writeFileSync(
    `${mine}/owner.json`,
    JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }),
  )
  try {
    for (;;) {
      try {
        renameSync(mine, directory)
        return { release: () => discard(directory), owner: null }
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error
      }
      const owner = readOwner(directory)
      if (owner !== null && isAlive(owner)) return { release: null, owner }
      if (owner !== null) clearAbandoned(directory, owner)
    }
  } finally {
    rmSync(mine, { recursive: true, force: true })
  }
}

function clearAbandoned(directory, deadOwner) {
  const aside = `${directory}.${process.pid}.abandoned`
  try {
    renameSync(directory, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return // somebody else cleared it
    throw error
  }
  // Somebody may have cleared it and taken the lock between the look and the move: then it is theirs again.
  if (readOwner(aside)?.pid !== deadOwner.pid) renameSync(aside, directory)
  rmSync(aside, { recursive: true, force: true })
}

function discard(directory) {
  const aside = `${directory}.${process.pid}.released`
  try {
    renameSync(directory, aside)
    rmSync(aside, { recursive: true, force: true })
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/** Takes the lock, waiting for whoever holds it; `onWait` is called once if there is somebody. */
export async function takeLock(directory, { onWait }) {
  let waited = false
  for (;;) {
    const { release, owner } = tryLock(directory)
    if (release) return release
    if (!waited) onWait(owner)
    waited = true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
