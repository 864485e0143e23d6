import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts, type NewPrice } from './test-data.ts'

const begins = new Date('2026-10-10T00:00:00.000Z')
const ends = new Date('2026-10-20T00:00:00.000Z')
const moment = (base: Date, offsetMs: number) => new Date(base.getTime() + offsetMs)

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
})
afterAll(() => subgraph.stop())
afterEach(async () => {
  vi.useRealTimers()
  await withConnection(subgraph.databaseUrl, (connection) => connection.query('DELETE FROM "Product"'))
})

const stopClock = (now: Date) => vi.useFakeTimers({ toFake: ['Date'], now })

const query = `query ($id: ID!) {
  product(id: $id) {
    priceRange { minimum { amount } maximum { amount } }
    compareAtPriceRange { minimum { amount } maximum { amount } }
    variants { nodes { price { amount } compareAtPrice { amount } saleEndsAt } }
  }
  onSale { id }
  reduced: products(filter: { onSale: true }) { totalCount nodes { id } }
  cheap: products(filter: { maxPrice: 800 }) { totalCount nodes { id } }
  dear: products(filter: { minPrice: 801 }) { totalCount nodes { id } }
  cheapestFirst: products(sort: PRICE_ASC) { nodes { id } }
}`

test.each([
  ['right before it begins', moment(begins, -1), false],
  ['at the instant it begins', begins, true],
  ['within it', moment(begins, 1000), true],
  ['right before it ends', moment(ends, -1), true],
  ['at the instant it ends', ends, false],
  ['long after it', moment(ends, 1e10), false],
])('%s, a sale is seen alike by prices, filters, orders and shelves', async (_, now, holds) => {
  const [sold, other] = await insertProducts(subgraph.databaseUrl, [
    {
      variants: [
        { prices: [{ amount: 1000, saleAmount: 800, saleStartsAt: begins, saleEndsAt: ends }] },
        { prices: [{ amount: 1200 }] },
      ],
    },
    { variants: [{ prices: [{ amount: 900 }] }] },
  ])
  const id = toId('prod', sold?.id ?? '')
  const otherId = toId('prod', other?.id ?? '')
  stopClock(now)
  const { data, errors } = await subgraph.query(query, { id })
  expect(errors).toEqual([])
  const money = (amount: number) => ({ amount })
  const range = (minimum: number, maximum: number) => ({ minimum: money(minimum), maximum: money(maximum) })
  const plain = { compareAtPrice: null, saleEndsAt: null }
  expect(data).toEqual({
    product: {
      priceRange: holds ? range(800, 1200) : range(1000, 1200),
      compareAtPriceRange: holds ? range(1000, 1000) : null,
      variants: {
        nodes: [
          holds
            ? { price: money(800), compareAtPrice: money(1000), saleEndsAt: ends.toISOString() }
            : { price: money(1000), ...plain },
          { price: money(1200), ...plain },
        ],
      },
    },
    onSale: holds ? [{ id }] : [],
    reduced: holds ? { totalCount: 1, nodes: [{ id }] } : { totalCount: 0, nodes: [] },
    cheap: holds ? { totalCount: 1, nodes: [{ id }] } : { totalCount: 0, nodes: [] },
    dear: expect.objectContaining({ totalCount: holds ? 1 : 2 }),
    cheapestFirst: { nodes: holds ? [{ id }, { id: otherId }] : [{ id: otherId }, { id }] },
  })
})

test('a sale without a beginning or an end holds since ever or until it is ended', async () => {
  const [open, started, ending] = await insertProducts(subgraph.databaseUrl, [
    { variants: [{ prices: [{ amount: 1000, saleAmount: 1 }] }] },
    { variants: [{ prices: [{ amount: 1000, saleAmount: 2, saleStartsAt: begins }] }] },
    { variants: [{ prices: [{ amount: 1000, saleAmount: 3, saleEndsAt: begins }] }] },
  ])
  const reducedAt = async (now: Date) => {
    stopClock(now)
    const { data } = await subgraph.query('{ onSale { id } }')
    vi.useRealTimers()
    return data.onSale.map(({ id }: { id: string }) => id)
  }
  const [openId, startedId, endingId] = [open, started, ending].map((product) =>
    toId('prod', product?.id ?? ''),
  )
  expect(await reducedAt(moment(begins, -1))).toEqual([openId, endingId])
  expect(await reducedAt(begins)).toEqual([openId, startedId])
})

test('the smallest reduction there can be is one', async () => {
  await insertProducts(subgraph.databaseUrl, [
    { variants: [{ prices: [{ amount: 100_000_000, saleAmount: 99_999_999 }] }] },
  ])
  const { data } = await subgraph.query('{ onSale { id } products(filter: { onSale: true }) { totalCount } }')
  expect(data.onSale).toHaveLength(1)
  expect(data.products.totalCount).toBe(1)
})

