import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { encodeCursor } from '../kit/paging.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertCollections, insertProducts } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
  await insertProducts(subgraph.databaseUrl, [
    { title: 'Merino jumper', slug: 'in-title', description: 'Warm.' },
    { title: 'Scarf', slug: 'in-tags', tags: ['merino'], description: 'Warm.' },
    { title: 'Hat', slug: 'in-brand', brand: 'Merino House', description: 'Warm.' },
    { title: 'Socks', slug: 'in-description', description: 'Knitted of merino.' },
    { title: 'Teapot', slug: 'elsewhere', description: 'For tea.' },
    { title: 'Merino vest', slug: 'unsold', variants: [{ prices: [{ site: 'outlet', amount: 1 }] }] },
    ...Array.from({ length: 12 }, (_, index) => ({
      title: 'Candle',
      slug: `candle-${index}`,
      tags: [`no-${index % 2}`],
    })),
  ])
})
afterAll(() => subgraph.stop())

const query = `query ($query: String!, $filter: ProductFilter, $first: Int! = 100, $after: String) {
  search(query: $query, filter: $filter, first: $first, after: $after) {
    nodes { id slug } edges { cursor node { id } } totalCount pageInfo { hasNextPage endCursor }
  }
}`
const search = async (variables: Record<string, unknown>) =>
  (await subgraph.query(query, variables)).data.search
const slugs = async (words: string) =>
  (await search({ query: words })).nodes.map(({ slug }: { slug: string }) => slug)

test('a word in the title counts for more than one in brand or tags, and that for more than one in the description', async () => {
  const found = await slugs('merino')
  expect(found[0]).toBe('in-title')
  expect(found.slice(1, 3).sort()).toEqual(['in-brand', 'in-tags'])
  expect(found.slice(3)).toEqual(['in-description'])
})

test('other forms of a word are found, quoted words only together, and negated words not', async () => {
  expect(await slugs('Jumpers')).toEqual(['in-title'])
  expect(await slugs('"merino jumper"')).toEqual(['in-title'])
  expect(await slugs('"jumper merino"')).toEqual([])
  expect((await slugs('merino -jumper')).sort()).toEqual(['in-brand', 'in-description', 'in-tags'])
  expect((await slugs('teapot or jumper')).sort()).toEqual(['elsewhere', 'in-title'])
})

test('words that nothing has give an empty page', async () => {
  for (const words of ['xylophone', 'merino xylophone', 'the', '!!!', '"']) {
    expect(await search({ query: words })).toEqual({
      ...{ nodes: [], edges: [], totalCount: 0 },
      pageInfo: { hasNextPage: false, endCursor: null },
    })
  }
})

test('paging through equal matches gives each once, also with a filter', async () => {
  for (const filter of [null, { tags: ['no-1'] }]) {
    const whole = await search({ query: 'candle', filter })
    expect(whole.totalCount).toBe(filter === null ? 12 : 6)
    expect(whole.nodes).toHaveLength(whole.totalCount)
    for (const first of [1, 5, 6]) {
      const seen: { id: string }[] = []
      let after: string | null = null
      do {
        const page = await search({ query: 'candle', filter, first, after })
        seen.push(...page.nodes)
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      } while (after !== null)
      expect(seen).toEqual(whole.nodes)
    }
  }
})

test('options are found, below title, brand and tags and above the description; accents do not matter', async () => {
  await insertProducts(subgraph.databaseUrl, [
    {
      title: 'Vase',
      slug: 'sage-option',
      options: [{ name: 'Colour', values: ['Sage'] }],
      description: 'Tall.',
    },
    { title: 'Dish', slug: 'sage-described', description: 'In a shade of sage.' },
    { title: 'Sage jug', slug: 'sage-titled', description: 'Round.' },
    { title: 'Éclair tray', slug: 'accented', description: 'For pâtisserie.' },
  ])
  expect(await slugs('sage')).toEqual(['sage-titled', 'sage-option', 'sage-described'])
  expect(await slugs('eclair')).toEqual(['accented'])
  expect(await slugs('ÉCLAIR Patisserie')).toEqual(['accented'])
})

const spelled = `query ($query: String!, $first: Int! = 100, $after: String, $sort: ProductSearchSort! = RELEVANCE) {
  search(query: $query, first: $first, after: $after, sort: $sort) {
    nodes { slug } totalCount didYouMean { query applied } pageInfo { hasNextPage endCursor }
  }
}`

