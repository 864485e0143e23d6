import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertCollections, insertProducts } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
})
afterAll(() => subgraph.stop())

type Write = (sql: string, values?: unknown[]) => Promise<unknown>

const words = ['Wool', 'Linen', 'Mug', 'Éclair', 'Teapot']
/** What may happen to a catalogue, with two numbers of chance. */
const happenings: Record<string, (write: Write, one: number, other: number) => Promise<unknown>> = {
  'a product comes': (_, one, other) =>
    insertProducts(subgraph.databaseUrl, [
      {
        title: `${words[one % 5]} ${words[other % 5]}`,
        brand: `Brand ${one % 3}`,
        options: [{ name: 'Size', values: ['Small', 'Tall'] }],
        variants: [
          { stock: other % 3, prices: [{ amount: 100 + one }, { site: 'outlet', amount: 90 }] },
          { prices: [{ amount: 500, saleAmount: 400, saleEndsAt: new Date('2026-12-01') }] },
        ],
      },
    ]),
  'a product goes': (write, one) => write(`DELETE FROM "Product" WHERE ${nth('Product', 'id', one)}`),
  'a product is renamed': (write, one, other) =>
    write(`UPDATE "Product" SET "title" = $1, "brand" = 'Other' WHERE ${nth('Product', 'id', one)}`, [
      words[other % 5],
    ]),
  'a product is published or withdrawn': (write, one) =>
    write(`UPDATE "Product" SET "published" = NOT "published" WHERE ${nth('Product', 'id', one)}`),
  'variants go': (write, one) => write(`DELETE FROM "Variant" WHERE ${nth('Variant', 'id', one)}`),
  'stock changes': (write, one, other) =>
    write(`UPDATE "Variant" SET "stock" = $1 WHERE ${nth('Variant', 'id', one)}`, [other % 7]),
  'a price changes': (write, one, other) =>
    write(`UPDATE "VariantPrice" SET "amount" = $1 WHERE ${nth('VariantPrice', 'variantId', one)}`, [
      600 + other,
    ]),
  'a site stops selling': (write, one, other) =>
    write(`DELETE FROM "VariantPrice" WHERE "site" = $1 AND ${nth('VariantPrice', 'variantId', one)}`, [
      other % 2 === 0 ? 'main' : 'outlet',
    ]),
  'a product is put into a collection': (write, one, other) =>
    write(
      `INSERT INTO "ProductCollection" ("productId", "collectionId", "position")
       SELECT product."id", collection."id", (SELECT count(*) FROM "ProductCollection" WHERE "productId" = product."id")
       FROM "Product" product, "Collection" collection
       WHERE product.${nth('Product', 'id', one)} AND collection.${nth('Collection', 'id', other)}
       ON CONFLICT DO NOTHING`,
    ),
  'a product is taken out of its collections': (write, one) =>
    write(`DELETE FROM "ProductCollection" WHERE ${nth('ProductCollection', 'productId', one)}`),
  'a collection is moved': (write, one, other) =>
    write(
      `UPDATE "Collection" SET "parentId" = (SELECT "id" FROM "Collection" WHERE "slug" = $1)
       WHERE "slug" = $2`,
      [`top-${other % 2}`, `below-${one % 2}`],
    ),
  'a site shows or hides a collection': (write, one, other) =>
    write(`UPDATE "Collection" SET "sites" = $1 WHERE "slug" = $2`, [
      [['main'], ['outlet'], ['main', 'outlet']][one % 3],
      `${other % 2 === 0 ? 'top' : 'below'}-${one % 2}`,
    ]),
}

const nth = (table: string, column: string, at: number) =>
  `"${column}" = (SELECT "${column}" FROM "${table}" ORDER BY "${column}" OFFSET ${at} % greatest((SELECT count(*) FROM "${table}"), 1) LIMIT 1)`

const recounts = {
  Listing: 'SELECT * FROM listings_of(ARRAY(SELECT "id" FROM "Product"))',
  ListingCount: `SELECT "collectionId", "site", count(DISTINCT "productId")::int AS "products" FROM "Listing" GROUP BY 1, 2`,
  SearchTerm: `SELECT listing."site", term, count(*)::int AS "products"
    FROM "Listing" listing JOIN "Product" product ON product."id" = listing."productId"
    CROSS JOIN LATERAL unnest(product_terms(product."title", product."brand", product."tags", product."options")) AS term
    WHERE listing."collectionId" = whole_shop() AND listing."startsAt" = '-infinity' GROUP BY 1, 2`,
}

test('lists, their counts and the words of the shop are those of a recount, whatever is written', async () => {
  const [top] = await insertCollections(subgraph.databaseUrl, [{ slug: 'top-0' }, { slug: 'top-1' }])
  await insertCollections(subgraph.databaseUrl, [
    { slug: 'below-0', parentId: top?.id ?? null },
    { slug: 'below-1', parentId: top?.id ?? null },
  ])
  await withConnection(subgraph.databaseUrl, async (connection) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(happenings)), fc.nat(20), fc.nat(20)), {
          minLength: 6,
          maxLength: 12,
        }),
        async (happened) => {
          await happenings['a product comes']?.((sql, values) => connection.query(sql, values), 1, 2)
          for (const [name, one, other] of happened) {
            await happenings[name]?.((sql, values) => connection.query(sql, values), one, other)
          }
          for (const [table, recount] of Object.entries(recounts)) {
            const counted = table === 'Listing' ? '' : 'WHERE "products" <> 0'
            const columns = table === 'SearchTerm' ? '"site", "term", "products"' : '*'
            const { rows } = await connection.query(`
              (SELECT to_jsonb(kept) FROM (SELECT ${columns} FROM "${table}" ${counted}) kept
               EXCEPT SELECT to_jsonb(wanted) FROM (${recount}) wanted)
              UNION ALL
              (SELECT to_jsonb(wanted) FROM (${recount}) wanted
               EXCEPT SELECT to_jsonb(kept) FROM (SELECT ${columns} FROM "${table}" ${counted}) kept)`)
            expect(rows).toEqual([])
          }
        },
      ),
      { numRuns: 15 },
    )
  })
})
