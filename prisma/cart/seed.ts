import type pg from 'pg'
import { batches } from '../../subgraphs/kit/batches.ts'
import { appendChanges, type NewChange } from '../../subgraphs/kit/change-feed.ts'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { transactionOn } from '../../subgraphs/kit/transaction.ts'
import { type CartData, type OrderData, shopData } from '../shop-data/index.ts'
import { deliveryZones, discounts, taxClassifications, taxRates } from './selling-terms.ts'

interface SeedOptions {
  url: string
  /** How many times the shop's ordinary size. */
  scale?: number
  /** The day that the data is told from. */
  today?: Date
  onProgress?: (done: number, total: number) => void
}

/** Orders, and as much else, that go into one transaction. */
const batchSize = 500

/**
 * Past orders, what the change feed tells of them, and open carts. What is there already stays as it is, so
 * that a second run changes nothing. The copy of the catalogue comes by products' change feed.
 */
export async function seed({ url, scale = 1, today, onProgress }: SeedOptions): Promise<void> {
  const shop = shopData({ scale, ...(today && { today }) })
  const total = shop.counts.orders
  await withConnection(url, async (connection) => {
    let done = 0
    let written = await inTransaction(connection, () => writeSellingTerms(connection, today))
    for (const orders of batches(shop.orders(), batchSize)) {
      written += await inTransaction(connection, () => writeOrders(connection, orders))
      done += orders.length
      onProgress?.(done, total)
    }
    for (const carts of batches(shop.openCarts(), batchSize)) {
      written += await inTransaction(connection, () => writeCarts(connection, carts))
    }
    if (written === 0) return
    await connection.query(
      `SELECT setval('"Order_number_seq"', greatest(max("number"), (SELECT last_value FROM "Order_number_seq"))) FROM "Order"`,
    )
    await connection.query('ANALYZE')
  })
}

async function inTransaction<Result>(connection: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await connection.query('BEGIN')
  try {
    const result = await work()
    await connection.query('COMMIT')
    return result
  } catch (error) {
    await connection.query('ROLLBACK')
    throw error
  }
}

