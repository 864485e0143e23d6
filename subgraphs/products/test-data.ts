import { randomUUID } from 'node:crypto'
import { withConnection } from '../kit/database/migrate.ts'
import type { Site } from '../kit/sites.ts'

export interface NewPrice {
  site?: Site
  amount: number
  saleAmount?: number
  saleStartsAt?: Date
  saleEndsAt?: Date
}

export interface NewVariant {
  id?: string
  options?: { name: string; value: string }[]
  stock?: number
  prices?: NewPrice[]
}

/** A product as a test wants it in the tables; what it does not say is plain. */
export interface NewProduct {
  id?: string
  slug?: string
  title?: string
  description?: string
  brand?: string
  tags?: string[]
  options?: { name: string; values: string[] }[]
  publishedAt?: Date
  /** The uuids of collections. */
  collections?: string[]
  variants?: NewVariant[]
}

const plain = (id: string): Required<Omit<NewProduct, 'collections' | 'variants'>> => ({
  id,
  slug: `plain-${id}`,
  title: 'Plain mug',
  description: 'A mug without more.',
  brand: 'Kiln & Co',
  tags: [],
  options: [],
  publishedAt: new Date('2026-10-01T12:00:00.000Z'),
})

/** Puts products into the tables, each with one variant at 10.00 on the main site unless it says otherwise. */
export async function insertProducts(databaseUrl: string, products: readonly NewProduct[]) {
  const rows = products.map(({ collections = [], variants = [{}], ...product }) => {
    const id = product.id ?? randomUUID()
    return {
      ...{ ...plain(id), ...product, id },
      collections: collections.map((collectionId, position) => ({ productId: id, collectionId, position })),
      variants: variants.map((variant, position) => ({
        id: variant.id ?? randomUUID(),
        ...{ productId: id, sku: randomUUID(), title: `Form ${position}`, position },
        options: variant.options ?? [{ name: 'Form', value: String(position) }],
        stock: variant.stock ?? 10,
        prices: variant.prices ?? [{ amount: 1000 }],
      })),
    }
  })
  const variants = rows.flatMap((row) => row.variants)
  const prices = variants.flatMap(({ id, prices }) =>
    prices.map((price) => ({ variantId: id, site: 'main', ...price })),
  )
  await withConnection(databaseUrl, async (connection) => {
    const insert = (table: string, columns: string[], values: readonly object[]) => {
      const names = columns.map((column) => `"${column}"`).join(', ')
      return connection.query(
        `INSERT INTO "${table}" (${names})
         SELECT ${names} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`,
        [JSON.stringify(values)],
      )
    }
    await insert('Product', Object.keys(plain('')), rows)
    await insert('Variant', ['id', 'productId', 'sku', 'title', 'position', 'options', 'stock'], variants)
    await connection.query(
      `WITH opened AS (
         INSERT INTO "StockLevel" ("variantId", "locationId", "onHand")
         SELECT variant."id", location."id", variant."stock" FROM "Variant" variant, "StockLocation" location
         WHERE variant."id" = ANY($1) AND location."handle" = 'warehouse' RETURNING *
       )
       INSERT INTO "StockMovement" ("variantId", "locationId", "quantity", "reason", "actor")
       SELECT "variantId", "locationId", "onHand", 'OPENING', 'system' FROM opened`,
      [variants.map(({ id }) => id)],
    )
    await insert(
      'VariantPrice',
      ['variantId', 'site', 'amount', 'saleAmount', 'saleStartsAt', 'saleEndsAt'],
      prices,
    )
    await insert(
      'ProductCollection',
      ['productId', 'collectionId', 'position'],
      rows.flatMap((row) => row.collections),
    )
  })
  return rows
}

export interface NewCollection {
  id?: string
  slug?: string
  title?: string
  position?: number
  parentId?: string | null
  sites?: Site[]
}

export async function insertCollections(databaseUrl: string, collections: readonly NewCollection[]) {
  const rows = collections.map((collection, position) => {
    const id = collection.id ?? randomUUID()
    const plain = { slug: `plain-${id}`, title: 'Mugs', description: 'All the mugs.', sites: ['main'] }
    return { ...plain, position, parentId: null, ...collection, id }
  })
  await withConnection(databaseUrl, (connection) =>
    connection.query(
      `INSERT INTO "Collection" ("id", "slug", "title", "description", "position", "parentId", "sites")
       SELECT "id", "slug", "title", "description", "position", "parentId", "sites"
       FROM jsonb_populate_recordset(NULL::"Collection", $1::jsonb)`,
      [JSON.stringify(rows)],
    ),
  )
  return rows
}
