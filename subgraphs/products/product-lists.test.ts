import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId, toUuid } from '../kit/ids.ts'
import { encodeCursor } from '../kit/paging.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import type { ProductFilter, ProductSort } from './schema.generated.ts'
import { insertCollections, insertProducts, type NewProduct } from './test-data.ts'

interface Listed {
  id: string
  title: string
  brand: string
  tags: string[]
  availability: string
  publishedAt: string
  priceRange: { minimum: { amount: number } }
  compareAtPriceRange: object | null
  collections: { id: string }[]
}

const sorts: ProductSort[] = ['NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'TITLE']
const brands = ['Kiln & Co', 'Nordlys', "O'Hara"]
const tags = ['blue', 'gift', 'wool']
// Few values for many products, so that every order has ties.
const titles = ['Mug', 'mug', 'Éclair stand', 'eclair stand', 'Über bowl', 'Zebra rug', 'Łódź lamp']
const amounts = [999, 1000, 1000, 2500]
const days = [1, 1, 2, 3]

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
let collections: { top: string; below: string; other: string }

const at = <Item>(items: readonly Item[], index: number): Item => {
  const item = items[index % items.length]
  if (item === undefined) throw new Error('an empty list')
  return item
}

function product(index: number, top: string, below: string): NewProduct {
  const sale = index % 5 === 0 ? { saleAmount: 900 } : {}
  return {
    title: at(titles, index),
    brand: at(brands, index * 7),
    tags: tags.filter((_, bit) => ((index >> bit) & 1) === 1),
    publishedAt: new Date(`2026-10-0${at(days, index * 3)}T00:00:00.000Z`),
    collections: [...(index % 3 === 0 ? [top] : []), ...(index % 4 === 0 ? [below] : [])],
    variants: [
      { stock: index % 6 === 0 ? 0 : index, prices: [{ amount: at(amounts, index * 11), ...sale }] },
      { stock: 0, prices: [{ amount: 5000 }] },
    ],
  }
}

beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
  const [top, other] = await insertCollections(subgraph.databaseUrl, [{}, {}])
  const [below] = await insertCollections(subgraph.databaseUrl, [{ parentId: top?.id ?? null }])
  if (!top || !other || !below) throw new Error('the collections were not made')
  collections = { top: toId('coll', top.id), below: toId('coll', below.id), other: toId('coll', other.id) }
  await insertProducts(
    subgraph.databaseUrl,
    Array.from({ length: 60 }, (_, index) => product(index, top.id, below.id)),
  )
})
afterAll(() => subgraph.stop())

const pageQuery = `query ($filter: ProductFilter, $sort: ProductSort!, $first: Int!, $after: String) {
  products(filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes {
      id title brand tags availability publishedAt priceRange { minimum { amount } }
      compareAtPriceRange { minimum { amount } } collections { id }
    }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`

async function readPage(filter: ProductFilter, sort: ProductSort, first: number, after: string | null) {
  const { data, errors } = await subgraph.query(pageQuery, { filter, sort, first, after })
  expect(errors).toEqual([])
  const page = data.products as {
    nodes: Listed[]
    edges: { cursor: string; node: { id: string } }[]
    pageInfo: {
      hasNextPage: boolean
      hasPreviousPage: boolean
      startCursor: string | null
      endCursor: string | null
    }
    totalCount: number
  }
  expect(page.edges.map(({ node }) => node.id)).toEqual(page.nodes.map(({ id }) => id))
  expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null)
  expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null)
  expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
  return page
}

async function readAll(filter: ProductFilter, sort: ProductSort, first: number, between = async () => {}) {
  const nodes: Listed[] = []
  let after: string | null = null
  for (;;) {
    const page = await readPage(filter, sort, first, after)
    nodes.push(...page.nodes)
    if (!page.pageInfo.hasNextPage) return nodes
    expect(page.nodes).toHaveLength(first)
    after = page.pageInfo.endCursor
    await between()
  }
}

/** What a filter says, told once more in JavaScript. */
function matches(node: Listed, filter: ProductFilter): boolean {
  const price = node.priceRange.minimum.amount
  const within =
    filter.collection === collections.top ? [collections.top, collections.below] : [filter.collection]
  return (
    (filter.collection == null || node.collections.some(({ id }) => within.includes(id))) &&
    (!filter.brands?.length || filter.brands.includes(node.brand)) &&
    (!filter.tags?.length || filter.tags.some((tag) => node.tags.includes(tag))) &&
    (filter.available == null || filter.available === (node.availability !== 'SOLD_OUT')) &&
    (filter.onSale == null || filter.onSale === (node.compareAtPriceRange !== null)) &&
    (filter.minPrice == null || price >= filter.minPrice) &&
    (filter.maxPrice == null || price <= filter.maxPrice)
  )
}

