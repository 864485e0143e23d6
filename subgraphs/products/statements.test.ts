import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'

// Each type and level costs one statement, however many entities there are: no more than is stated here, and
// as many for one as for many.

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(products, { seeded: true })
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

async function statementsOf(query: string, variables: Record<string, unknown> = {}, as: As = {}) {
  subgraph.statements.length = 0
  const { errors } = await subgraph.query(query, variables, as)
  expect(errors).toEqual([])
  return subgraph.statements.length
}

const card = `id slug title brand tags availability options { name values }
  featuredImage { url altText } priceRange { minimum { amount } } compareAtPriceRange { minimum { amount } }`

const deep = `${card} media { url }
  collections { id title image { url } parent { title children { id } } }
  variants(first: 100) { nodes {
    id price { amount } compareAtPrice { amount } availability image { url } product { title media { url } }
  } }
  variantByOptions(options: [{ name: "Size", value: "M" }, { name: "Colour", value: "Sage" }]) { id }`

describe('a list', () => {
  test.each([
    [
      'of products',
      '{ products(first: $first) { nodes { id title priceRange { minimum { amount } } } } }',
      1,
    ],
    ['of products with totalCount', '{ products(first: $first) { nodes { id } totalCount } }', 2],
    ['of product cards', `{ products(first: $first) { nodes { ${card} } } }`, 2],
    // The page; media; collections, their pictures, parents, children of those; variants, their pictures, the
    // one by its options. The product of a variant is the one that it was reached by.
    ['of products with all that is below', `{ products(first: $first) { nodes { ${deep} } } }`, 9],
    [
      'found by search',
      `{ search(query: "wool or mug or linen", first: $first) { totalCount nodes { ${card} } } }`,
      3,
    ],
    ['new and on sale', `{ newArrivals(first: $first) { ${card} } onSale(first: $first) { ${card} } }`, 4],
    [
      'of collections with products',
      `{ collections(first: $first) { nodes { title image { url } products(first: 5, sort: PRICE_ASC) { totalCount nodes { ${card} } } } } }`,
      5,
    ],
  ])('%s', async (_, selection, most) => {
    const query = `query ($first: Int!) ${selection}`
    const few = await statementsOf(query, { first: 1 })
    const many = await statementsOf(query, { first: 50 })
    expect(few).toBeLessThanOrEqual(most)
    expect(many).toBeLessThanOrEqual(most)
    // One product may lack something, as a second collection; many may not cost more than it could.
    expect(many).toBe(most)
  })
})

test('totalCount costs nothing where it is not asked for, nor where it is skipped', async () => {
  const query = 'query ($with: Boolean!) { products { nodes { id } totalCount @include(if: $with) } }'
  expect(await statementsOf(query, { with: false })).toBe(1)
  expect(await statementsOf(query, { with: true })).toBe(2)
})

const facets = `facets {
  exact collections { collection { slug title } count } brands { value count } options { name values { value count } }
  prices { count } priceRange { minimum { amount } } availability { count } sale { count }
}`

