import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(products, { seeded: true })
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

/** The one error's code and path. */
const errorsOf = async (query: string, variables: Record<string, unknown> = {}) =>
  (await subgraph.query(query, variables)).errors.map(({ message, path, extensions }) => ({
    message,
    path,
    code: extensions.code,
  }))

const ids = (nodes: { id: string }[]) => nodes.map(({ id }) => id)

/** A seeded product that the outlet sells, and one that it does not. */
async function productsBySite() {
  const all = (site: 'main' | 'outlet') =>
    subgraph
      .query('{ products(first: 100, sort: TITLE) { nodes { id slug } } }', {}, { site })
      .then(({ data }) => data.products.nodes as { id: string; slug: string }[])
  const [main, outlet] = await Promise.all([all('main'), all('outlet')])
  const both = main.find(({ id }) => ids(outlet).includes(id))
  const last = outlet.at(-1)?.slug ?? ''
  const mainOnly = main.find(({ id, slug }) => !ids(outlet).includes(id) && slug < last)
  if (!both || !mainOnly) throw new Error('the seeds have no such products')
  return { both, mainOnly }
}

describe.each(['product', 'collection'])('%s', (field) => {
  test('is found by its id or its slug', async () => {
    const { data } = await subgraph.query(`{ ${field}s(first: 1) { nodes { id slug } } }`)
    const [node] = data[`${field}s`].nodes
    const query = `query ($id: ID, $slug: String) { ${field}(id: $id, slug: $slug) { id slug } }`
    for (const keys of [{ id: node.id }, { slug: node.slug }, { id: node.id, slug: null }]) {
      expect(await subgraph.query(query, keys)).toMatchObject({ data: { [field]: node }, errors: [] })
    }
  })

  test('takes exactly one of id and slug, and says so', async () => {
    const query = `query ($id: ID, $slug: String) { ${field}(id: $id, slug: $slug) { id } }`
    for (const keys of [{}, { id: null }, { id: 'x', slug: 'x' }]) {
      const [error] = await errorsOf(query, keys)
      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', path: [field] })
      expect(error?.message).toMatch(/id.*slug/)
    }
  })

  test('is null for whatever is none', async () => {
    const wrong = [
      { id: '' },
      { id: 'nonsense' },
      { id: 'prod_' },
      { id: toId('var', randomUUID()) },
      { id: toId(field === 'product' ? 'prod' : 'coll', randomUUID()) },
      { slug: '' },
      { slug: 'no-such-thing' },
      { slug: 'nul\0' },
      { slug: '\ud800' },
      { slug: 'long'.repeat(10_000) },
    ]
    const query = `query ($id: ID, $slug: String) { ${field}(id: $id, slug: $slug) { id } }`
    for (const keys of wrong) {
      const { data, errors } = await subgraph.query(query, keys)
      expect({ data, errors }).toEqual({ data: { [field]: null }, errors: [] })
    }
  })
})

test('a product has all of its parts, and they agree with each other', async () => {
  const { data, errors } = await subgraph.query(`{
    products(first: 100) { nodes {
      id slug title description brand tags availability publishedAt
      options { name values }
      media { url altText width height } featuredImage { url }
      priceRange { minimum { amount currency } maximum { amount } }
      compareAtPriceRange { minimum { amount } maximum { amount } }
      collections { id slug parent { id } image { url altText } }
      variants { nodes {
        id sku title availability weightGrams saleEndsAt product { id } selectedOptions { name value } image { url }
        price { amount currency } compareAtPrice { amount }
      } }
    } }
  }`)
  expect(errors).toEqual([])
  expect(data.products.nodes).toHaveLength(100)
  const ranks = ['SOLD_OUT', 'LOW_STOCK', 'IN_STOCK']
  for (const product of data.products.nodes) {
    const variants = product.variants.nodes
    const prices = variants.map(({ price }: { price: { amount: number } }) => price.amount)
    const before = variants.flatMap(({ compareAtPrice }: { compareAtPrice: { amount: number } | null }) =>
      compareAtPrice === null ? [] : [compareAtPrice.amount],
    )
    expect(product.priceRange).toEqual({
      minimum: { amount: Math.min(...prices), currency: 'EUR' },
      maximum: { amount: Math.max(...prices) },
    })
    expect(product.compareAtPriceRange).toEqual(
      before.length === 0
        ? null
        : { minimum: { amount: Math.min(...before) }, maximum: { amount: Math.max(...before) } },
    )
    const best = Math.max(
      ...variants.map(({ availability }: { availability: string }) => ranks.indexOf(availability)),
    )
    expect(product.availability).toBe(ranks[best])
    expect([...product.tags].sort()).toEqual(product.tags)
    expect(product.featuredImage.url).toBe(product.media[0].url)
    expect(product.media[0].url).toMatch(new RegExp(`^${subgraph.url}/pictures/[a-z0-9-]+\\.svg$`))
    expect(product.collections.length).toBeGreaterThan(0)
    for (const variant of variants) {
      expect(variant.product.id).toBe(product.id)
      expect(variant.weightGrams).toBeGreaterThan(0)
      expect(variant.selectedOptions.map(({ name }: { name: string }) => name)).toEqual(
        product.options.map(({ name }: { name: string }) => name),
      )
      for (const { name, value } of variant.selectedOptions) {
        expect(product.options.find((option: { name: string }) => option.name === name).values).toContain(
          value,
        )
      }
    }
  }
})

