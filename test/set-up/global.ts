import type { TestProject } from 'vitest/node'
import { startThrowawayPostgres } from '../../subgraphs/kit/database/throwaway.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The test run's own PostgreSQL server, without a database: `createTestDatabase` makes those. */
    databaseServer: string
  }
}

/**
 * One PostgreSQL for the whole test run: the server at `TEST_DATABASE_URL` (without a database in it), or an
 * embedded one on a free port and in a directory of its own.
 */
export default async function setUp(project: TestProject) {
  if (process.env.TEST_DATABASE_URL) {
    project.provide('databaseServer', process.env.TEST_DATABASE_URL)
    return
  }
  const server = await startThrowawayPostgres({ maxConnections: 400 })
  project.provide('databaseServer', server.url)
  return () => server.remove()
}