const titleOrder = (title: string) =>
  title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** Negative, positive or zero, by the sort key alone. */
function compare(sort: ProductSort, one: Listed, other: Listed): number {
  const price = one.priceRange.minimum.amount - other.priceRange.minimum.amount
  switch (sort) {
    case 'NEWEST':
      return other.publishedAt.localeCompare(one.publishedAt)
    case 'PRICE_ASC':
      return price
    case 'PRICE_DESC':
      return -price
    case 'TITLE': {
      const [a, b] = [titleOrder(one.title), titleOrder(other.title)]
      return a < b ? -1 : Number(a > b)
    }
  }
}

const filters: fc.Arbitrary<ProductFilter> = fc
  .record(
    {
      collection: fc.constantFrom('top' as const, 'below' as const, 'other' as const, null),
      brands: fc.option(fc.subarray([...brands, 'nobody'])),
      tags: fc.option(fc.subarray([...tags, 'none'])),
      available: fc.option(fc.boolean()),
      onSale: fc.option(fc.boolean()),
      minPrice: fc.option(fc.constantFrom(-1, 0, 900, 901, 1000, 2500, 2 ** 31 - 1)),
      maxPrice: fc.option(fc.constantFrom(-1, 0, 900, 999, 1000, 2500, 2 ** 31 - 1)),
    },
    { requiredKeys: [] },
  )
  .map(({ collection, ...filter }) => ({
    ...filter,
    ...(collection !== undefined && { collection: collection && collections[collection] }),
  }))

test('paging gives each product that matches once, in order, whatever the filter, order and size of page', async () => {
  const whole = await readAll({}, 'NEWEST', 100)
  expect(whole).toHaveLength(60)
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.constantFrom(...sorts),
      fc.integer({ min: 1, max: 25 }),
      async (filter, sort, first) => {
        const { nodes: unpaged, totalCount } = await readPage(filter, sort, 100, null)
        const expected = whole.filter((node) => matches(node, filter))
        expect(unpaged.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
        expect(totalCount).toBe(expected.length)
        for (const [index, node] of unpaged.entries()) {
          const next = unpaged[index + 1]
          if (next) expect(compare(sort, node, next)).toBeLessThanOrEqual(0)
        }
        expect(await readAll(filter, sort, first)).toEqual(unpaged)
      },
    ),
    { numRuns: 60 },
  )
})

test('products that come, go and change between pages do not disturb the others', async () => {
  const stayed = new Set((await readAll({}, 'NEWEST', 100)).map(({ id }) => id))
  const [moving] = await insertProducts(subgraph.databaseUrl, [{ variants: [{}, {}] }])
  let turn = 0
  let passing: string | undefined
  const disturb = () =>
    withConnection(subgraph.databaseUrl, async (connection) => {
      turn += 1
      await connection.query('DELETE FROM "Product" WHERE "id" = $1', [passing])
      const { collections: _, ...next } = product(turn, '', '')
      passing = (await insertProducts(subgraph.databaseUrl, [next]))[0]?.id
      await connection.query('UPDATE "Product" SET "title" = $2, "publishedAt" = $3 WHERE "id" = $1', [
        moving?.id,
        at(titles, turn * 3),
        new Date(Date.UTC(2026, 9, 1 + (turn % 4))),
      ])
      await connection.query('UPDATE "VariantPrice" SET "amount" = $2 WHERE "variantId" = $1', [
        moving?.variants[0]?.id,
        500 + ((turn * 700) % 3000),
      ])
    })

  for (const sort of sorts) {
    const { nodes: expected } = await readPage({}, sort, 100, null)
    const seen = (await readAll({}, sort, 9, disturb)).map(({ id }) => id).filter((id) => stayed.has(id))
    expect(seen).toEqual(expected.map(({ id }) => id).filter((id) => stayed.has(id)))
  }
  await withConnection(subgraph.databaseUrl, (connection) =>
    connection.query('DELETE FROM "Product" WHERE "id" = ANY($1)', [[passing, moving?.id]]),
  )
})

test('titles are in the order of the alphabet, whatever their case and accents', async () => {
  const seen = (await readAll({}, 'TITLE', 100)).map(({ title }) => titleOrder(title))
  expect(seen).toEqual([...seen].sort((one, other) => (one < other ? -1 : Number(one > other))))
  expect(seen.indexOf('uber bowl')).toBeLessThan(seen.indexOf('zebra rug'))
})

