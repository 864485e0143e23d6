import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isAlive, processIdentity } from './process-identity.js'

const directory = '.build/running'

/** Says that this process runs from `build`, for as long as it lives. */
export function recordRunning({ name, build }) {
  const file = `${directory}/${process.pid}.json`
  mkdirSync(directory, { recursive: true })
  writeFileSync(
    file,
    JSON.stringify({ name, build, pid: process.pid, identity: processIdentity(process.pid) }),
  )
  process.on('exit', () => rmSync(file, { force: true }))
}

/** What runs from this checkout, as `[{ name, pid, build }]`. Records of the dead are cleared away. */
export function listRunning() {
  const records = []
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = `${directory}/${entry.name}`
    try {
      const record = JSON.parse(readFileSync(file, 'utf8'))
      if (isAlive(record)) records.push(record)
      else rmSync(file, { force: true })
    } catch {
      // It is being written, or its process has just taken it away.
    }
  }
  return records
}
