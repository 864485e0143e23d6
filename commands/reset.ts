import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { forgetEmbeddedPostgres } from '../subgraphs/kit/database/embedded.ts'
import { errorCode, reason } from '../subgraphs/kit/database/errors.ts'
import { processRuns } from '../subgraphs/kit/database/postmaster-lock.ts'
import { embeddedDatabases, embeddedDirectory } from '../subgraphs/kit/database/subgraph-database.ts'

const runFile = z.object({ processes: z.array(z.object({ name: z.string(), pid: z.number() })) })
const dataDir = process.env.DATA_DIR || '.data'

if (process.argv.length > 2) {
  console.error('npm run reset takes no arguments; DATA_DIR says which data it forgets')
  process.exit(1)
}

try {
  const running = await runningProcesses()
  if (running.length > 0) {
    throw new Error(
      `The shop is running (${running.join(', ')}). Stop it first, then run npm run reset again`,
    )
  }
  const databases = await embeddedDatabases(dataDir)
  for (const name of databases) await forgetEmbeddedPostgres({ directory: embeddedDirectory(name, dataDir) })
  // By name: DATA_DIR may be a directory that holds other things as well.
  for (const name of ['keys', 'run.json'])
    await rm(path.join(dataDir, name), { recursive: true, force: true })
  console.log(
    databases.length === 0
      ? `There are no databases in ${dataDir}`
      : `Forgot ${databases.join(', ')} in ${dataDir}`,
  )
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
}

/** What `npm start` wrote down and is still there. */
async function runningProcesses(): Promise<string[]> {
  const text = await readFile(path.join(dataDir, 'run.json'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return []
  return runFile
    .parse(JSON.parse(text))
    .processes.filter(({ pid }) => processRuns(pid))
    .map(({ name, pid }) => `${name} ${pid}`)
}
