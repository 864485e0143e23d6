import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../subgraphs/kit/database/open.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { customerIdFor } from '../shop-data/index.ts'
import { PrismaClient } from './generated/client.ts'
import { seed } from './seed.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let opened: ReturnType<typeof open>
const open = (url: string) => openDatabase({ url, createClient: (adapter) => new PrismaClient({ adapter }) })

beforeAll(async () => {
  database = await createTestDatabase('cart')
  opened = open(database.url)
})
afterAll(async () => {
  await opened?.close()
  await database?.drop()
})

/** Everything that a seed writes, as one number for each table. */
const fingerprint = async () => {
  const [row] = await opened.client.$queryRaw<Record<string, string>[]>`
    SELECT (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "Order" t) AS orders,
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "OrderLine" t) AS lines,
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "Cart" t) AS carts,
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "CartLine" t) AS "cartLines",
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."sequence")) FROM "Change" t) AS changes,
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "Discount" t) AS discounts,
           (SELECT md5(string_agg(t::text, '|' ORDER BY t."id")) FROM "DeliveryMethod" t) AS delivery`
  return row
}

test('the seed fills the shop, tells of its progress, and changes nothing when it runs again', async () => {
  const progress: number[] = []
  await seed({ url: database.url, onProgress: (done, total) => progress.push(done / total) })
  expect(progress.at(-1)).toBe(1)
  const seeded = await fingerprint()

  await opened.client.cartLine.deleteMany({ where: { cart: { customerId: customerIdFor('ada') } } })
  const shopped = await fingerprint()
  await seed({ url: database.url })
  expect(await fingerprint()).toEqual(shopped)
  expect({ ...shopped, cartLines: '' }).toEqual({ ...seeded, cartLines: '' })
})

test('there are 1,500 orders that add up, and every one has been told of in the change feed', async () => {
  expect(await opened.client.order.count()).toBe(1500)
  const [wrong] = await opened.client.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM "Order" placed
    WHERE "subtotal" IS DISTINCT FROM (SELECT sum("subtotal") FROM "OrderLine" WHERE "orderId" = placed."id")`
  expect(wrong?.count).toBe(0)

  const placed = await opened.client.change.findMany({ where: { kind: 'order.placed' } })
  const orders = await opened.client.order.findMany({ select: { id: true } })
  expect(placed.map(({ entityId }) => entityId).sort()).toEqual(orders.map(({ id }) => id).sort())
  const cancelled = await opened.client.change.findMany({ where: { kind: 'order.cancelled' } })
  const calledOff = await opened.client.order.findMany({
    where: { status: 'CANCELLED' },
    select: { id: true },
  })
  expect(cancelled.map(({ entityId }) => entityId).sort()).toEqual(calledOff.map(({ id }) => id).sort())
  const sequenceOf = new Map(placed.map(({ entityId, sequence }) => [entityId, sequence]))
  expect(cancelled.every(({ entityId, sequence }) => sequence > (sequenceOf.get(entityId) ?? sequence))).toBe(
    true,
  )
})

test('the next order’s number follows the last one’s', async () => {
  const [last] = await opened.client.order.findMany({ orderBy: { number: 'desc' }, take: 1 })
  const [next] = await opened.client.$queryRaw<{ number: number }[]>`
    SELECT nextval('"Order_number_seq"')::int AS "number"`
  expect(next?.number).toBe((last?.number ?? 0) + 1)
})

test('open carts need no catalogue to be shown', async () => {
  const carts = await opened.client.cart.findMany({ include: { lines: true } })
  expect(carts.length).toBeGreaterThan(0)
  expect(
    carts.flatMap(({ lines }) => lines).every(({ title, unitPrice }) => title !== '' && unitPrice > 0),
  ).toBe(true)
  expect(await opened.client.catalogueVariant.count()).toBe(0)
})

test('discounts, ways of delivery and taxes are there on both sites', async () => {
  const count = async (table: { count: (where: object) => Promise<number> }, where: object) =>
    expect(await table.count({ where })).toBeGreaterThan(0)
  for (const site of ['main', 'outlet']) {
    await count(opened.client.discount, { site, code: null })
    await count(opened.client.discount, { site, NOT: { code: null } })
    await count(opened.client.deliveryZone, { site })
  }
  await count(opened.client.taxRate, { countryCode: 'DE', taxClass: 'REDUCED' })
  await count(opened.client.taxRate, { countryCode: 'US', region: 'NY', millionths: 40_000 })
})