test('the public address of the pictures is the one that was set', async () => {
  const config = { publicUrl: 'https://pictures.example/shop/' }
  const other = await startTestSubgraph(products, { seeded: true, config })
  const { data } = await other.query('{ products(first: 1) { nodes { featuredImage { url } } } }')
  await other.stop()
  expect(data.products.nodes[0].featuredImage.url).toMatch(
    /^https:\/\/pictures\.example\/shop\/pictures\/[a-z0-9-]+\.svg$/,
  )
})

describe('a product that a site does not sell', () => {
  test('is not there for lookups, lists and search', async () => {
    const { both, mainOnly } = await productsBySite()
    const query = `query ($id: ID!, $slug: String!, $words: String!) {
      byId: product(id: $id) { id } bySlug: product(slug: $slug) { id }
      search(query: $words, first: 100) { nodes { id } }
    }`
    const find = async ({ id, slug }: { id: string; slug: string }, site: 'main' | 'outlet') => {
      const { data } = await subgraph.query(query, { id, slug, words: slug.replaceAll('-', ' ') }, { site })
      return [data.byId?.id, data.bySlug?.id, ids(data.search.nodes).find((found) => found === id)]
    }
    expect(await find(both, 'outlet')).toEqual([both.id, both.id, both.id])
    expect(await find(mainOnly, 'main')).toEqual([mainOnly.id, mainOnly.id, mainOnly.id])
    expect(await find(mainOnly, 'outlet')).toEqual([undefined, undefined, undefined])
  })

  test('is still shown where another subgraph refers to it, without a price', async () => {
    const { mainOnly } = await productsBySite()
    const { data } = await subgraph.query(`{ product(id: "${mainOnly.id}") { variants { nodes { id } } } }`)
    const variant = data.product.variants.nodes[0].id
    const answer = await subgraph.entities(
      [
        { __typename: 'Product', id: mainOnly.id },
        { __typename: 'Variant', id: variant },
      ],
      `... on Product { slug priceRange { minimum { amount } } compareAtPriceRange { minimum { amount } } }
       ... on Variant { price { amount } compareAtPrice { amount } product { slug } }`,
      { site: 'outlet' },
    )
    expect(answer).toMatchObject({
      errors: [],
      data: {
        _entities: [
          { slug: mainOnly.slug, priceRange: null, compareAtPriceRange: null },
          { price: null, compareAtPrice: null, product: { slug: mainOnly.slug } },
        ],
      },
    })
  })
})

test('each site has its own currency', async () => {
  const { both } = await productsBySite()
  const query = `{ product(id: "${both.id}") { priceRange { minimum { currency } } } }`
  const currencyOn = async (site: 'main' | 'outlet') =>
    (await subgraph.query(query, {}, { site })).data.product.priceRange.minimum.currency
  expect([await currencyOn('main'), await currencyOn('outlet')]).toEqual(['EUR', 'USD'])
})

test('references that are none of ours are null, each at its own place', async () => {
  const { both } = await productsBySite()
  const wrong = ['', 'nonsense', toId('prod', randomUUID()), toId('var', randomUUID()), 'prod_zzz', '\0']
  const representations = [...wrong, both.id, ...wrong].map((id) => ({ __typename: 'Product', id }))
  const { data, errors } = await subgraph.entities(representations, '... on Product { id slug }')
  expect(errors).toEqual([])
  expect(data._entities).toEqual([...wrong.map(() => null), both, ...wrong.map(() => null)])
  for (const __typename of ['Variant', 'Collection']) {
    const answer = await subgraph.entities([{ __typename, id: both.id }], '__typename')
    expect(answer).toMatchObject({ data: { _entities: [null] }, errors: [] })
  }
  // What a gateway would never send is nobody's either.
  const odd = await subgraph.query('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', {
    r: [{ __typename: 'Product', id: 7 }, { __typename: 'Product', id: null }, { __typename: 'Product' }],
  })
  expect(odd).toMatchObject({ data: { _entities: [null, null, null] }, errors: [] })
})

