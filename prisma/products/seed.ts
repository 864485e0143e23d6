import { batches } from '../../subgraphs/kit/batches.ts'
import { appendChanges } from '../../subgraphs/kit/change-feed.ts'
import { openDatabase } from '../../subgraphs/kit/database/open.ts'
import {
  type CallToActionData,
  type CarouselSlideData,
  type CollectionData,
  type MenuData,
  type MenuItemData,
  type PictureData,
  type ProductData,
  SHOP_TODAY,
  shopData,
  stockInStore,
  stores,
  uuidFor,
} from '../shop-data/index.ts'
import { type Prisma, PrismaClient } from './generated/client.ts'
import { placeholders } from './placeholders.ts'

interface SeedOptions {
  url: string
  /** How many times the shop: 300 products each. */
  scale?: number
  /** The day that the data is told from. */
  today?: Date
  /** Called after each batch that wrote something, with numbers of products. */
  onProgress?: (done: number, total: number) => void
}

type Transaction = Prisma.TransactionClient

const batchSize = 300
/** A batch takes a fraction of a second; the limit is for a disk that is busy. */
const limits = { maxWait: 10_000, timeout: 120_000 }

/**
 * Fills the database with the shop's catalogue. What is there already stays as it is, so that it may be run
 * again, also to go on where it was stopped: each batch is written wholly or not at all.
 */
export async function seed({ url, scale = 1, today = SHOP_TODAY, onProgress }: SeedOptions): Promise<void> {
  const shop = shopData({ scale, today })
  const { client: prisma, close } = openDatabase({
    url,
    createClient: (adapter) => new PrismaClient({ adapter }),
    applicationName: 'products-seed',
    maxConnections: 2,
    statementTimeoutMs: limits.timeout,
  })
  try {
    let written = await prisma.$transaction(async (tx) => {
      // The second of two seeds at once waits for the first.
      await tx.$executeRaw`LOCK TABLE "Collection" IN SHARE ROW EXCLUSIVE MODE`
      const collections = [...shop.collections()]
      const sites = sitesOfCollections(collections, shopData({ today }).products())
      return (
        (await addStores(tx)) +
        (await addCollections(tx, collections, sites)) +
        (await addMenus(tx, [...shop.menus()])) +
        (await addSlides(tx, [...shop.carousel()])) +
        (await addCallsToAction(tx, [...shop.callsToAction()]))
      )
    }, limits)

    let done = 0
    for (const batch of batches(shop.products(), batchSize)) {
      const added = await prisma.$transaction((tx) => addProducts(tx, batch), limits)
      done += batch.length
      written += added
      if (added > 0) onProgress?.(done, shop.counts.products)
    }
    if (written > 0) await prisma.$executeRaw`ANALYZE`
  } finally {
    await close()
  }
}

/** A site shows the collections in which, or below which, it sells something. */
function sitesOfCollections(
  collections: readonly CollectionData[],
  products: Iterable<ProductData>,
): Map<string, Set<string>> {
  const parents = new Map(collections.map(({ id, parentId }) => [id, parentId]))
  const sites = new Map<string, Set<string>>(collections.map(({ id }) => [id, new Set()]))
  for (const product of products) {
    for (const { id } of product.collections) {
      for (const collection of [id, parents.get(id)]) {
        for (const site of product.sites) sites.get(collection ?? '')?.add(site)
      }
    }
  }
  return sites
}

async function addPictures(
  tx: Transaction,
  pictures: readonly PictureData[],
  { blurred = true }: { blurred?: boolean } = {},
) {
  // In one order, so that two seeds at once do not wait for each other in a circle.
  const sorted = [...pictures].sort((one, other) => (one.key < other.key ? -1 : 1))
  const blurs = await placeholders(blurred ? [...new Set(sorted.map(({ key }) => key))] : [])
  const rows = sorted.map((picture) => ({ ...picture, placeholder: blurs.get(picture.key) ?? null }))
  await tx.$executeRaw`
    INSERT INTO "Picture" ("key", "altText", "width", "height", "placeholder")
    SELECT "key", "altText", "width", "height", "placeholder"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS picture ("key" text, "altText" text, "width" int, "height" int, "placeholder" text)
    ON CONFLICT DO NOTHING`
}