describe('a cursor', () => {
  const uuid = randomUUID()
  const day = '2026-10-01T00:00:00.000Z'

  test('of another order is refused', async () => {
    for (const sort of sorts) {
      const { pageInfo } = await readPage({}, sort, 1, null)
      for (const other of sorts.filter((each) => each !== sort)) {
        const { data, errors } = await subgraph.query(pageQuery, {
          sort: other,
          first: 1,
          after: pageInfo.endCursor,
        })
        expect(data).toEqual({ products: null })
        expect(errors).toEqual([
          expect.objectContaining({ path: ['products'], extensions: { code: 'BAD_USER_INPUT' } }),
        ])
        expect(errors[0]?.message).toContain('after')
      }
    }
  })

  test.each([
    '',
    'nonsense',
    '\0',
    encodeCursor([]),
    encodeCursor(['NEWEST', day, 'no uuid']),
    encodeCursor(['NEWEST', 'yesterday', uuid]),
    encodeCursor(['NEWEST', '0000-01-01T00:00:00.000Z', uuid]),
    encodeCursor(['NEWEST', `2026-10-01T00:00:00.${'1'.repeat(200)}Z`, uuid]),
    encodeCursor(['NEWEST', day, uuid, 'more']),
    encodeCursor(['TITLE', 'nul\0', uuid]),
    encodeCursor(['TITLE', '\ud800', uuid]),
    encodeCursor(['TITLE', 7, uuid]),
    encodeCursor(['PRICE_ASC', 1.5, uuid]),
    encodeCursor(['PRICE_ASC', 2 ** 31, uuid]),
    encodeCursor(['PRICE_ASC', -1, uuid]),
    encodeCursor(['PRICE_ASC', '0; DROP TABLE', uuid]),
    Buffer.from('{"a":').toString('base64url'),
  ])('that was made up is refused: %j', async (after) => {
    for (const sort of sorts) {
      const { errors } = await subgraph.query(pageQuery, { sort, first: 1, after })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })

  test('of a product that is gone still has its place', async () => {
    const [gone] = await insertProducts(subgraph.databaseUrl, [{ title: 'Mug', publishedAt: new Date(day) }])
    const all = await readAll({}, 'TITLE', 100)
    const index = all.findIndex(({ id }) => toUuid('prod', id) === gone?.id)
    const { pageInfo } = await readPage({}, 'TITLE', index + 1, null)
    await withConnection(subgraph.databaseUrl, (connection) =>
      connection.query('DELETE FROM "Product" WHERE "id" = $1', [gone?.id]),
    )
    const { nodes } = await readPage({}, 'TITLE', 100, pageInfo.endCursor)
    expect(nodes).toEqual(all.slice(index + 1))
  })
})

describe('a filter', () => {
  test.each([
    [{ collection: 'nonsense' }, 'filter.collection'],
    [{ collection: '' }, 'filter.collection'],
    [{ collection: toId('prod', randomUUID()) }, 'filter.collection'],
    [{ brands: Array.from({ length: 51 }, String) }, 'filter.brands'],
    [{ brands: ['\0'] }, 'filter.brands'],
    [{ tags: Array.from({ length: 51 }, String) }, 'filter.tags'],
    [{ tags: ['\ud800'] }, 'filter.tags'],
  ])('that is not acceptable is named: %j', async (filter, named) => {
    for (const field of ['products', 'search(query: "mug")']) {
      const [name = ''] = field.split('(')
      const query = `query ($filter: ProductFilter) { ${field.endsWith(')') ? field.replace(')', ', filter: $filter)') : `${field}(filter: $filter)`} { totalCount } }`
      const { errors } = await subgraph.query(query, { filter })
      expect(errors).toEqual([
        expect.objectContaining({ path: [name], extensions: { code: 'BAD_USER_INPUT' } }),
      ])
      expect(errors[0]?.message).toContain(named)
    }
  })

  test('by a collection that does not exist finds nothing', async () => {
    // Zeros are how the database names the list of all products.
    for (const uuid of [randomUUID(), '00000000-0000-0000-0000-000000000000']) {
      const { nodes, totalCount } = await readPage({ collection: toId('coll', uuid) }, 'NEWEST', 10, null)
      expect({ nodes, totalCount }).toEqual({ nodes: [], totalCount: 0 })
    }
  })
})
