import { afterEach, beforeEach, expect, test } from 'vitest'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { shopData } from '../shop-data/index.ts'
import { seed } from './seed.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
beforeEach(async () => {
  database = await createTestDatabase('products')
})
afterEach(() => database.drop())

const query = <Row>(sql: string) =>
  withConnection(database.url, async (connection) => (await connection.query(sql)).rows as Row[])

/** A hash of all that each table holds, but for when a change was written. */
async function contents() {
  const tables = await query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_%' ORDER BY 1`,
  )
  const hashes: Record<string, string | null> = {}
  for (const { name } of tables) {
    const [row] = await query<{ hash: string | null }>(
      `SELECT md5(string_agg(line, '|' ORDER BY line)) AS hash
       FROM (SELECT (to_jsonb(t) - 'at')::text AS line FROM "${name}" t) lines`,
    )
    hashes[name] = row?.hash ?? null
  }
  return hashes
}

test('a second seed changes nothing and says nothing', async () => {
  await seed({ url: database.url })
  const first = await contents()
  const progress: number[] = []
  await seed({ url: database.url, onProgress: (done) => progress.push(done) })
  expect(await contents()).toEqual(first)
  expect(progress).toEqual([])
  const empty = Object.keys(first).filter((table) => first[table] === null)
  expect(empty).toEqual(['IdempotencyKey', 'StockReservation', 'StockReservationLine', 'StockReturn'])
})

test('a larger seed adds to a smaller one, and what staff has set stays', async () => {
  await seed({ url: database.url })
  await query(`UPDATE "Variant" SET "stock" = 77 WHERE "id" = (SELECT min("id"::text)::uuid FROM "Variant")`)
  await query(`DELETE FROM "MenuItem"`)
  const progress: number[][] = []
  await seed({ url: database.url, scale: 2, onProgress: (done, total) => progress.push([done, total]) })
  expect(progress).toEqual([[600, 600]])
  const [count] = await query('SELECT count(*)::int AS "products" FROM "Product"')
  expect(count).toEqual({ products: shopData({ scale: 2 }).counts.products })
  expect(await query('SELECT "stock" FROM "Variant" WHERE "stock" = 77')).not.toEqual([])
  expect(await query('SELECT FROM "MenuItem"')).toEqual([])
})

test('two seeds at once come to the same as one', async () => {
  await Promise.all([seed({ url: database.url }), seed({ url: database.url })])
  const [counts] = await query(`SELECT (SELECT count(*)::int FROM "Product") AS "products",
    (SELECT count(*)::int FROM "Variant") AS "variants", (SELECT count(*)::int FROM "Change") AS "changes"`)
  const variants = [...shopData().products()].flatMap((product) => product.variants).length
  expect(counts).toEqual({ products: 300, variants, changes: variants })
})

test('the change feed begins with one change for each variant, which has all that others keep of it', async () => {
  await seed({ url: database.url })
  const changes = await query<{ kind: string; entityId: string; payload: object }>(
    'SELECT "kind", "entityId", "payload" FROM "Change"',
  )
  const parentOf = new Map([...shopData().collections()].map(({ id, parentId }) => [id, parentId]))
  const byVariant = new Map(changes.map(({ entityId, payload }) => [entityId, payload]))
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(['variant.updated']))
  for (const product of shopData().products()) {
    for (const variant of product.variants) {
      expect(byVariant.get(variant.id)).toEqual({
        productId: product.id,
        sku: variant.sku,
        title: product.title,
        variantTitle: variant.title,
        imageKey: variant.picture.key,
        availability: variant.stock === 0 ? 'SOLD_OUT' : variant.stock < 5 ? 'LOW_STOCK' : 'IN_STOCK',
        weightGrams: variant.weightGrams,
        collectionIds: [
          ...new Set(product.collections.flatMap(({ id }) => [id, parentOf.get(id) ?? id])),
        ].sort(),
        prices: Object.fromEntries(
          variant.prices.map(({ site, amount, sale }) => [
            site,
            {
              amount,
              saleAmount: sale?.amount ?? null,
              saleStartsAt: sale?.from.toISOString() ?? null,
              saleEndsAt: sale?.until.toISOString() ?? null,
            },
          ]),
        ),
      })
    }
  }
  expect(byVariant.size).toBe(changes.length)
})

test('each picture has a blurred miniature, no larger than a name, and prices have held since before the database', async () => {
  await seed({ url: database.url })
  const [pictures] = await query(
    `SELECT count(*)::int AS "all", count("placeholder")::int AS "blurred", count(DISTINCT "placeholder") > 100 AS "differ",
            max(char_length("placeholder")) < 50 AS "short" FROM "Picture"`,
  )
  expect(pictures).toMatchObject({ differ: true, short: true })
  expect(pictures).toHaveProperty('blurred', (pictures as { all: number }).all)
  const young = `SELECT FROM "PriceRecord" record JOIN "Variant" variant ON variant."id" = record."variantId"
    JOIN "Product" product ON product."id" = variant."productId" WHERE record."from" > product."publishedAt"`
  expect(await query(young)).toEqual([])
})

test('statistics are there, so that the first queries are planned well', async () => {
  await seed({ url: database.url })
  const analysed = await query<{ relname: string }>(
    `SELECT relname FROM pg_stat_user_tables WHERE last_analyze IS NOT NULL`,
  )
  expect(analysed.map(({ relname }) => relname)).toEqual(
    expect.arrayContaining(['Product', 'Variant', 'Offer']),
  )
})