async function addCollections(
  tx: Transaction,
  collections: readonly CollectionData[],
  sites: Map<string, Set<string>>,
): Promise<number> {
  const rows = collections.map(({ picture, ...collection }) => ({
    ...collection,
    sites: [...(sites.get(collection.id) ?? [])].sort(),
    pictureKey: picture.key,
  }))
  await addPictures(
    tx,
    collections.map(({ picture }) => picture),
  )
  return tx.$executeRaw`
    INSERT INTO "Collection" ("id", "slug", "title", "description", "position", "parentId", "sites", "pictureKey")
    SELECT "id", "slug", "title", "description", "position", "parentId", "sites", "pictureKey"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS collection ("id" uuid, "slug" text, "title" text, "description" text, "position" int,
                     "parentId" uuid, "sites" text[], "pictureKey" text)
    ON CONFLICT DO NOTHING`
}

/** The stores come after the warehouse, which the migration made. */
async function addStores(tx: Transaction): Promise<number> {
  const rows = stores.map((store, index) => ({ ...store, position: index + 1 }))
  return tx.$executeRaw`
    INSERT INTO "StockLocation" ("id", "handle", "name", "position", "shipsOrders", "pickUpSites", "pickUpTime")
    SELECT "id", "handle", "name", "position", false, "sites", "pickUpNote"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS store ("id" uuid, "handle" text, "name" text, "position" int, "sites" text[], "pickUpNote" text)
    ON CONFLICT DO NOTHING`
}

interface MenuItemRow extends Omit<MenuItemData, 'items'> {
  id: string
  site: string
  handle: string
  parentId: string | null
  position: number
}

function menuItemRows(
  { site, handle }: MenuData,
  items: readonly MenuItemData[],
  parentId: string | null = null,
): MenuItemRow[] {
  return items.flatMap(({ items: below, ...item }, position) => {
    const id = uuidFor('menu-item', `${site}/${handle}/${parentId ?? ''}/${position}`)
    return [
      { ...item, id, site, handle, parentId, position },
      ...menuItemRows({ site, handle, items: [] }, below, id),
    ]
  })
}

/** A menu that is there keeps its items, whatever has been made of them. */
async function addMenus(tx: Transaction, menus: readonly MenuData[]): Promise<number> {
  const added = await tx.$queryRaw<{ site: string; handle: string }[]>`
    INSERT INTO "Menu" ("site", "handle")
    SELECT "site", "handle"
    FROM jsonb_to_recordset(${JSON.stringify(menus)}::jsonb) AS menu ("site" text, "handle" text)
    ON CONFLICT DO NOTHING RETURNING "site", "handle"`
  const isNew = (menu: MenuData) =>
    added.some(({ site, handle }) => site === menu.site && handle === menu.handle)
  const items = menus.filter(isNew).flatMap((menu) => menuItemRows(menu, menu.items))
  await tx.$executeRaw`
    INSERT INTO "MenuItem" ("id", "site", "handle", "parentId", "position", "title", "path", "collectionId")
    SELECT "id", "site", "handle", "parentId", "position", "title", "path", "collectionId"
    FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb)
      AS item ("id" uuid, "site" text, "handle" text, "parentId" uuid, "position" int, "title" text,
               "path" text, "collectionId" uuid)`
  return added.length
}

