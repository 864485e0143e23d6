import { rm } from 'node:fs/promises'
import path from 'node:path'
import { endLeftovers } from '../starter/leftovers.ts'
import { isAlive } from '../starter/process-identity.js'
import { readRunFile } from '../starter/run-file.ts'
import { forgetEmbeddedPostgres } from '../subgraphs/kit/database/embedded.ts'
import { reason } from '../subgraphs/kit/database/errors.ts'
import { embeddedDatabases, embeddedDirectory } from '../subgraphs/kit/database/subgraph-database.ts'

const dataDir = process.env.DATA_DIR || '.data'

if (process.argv.length > 2) {
  console.error('npm run reset takes no arguments; DATA_DIR says which data it forgets')
  process.exit(1)
}

try {
  const starter = readRunFile(dataDir)?.starter
  if (starter && isAlive(starter)) {
    throw new Error(
      `The shop is running (npm start, process ${starter.pid}). Stop it first, then run npm run reset again`,
    )
  }
  await endLeftovers(dataDir)
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
