import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertCollections, insertProducts, type NewProduct } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
})
afterAll(() => subgraph.stop())

const staff = { customerId: randomUUID(), roles: ['staff'] as const }
const insertOne = async (product: NewProduct) => {
  const [row] = await insertProducts(subgraph.databaseUrl, [product])
  if (row === undefined) throw new Error('no product')
  return { ...row, globalId: toId('prod', row.id) }
}
const ask = async (id: string, selection: string, variables = {}, site: 'main' | 'outlet' = 'main') => {
  const declared = selection.includes('$options') ? ', $options: [SelectedOptionInput!]! = []' : ''
  const query = `query ($id: ID!${declared}) { product(id: $id) { ${selection} } }`
  const { data, errors } = await subgraph.query(query, { id, ...variables }, { site })
  expect(errors).toEqual([])
  return data.product
}
const form = (size: string, colour: string) => [
  { name: 'Size', value: size },
  { name: 'Colour', value: colour },
]

describe('options', () => {
  const both = [{ site: 'main' as const, amount: 1000 }]
  const insertShirt = () =>
    insertOne({
      options: [
        { name: 'Size', values: ['S', 'M', 'L'] },
        { name: 'Colour', values: ['Sage', 'Rust'] },
      ],
      variants: [
        { options: form('S', 'Sage'), stock: 0, prices: both },
        { options: form('M', 'Sage'), stock: 20, prices: both },
        { options: form('M', 'Rust'), stock: 2, prices: both },
        { options: form('L', 'Rust'), stock: 20, prices: [...both, { site: 'outlet', amount: 700 }] },
      ],
    })
  const selection = `options { name optionValues(selectedOptions: $options) {
    name selected exists availability variant { selectedOptions { value } }
  } }`
  const told = (option: { optionValues: Record<string, unknown>[] }) =>
    option.optionValues.map(({ name, selected, exists, availability, variant }) => [
      name,
      ...(selected ? ['chosen'] : []),
      exists ? availability : 'none',
      (variant as { selectedOptions: { value: string }[] } | null)?.selectedOptions
        .map(({ value }) => value)
        .join(' ') ?? null,
    ])

  test('say what becomes of each value beside what is chosen of the others', async () => {
    const { globalId } = await insertShirt()
    const free = await ask(globalId, selection)
    expect(free.options.map(told)).toEqual([
      [
        ['S', 'SOLD_OUT', 'S Sage'],
        ['M', 'IN_STOCK', 'M Sage'],
        ['L', 'IN_STOCK', 'L Rust'],
      ],
      [
        ['Sage', 'IN_STOCK', 'M Sage'],
        ['Rust', 'IN_STOCK', 'M Rust'],
      ],
    ])
    const chosen = await ask(globalId, selection, { options: form('M', 'Sage') })
    expect(chosen.options.map(told)).toEqual([
      [
        ['S', 'SOLD_OUT', 'S Sage'],
        ['M', 'chosen', 'IN_STOCK', 'M Sage'],
        // There is none in sage: the nearest is told.
        ['L', 'none', 'L Rust'],
      ],
      [
        ['Sage', 'chosen', 'IN_STOCK', 'M Sage'],
        ['Rust', 'LOW_STOCK', 'M Rust'],
      ],
    ])
  })

  test('are those of the site', async () => {
    const { globalId } = await insertShirt()
    const { options } = await ask(globalId, selection, {}, 'outlet')
    expect(told(options[0])).toEqual([
      ['S', 'none', null],
      ['M', 'none', null],
      ['L', 'IN_STOCK', 'L Rust'],
    ])
  })

  test('that are chosen lead to their variant, and else to the first that can be had', async () => {
    const { globalId } = await insertShirt()
    const variantOf = async (options: { name: string; value: string }[]) =>
      (
        await ask(
          globalId,
          'selectedOrFirstAvailableVariant(selectedOptions: $options) { selectedOptions { name value } }',
          { options },
        )
      ).selectedOrFirstAvailableVariant.selectedOptions
    expect(await variantOf([])).toEqual(form('M', 'Sage'))
    expect(await variantOf(form('S', 'Sage'))).toEqual(form('S', 'Sage'))
    expect(await variantOf([{ name: 'Colour', value: 'Rust' }])).toEqual(form('M', 'Rust'))
    expect(await variantOf(form('XL', 'Pink'))).toEqual(form('M', 'Sage'))
  })

  test('chosen twice are refused', async () => {
    const { globalId } = await insertShirt()
    const options = [...form('M', 'Sage'), { name: 'Size', value: 'L' }]
    for (const field of [selection, 'selectedOrFirstAvailableVariant(selectedOptions: $options) { id }']) {
      const { errors } = await subgraph.query(
        `query ($id: ID!, $options: [SelectedOptionInput!]!) { product(id: $id) { ${field} } }`,
        { id: globalId, options },
      )
      expect(errors.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT')
    }
  })
})

describe('the prior price', () => {
  const day = 86_400_000
  const now = Date.now()
  const ago = (days: number) => new Date(now - days * day)

  interface Write {
    daysAgo: number
    amount: number
    saleAmount?: number
    saleStartsDaysAgo?: number
    saleEndsDaysAgo?: number
  }

  /** A variant whose price was written at those times, as the trigger records it. */
  async function priced(writes: Write[]): Promise<string> {
    const { variants } = await insertOne({ variants: [{ prices: [{ amount: 1 }] }] })
    const id = variants[0]?.id ?? ''
    await withConnection(subgraph.databaseUrl, async (connection) => {
      await connection.query('DELETE FROM "PriceRecord" WHERE "variantId" = $1', [id])
      for (const [index, write] of writes.entries()) {
        const { daysAgo, amount, saleAmount = null, saleStartsDaysAgo, saleEndsDaysAgo } = write
        const starts = saleStartsDaysAgo === undefined ? null : ago(saleStartsDaysAgo)
        const ends = saleEndsDaysAgo === undefined ? null : ago(saleEndsDaysAgo)
        await connection.query(
          `UPDATE "VariantPrice" SET "amount" = $2, "saleAmount" = $3, "saleStartsAt" = $4, "saleEndsAt" = $5
           WHERE "variantId" = $1`,
          [id, amount, saleAmount, starts, ends],
        )
        await connection.query(
          'UPDATE "PriceRecord" SET "from" = $2 WHERE "variantId" = $1 AND "until" IS NULL',
          [id, ago(daysAgo)],
        )
        if (index === 0) continue
        await connection.query(
          `UPDATE "PriceRecord" SET "until" = $2
           WHERE "variantId" = $1 AND "from" = (
             SELECT "from" FROM "PriceRecord" WHERE "variantId" = $1 AND "until" IS NOT NULL ORDER BY "from" DESC LIMIT 1)`,
          [id, ago(daysAgo)],
        )
      }
    })
    return id
  }
  const priorOf = async (id: string) => {
    const { data, errors } = await subgraph.entities(
      [{ __typename: 'Variant', id: toId('var', id) }],
      '... on Variant { priorPrice { amount currency } }',
    )
    expect(errors).toEqual([])
    return data._entities[0].priorPrice?.amount ?? null
  }

  test.each<[string, Write[], number | null]>([
    ['is none where nothing is reduced', [{ daysAgo: 100, amount: 1000 }], null],
    [
      'is the price before',
      [
        { daysAgo: 100, amount: 1000 },
        { daysAgo: 5, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 5 },
      ],
      1000,
    ],
    [
      'is the lowest of the 30 days before, not the last',
      [
        { daysAgo: 100, amount: 1000 },
        { daysAgo: 40, amount: 850 },
        { daysAgo: 20, amount: 1000 },
        { daysAgo: 5, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 5 },
      ],
      850,
    ],
    [
      'is not of longer ago',
      [
        { daysAgo: 100, amount: 500 },
        { daysAgo: 40, amount: 1000 },
        { daysAgo: 5, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 5 },
      ],
      1000,
    ],
    [
      'counts an earlier reduction',
      [
        { daysAgo: 100, amount: 1000, saleAmount: 700, saleStartsDaysAgo: 25, saleEndsDaysAgo: 15 },
        { daysAgo: 5, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 5 },
      ],
      700,
    ],
    [
      'is of before the reduction began, though it was written long before',
      [{ daysAgo: 100, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 3 }],
      1000,
    ],
    [
      'stays when the reduction is written anew to end later',
      [
        { daysAgo: 100, amount: 1000 },
        { daysAgo: 9, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 9, saleEndsDaysAgo: -1 },
        { daysAgo: 2, amount: 1000, saleAmount: 800, saleStartsDaysAgo: 9, saleEndsDaysAgo: -9 },
      ],
      1000,
    ],
    ['is none where there was no price before', [{ daysAgo: 5, amount: 1000, saleAmount: 800 }], null],
  ])('%s', async (_, writes, expected) => {
    expect(await priorOf(await priced(writes))).toBe(expected)
  })

  test('is kept by the mutation that sets a price', async () => {
    const { variants } = await insertOne({ variants: [{ prices: [{ amount: 1200 }] }] })
    const variantId = toId('var', variants[0]?.id ?? '')
    const set = (saleAmount: number | null) =>
      subgraph.query(
        `mutation ($input: VariantPriceSetInput!) { variantPriceSet(input: $input) {
          variant { price { amount } priorPrice { amount } } userErrors { code } } }`,
        { input: { variantId, amount: 1500, saleAmount, idempotencyKey: randomUUID() } },
        staff,
      )
    await set(null)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1000 })
    const { data } = await set(900)
    vi.useRealTimers()
    expect(data.variantPriceSet).toEqual({
      variant: { price: { amount: 900 }, priorPrice: { amount: 1200 } },
      userErrors: [],
    })
  })
})

