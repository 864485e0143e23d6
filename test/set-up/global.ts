import type { TestProject } from 'vitest/node'
import { startThrowawayPostgres } from '../../subgraphs/kit/database/throwaway.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The test run's own PostgreSQL server, without a database: `createTestDatabase` makes those. */
    databaseServer: string
  }
}

/** One PostgreSQL for the whole test run, on a free port and in a directory of its own. */
export default async function setUp(project: TestProject) {
  const server = await startThrowawayPostgres({ maxConnections: 400 })
  project.provide('databaseServer', server.url)
  return () => server.remove()
}
