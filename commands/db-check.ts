import { reason } from '../subgraphs/kit/database/errors.ts'
import { schemaDifference } from '../subgraphs/kit/database/schema-engine.ts'
import { prismaFiles, subgraphsWithDatabase } from '../subgraphs/kit/database/subgraph-database.ts'
import { startThrowawayPostgres } from '../subgraphs/kit/database/throwaway.ts'

const asked = process.argv.slice(2)
const subgraphs = await subgraphsWithDatabase()

if (asked.some((name) => !subgraphs.includes(name))) {
  console.error(`npm run db:check takes no subgraph, for all of them, or some of ${subgraphs.join(', ')}`)
  process.exit(1)
}
if (subgraphs.length === 0) {
  console.error('There is nothing to check: no prisma/<subgraph>/schema.prisma')
  process.exit(1)
}

try {
  const server = await startThrowawayPostgres()
  try {
    for (const name of asked.length > 0 ? asked : subgraphs) await check(name, server.url)
  } finally {
    await server.remove()
  }
} catch (error) {
  console.error(reason(error))
  process.exitCode = 1
}

async function check(name: string, server: string) {
  const difference = await schemaDifference({ ...prismaFiles(name), server })
  if (difference === null) {
    console.log(`${name}: schema and migrations agree`)
    return
  }
  console.error(
    `${name}: the migrations lack this. Write it with npm run db:migration -- ${name} NAME\n\n${difference}`,
  )
  process.exitCode = 1
}
