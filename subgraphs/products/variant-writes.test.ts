import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { type As, signedHeaders, startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts, type NewPrice } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
})
afterAll(() => subgraph.stop())

const staff: As = { roles: ['staff'] }

const stockSet = `mutation ($input: VariantStockSetInput!) { variantStockSet(input: $input) {
  variant { id availability product { availability } } userErrors { code field message }
} }`
const priceSet = `mutation ($input: VariantPriceSetInput!) { variantPriceSet(input: $input) {
  variant { id price { amount currency } compareAtPrice { amount } saleEndsAt product { priceRange { minimum { amount } } } }
  userErrors { code field message }
} }`

const setStock = async (input: object, as: As = staff) =>
  (await subgraph.query(stockSet, { input: { idempotencyKey: randomUUID(), ...input } }, as)).data
    .variantStockSet
const setPrice = async (input: object, as: As = staff) =>
  (await subgraph.query(priceSet, { input: { idempotencyKey: randomUUID(), ...input } }, as)).data
    .variantPriceSet

async function newVariant({ stock = 10, prices }: { stock?: number; prices?: NewPrice[] } = {}) {
  const [product] = await insertProducts(subgraph.databaseUrl, [
    { variants: [{ stock, ...(prices && { prices }) }] },
  ])
  const uuid = product?.variants[0]?.id ?? ''
  return { uuid, variantId: toId('var', uuid), productId: product?.id }
}

interface Change {
  kind: string
  entityId: string
  payload: {
    availability: string
    prices: Record<string, object>
    [key: string]: unknown
  }
}

/** What the change feed tells other subgraphs of a variant, the earliest first. */
async function changesOf(uuid: string): Promise<Change[]> {
  const response = await fetch(`${subgraph.url}/changes?after=0&limit=1000`, {
    headers: await signedHeaders(subgraph.serviceKeys, { service: 'cart' }),
  })
  const { changes } = (await response.json()) as { changes: Change[] }
  return changes.filter(({ entityId }) => entityId === uuid)
}

const stored = (uuid: string) =>
  withConnection(subgraph.databaseUrl, async (connection) => {
    const { rows } = await connection.query(
      `SELECT "stock", "site", "amount", "saleAmount" FROM "Variant" LEFT JOIN "VariantPrice" ON "variantId" = "id"
       WHERE "id" = $1 ORDER BY "site"`,
      [uuid],
    )
    return rows
  })

describe.each([
  ['variantStockSet', stockSet, { quantity: 3 }],
  ['variantPriceSet', priceSet, { amount: 300 }],
])('%s', (field, mutation, values) => {
  test.each([
    ['a guest', {}, 'UNAUTHENTICATED'],
    ['a customer', { customerId: randomUUID() }, 'FORBIDDEN'],
    ['an agent', { roles: ['agent'] }, 'FORBIDDEN'],
    ['a moderator', { roles: ['moderator'] }, 'FORBIDDEN'],
    ['another subgraph', { service: 'cart' }, 'UNAUTHENTICATED'],
  ] satisfies [string, As, string][])('is not for %s', async (_, as, code) => {
    const { uuid, variantId } = await newVariant()
    const before = await stored(uuid)
    const input = { variantId, idempotencyKey: randomUUID(), ...values }
    const { data, errors } = await subgraph.query(mutation, { input }, as)
    expect(data).toEqual({ [field]: null })
    expect(errors).toEqual([expect.objectContaining({ path: [field], extensions: { code } })])
    expect(await stored(uuid)).toEqual(before)
    expect(await changesOf(uuid)).toEqual([])
  })

  test('of a variant that is none says so, and keeps nothing', async () => {
    const idempotencyKey = randomUUID()
    for (const variantId of ['', 'nonsense', toId('prod', randomUUID()), toId('var', randomUUID())]) {
      const input = { variantId, idempotencyKey, ...values }
      const { data, errors } = await subgraph.query(mutation, { input }, staff)
      expect(errors).toEqual([])
      expect(data[field]).toEqual({
        variant: null,
        userErrors: [expect.objectContaining({ code: 'VARIANT_NOT_FOUND', field: ['input', 'variantId'] })],
      })
    }
    const { variantId } = await newVariant()
    const { data } = await subgraph.query(
      mutation,
      { input: { variantId, idempotencyKey, ...values } },
      staff,
    )
    expect(data[field].userErrors).toEqual([])
  })

  test('sent many times at once, or again later, is written once', async () => {
    const { uuid, variantId } = await newVariant()
    const input = { variantId, idempotencyKey: randomUUID(), ...values }
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => subgraph.query(mutation, { input }, staff)),
    )
    const again = await subgraph.query(mutation, { input }, staff)
    for (const { data, errors } of [...answers, again]) {
      expect(errors).toEqual([])
      expect(data[field]).toMatchObject({ variant: { id: variantId }, userErrors: [] })
    }
    expect(await changesOf(uuid)).toHaveLength(1)
  })

  test('with a key that was used for something else is refused', async () => {
    const { uuid, variantId } = await newVariant()
    const { variantId: other } = await newVariant()
    const idempotencyKey = randomUUID()
    await subgraph.query(mutation, { input: { variantId: other, idempotencyKey, ...values } }, staff)
    const before = await stored(uuid)
    const { data } = await subgraph.query(
      mutation,
      { input: { variantId, idempotencyKey, ...values } },
      staff,
    )
    expect(data[field]).toEqual({
      variant: null,
      userErrors: [
        expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED', field: ['input', 'idempotencyKey'] }),
      ],
    })
    expect(await stored(uuid)).toEqual(before)
  })

  test.each(['', 'short', 'x'.repeat(101), 'with a \0 in it'])(
    'refuses the key %j',
    async (idempotencyKey) => {
      const { variantId } = await newVariant()
      const { data, errors } = await subgraph.query(
        mutation,
        { input: { variantId, idempotencyKey, ...values } },
        staff,
      )
      expect(data).toEqual({ [field]: null })
      expect(errors).toEqual([
        expect.objectContaining({ path: [field], extensions: { code: 'BAD_USER_INPUT' } }),
      ])
      expect(errors[0]?.message).toContain('idempotencyKey')
    },
  )
})

