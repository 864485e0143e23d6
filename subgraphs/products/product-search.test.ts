import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeCursor } from '../kit/paging.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts } from './test-data.ts'

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
        expect(data.search === null ? codes : ['found']).toEqual(
          data.search === null ? ['BAD_USER_INPUT'] : ['found'],
        )
      }),
      { numRuns: 150 },
    )
  })
})
