import { reason } from '../subgraphs/kit/database/errors.ts'
import { writeMigration } from '../subgraphs/kit/database/schema-engine.ts'
import { prismaFiles, subgraphsWithDatabase } from '../subgraphs/kit/database/subgraph-database.ts'
import { startThrowawayPostgres } from '../subgraphs/kit/database/throwaway.ts'

const [subgraph = '', name = '', ...rest] = process.argv.slice(2)
const subgraphs = await subgraphsWithDatabase()

if (!subgraphs.includes(subgraph) || !/^[a-z][a-z0-9_]{0,59}$/.test(name) || rest.length > 0) {
  console.error(
    `npm run db:migration -- SUBGRAPH NAME takes a subgraph (${subgraphs.join(', ')}) and a name in lower case, as add_wishlist`,
  )
  process.exit(1)
}

const server = await startThrowawayPostgres().catch(fail)
try {
  const file = await writeMigration({ ...prismaFiles(subgraph), name, server: server.url })
  console.log(
    file === null
      ? `Nothing to do: the migrations of ${subgraph} make what its schema says`
      : `Wrote ${file}: read it, then npm run db:migrate -- ${subgraph}`,
  )
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
} finally {
  await server.remove()
}

function fail(error: unknown): never {
  console.error(reason(error))
  process.exit(1)
}
