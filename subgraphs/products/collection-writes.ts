import type { Prisma } from '../../prisma/products/generated/client.ts'
import { newUuid } from '../kit/ids.ts'
import type { Context } from './context.ts'
import type { CollectionModel } from './mappers.ts'
import type {
  CollectionAddProductsInput,
  CollectionCreateInput,
  CollectionUpdateInput,
  ProductUserError,
} from './schema.generated.ts'
import {
  createReading,
  type Refusal,
  type StaffWritten,
  stale,
  toUserErrors,
  writeAsStaff,
} from './staff-write.ts'
import { lockVariants, tellVariants } from './stock-ledger.ts'

interface CollectionWritten {
  collection: CollectionModel | null
  userErrors: ProductUserError[]
}

const maximumProducts = 100
/** As many collections a product stands in at most. */
const maximumCollections = 10

async function written({ loaders }: Context, outcome: StaffWritten): Promise<CollectionWritten> {
  if ('refusals' in outcome) return { collection: null, userErrors: toUserErrors(outcome.refusals) }
  return { collection: await loaders.collection.load(outcome.written), userErrors: [] }
}

const notFound = (field: string): Refusal => ({
  ...{ code: 'COLLECTION_NOT_FOUND', field, message: 'There is no such collection.' },
})
const taken: Refusal = {
  ...{
    code: 'ALREADY_TAKEN',
    field: 'slug',
    message: 'There is a collection of that slug: choose another one.',
  },
}

/** Whether the collection is at the version that was read; it is locked from then on. */
async function checkVersion(tx: Prisma.TransactionClient, id: string, version: number): Promise<Refusal[]> {
  const [now] = await tx.$queryRaw<{ version: number }[]>`
    SELECT "version" FROM "Collection" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`
  if (now === undefined) return [notFound('id')]
  return now.version === version ? [] : [stale(now.version)]
}

/** Makes a collection. For staff. */
export async function createCollection(
  context: Context,
  input: CollectionCreateInput,
): Promise<CollectionWritten> {
  const { slug, pictureKey = null } = input
  const reading = createReading()
  reading.slug('slug', slug)
  const title = reading.line('title', input.title, 100)
  const description = reading.text('description', input.description, 1000)
  const sites = reading.sites('sites', input.sites)
  const parentId = reading.id('coll', 'COLLECTION_NOT_FOUND', 'parentId', input.parentId)
  const outcome = await writeAsStaff(context, {
    name: 'collectionCreate',
    input,
    async write(tx) {
      await reading.picture(tx, 'pictureKey', pictureKey)
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      if (parentId !== null) {
        const parents = await tx.$queryRaw<{ parentId: string | null }[]>`
          SELECT "parentId" FROM "Collection" WHERE "id" = ${parentId}::uuid FOR KEY SHARE`
        if (parents[0] === undefined) return { refusals: [notFound('parentId')] }
        if (parents[0].parentId !== null) {
          const message = 'Collections stand in two levels: name one that stands at the top.'
          return { refusals: [{ code: 'TOO_DEEP', field: 'parentId', message }] }
        }
      }
      await reading.claim(tx, `collections:${parentId}`)
      await reading.claim(tx, `collection:${slug}`)
      const id = newUuid()
      const inserted = await tx.$executeRaw`
        INSERT INTO "Collection" ("id", "slug", "title", "description", "position", "parentId", "sites", "pictureKey")
        SELECT ${id}::uuid, ${slug}, ${title}, ${description}, coalesce(max("position") + 1, 0), ${parentId}::uuid,
               ${sites}::text[], ${pictureKey}
        FROM "Collection" WHERE "parentId" IS NOT DISTINCT FROM ${parentId}::uuid
        ON CONFLICT ("slug") DO NOTHING`
      return inserted === 0 ? { refusals: [taken] } : { written: id }
    },
  })
  return written(context, outcome)
}