describe('variantByOptions', () => {
  const query = `query ($id: ID!, $options: [SelectedOptionInput!]!) {
    product(id: $id) { variantByOptions(options: $options) { id selectedOptions { name value } } }
  }`
  const productWithOptions = async () => {
    const { data } = await subgraph.query(
      '{ products(first: 100) { nodes { id variants { nodes { id selectedOptions { name value } } } } } }',
    )
    return data.products.nodes.find(
      ({ variants }: { variants: { nodes: { selectedOptions: object[] }[] } }) =>
        (variants.nodes[0]?.selectedOptions.length ?? 0) > 1,
    )
  }

  test('finds each variant, whatever the order of the choices', async () => {
    const { id, variants } = await productWithOptions()
    for (const variant of variants.nodes) {
      const options = [...variant.selectedOptions].reverse()
      const { data } = await subgraph.query(query, { id, options })
      expect(data.product.variantByOptions).toEqual(variant)
    }
  })

  test('is null for a combination that does not exist, too few or too many choices, and odd text', async () => {
    const { id, variants } = await productWithOptions()
    const [first, ...rest] = variants.nodes[0].selectedOptions
    const wrong = [
      [],
      rest,
      [first, ...rest, { name: 'Taste', value: 'Lemon' }],
      [{ ...first, value: 'none' }, ...rest],
      [{ ...first, value: '\0' }, ...rest],
      [{ ...first, value: '\ud800' }, ...rest],
      [{ ...first, value: `"}]'--` }, ...rest],
    ]
    for (const options of wrong) {
      const { data, errors } = await subgraph.query(query, { id, options })
      expect({ errors, found: data.product.variantByOptions }).toEqual({ errors: [], found: null })
    }
  })

  test('refuses an option that is chosen twice', async () => {
    const { id, variants } = await productWithOptions()
    const [first] = variants.nodes[0].selectedOptions
    const [error] = await errorsOf(query, { id, options: [first, { ...first, value: 'other' }] })
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', path: ['product', 'variantByOptions'] })
    expect(error?.message).toContain(first.name)
  })
})

describe('collections', () => {
  test('come in the order of the navigation, each right before those below it', async () => {
    const seen: { id: string; parent: { id: string } | null }[] = []
    let after: string | null = null
    do {
      const { data, errors } = await subgraph.query(
        'query ($after: String) { collections(first: 7, after: $after) { nodes { id parent { id } } pageInfo { endCursor hasNextPage } } }',
        { after },
      )
      expect(errors).toEqual([])
      seen.push(...data.collections.nodes)
      after = data.collections.pageInfo.hasNextPage ? data.collections.pageInfo.endCursor : null
    } while (after !== null)
    expect(new Set(ids(seen)).size).toBe(seen.length)

    const { data } = await subgraph.query(
      '{ collections(first: 100) { nodes { id parent { id } children { id parent { id } } } } }',
    )
    const tops = data.collections.nodes.filter(({ parent }: { parent: unknown }) => parent === null)
    const tree = tops.flatMap(({ id, children }: { id: string; children: { id: string }[] }) => [
      id,
      ...ids(children),
    ])
    expect(tree.length).toBeGreaterThanOrEqual(12)
    expect(ids(seen)).toEqual(tree)
  })

  test('a collection has the products that stand in it or below it', async () => {
    const { data } = await subgraph.query(`{
      collections(first: 100) { nodes {
        id parent { id } children { id }
        products(first: 100) { totalCount nodes { id collections { id } } }
      } }
    }`)
    for (const { id, children, products } of data.collections.nodes) {
      const within = [id, ...ids(children)]
      expect(products.totalCount).toBeGreaterThan(0)
      for (const product of products.nodes) {
        expect(ids(product.collections).some((holder) => within.includes(holder))).toBe(true)
      }
      const filtered = await subgraph.query(
        'query ($id: ID!) { products(first: 100, filter: { collection: $id }) { totalCount nodes { id } } }',
        { id },
      )
      expect(filtered.data.products.totalCount).toBe(products.totalCount)
      expect(ids(filtered.data.products.nodes)).toEqual(ids(products.nodes))
    }
  })
})

