import { afterAll, beforeAll, expect, test } from 'vitest'
import { cart } from '../subgraphs/cart/cart.ts'
import { withConnection } from '../subgraphs/kit/database/migrate.ts'
import { newUuid } from '../subgraphs/kit/ids.ts'
import { generateServiceKeys, startTestSubgraph } from '../subgraphs/kit/test-subgraph.ts'
import { products } from '../subgraphs/products/products.ts'
import { reviews } from '../subgraphs/reviews/reviews.ts'

// The feeds between the subgraphs as they are: what an owner tells is what its reader understands.

const nobody = 'http://127.0.0.1:1'
const patience = { timeout: 20_000, interval: 50 }
const running: { stop(): Promise<void> }[] = []
let shop: Awaited<ReturnType<typeof startShop>>

beforeAll(async () => {
  shop = await startShop()
})
afterAll(async () => {
  for (const subgraph of running.reverse()) await subgraph.stop()
})

async function startShop() {
  const serviceKeys = await generateServiceKeys()
  const urls = { products: nobody, reviews: nobody, cart: nobody, chat: nobody }
  const catalogue = await startTestSubgraph(products, { seeded: true, serviceKeys })
  running.push(catalogue)
  const carts = await startTestSubgraph(cart, {
    seeded: true,
    serviceKeys,
    config: { feedUrls: { ...urls, products: catalogue.url } },
  })
  running.push(carts)
  const opinions = await startTestSubgraph(reviews, {
    seeded: true,
    serviceKeys,
    config: { feedUrls: { ...urls, cart: carts.url } },
  })
  running.push(opinions)
  return { catalogue, carts, opinions }
}

const rowsOf = (url: string, sql: string) =>
  withConnection(url, async (connection) => (await connection.query<Record<string, unknown>>(sql)).rows)

const feedOf = async (url: string, name: string) => {
  const response = await fetch(`${url}/health/ready`)
  return Object(await response.json())[name]
}

test('cart’s copy holds every variant of products, sold at the price that products gives', async () => {
  const { catalogue, carts } = shop
  await expect
    .poll(() => feedOf(carts.url, 'productsFeed'), patience)
    .toMatchObject({ state: 'current', lag: 0 })
  const [owned] = await rowsOf(catalogue.databaseUrl, 'SELECT count(*)::int AS "count" FROM "Variant"')
  const [copied] = await rowsOf(carts.databaseUrl, 'SELECT count(*)::int AS "count" FROM "CatalogueVariant"')
  expect(copied).toEqual(owned)

  for (const site of ['main', 'outlet'] as const) {
    const { data } = await catalogue.query(
      '{ products(first: 30) { nodes { id title variants(first: 1) { nodes { id title availability price { amount currency } } } } } }',
      {},
      { site },
    )
    type Shown = { id: string; title: string; variants: { nodes: Record<string, unknown>[] } }
    const shown: Shown[] = data.products.nodes
    const lines = shown.map(({ variants }) => ({ variantId: variants.nodes[0]?.id, quantity: 1 }))
    const { data: written, errors } = await carts.query(
      `mutation ($input: CartCreateInput!) { cartCreate(input: $input) {
        cart { lines { product { id } title variantTitle available unitPrice { amount currency } } } userErrors { code }
      } }`,
      { input: { lines, idempotencyKey: newUuid() } },
      { site },
    )
    expect([errors, written.cartCreate.userErrors]).toEqual([[], []])
    expect(written.cartCreate.cart.lines).toEqual(
      shown.map(({ id, title, variants: { nodes } }) => ({
        product: { id },
        title,
        variantTitle: nodes[0]?.title,
        available: nodes[0]?.availability !== 'SOLD_OUT',
        unitPrice: nodes[0]?.price,
      })),
    )
  }
})

test('a new price reaches a cart that is open', async () => {
  const { catalogue, carts } = shop
  const { data } = await catalogue.query(
    '{ products(first: 1) { nodes { variants(first: 1) { nodes { id } } } } }',
  )
  const variantId = data.products.nodes[0].variants.nodes[0].id
  const made = await carts.query(
    'mutation ($input: CartCreateInput!) { cartCreate(input: $input) { cart { id } } }',
    { input: { lines: [{ variantId }], idempotencyKey: newUuid() } },
  )
  const { id } = made.data.cartCreate.cart
  const set = await catalogue.query(
    'mutation ($input: VariantPriceSetInput!) { variantPriceSet(input: $input) { userErrors { code } } }',
    { input: { variantId, amount: 123_456, idempotencyKey: newUuid() } },
    { roles: ['staff'] },
  )
  expect(set.data.variantPriceSet).toEqual({ userErrors: [] })
  const line = async () => {
    const { data } = await carts.query(
      'query ($id: ID!) { cart(id: $id) { lines { unitPrice { amount } priceChanged } } }',
      { id },
    )
    return data.cart.lines[0]
  }
  await expect.poll(line, patience).toEqual({ unitPrice: { amount: 123_456 }, priceChanged: true })
})

test('reviews knows every purchase that was not called off', async () => {
  const { carts, opinions } = shop
  await expect
    .poll(() => feedOf(opinions.url, 'cartFeed'), patience)
    .toMatchObject({ state: 'current', lag: 0 })
  const purchases = `SELECT DISTINCT placed."id" AS "orderId", "productId", "customerId"
    FROM "Order" placed JOIN "OrderLine" line ON line."orderId" = placed."id"
    WHERE "status" <> 'CANCELLED' AND "customerId" IS NOT NULL ORDER BY 1, 2`
  const bought = await rowsOf(carts.databaseUrl, purchases)
  expect(bought.length).toBeGreaterThan(1500)
  expect(
    await rowsOf(
      opinions.databaseUrl,
      'SELECT "orderId", "productId", "customerId" FROM "Purchase" ORDER BY 1, 2',
    ),
  ).toEqual(bought)
})

test('what stands in seeded carts and orders is in the catalogue, under the same product', async () => {
  const { carts } = shop
  await expect
    .poll(() => feedOf(carts.url, 'productsFeed'), patience)
    .toMatchObject({ state: 'current', lag: 0 })
  const [counted] = await rowsOf(
    carts.databaseUrl,
    `SELECT count(*)::int AS "lines", count(variant."id")::int AS "known"
     FROM (SELECT "variantId", "productId" FROM "CartLine" UNION ALL SELECT "variantId", "productId" FROM "OrderLine") line
     LEFT JOIN "CatalogueVariant" variant ON variant."id" = line."variantId" AND variant."productId" = line."productId"`,
  )
  expect(counted?.lines).toBeGreaterThan(3000)
  expect(counted?.known).toBe(counted?.lines)
})
