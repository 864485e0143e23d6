import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { withConnection } from '../subgraphs/kit/database/migrate.ts'
import { StartError } from './start-error.ts'

/** A comment on the database, which no schema has to know of. */
const mark = 'seeded by arcade'

/** Whether the database has been seeded; cheaper than asking the seed, which looks at each row. */
export async function isSeeded(url: string): Promise<boolean> {
  return withConnection(url, async (connection) => {
    const { rows } = await connection.query<{ mark: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = current_database()`,
    )
    return rows[0]?.mark === mark
  })
}

/** Only for an embedded database: a comment takes the database's owner. */
export async function markSeeded(url: string): Promise<void> {
  await withConnection(url, (connection) =>
    // Statements that define something take no parameters.
    connection.query(
      `DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS %L', current_database(), '${mark}'); END $$`,
    ),
  )
}

interface SeedOptions {
  /** The subgraph's. */
  name: string
  url: string
  build: string
  scale?: number
  signal?: AbortSignal
  onProgress?: (done: number, total: number) => void
  /** Takes what the seed has to say when it fails, as it comes. */
  onOutput: (text: string) => void
}

const progressMessage = z.object({ done: z.number(), total: z.number() })

const seedFile = (build: string, name: string) => `${build}/prisma/${name}/seed.js`

/**
 * Seeds a subgraph's database in a process of its own, so that several databases are seeded on several cores.
 * @throws {StartError}
 */
export async function seedDatabase({
  name,
  url,
  build,
  scale = 1,
  signal,
  onProgress,
  onOutput,
}: SeedOptions): Promise<void> {
  const file = seedFile(build, name)
  if (!existsSync(file)) return
  const child = fork(`${build}/starter/seed-database.js`, [file, String(scale)], {
    // In the environment, since the command line is for all to see, and the URL holds a password.
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  const stop = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', stop, { once: true })
  child.on('message', (message) => {
    const { done, total } = progressMessage.parse(message)
    onProgress?.(done, total)
  })
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput)
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (code !== 0) throw new StartError(`The data of ${name} could not be written: the reason stands above.`)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