describe('variantStockSet', () => {
  test('changes what can be had, and tells the change feed', async () => {
    const { uuid, variantId, productId } = await newVariant()
    for (const [quantity, availability] of [
      [0, 'SOLD_OUT'],
      [4, 'LOW_STOCK'],
      [1_000_000, 'IN_STOCK'],
    ] as const) {
      expect(await setStock({ variantId, quantity })).toEqual({
        variant: { id: variantId, availability, product: { availability } },
        userErrors: [],
      })
      expect((await stored(uuid))[0].stock).toBe(quantity)
      expect((await changesOf(uuid)).at(-1)).toMatchObject({
        kind: 'variant.updated',
        payload: { productId, availability, prices: { main: { amount: 1000, saleAmount: null } } },
      })
    }
    // How many there are is the shop's own affair.
    expect(JSON.stringify(await changesOf(uuid))).not.toContain('1000000')
  })

  test.each([-1, 1_000_001, -(2 ** 31), 2 ** 31 - 1])('refuses the quantity %i', async (quantity) => {
    const { uuid, variantId } = await newVariant()
    const before = await stored(uuid)
    expect(await setStock({ variantId, quantity })).toEqual({
      variant: null,
      userErrors: [expect.objectContaining({ code: 'INVALID_QUANTITY', field: ['input', 'quantity'] })],
    })
    expect(await stored(uuid)).toEqual(before)
  })

  test('many variants of a product changed at once leave it with the best that any offers', async () => {
    const [product] = await insertProducts(subgraph.databaseUrl, [
      { variants: Array.from({ length: 8 }, () => ({ stock: 10 })) },
    ])
    const variants = product?.variants ?? []
    for (const quantity of [0, 10, 0]) {
      await Promise.all(variants.map(({ id }) => setStock({ variantId: toId('var', id), quantity })))
      const { data } = await subgraph.query(
        `{ product(id: "${toId('prod', product?.id ?? '')}") { availability } }`,
      )
      expect(data.product.availability).toBe(quantity === 0 ? 'SOLD_OUT' : 'IN_STOCK')
    }
  })
})

