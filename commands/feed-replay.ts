import { parseArgs } from 'node:util'
import { errorCode, reason } from '../subgraphs/kit/database/errors.ts'
import { withConnection } from '../subgraphs/kit/database/migrate.ts'
import {
  databaseVariable,
  embeddedDatabases,
  startSubgraphDatabase,
  subgraphsWithDatabase,
} from '../subgraphs/kit/database/subgraph-database.ts'

const usage = `Has a subgraph apply again all that another's change feed tells, from its start. What it has stays, and is
mended on the way; the subgraph may be running, and does it at once or when it is started.

  npm run feed:replay -- SUBGRAPH [OWNER]

  SUBGRAPH   who reads the feed, as cart
  OWNER      whose feed, as products: all that SUBGRAPH follows unless named`

try {
  const request = readArguments(process.argv.slice(2))
  if (request === null) console.log(usage)
  else {
    await checkSubgraph(request.subgraph)
    const { url, close } = await openDatabase(request.subgraph)
    try {
      const owners = await rewind(url, request)
      console.log(`${request.subgraph} applies the change feed of ${owners.join(' and ')} again`)
    } finally {
      await close()
    }
  }
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
}

interface ReplayRequest {
  subgraph: string
  /** Undefined for all whom the subgraph follows. */
  owner: string | undefined
}

function readArguments(args: string[]): ReplayRequest | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  })
  if (values.help) return null
  const [subgraph, owner, ...rest] = positionals
  if (subgraph !== undefined && rest.length === 0) return { subgraph, owner }
  throw new Error('npm run feed:replay -- SUBGRAPH [OWNER] takes who reads and whose feed, as: cart products')
}

async function checkSubgraph(subgraph: string): Promise<void> {
  const known = await subgraphsWithDatabase()
  if (known.includes(subgraph)) return
  throw new Error(`There is no subgraph ${JSON.stringify(subgraph)}: there are ${known.join(', ')}`)
}

async function openDatabase(name: string) {
  const url = process.env[databaseVariable(name)]
  if (url) return { url, close: async () => undefined }
  const dataDir = process.env.DATA_DIR || '.data'
  if (!(await embeddedDatabases(dataDir)).includes(name)) {
    throw new Error(`There is no database of ${name} in ${dataDir} yet: npm start makes one`)
  }
  const { url: embedded, server } = await startSubgraphDatabase({ name, dataDir })
  // A server that ran already is a running shop's.
  return { url: embedded, close: async () => (server.joined ? undefined : server.stop()) }
}

/** Sets the reader back to the start. @returns the owners whose feeds are read again. */
async function rewind(url: string, { subgraph, owner }: ReplayRequest): Promise<string[]> {
  return withConnection(url, async (connection) => {
    const owners = await connection
      .query<{ owner: string }>('SELECT "owner" FROM "FeedPosition" ORDER BY "owner"')
      .then(({ rows }) => rows.map((row) => row.owner))
      .catch((error: unknown) => {
        if (errorCode(error) === '42P01') return [] // it has no such table
        throw error
      })
    const chosen = owner === undefined ? owners : owners.filter((name) => name === owner)
    if (chosen.length === 0) {
      const known = owners.length === 0 ? 'no feed' : `the feed of ${owners.join(' and ')}`
      throw new Error(
        `${subgraph} has read ${known} so far: there is nothing${owner ? ` of ${owner}` : ''} to replay`,
      )
    }
    await connection.query('UPDATE "FeedPosition" SET "sequence" = 0 WHERE "owner" = ANY($1)', [chosen])
    return chosen
  })
}
