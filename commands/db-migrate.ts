import { parseArgs } from 'node:util'
import { reason } from '../subgraphs/kit/database/errors.ts'
import { applyMigrations, markRolledBack } from '../subgraphs/kit/database/migrate.ts'
import {
  databaseVariable,
  prismaFiles,
  startSubgraphDatabase,
  subgraphsWithDatabase,
} from '../subgraphs/kit/database/subgraph-database.ts'

const subgraphs = await subgraphsWithDatabase()
const { subgraph, rolledBack } = readArguments()

try {
  const { url, close } = await openDatabase(subgraph)
  try {
    if (rolledBack !== undefined && !(await markRolledBack({ url, name: rolledBack }))) {
      throw new Error(`No migration ${rolledBack} stopped half-way in the database of ${subgraph}`)
    }
    const { applied } = await applyMigrations({
      url,
      directory: prismaFiles(subgraph).migrations,
      log: console.log,
    })
    console.log(`${subgraph}: ${applied.length === 0 ? 'nothing to apply' : `applied ${applied.length}`}`)
  } finally {
    await close()
  }
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
}

async function openDatabase(name: string) {
  const url = process.env[databaseVariable(name)]
  if (url) return { url, close: async () => {} }
  const { url: embedded, server } = await startSubgraphDatabase({
    name,
    dataDir: process.env.DATA_DIR || '.data',
    log: console.log,
  })
  // A server that ran already is a running shop's.
  return { url: embedded, close: async () => (server.joined ? undefined : server.stop()) }
}

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { 'rolled-back': { type: 'string' } },
    })
    const [subgraph, ...rest] = positionals
    if (subgraph !== undefined && subgraphs.includes(subgraph) && rest.length === 0) {
      return { subgraph, rolledBack: values['rolled-back'] }
    }
  } catch {
    // An option that there is not: the same line says what there is.
  }
  console.error(
    `npm run db:migrate -- SUBGRAPH takes one of ${subgraphs.join(', ')}, and --rolled-back MIGRATION for one that stopped half-way and was undone by hand`,
  )
  process.exit(1)
}