describe('variantPriceSet', () => {
  test("sets the price on the caller's site, or on the one that is named", async () => {
    const { uuid, variantId } = await newVariant()
    expect(await setPrice({ variantId, amount: 1500 })).toMatchObject({
      variant: {
        price: { amount: 1500, currency: 'EUR' },
        compareAtPrice: null,
        product: { priceRange: { minimum: { amount: 1500 } } },
      },
    })
    expect(await setPrice({ variantId, amount: 1300, site: 'outlet' })).toMatchObject({
      variant: { price: { amount: 1500 } },
    })
    expect(await setPrice({ variantId, amount: 1200 }, { ...staff, site: 'outlet' })).toMatchObject({
      variant: { price: { amount: 1200, currency: 'USD' } },
    })
    expect(await stored(uuid)).toMatchObject([
      { site: 'main', amount: 1500 },
      { site: 'outlet', amount: 1200 },
    ])
    expect((await changesOf(uuid)).at(-1)?.payload.prices).toMatchObject({
      main: { amount: 1500 },
      outlet: { amount: 1200 },
    })
  })

  test('reduces from now on, within a window, and ends a reduction', async () => {
    const { uuid, variantId } = await newVariant()
    const now = await setPrice({ variantId, amount: 1000, saleAmount: 700 })
    expect(now).toMatchObject({
      variant: { price: { amount: 700 }, compareAtPrice: { amount: 1000 }, saleEndsAt: null },
    })

    const window = { saleStartsAt: '2090-01-01T00:00:00.000Z', saleEndsAt: '2090-02-01T01:00:00+01:00' }
    const later = await setPrice({ variantId, amount: 1000, saleAmount: 600, ...window })
    expect(later).toMatchObject({ variant: { price: { amount: 1000 }, compareAtPrice: null } })
    expect((await changesOf(uuid)).at(-1)?.payload.prices.main).toEqual({
      ...{ amount: 1000, saleAmount: 600 },
      ...{ saleStartsAt: '2090-01-01T00:00:00.000Z', saleEndsAt: '2090-02-01T00:00:00.000Z' },
    })
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2090-01-15T00:00:00Z') })
    const { data } = await subgraph.entities(
      [{ __typename: 'Variant', id: variantId }],
      '... on Variant { price { amount } saleEndsAt }',
    )
    vi.useRealTimers()
    expect(data._entities).toEqual([{ price: { amount: 600 }, saleEndsAt: '2090-02-01T00:00:00.000Z' }])

    await setPrice({ variantId, amount: 900, saleAmount: null })
    expect((await changesOf(uuid)).at(-1)?.payload.prices.main).toEqual({
      ...{ amount: 900, saleAmount: null, saleStartsAt: null, saleEndsAt: null },
    })
  })

  test.each([
    [{ amount: 0 }, 'INVALID_PRICE', 'amount'],
    [{ amount: -1 }, 'INVALID_PRICE', 'amount'],
    [{ amount: 100_000_001 }, 'INVALID_PRICE', 'amount'],
    [{ amount: 1000, saleAmount: 1000 }, 'INVALID_PRICE', 'saleAmount'],
    [{ amount: 1000, saleAmount: 0 }, 'INVALID_PRICE', 'saleAmount'],
    [{ amount: 1000, saleStartsAt: '2026-01-01T00:00:00Z' }, 'INVALID_PRICE', 'saleAmount'],
    [{ amount: 1000, saleAmount: 1, saleEndsAt: '2020-01-01T00:00:00Z' }, 'INVALID_WINDOW', 'saleEndsAt'],
    [
      {
        amount: 1000,
        saleAmount: 1,
        saleStartsAt: '2026-01-01T00:00:00Z',
        saleEndsAt: '2026-01-01T00:00:00Z',
      },
      'INVALID_WINDOW',
      'saleEndsAt',
    ],
    [{ amount: 1000, saleAmount: 1, saleStartsAt: '0000-01-01T00:00:00Z' }, 'INVALID_WINDOW', 'saleStartsAt'],
    // The year 10000, for which JSON's dates have no plain form: whoever reads the change feed would stop at it.
    [
      { amount: 1000, saleAmount: 1, saleEndsAt: '9999-12-31T23:59:59-00:01' },
      'INVALID_WINDOW',
      'saleEndsAt',
    ],
    [{ amount: 1000, site: 'nowhere' }, 'SITE_NOT_FOUND', 'site'],
    [{ amount: 1000, site: 'constructor' }, 'SITE_NOT_FOUND', 'site'],
    [{ amount: 1000, site: '\0' }, 'SITE_NOT_FOUND', 'site'],
  ])('refuses %j', async (values, code, field) => {
    const { uuid, variantId } = await newVariant()
    const before = await stored(uuid)
    const { variant, userErrors } = await setPrice({ variantId, ...values })
    expect(variant).toBeNull()
    expect(userErrors).toEqual([expect.objectContaining({ code, field: ['input', field] })])
    expect(await stored(uuid)).toEqual(before)
    expect(await changesOf(uuid)).toEqual([])
  })

  test('accepts the limits', async () => {
    const { variantId } = await newVariant()
    for (const values of [
      { amount: 1 },
      { amount: 100_000_000, saleAmount: 99_999_999 },
      { amount: 2, saleAmount: 1 },
      { amount: 2, saleAmount: 1, saleEndsAt: '9999-12-31T23:59:59.999Z' },
    ]) {
      expect((await setPrice({ variantId, ...values })).userErrors).toEqual([])
    }
  })
})

test('stock and prices of a variant set at once end with a change that has all of it', async () => {
  const { uuid, variantId } = await newVariant()
  await Promise.all([
    setStock({ variantId, quantity: 0 }),
    setPrice({ variantId, amount: 777 }),
    setPrice({ variantId, amount: 888, site: 'outlet' }),
  ])
  expect((await changesOf(uuid)).at(-1)?.payload).toMatchObject({
    availability: 'SOLD_OUT',
    prices: { main: { amount: 777 }, outlet: { amount: 888 } },
  })
})

test('several writes in one request each see what the one before wrote', async () => {
  const { variantId } = await newVariant()
  const set = (quantity: number) =>
    `variantStockSet(input: { variantId: "${variantId}", quantity: ${quantity}, idempotencyKey: "${randomUUID()}" }) {
      variant { availability product { availability } }
    }`
  const { data } = await subgraph.query(`mutation { one: ${set(0)} two: ${set(2)} }`, {}, staff)
  expect(data).toEqual({
    one: { variant: { availability: 'SOLD_OUT', product: { availability: 'SOLD_OUT' } } },
    two: { variant: { availability: 'LOW_STOCK', product: { availability: 'LOW_STOCK' } } },
  })
})
