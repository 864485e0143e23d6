import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { applyMigrations, withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createEmptyDatabase } from '../../test/set-up/databases.ts'

const all = 'prisma/products/migrations'

test('a shop that had stock before there was a ledger has it after, as what opens the ledger', async () => {
  const before = await mkdtemp(path.join(tmpdir(), 'arcade-migrations-'))
  const { url, drop } = await createEmptyDatabase()
  const query = (sql: string) => withConnection(url, async (connection) => (await connection.query(sql)).rows)
  try {
    for (const name of await readdir(all)) {
      if (name < '20261125041000_back_order')
        await cp(path.join(all, name), path.join(before, name), { recursive: true })
    }
    await applyMigrations({ url, directory: before })
    await query(`
      WITH made AS (
        INSERT INTO "Product" ("id", "slug", "title", "description", "brand", "tags", "options", "publishedAt")
        VALUES (gen_random_uuid(), 'mug', 'Mug', 'A mug.', 'Kiln', '{}', '[]', now()) RETURNING "id"
      )
      INSERT INTO "Variant" ("id", "productId", "sku", "title", "position", "options", "stock")
      SELECT gen_random_uuid(), made."id", sku, sku, position, to_jsonb(ARRAY[sku]), stock
      FROM made, (VALUES ('seven', 0, 7), ('none', 1, 0)) AS variant (sku, position, stock)`)

    await applyMigrations({ url, directory: all })
    expect(
      await query(`
        SELECT variant."sku", variant."stock", level."onHand", location."handle",
               movement."quantity", movement."reason"::text AS "reason", movement."actor"
        FROM "Variant" variant JOIN "StockLevel" level ON level."variantId" = variant."id"
        JOIN "StockLocation" location ON location."id" = level."locationId"
        LEFT JOIN "StockMovement" movement ON movement."variantId" = variant."id"
        ORDER BY variant."position"`),
    ).toEqual([
      {
        ...{ sku: 'seven', stock: 7, onHand: 7, handle: 'warehouse' },
        ...{ quantity: 7, reason: 'OPENING', actor: 'system' },
      },
      {
        ...{ sku: 'none', stock: 0, onHand: 0, handle: 'warehouse' },
        ...{ quantity: null, reason: null, actor: null },
      },
    ])
  } finally {
    await rm(before, { recursive: true })
    await drop()
  }
})