async function addSlides(tx: Transaction, slides: readonly CarouselSlideData[]): Promise<number> {
  const rows = slides.map(({ picture, ...slide }) => ({ ...slide, pictureKey: picture.key }))
  await addPictures(
    tx,
    slides.map(({ picture }) => picture),
  )
  return tx.$executeRaw`
    INSERT INTO "CarouselSlide"
      ("id", "site", "placement", "position", "title", "subtitle", "pictureKey", "path", "startsAt", "endsAt")
    SELECT "id", "site", "placement", "position", "title", "subtitle", "pictureKey", "path", "from", "until"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS slide ("id" uuid, "site" text, "placement" text, "position" int, "title" text, "subtitle" text,
                "pictureKey" text, "path" text, "from" timestamptz, "until" timestamptz)
    ON CONFLICT DO NOTHING`
}

async function addCallsToAction(tx: Transaction, calls: readonly CallToActionData[]): Promise<number> {
  return tx.$executeRaw`
    INSERT INTO "CallToAction"
      ("id", "site", "placement", "position", "title", "body", "label", "path", "startsAt", "endsAt")
    SELECT "id", "site", "placement", "position", "title", "body", "label", "path", "from", "until"
    FROM jsonb_to_recordset(${JSON.stringify(calls)}::jsonb)
      AS call ("id" uuid, "site" text, "placement" text, "position" int, "title" text, "body" text,
               "label" text, "path" text, "from" timestamptz, "until" timestamptz)
    ON CONFLICT DO NOTHING`
}