describe('what stands beside a product', () => {
  let shelf: Record<string, string>
  beforeAll(async () => {
    const [top] = await insertCollections(subgraph.databaseUrl, [
      { slug: 'home', title: 'Home', sites: ['main', 'outlet'] },
    ])
    const [mugs, pots] = await insertCollections(subgraph.databaseUrl, [
      { slug: 'mugs', title: 'Mugs', parentId: top?.id ?? null, sites: ['main', 'outlet'] },
      { slug: 'pots', title: 'Pots', parentId: top?.id ?? null, sites: ['main', 'outlet'] },
    ])
    const here = [
      { site: 'main' as const, amount: 1000 },
      { site: 'outlet' as const, amount: 900 },
    ]
    const inMugs = { collections: [mugs?.id ?? ''], brand: 'A', tags: ['clay', 'blue'] }
    const rows = await insertProducts(subgraph.databaseUrl, [
      { slug: 'mug', title: 'Mug', ...inMugs, variants: [{ prices: here }] },
      { slug: 'alike', ...inMugs, variants: [{ prices: here }] },
      { slug: 'less-alike', ...inMugs, brand: 'B', tags: ['clay'] },
      { slug: 'alike-sold-out', ...inMugs, variants: [{ stock: 0, prices: here }] },
      {
        slug: 'pot',
        collections: [pots?.id ?? ''],
        brand: 'A',
        tags: ['clay'],
        variants: [{ prices: here }],
      },
      { slug: 'plain-pot', collections: [pots?.id ?? ''], brand: 'C', tags: [] },
      { slug: 'elsewhere', brand: 'A', tags: ['clay', 'blue'], variants: [{ prices: here }] },
    ])
    shelf = Object.fromEntries(rows.map(({ slug, id }) => [slug, toId('prod', id)]))
  })

  const slugsOf = async (field: string, site: 'main' | 'outlet' = 'main') =>
    (await ask(shelf.mug ?? '', `shelf: ${field} { slug }`, {}, site)).shelf.map(
      ({ slug }: { slug: string }) => slug,
    )
  const setComplements = async (
    complementIds: unknown[],
    { idempotencyKey = randomUUID(), version = 1, productId = shelf.mug }: Record<string, unknown> = {},
  ) =>
    (
      await subgraph.query(
        `mutation ($input: ProductComplementsSetInput!) { productComplementsSet(input: $input) {
          product { complementary { slug } } userErrors { code field }
        } }`,
        { input: { productId, version, complementIds, idempotencyKey } },
        staff,
      )
    ).data.productComplementsSet

  test('is like it: by collections, tags and brand, what is sold out last', async () => {
    expect(await slugsOf('related')).toEqual(['alike', 'less-alike', 'alike-sold-out'])
    expect(await slugsOf('related(first: 1)')).toEqual(['alike'])
    expect(await slugsOf('related', 'outlet')).toEqual(['alike', 'alike-sold-out'])
  })

  test('goes with it: what staff has set in its order, then what stands near and is like it', async () => {
    expect(await slugsOf('complementary')).toEqual(['pot', 'plain-pot'])
    const key = randomUUID()
    const ids = [shelf.elsewhere, shelf['plain-pot']]
    const answer = await setComplements(ids, { idempotencyKey: key })
    expect(answer).toEqual({
      product: { complementary: [{ slug: 'elsewhere' }, { slug: 'plain-pot' }, { slug: 'pot' }] },
      userErrors: [],
    })
    expect(await slugsOf('complementary', 'outlet')).toEqual(['elsewhere', 'pot'])
    // Sent again it changes nothing, also when something else was set between.
    await setComplements([], { version: 2 })
    expect((await setComplements(ids, { idempotencyKey: key })).userErrors).toEqual([])
    expect(await slugsOf('complementary')).toEqual(['pot', 'plain-pot'])
    expect((await setComplements([shelf.pot], { idempotencyKey: key })).userErrors[0].code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    )
    // Who has not seen what is there now changes nothing.
    expect((await setComplements([shelf.pot], { version: 2 })).userErrors).toEqual([
      { code: 'STALE_VERSION', field: ['input', 'version'] },
    ])
    expect(await slugsOf('complementary')).toEqual(['pot', 'plain-pot'])
  })

  test('is refused where it can not be', async () => {
    const refusals: [unknown[], string, string[]][] = [
      [[shelf.mug], 'INVALID_COMPLEMENT', ['input', 'complementIds', '0']],
      [[shelf.pot, shelf.pot], 'INVALID_COMPLEMENT', ['input', 'complementIds', '1']],
      [['nonsense'], 'PRODUCT_NOT_FOUND', ['input', 'complementIds', '0']],
      [[shelf.pot, toId('prod', randomUUID())], 'PRODUCT_NOT_FOUND', ['input', 'complementIds', '1']],
      [Array(21).fill(shelf.pot), 'INVALID_COMPLEMENT', ['input', 'complementIds']],
    ]
    for (const [ids, code, field] of refusals) {
      expect(await setComplements(ids, { version: 3 })).toEqual({
        product: null,
        userErrors: [{ code, field }],
      })
    }
    const unknown = await setComplements([shelf.pot], { productId: toId('prod', randomUUID()) })
    expect(unknown.userErrors).toEqual([{ code: 'PRODUCT_NOT_FOUND', field: ['input', 'productId'] }])
    const { errors } = await subgraph.query(
      'mutation ($input: ProductComplementsSetInput!) { productComplementsSet(input: $input) { userErrors { code } } }',
      { input: { productId: shelf.mug, version: 1, complementIds: [], idempotencyKey: randomUUID() } },
      { customerId: randomUUID() },
    )
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    expect(await slugsOf('complementary')).toEqual(['pot', 'plain-pot'])
  })

  test('leads to it from the top, and says what it is to search engines', async () => {
    const { breadcrumbs, seo, collections } = await ask(
      shelf.mug ?? '',
      `breadcrumbs { title path collection { slug } } seo { title description canonicalPath }
       collections { breadcrumbs { path } seo { canonicalPath } }`,
    )
    expect(breadcrumbs).toEqual([
      { title: 'Home', path: '/collections/home', collection: { slug: 'home' } },
      { title: 'Mugs', path: '/collections/mugs', collection: { slug: 'mugs' } },
    ])
    expect(seo).toEqual({
      title: 'Mug | A',
      description: 'A mug without more.',
      canonicalPath: '/products/mug',
    })
    expect(collections).toEqual([
      {
        breadcrumbs: [{ path: '/collections/home' }, { path: '/collections/mugs' }],
        seo: { canonicalPath: '/collections/mugs' },
      },
    ])
    const long = await insertOne({ title: 'Long '.repeat(30).trim(), description: 'Word, '.repeat(60) })
    const cut = (await ask(long.globalId, 'seo { title description } breadcrumbs { path }')) as {
      seo: { title: string; description: string }
      breadcrumbs: unknown[]
    }
    expect(cut.breadcrumbs).toEqual([])
    expect(cut.seo.title).toMatch(/^(Long )+Long…$/)
    expect(cut.seo.title.length).toBeLessThanOrEqual(61)
    expect(cut.seo.description).toMatch(/^(Word, )+Word…$/)
    expect(cut.seo.description.length).toBeLessThanOrEqual(156)
  })
})