async function writeOrders(connection: pg.Client, orders: readonly OrderData[]): Promise<number> {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO "Order" ("id", "number", "customerId", "site", "currency", "status", "subtotal", "delivery", "total",
                          "placedAt", "shippedAt", "deliveredAt", "cancelledAt")
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS placed (
       "id" uuid, "number" int, "customerId" uuid, "site" text, "currency" "CurrencyCode", "status" "OrderStatus",
       "subtotal" int, "delivery" int, "total" int, "placedAt" timestamptz, "shippedAt" timestamptz,
       "deliveredAt" timestamptz, "cancelledAt" timestamptz)
     ON CONFLICT DO NOTHING RETURNING "id"`,
    [
      JSON.stringify(
        orders.map(({ number, ...order }) => ({ ...order, number: Number(number.slice('A-'.length)) })),
      ),
    ],
  )
  const ids = new Set(rows.map(({ id }) => id))
  const written = orders.filter(({ id }) => ids.has(id))
  if (written.length === 0) return 0

  await connection.query(
    `INSERT INTO "OrderLine" ("id", "orderId", "position", "variantId", "productId", "sku", "title", "variantTitle",
                              "quantity", "unitPrice", "subtotal")
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS line (
       "id" uuid, "orderId" uuid, "position" int, "variantId" uuid, "productId" uuid, "sku" text, "title" text,
       "variantTitle" text, "quantity" int, "unitPrice" int, "subtotal" int)`,
    [JSON.stringify(written.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, orderId: id }))))],
  )
  await settle(connection, written)
  await appendChanges(transactionOn(connection), written.flatMap(changesOf))
  return written.length
}

/** What was paid for, sent and given back of past orders, and their timelines. They were paid for elsewhere. */
async function settle(connection: pg.Client, orders: readonly OrderData[]): Promise<void> {
  const ids = [orders.map(({ id }) => id)]
  await connection.query(
    `UPDATE "Order" SET "captured" = "total", "refunded" = CASE "status" WHEN 'CANCELLED' THEN "total" ELSE 0 END
     WHERE "id" = ANY($1::uuid[])`,
    ids,
  )
  await connection.query(
    `UPDATE "OrderLine" line SET "paid" = line."subtotal",
       "fulfilled" = CASE WHEN placed."status" IN ('SHIPPED', 'DELIVERED') THEN line."quantity" ELSE 0 END
     FROM "Order" placed WHERE placed."id" = line."orderId" AND placed."id" = ANY($1::uuid[])`,
    ids,
  )
  await connection.query(
    `INSERT INTO "OrderEvent" ("orderId", "kind", "actor", "at")
     SELECT placed."id", event."kind", 'shop', event."at" FROM "Order" placed
     CROSS JOIN LATERAL (VALUES (1, 'placed', placed."placedAt"), (2, 'shipped', placed."shippedAt"),
       (3, 'delivered', placed."deliveredAt"), (4, 'cancelled', placed."cancelledAt")) AS event ("step", "kind", "at")
     WHERE placed."id" = ANY($1::uuid[]) AND event."at" IS NOT NULL ORDER BY event."at", event."step"`,
    ids,
  )
}

/** What the change feed tells of an order, as `recordOrder` does. */
function changesOf({ id, customerId, site, placedAt, status, lines }: OrderData): NewChange[] {
  const payload = {
    customerId,
    site,
    placedAt,
    lines: lines.map(({ productId, variantId, quantity }) => ({ productId, variantId, quantity })),
  }
  const placed = { kind: 'order.placed', entityId: id, payload }
  return status === 'CANCELLED' ? [placed, { kind: 'order.cancelled', entityId: id, payload: {} }] : [placed]
}

async function writeCarts(connection: pg.Client, carts: readonly CartData[]): Promise<number> {
  const { rows } = await connection.query<{ id: string }>(
    `INSERT INTO "Cart" ("id", "customerId", "site", "currency", "createdAt", "updatedAt")
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS cart (
       "id" uuid, "customerId" uuid, "site" text, "currency" "CurrencyCode", "createdAt" timestamptz,
       "updatedAt" timestamptz)
     ON CONFLICT DO NOTHING RETURNING "id"`,
    [JSON.stringify(carts)],
  )
  const ids = new Set(rows.map(({ id }) => id))
  const written = carts.filter(({ id }) => ids.has(id))
  await connection.query(
    `INSERT INTO "CartLine" ("id", "cartId", "position", "variantId", "productId", "title", "variantTitle",
                             "quantity", "unitPrice", "addedAt")
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS line (
       "id" uuid, "cartId" uuid, "position" int, "variantId" uuid, "productId" uuid, "title" text,
       "variantTitle" text, "quantity" smallint, "unitPrice" int, "addedAt" timestamptz)`,
    [JSON.stringify(written.flatMap(({ id, lines }) => lines.map((line) => ({ ...line, cartId: id }))))],
  )
  return written.length
}

/** Discounts, ways of delivery and taxes: what is there already stays, whatever staff has made of it. */
async function writeSellingTerms(connection: pg.Client, today?: Date): Promise<number> {
  let written = 0
  const insert = async (table: string, columns: string, rows: readonly object[]) => {
    const { rowCount } = await connection.query(
      `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(null::"${table}", $1::jsonb)
       ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    )
    written += rowCount ?? 0
  }
  await insert(
    'Discount',
    `"id", "site", "title", "code", "discountClass", "valueType", "millionths", "amount", "each", "buyQuantity",
     "getQuantity", "mostTimes", "variantIds", "productIds", "collectionIds", "getVariantIds", "getProductIds",
     "getCollectionIds", "minimumSubtotal", "minimumQuantity", "startsAt", "endsAt", "usageLimit",
     "usageLimitPerCustomer", "combinesWith"`,
    discounts(today),
  )
  await insert('DeliveryZone', '"id", "site", "name", "countryCodes", "regions"', deliveryZones)
  await insert(
    'DeliveryMethod',
    '"id", "zoneId", "handle", "title", "position", "minDays", "maxDays", "bands"',
    deliveryZones.flatMap(({ id: zoneId, methods }) => methods.map((method) => ({ ...method, zoneId }))),
  )
  await insert('TaxRate', '"countryCode", "region", "taxClass", "name", "millionths", "onDelivery"', taxRates)
  await insert('TaxClassification', '"collectionId", "taxClass"', taxClassifications)
  return written
}