test('where nothing is found, what a better spelling finds is, and its pages go on by that spelling', async () => {
  const ask = async (variables: Record<string, unknown>) =>
    (await subgraph.query(spelled, variables)).data.search
  const misspelt = await ask({ query: 'canlde' })
  expect(misspelt.didYouMean).toEqual({ query: 'candle', applied: true })
  expect(misspelt.totalCount).toBe(12)
  const { pageInfo } = await ask({ query: 'canlde', first: 5 })
  // A word more like the one that was asked for comes between the pages.
  const [other] = await insertProducts(subgraph.databaseUrl, [{ title: 'Canldes', slug: 'canldes' }])
  const rest = await ask({ query: 'canlde', after: pageInfo.endCursor })
  expect(rest.nodes).toEqual(misspelt.nodes.slice(5))
  expect(rest.didYouMean).toEqual({ query: 'candle', applied: true })
  await withConnection(subgraph.databaseUrl, (connection) =>
    connection.query('DELETE FROM "Product" WHERE "id" = $1', [other?.id]),
  )

  expect((await ask({ query: 'candle' })).didYouMean).toBeNull()
  expect((await ask({ query: 'xylophone' })).didYouMean).toBeNull()
  // Found, in a description, but the like word is a title's.
  await insertProducts(subgraph.databaseUrl, [{ title: 'Lid', slug: 'typo', description: 'For a teapt.' }])
  expect(await ask({ query: 'teapt' })).toMatchObject({
    nodes: [{ slug: 'typo' }],
    didYouMean: { query: 'teapot', applied: false },
  })
})

test('a word that only the other site has is nobody\u2019s spelling', async () => {
  await insertProducts(subgraph.databaseUrl, [
    { title: 'Gramophone', slug: 'gramophone', variants: [{ prices: [{ site: 'outlet', amount: 1 }] }] },
  ])
  const ask = async (site: 'main' | 'outlet') =>
    (await subgraph.query(spelled, { query: 'gramophome' }, { site })).data.search
  expect(await ask('main')).toMatchObject({ nodes: [], didYouMean: null })
  expect(await ask('outlet')).toMatchObject({
    nodes: [{ slug: 'gramophone' }],
    didYouMean: { query: 'gramophone', applied: true },
  })
})

test('what is found can be sorted, and each page goes on where the last one ended while products come, go and change', async () => {
  for (const sort of ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'TITLE']) {
    const ask = async (after: string | null) =>
      (await subgraph.query(spelled, { query: 'candle', first: 4, after, sort })).data.search
    const whole = (await subgraph.query(spelled, { query: 'candle', sort })).data.search.nodes
    expect(whole).toHaveLength(12)
    const seen: { slug: string }[] = []
    let after: string | null = null
    do {
      const page = await ask(after)
      seen.push(...page.nodes)
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      const passing = {
        title: 'Candle, candle',
        tags: ['candle'],
        slug: `passing-${sort.toLowerCase().replace('_', '-')}-${seen.length}`,
      }
      await insertProducts(subgraph.databaseUrl, [
        { ...passing, variants: [{ prices: [{ amount: seen.length * 300 + 1 }] }] },
      ])
      await withConnection(subgraph.databaseUrl, (connection) =>
        connection.query(
          `UPDATE "Product" SET "publishedAt" = now(), "title" = 'A candle' WHERE "slug" LIKE 'passing-%'`,
        ),
      )
    } while (after !== null)
    expect(seen.filter(({ slug }) => !slug.startsWith('passing'))).toEqual(whole)
    await withConnection(subgraph.databaseUrl, (connection) =>
      connection.query(`DELETE FROM "Product" WHERE "slug" LIKE 'passing-%'`),
    )
  }
})