/** Changes a collection. For staff. */
export async function updateCollection(
  context: Context,
  input: CollectionUpdateInput,
): Promise<CollectionWritten> {
  const { slug = null, pictureKey } = input
  const reading = createReading()
  const id = reading.id('coll', 'COLLECTION_NOT_FOUND', 'id', input.id)
  reading.slug('slug', slug)
  const title = reading.line('title', input.title, 100)
  const description = reading.text('description', input.description, 1000)
  const sites = input.sites == null ? null : reading.sites('sites', input.sites)
  const outcome = await writeAsStaff(context, {
    name: 'collectionUpdate',
    input,
    async write(tx) {
      await reading.picture(tx, 'pictureKey', pictureKey)
      if (id === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      if (slug !== null) {
        await reading.claim(tx, `collection:${slug}`)
        const others = await tx.$queryRaw<unknown[]>`
          SELECT FROM "Collection" WHERE "slug" = ${slug} AND "id" <> ${id}::uuid`
        if (others.length > 0) return { refusals: [taken] }
      }
      const refusals = await checkVersion(tx, id, input.version)
      if (refusals.length > 0) return { refusals }
      await tx.$executeRaw`
        UPDATE "Collection" SET "version" = "version" + 1, "slug" = coalesce(${slug}, "slug"),
          "title" = coalesce(${title}, "title"), "description" = coalesce(${description}, "description"),
          "sites" = coalesce(${sites}::text[], "sites"),
          "pictureKey" = CASE WHEN ${pictureKey === undefined} THEN "pictureKey" ELSE ${pictureKey ?? null} END
        WHERE "id" = ${id}::uuid`
      return { written: id }
    },
  })
  return written(context, outcome)
}

/** Puts products into a collection, or takes them out of it, and tells the change feed. For staff. */
async function changeProducts(
  context: Context,
  name: 'collectionAddProducts' | 'collectionRemoveProducts',
  input: CollectionAddProductsInput,
): Promise<CollectionWritten> {
  const reading = createReading()
  const id = reading.id('coll', 'COLLECTION_NOT_FOUND', 'id', input.id)
  if (input.productIds.length < 1 || input.productIds.length > maximumProducts) {
    const message = `There are ${input.productIds.length} products: it takes 1 to ${maximumProducts} at once.`
    reading.refuse('TOO_MANY', 'productIds', message)
  }
  const uuids = input.productIds.map((product, index) =>
    reading.id('prod', 'PRODUCT_NOT_FOUND', ['productIds', String(index)], product),
  )
  const products = [...new Set(uuids)].filter((uuid) => uuid !== null)
  const outcome = await writeAsStaff(context, {
    name,
    input,
    async write(tx) {
      if (id === null || reading.refusals.length > 0) return { refusals: reading.refusals }
      const refusals = await checkVersion(tx, id, input.version)
      if (refusals.length > 0) return { refusals }
      const variants = await tx.$queryRaw<{ id: string }[]>`
        SELECT "id" FROM "Variant" WHERE "productId" = ANY(${products}::uuid[])`
      const variantIds = variants.map((variant) => variant.id)
      await lockVariants(tx, variantIds)
      const there = await tx.$queryRaw<{ id: string; next: number; places: number; stands: boolean }[]>`
        SELECT product."id", membership.* FROM "Product" product CROSS JOIN LATERAL (
          SELECT coalesce(max("position") + 1, 0) AS "next", count(*)::int AS "places",
                 coalesce(bool_or("collectionId" = ${id}::uuid), false) AS "stands"
          FROM "ProductCollection" WHERE "productId" = product."id"
        ) membership
        WHERE product."id" = ANY(${products}::uuid[]) ORDER BY product."id" FOR NO KEY UPDATE OF product`
      const known = new Map(there.map((product) => [product.id, product]))
      for (const [index, uuid] of uuids.entries()) {
        const product = known.get(uuid ?? '')
        const field = ['productIds', String(index)]
        if (product === undefined) reading.refuse('PRODUCT_NOT_FOUND', field, 'There is no such product.')
        else if (
          name === 'collectionAddProducts' &&
          !product.stands &&
          product.places >= maximumCollections
        ) {
          const message = `It stands in ${product.places} collections, which is as many as there may be.`
          reading.refuse('TOO_MANY', field, message)
        }
      }
      if (reading.refusals.length > 0) return { refusals: reading.refusals }
      if (name === 'collectionAddProducts') await addMemberships(tx, id, products)
      else await removeMemberships(tx, id, products)
      await tx.$executeRaw`UPDATE "Collection" SET "version" = "version" + 1 WHERE "id" = ${id}::uuid`
      await tellVariants(tx, variantIds)
      return { written: id }
    },
  })
  return written(context, outcome)
}

/** Each takes the first place that is free: places have gaps where a collection was left, and end at 9. */
const addMemberships = (tx: Prisma.TransactionClient, id: string, products: readonly string[]) =>
  tx.$executeRaw`
    INSERT INTO "ProductCollection" ("productId", "collectionId", "position")
    SELECT product, ${id}::uuid, (
      SELECT min(place) FROM generate_series(0, 9) AS place WHERE NOT EXISTS (
        SELECT FROM "ProductCollection" other WHERE other."productId" = product AND other."position" = place
      )
    )
    FROM unnest(${products}::uuid[]) AS product ON CONFLICT ("productId", "collectionId") DO NOTHING`

const removeMemberships = (tx: Prisma.TransactionClient, id: string, products: readonly string[]) =>
  tx.$executeRaw`
    DELETE FROM "ProductCollection" WHERE "collectionId" = ${id}::uuid AND "productId" = ANY(${products}::uuid[])`

export const addProducts = (context: Context, input: CollectionAddProductsInput) =>
  changeProducts(context, 'collectionAddProducts', input)
export const removeProducts = (context: Context, input: CollectionAddProductsInput) =>
  changeProducts(context, 'collectionRemoveProducts', input)