// The offers that lists are sorted by are kept by triggers: whatever is written, and at whatever moment it is
// asked, they say what the variants' own prices say.
const hour = 3_600_000
const instants = fc.integer({ min: 0, max: 6 }).map((hours) => moment(begins, hours * hour))
const prices: fc.Arbitrary<NewPrice> = fc
  .record({
    site: fc.constantFrom('main' as const, 'outlet' as const),
    amount: fc.integer({ min: 2, max: 5000 }),
    sale: fc.option(
      fc.tuple(fc.double({ min: 0, max: 0.99, noNaN: true }), fc.option(instants), fc.option(instants)),
    ),
  })
  .map(({ site, amount, sale }) => {
    if (sale === null) return { site, amount }
    const [share, one, other] = sale
    const [from, until] = one && other && one > other ? [other, one] : [one, other]
    if (from && until && from.getTime() === until.getTime()) return { site, amount }
    return {
      ...{ site, amount, saleAmount: Math.floor(amount * share) },
      ...(from && { saleStartsAt: from }),
      ...(until && { saleEndsAt: until }),
    }
  })
const pricesOfVariant = fc.uniqueArray(prices, { selector: ({ site }) => site, maxLength: 2 })

test('offers always say what the prices of the variants say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(pricesOfVariant, { maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), pricesOfVariant), { maxLength: 3 }),
      instants,
      async (first, changes, now) => {
        const [product] = await insertProducts(subgraph.databaseUrl, [
          { variants: first.map((each) => ({ prices: each })) },
        ])
        if (!product) throw new Error('no product')
        const current = first.map((each) => each)
        await withConnection(subgraph.databaseUrl, async (connection) => {
          for (const [which, next] of changes) {
            const index = which % (current.length + 1)
            const variant = product.variants[index]
            if (!variant) continue
            current[index] = next
            await connection.query('DELETE FROM "VariantPrice" WHERE "variantId" = $1', [variant.id])
            const rows = next.map((price) => ({ variantId: variant.id, ...price }))
            await connection.query(
              'INSERT INTO "VariantPrice" SELECT * FROM jsonb_populate_recordset(NULL::"VariantPrice", $1)',
              [JSON.stringify(rows)],
            )
          }
        })
        stopClock(now)
        for (const site of ['main', 'outlet'] as const) {
          const { data } = await subgraph.entities(
            [{ __typename: 'Product', id: toId('prod', product.id) }],
            `... on Product {
              priceRange { minimum { amount } maximum { amount } }
              compareAtPriceRange { minimum { amount } maximum { amount } }
            }`,
            { site },
          )
          vi.useRealTimers()
          const here = current.flat().filter((price) => price.site === site)
          const holds = ({ saleAmount, saleStartsAt, saleEndsAt }: NewPrice) =>
            saleAmount !== undefined &&
            !(saleStartsAt && saleStartsAt > now) &&
            !(saleEndsAt && saleEndsAt <= now)
          const range = (amounts: number[]) =>
            amounts.length === 0
              ? null
              : { minimum: { amount: Math.min(...amounts) }, maximum: { amount: Math.max(...amounts) } }
          expect(data._entities[0]).toEqual({
            priceRange: range(here.map((price) => (holds(price) ? (price.saleAmount ?? 0) : price.amount))),
            compareAtPriceRange: range(here.filter(holds).map(({ amount }) => amount)),
          })
          stopClock(now)
        }
        vi.useRealTimers()
      },
    ),
    { numRuns: 60 },
  )
})

test('a product that is deleted, or loses its variants, leaves no offer behind', async () => {
  const [gone, emptied] = await insertProducts(subgraph.databaseUrl, [{}, {}])
  await withConnection(subgraph.databaseUrl, async (connection) => {
    await connection.query('DELETE FROM "Product" WHERE "id" = $1', [gone?.id])
    await connection.query('DELETE FROM "Variant" WHERE "productId" = $1', [emptied?.id])
    expect((await connection.query('SELECT FROM "Offer"')).rowCount).toBe(0)
    const { rows } = await connection.query('SELECT "availability" FROM "Product"')
    expect(rows).toEqual([{ availability: 'SOLD_OUT' }])
  })
})

test.each([
  [[0], 'SOLD_OUT'],
  [[1], 'LOW_STOCK'],
  [[4], 'LOW_STOCK'],
  [[5], 'IN_STOCK'],
  [[0, 0, 3], 'LOW_STOCK'],
  [[0, 5, 1], 'IN_STOCK'],
])('with %j in stock a product is %s', async (stocks, availability) => {
  const [product] = await insertProducts(subgraph.databaseUrl, [
    { variants: stocks.map((stock) => ({ stock })) },
  ])
  const { data } = await subgraph.query(
    `{ product(id: "${toId('prod', product?.id ?? '')}") { availability variants { nodes { availability } } } }`,
  )
  expect(data.product.availability).toBe(availability)
  expect(data.product.variants.nodes).toHaveLength(stocks.length)
})