describe('suggestions', () => {
  const suggest = async (query: string, site: 'main' | 'outlet' = 'main', first = 5) => {
    const { data, errors } = await subgraph.query(
      `query ($query: String!, $first: Int!) { searchSuggestions(query: $query, first: $first) {
        queries { text } products { slug } collections { slug }
      } }`,
      { query, first },
      { site },
    )
    expect(errors).toEqual([])
    const { queries, products: found, collections } = data.searchSuggestions
    return {
      queries: queries.map(({ text }: { text: string }) => text),
      products: found.map(({ slug }: { slug: string }) => slug),
      collections: collections.map(({ slug }: { slug: string }) => slug),
    }
  }
  beforeAll(async () => {
    await insertCollections(subgraph.databaseUrl, [
      { slug: 'zinc', title: 'Zincs & Zips', sites: ['main', 'outlet'] },
      { slug: 'zither', title: 'Zithers', sites: ['outlet'] },
    ])
    await insertProducts(subgraph.databaseUrl, [
      { title: 'Grey zinc pail', slug: 'zinc-pail' },
      { title: 'Zinc tub', slug: 'zinc-tub' },
      { title: 'Old zinc tub', slug: 'old-zinc-tub' },
      { title: 'Zip', slug: 'zip', variants: [{ prices: [{ site: 'outlet', amount: 5 }] }] },
    ])
  })

  test('complete the word that is being typed, with what is said beside it', async () => {
    const { queries, products: found, collections } = await suggest('zi')
    expect(queries[0]).toBe('zinc')
    expect(queries).toContain('zinc tub')
    expect(found.sort()).toEqual(['old-zinc-tub', 'zinc-pail', 'zinc-tub'])
    expect(collections).toEqual(['zinc'])
    expect((await suggest('zinc p')).queries).toEqual(['zinc pail'])
    expect((await suggest('zinc p')).products).toEqual(['zinc-pail'])
    expect((await suggest('ZINK')).products.sort()).toEqual(['old-zinc-tub', 'zinc-pail', 'zinc-tub'])
    expect((await suggest('zi', 'main', 1)).queries).toEqual(['zinc'])
  })

  test('are of the site, and there are none of nonsense', async () => {
    expect(await suggest('zi', 'outlet')).toEqual({
      queries: ['zip'],
      products: ['zip'],
      collections: ['zinc', 'zither'],
    })
    for (const nonsense of ['xqwv', '!!!', '"', 'zinc xqwv', 'the']) {
      expect((await suggest(nonsense)).products).toEqual([])
    }
  })

  test('are refused for what is no text, and for too many', async () => {
    for (const [query, first] of [
      ['', 5],
      ['\0', 5],
      ['a'.repeat(257), 5],
      ['mug', 0],
      ['mug', 11],
    ]) {
      const { errors } = await subgraph.query(
        'query ($query: String!, $first: Int!) { searchSuggestions(query: $query, first: $first) { queries { text } } }',
        { query, first },
      )
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })
})

describe('bad input', () => {
  test.each([
    [''],
    [' '],
    ['\n\t'],
    ['\0'],
    ['mug\0'],
    ['\ud800'],
    ['a'.repeat(257)],
    ['mug '.repeat(100_000)],
  ])('is refused by name (%#)', async (words) => {
    const { data, errors } = await subgraph.query(query, { query: words })
    expect(data).toEqual({ search: null })
    expect(errors).toEqual([
      expect.objectContaining({ path: ['search'], extensions: { code: 'BAD_USER_INPUT' } }),
    ])
    expect(errors[0]?.message).toContain('query')
  })

  test('as a cursor of another list is refused', async () => {
    const { data } = await subgraph.query('{ products(first: 1) { pageInfo { endCursor } } }')
    const made = [
      data.products.pageInfo.endCursor,
      encodeCursor(['SEARCH', 'x', 'y']),
      encodeCursor(['SEARCH', null, encodeCursor(['NEWEST', '2026-10-01T00:00:00.000Z', randomUUID()])]),
      encodeCursor(['SEARCH', '\0', encodeCursor(['RELEVANCE', 1, randomUUID()])]),
      encodeCursor(['SEARCH', null, null]),
    ]
    for (const after of made) {
      const { errors } = await subgraph.query(query, { query: 'mug', after })
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
    }
  })

  test('never reaches the database as anything but words', async () => {
    const operators = fc.string({
      unit: fc.constantFrom(
        '"',
        '&',
        '|',
        '!',
        ':',
        '*',
        '(',
        ')',
        '<',
        '>',
        '-',
        "'",
        '\\',
        ' ',
        'a',
        'or',
        '%',
        ';',
        '\0',
        '😀',
        '\ud800',
      ),
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(operators, fc.string({ unit: 'binary', maxLength: 60 })), async (words) => {
        const { data, errors } = await subgraph.query(query, { query: words })
        const codes = errors.map(({ extensions }) => extensions.code)
        const typed = await subgraph.query(
          'query ($query: String!) { searchSuggestions(query: $query) { queries { text } } }',
          { query: words },
        )
        expect(typed.errors.map(({ extensions }) => extensions.code)).toEqual(codes)
        expect(data.search === null ? codes : ['found']).toEqual(
          data.search === null ? ['BAD_USER_INPUT'] : ['found'],
        )
      }),
      { numRuns: 100 },
    )
  })
})