// What products is asked for by the pages of the web shop: storefront/operations.
describe('a page', () => {
  const page = `query ($slug: String!, $options: [SelectedOptionInput!]!) { product(slug: $slug) {
    ${card} description media { url placeholder } collections { title } breadcrumbs { title path } seo { title }
    options { name optionValues(selectedOptions: $options) { name exists availability variant { id image { url } } } }
    selectedOrFirstAvailableVariant(selectedOptions: $options) { id price { amount } priorPrice { amount } image { url } }
    variants { nodes { id price { amount } priorPrice { amount } image { url } } }
    related(first: 8) { ${card} } complementary(first: 8) { ${card} }
  } }`

  test('of a product: itself, its media, collections, the one above, its forms twice, prior prices and pictures of both, two for what stands beside it, each with its media', async () => {
    const { data } = await subgraph.query('{ onSale(first: 50) { slug } newArrivals(first: 50) { slug } }')
    const counts: number[] = []
    for (const { slug } of [...data.onSale.slice(0, 8), ...data.newArrivals.slice(0, 8)]) {
      counts.push(await statementsOf(page, { slug, options: [{ name: 'Size', value: 'M' }] }))
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(13)
  })

  test('of home: its parts, and the shelves with their media', async () => {
    const home = `{
      carousel { title image { url placeholder } } callsToAction { title }
      newArrivals { ${card} } onSale { ${card} }
      footer: navigation(handle: "footer") { items { title path items { title path } } }
    }`
    expect(await statementsOf(home)).toBeLessThanOrEqual(7)
  })

  test('of what is found: the page, its media, how many, facets and the collections among them; two more for another spelling', async () => {
    const results = `query ($query: String!, $filter: ProductFilter) { search(query: $query, filter: $filter, first: 24) {
      totalCount didYouMean { query } ${facets} nodes { ${card} }
    } }`
    for (const filter of [null, { available: true, options: [{ name: 'Size', values: ['M'] }] }]) {
      expect(await statementsOf(results, { query: 'wool', filter })).toBe(5)
    }
    expect(await statementsOf(results, { query: 'mernio jumpr', filter: null })).toBe(8)
    expect(await statementsOf(results, { query: 'xylophone' })).toBeLessThanOrEqual(6)
  })

  test('of suggestions: words, products with their media, collections; one more for another spelling', async () => {
    const suggestions = `query ($query: String!) { searchSuggestions(query: $query) {
      queries { text } products { ${card} } collections { title }
    } }`
    for (const query of ['m', 'mer', 'merino j', 'merino jumper']) {
      expect(await statementsOf(suggestions, { query })).toBeLessThanOrEqual(4)
    }
    expect(await statementsOf(suggestions, { query: 'jumpr' })).toBeLessThanOrEqual(5)
  })

  test('of a collection: itself, its picture, the one above, those below, the page, its media, how many, facets and the collections among them', async () => {
    const collection = `query ($slug: String!, $filter: ProductFilter) { collection(slug: $slug) {
      title image { url } breadcrumbs { title } seo { title } parent { title } children { title }
      products(filter: $filter, sort: PRICE_ASC, first: 24) { totalCount ${facets} nodes { ${card} } }
    } }`
    for (const slug of ['clothing', 'outerwear']) {
      expect(await statementsOf(collection, { slug, filter: { available: true } })).toBeLessThanOrEqual(9)
    }
  })
})

describe('references', () => {
  const representationsOf = async (count: number) => {
    const { data } = await subgraph.query(`{ products(first: ${count}) { nodes {
      __typename id variants(first: 2) { nodes { __typename id } } collections { __typename id }
    } } }`)
    const nodes: { __typename: string; id: string }[] = []
    for (const { variants, collections, ...product } of data.products.nodes) {
      nodes.push(product, ...variants.nodes, ...collections)
    }
    return nodes.map(({ __typename, id }) => ({ __typename, id }))
  }

  test.each([
    ['Product', '... on Product { title priceRange { minimum { amount } } availability }', 1],
    ['Product', `... on Product { ${deep} }`, 9],
    ['Variant', '... on Variant { sku price { amount } }', 1],
    ['Variant', '... on Variant { storeAvailability { store { name } availability pickUpNote } }', 2],
    ['Variant', '... on Variant { sku image { url } product { title featuredImage { url } } }', 4],
    ['Collection', '... on Collection { title image { url } }', 2],
  ])('to a %s are resolved by one statement for each type and level: %s', async (type, selection, most) => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`
    const all = (await representationsOf(100)).filter(({ __typename }) => __typename === type)
    expect(all.length).toBeGreaterThan(10)
    expect(await statementsOf(query, { r: all.slice(0, 1) })).toBeLessThanOrEqual(most)
    expect(await statementsOf(query, { r: [...all, ...all] })).toBe(most)
  })

  test('of all types at once cost one statement for each', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) {
      ... on Product { title } ... on Variant { sku } ... on Collection { title }
    } }`
    expect(await statementsOf(query, { r: await representationsOf(100) })).toBe(3)
  })

  test('that could not be any cost none', async () => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }'
    expect(await statementsOf(query, { r: [{ __typename: 'Product', id: 'nonsense' }] })).toBe(0)
  })
})

test('what merchandises the site costs one statement for each part', async () => {
  const header = '{ navigation { items { title path items { title path items { title } } } } }'
  expect(await statementsOf(header)).toBe(1)
  expect(
    await statementsOf('{ navigation { items { collection { slug } items { collection { slug } } } } }'),
  ).toBeLessThanOrEqual(3)
  expect(await statementsOf('{ carousel { title image { url altText } } callsToAction { title } }')).toBe(2)
})
