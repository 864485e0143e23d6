import { batches } from '../batches.ts'
import { withConnection } from './migrate.ts'

interface SeedOptions<Row> {
  url: string
  /** What is seeded, as `scale 1`: it is done once under each name. */
  name: string
  rows: Iterable<Row>
  /** How many rows there are. */
  total: number
  /** A statement that writes a batch of rows, a JSON array in `$1`, and leaves alone what is there already. */
  insert: string
  /** The tables that it writes, to be analysed at the end. */
  tables: readonly string[]
  batchSize?: number
  /** Called after each batch with how many rows have been written, of how many. */
  onProgress?: ((done: number, total: number) => void) | undefined
}

/** Streams rows into the database. A run that was broken off is taken up by the next; one that is done, not. */
export async function seedOnce<Row>({
  url,
  name,
  rows,
  total,
  insert,
  tables,
  batchSize = 1000,
  onProgress,
}: SeedOptions<Row>): Promise<void> {
  await withConnection(url, async (connection) => {
    const { rowCount: seeded } = await connection.query(
      `SELECT FROM "IdempotencyKey" WHERE "scope" = 'seed' AND "key" = $1`,
      [name],
    )
    if (seeded) return

    let done = 0
    for (const batch of batches(rows, batchSize)) {
      await connection.query(insert, [JSON.stringify(batch)])
      done += batch.length
      onProgress?.(done, total)
    }
    await connection.query(`ANALYZE ${tables.map((table) => `"${table}"`).join(', ')}`)
    await connection.query(
      `INSERT INTO "IdempotencyKey" ("scope", "key", "fingerprint", "answer") VALUES ('seed', $1, '', 'null')
       ON CONFLICT DO NOTHING`,
      [name],
    )
  })
}