/** Adds the products that are not there, with all that belongs to them. @returns how many those were */
async function addProducts(tx: Transaction, batch: readonly ProductData[]): Promise<number> {
  const rows = batch.map(({ id, slug, title, description, brand, tags, options, publishedAt }) => ({
    ...{ id, slug, title, description, brand, tags, options, publishedAt },
  }))
  const added = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO "Product" ("id", "slug", "title", "description", "brand", "tags", "options", "publishedAt")
    SELECT "id", "slug", "title", "description", "brand", "tags", "options", "publishedAt"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS product ("id" uuid, "slug" text, "title" text, "description" text, "brand" text, "tags" text[],
                  "options" jsonb, "publishedAt" timestamptz)
    ON CONFLICT DO NOTHING RETURNING "id"`
  if (added.length === 0) return 0

  const ids = new Set(added.map(({ id }) => id))
  const products = batch.filter(({ id }) => ids.has(id))
  const variants = products.flatMap(({ id, variants }) =>
    variants.map((variant) => ({ ...variant, productId: id })),
  )
  const pictures = [...products.flatMap(({ media }) => media), ...variants.map(({ picture }) => picture)]
  // A larger shop is there for its number: what would take longest of all is made for the first products.
  await addPictures(tx, pictures, { blurred: products.some(({ index }) => index < batchSize) })
  await addMemberships(tx, products)
  await addVariants(tx, variants)
  // The shop has had its prices since before it had a database.
  await tx.$executeRaw`
    UPDATE "PriceRecord" record SET "from" = product."publishedAt"
    FROM "Variant" variant JOIN "Product" product ON product."id" = variant."productId"
    WHERE variant."id" = record."variantId" AND product."id" = ANY(${[...ids]}::uuid[])`
  await addComplements(tx, products)

  const snapshots = await tx.$queryRaw<{ id: string; payload: unknown }[]>`
    SELECT "id", "payload" FROM "VariantSnapshot" WHERE "productId" = ANY(${[...ids]}::uuid[]) ORDER BY "id"`
  await appendChanges(
    tx,
    snapshots.map(({ id, payload }) => ({ kind: 'variant.updated', entityId: id, payload })),
  )
  return added.length
}

async function addComplements(tx: Transaction, products: readonly ProductData[]) {
  const rows = products.flatMap(({ id, complements }) =>
    complements.map((complementId, position) => ({ productId: id, complementId, position })),
  )
  await tx.$executeRaw`
    INSERT INTO "ProductComplement" ("productId", "complementId", "position")
    SELECT "productId", "complementId", "position"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS complement ("productId" uuid, "complementId" uuid, "position" int)
    ON CONFLICT DO NOTHING`
}

async function addMemberships(tx: Transaction, products: readonly ProductData[]) {
  const media = products.flatMap(({ id, media }) =>
    media.map(({ key }, position) => ({ productId: id, position, pictureKey: key })),
  )
  await tx.$executeRaw`
    INSERT INTO "ProductMedia" ("productId", "position", "pictureKey")
    SELECT "productId", "position", "pictureKey"
    FROM jsonb_to_recordset(${JSON.stringify(media)}::jsonb)
      AS media ("productId" uuid, "position" int, "pictureKey" text)`
  const memberships = products.flatMap(({ id, collections }) =>
    collections.map((collection, position) => ({ productId: id, position, collectionId: collection.id })),
  )
  await tx.$executeRaw`
    INSERT INTO "ProductCollection" ("productId", "position", "collectionId")
    SELECT "productId", "position", "collectionId"
    FROM jsonb_to_recordset(${JSON.stringify(memberships)}::jsonb)
      AS membership ("productId" uuid, "position" int, "collectionId" uuid)`
}

async function addVariants(
  tx: Transaction,
  variants: readonly (ProductData['variants'][number] & { productId: string })[],
) {
  const rows = variants.map(({ prices: _, picture, ...variant }) => ({ ...variant, pictureKey: picture.key }))
  await tx.$executeRaw`
    INSERT INTO "Variant"
      ("id", "productId", "sku", "title", "position", "options", "stock", "weightGrams", "pictureKey")
    SELECT "id", "productId", "sku", "title", "position", "options", "stock", "weightGrams", "pictureKey"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS variant ("id" uuid, "productId" uuid, "sku" text, "title" text, "position" int, "options" jsonb,
                  "stock" int, "weightGrams" int, "pictureKey" text)`
  await openStock(tx, variants)
  const prices = variants.flatMap(({ id, prices }) =>
    prices.map(({ site, amount, sale }) => ({
      ...{ variantId: id, site, amount },
      saleAmount: sale?.amount,
      saleStartsAt: sale?.from,
      saleEndsAt: sale?.until,
    })),
  )
  await tx.$executeRaw`
    INSERT INTO "VariantPrice" ("variantId", "site", "amount", "saleAmount", "saleStartsAt", "saleEndsAt")
    SELECT "variantId", "site", "amount", "saleAmount", "saleStartsAt", "saleEndsAt"
    FROM jsonb_to_recordset(${JSON.stringify(prices)}::jsonb)
      AS price ("variantId" uuid, "site" text, "amount" int, "saleAmount" int, "saleStartsAt" timestamptz,
                "saleEndsAt" timestamptz)`
}

/** What is in stock opens the ledger: in the warehouse, and here and there in a store. */
async function openStock(tx: Transaction, variants: readonly ProductData['variants'][number][]) {
  const inStores = variants.flatMap((variant) =>
    stores
      .filter(({ sites }) => variant.prices.some(({ site }) => sites.includes(site)))
      .map((store) => ({
        variantId: variant.id,
        handle: store.handle,
        onHand: stockInStore(store, variant.id),
      }))
      .filter(({ onHand }) => onHand > 0),
  )
  const rows = [
    ...variants.map(({ id, stock }) => ({ variantId: id, handle: 'warehouse', onHand: stock })),
    ...inStores,
  ]
  await tx.$executeRaw`
    WITH opened AS (
      INSERT INTO "StockLevel" ("variantId", "locationId", "onHand")
      SELECT opening."variantId", location."id", opening."onHand"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS opening ("variantId" uuid, "handle" text, "onHand" int)
      JOIN "StockLocation" location USING ("handle")
      RETURNING "variantId", "locationId", "onHand"
    )
    INSERT INTO "StockMovement" ("variantId", "locationId", "quantity", "reason", "actor")
    SELECT "variantId", "locationId", "onHand", 'OPENING', 'system' FROM opened WHERE "onHand" > 0`
}