test.each(['main', 'footer'])(
  'the menu %s is a tree whose collections lead where its paths do',
  async (handle) => {
    for (const site of ['main', 'outlet'] as const) {
      const { data, errors } = await subgraph.query(
        `query ($handle: String!) { navigation(handle: $handle) { handle items {
        title path collection { slug } items { title path collection { slug } items { title } }
      } } }`,
        { handle },
        { site },
      )
      expect(errors).toEqual([])
      expect(data.navigation.handle).toBe(handle)
      expect(data.navigation.items.length).toBeGreaterThan(0)
      for (const item of data.navigation.items.flatMap((top: { items: object[] }) => [top, ...top.items])) {
        expect(item.path).toMatch(/^\//)
        if (item.collection) expect(item.path).toContain(item.collection.slug)
      }
    }
  },
)

test('a menu, a carousel or calls to action at a place that is none are null or empty', async () => {
  for (const name of ['nowhere', '', '\0', '\ud800']) {
    const { data, errors } = await subgraph.query(
      `query ($name: String!) {
        navigation(handle: $name) { handle } carousel(placement: $name) { id } callsToAction(placement: $name) { id }
      }`,
      { name },
    )
    expect({ data, errors }).toEqual({
      data: { navigation: null, carousel: [], callsToAction: [] },
      errors: [],
    })
  }
})

describe('shelves', () => {
  test('newArrivals has the newest products, the newest first', async () => {
    const { data } = await subgraph.query(
      '{ newArrivals(first: 5) { id } products(first: 5, sort: NEWEST) { nodes { id } } }',
    )
    expect(data.newArrivals).toHaveLength(5)
    expect(data.newArrivals).toEqual(data.products.nodes)
  })

  test('onSale has what is reduced now, the deepest reduction first', async () => {
    for (const site of ['main', 'outlet'] as const) {
      const { data, errors } = await subgraph.query(
        `{ onSale(first: 50) { variants(first: 100) { nodes { price { amount } compareAtPrice { amount } } } } }`,
        {},
        { site },
      )
      expect(errors).toEqual([])
      const reductions = data.onSale.map(({ variants }: { variants: { nodes: object[] } }) =>
        Math.max(
          ...variants.nodes.map((variant) => {
            const { price, compareAtPrice } = variant as {
              price: { amount: number }
              compareAtPrice: { amount: number } | null
            }
            if (compareAtPrice === null) return 0
            return Math.floor(((compareAtPrice.amount - price.amount) * 10_000) / compareAtPrice.amount)
          }),
        ),
      )
      expect(reductions.length).toBeGreaterThan(0)
      expect(Math.min(...reductions)).toBeGreaterThan(0)
      expect(reductions).toEqual([...reductions].sort((one, other) => other - one))
    }
  })
})

describe('first', () => {
  const product = 'product(slug: $slug)'
  const fields: [string, number][] = [
    ['products', 100],
    ['collections', 100],
    ['newArrivals', 50],
    ['onSale', 50],
    ['search', 100],
    ['variants', 100],
    ['collection.products', 100],
  ]
  const selections: Record<string, string> = {
    products: 'products(first: $first) { nodes { id } }',
    collections: 'collections(first: $first) { nodes { id } }',
    newArrivals: 'newArrivals(first: $first) { id }',
    onSale: 'onSale(first: $first) { id }',
    search: 'search(query: "a mug or wool", first: $first) { nodes { id } }',
    variants: `${product} { variants(first: $first) { nodes { id } } }`,
    'collection.products': `${product} { collections { products(first: $first) { nodes { id } } } }`,
  }

  test.each(fields)('of %s is 1 to %i', async (field, maximum) => {
    const { data } = await subgraph.query('{ products(first: 1) { nodes { slug } } }')
    const { slug } = data.products.nodes[0]
    const declared = selections[field]?.includes('$slug') ? ', $slug: String!' : ''
    const query = `query ($first: Int!${declared}) { ${selections[field]} }`
    for (const first of [1, maximum]) expect(await errorsOf(query, { first, slug })).toEqual([])
    for (const first of [0, -1, maximum + 1, 2 ** 31 - 1, -(2 ** 31)]) {
      const [error] = await errorsOf(query, { first, slug })
      expect(error?.code).toBe('BAD_USER_INPUT')
      expect(error?.message).toContain(String(maximum))
    }
  })
})
