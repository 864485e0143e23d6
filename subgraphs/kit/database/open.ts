import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'

/** As many distinct statements are kept prepared by a connection; others are sent whole each time. */
const preparedStatements = 500

interface OpenDatabaseOptions<Client> {
  url: string
  /** Makes the subgraph's own Prisma client: `(adapter) => new PrismaClient({ adapter })`. */
  createClient: (adapter: PrismaPg) => Client
  /** What PostgreSQL shows for these connections, as in `pg_stat_activity`. */
  applicationName?: string
  maxConnections?: number
  /** The server gives up a statement after as long. */
  statementTimeoutMs?: number
  connectionTimeoutMs?: number
  /** Called with each SQL statement that is sent, transaction control included. */
  onStatement?: (sql: string) => void
  /** Called when a connection breaks while nobody uses it; queries that fail throw by themselves. */
  onConnectionLost?: (error: Error) => void
}

/**
 * A Prisma client and the pg pool below it. Nothing connects until the first query; after an outage the next
 * query connects again.
 */
export function openDatabase<Client extends { $disconnect(): Promise<void> }>({
  url,
  createClient,
  applicationName = 'arcade',
  maxConnections = 10,
  statementTimeoutMs = 5_000,
  connectionTimeoutMs = 3_000,
  onStatement,
  onConnectionLost,
}: OpenDatabaseOptions<Client>) {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: applicationName,
    connectionTimeoutMillis: connectionTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    // A server that hangs can not keep its own time-out, so the driver has one as well, a little later.
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
  } satisfies pg.PoolConfig)

  // Without a listener an idle connection that breaks (the database was stopped) would end the process.
  pool.on('error', (error) => onConnectionLost?.(error))
  if (onStatement) pool.on('connect', (connection) => reportStatements(connection, onStatement))

  const client = createClient(
    new PrismaPg(pool, { statementNameGenerator: nameStatements(preparedStatements) }),
  )
  let closing: Promise<void> | undefined

  return {
    client,
    pool,
    /** Waits for running queries, then closes every connection. May be called again. */
    close() {
      closing ??= client.$disconnect().then(() => pool.end())
      return closing
    },
  }
}

/**
 * Names for prepared statements, the same for the same SQL. Only the first `limit` distinct ones get a name:
 * a connection never forgets a statement that it prepared, and lists of ids make ever new ones.
 */
export function nameStatements(limit: number) {
  const names = new Map<string, string>()
  return ({ sql }: { sql: string }): string => {
    const known = names.get(sql)
    if (known !== undefined) return known
    if (names.size >= limit) return ''
    const name = `s${names.size}`
    names.set(sql, name)
    return name
  }
}

function reportStatements(connection: pg.ClientBase, onStatement: (sql: string) => void) {
  connection.query = new Proxy(connection.query, {
    apply(query, self, args: [unknown, ...unknown[]]) {
      const [statement] = args
      const sql = typeof statement === 'string' ? statement : statementText(statement)
      if (sql !== undefined) onStatement(sql)
      return Reflect.apply(query, self, args)
    },
  })
}

function statementText(statement: unknown): string | undefined {
  const text = typeof statement === 'object' && statement !== null && Reflect.get(statement, 'text')
  return typeof text === 'string' ? text : undefined
}
