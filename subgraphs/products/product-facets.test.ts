import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import type { Site } from '../kit/sites.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import type { ProductFilter } from './schema.generated.ts'
import { insertCollections, insertProducts } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
let collections: string[] = []

const brands = ['Kiln & Co', 'Nordlys', "O'Hara"]
const sizes = ['S', 'M', 'XL']
const colours = ['Sage', 'Rust']

beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
  const [top] = await insertCollections(subgraph.databaseUrl, [{ sites: ['main', 'outlet'] }])
  const [below, hidden] = await insertCollections(subgraph.databaseUrl, [
    { parentId: top?.id ?? null, sites: ['main', 'outlet'] },
    { sites: ['outlet'] },
  ])
  const ids = [top?.id ?? '', below?.id ?? '', hidden?.id ?? '']
  collections = ids.map((id) => toId('coll', id))
  await insertProducts(
    subgraph.databaseUrl,
    Array.from({ length: 40 }, (_, index) => ({
      title: index % 2 === 0 ? 'Wool jumper' : 'Linen shirt',
      brand: brands[index % 3] ?? '',
      collections: [...(index % 3 === 0 ? [ids[0] ?? ''] : []), ids[(index % 2) + 1] ?? ''],
      options: [
        { name: 'Size', values: sizes.filter((_, at) => (index + at) % 4 !== 0) },
        { name: 'Colour', values: colours },
      ],
      variants: sizes
        .filter((_, at) => (index + at) % 4 !== 0)
        .flatMap((size, at) =>
          colours.map((colour, shade) => ({
            stock: (index * 7 + at * 3 + shade) % 3,
            options: [
              { name: 'Size', value: size },
              { name: 'Colour', value: colour },
            ],
            prices: [
              { amount: 1000 + index * 700, ...(index % 5 === 0 && { saleAmount: 900 }) },
              ...(index % 4 < 2 ? [{ site: 'outlet' as const, amount: 800 + index * 50 }] : []),
            ],
          })),
        ),
    })),
  )
})
afterAll(() => subgraph.stop())

const facets = `facets {
  exact
  collections { collection { id } count selected }
  brands { value count selected }
  options { name values { value count selected } }
  prices { minimum { amount currency } maximum { amount } count selected }
  priceRange { minimum { amount } maximum { amount } }
  availability { value count selected }
  sale { value count selected }
}`

const query = `query ($filter: ProductFilter) {
  products(filter: $filter) { totalCount ${facets} }
  search(query: "wool or linen", filter: $filter) { totalCount ${facets} }
}`

async function count(filters: ProductFilter[], site: Site): Promise<number[]> {
  const fields = filters.map((_, index) => `c${index}: products(filter: $f${index}, first: 1) { totalCount }`)
  const variables = Object.fromEntries(filters.map((filter, index) => [`f${index}`, filter]))
  const declared = filters.map((_, index) => `$f${index}: ProductFilter`)
  const { data, errors } = await subgraph.query(
    `query (${declared.join(', ')}) { ${fields.join(' ')} }`,
    variables,
    { site },
  )
  expect(errors).toEqual([])
  return filters.map((_, index) => data[`c${index}`].totalCount)
}

const filters: fc.Arbitrary<ProductFilter> = fc.record(
  {
    collection: fc.option(fc.nat(2).map((at) => at)).map((at) => at as unknown as string | null),
    brands: fc.option(fc.subarray([...brands, 'nobody'])),
    available: fc.option(fc.boolean()),
    onSale: fc.option(fc.boolean()),
    minPrice: fc.option(fc.constantFrom(0, 2500, 5000)),
    maxPrice: fc.option(fc.constantFrom(999, 9999, 19_999)),
    options: fc.option(
      fc.uniqueArray(
        fc.record({
          name: fc.constantFrom('Size', 'Colour'),
          values: fc.subarray(['S', 'M', 'XL', 'Sage', 'Rust']),
        }),
        { selector: ({ name }) => name, maxLength: 2 },
      ),
    ),
  },
  { requiredKeys: [] },
)

interface Value {
  value: string | boolean
  count: number
  selected: boolean
}

test('each count is what choosing the value would leave, under all the other filters and on both sites', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.constantFrom<Site>('main', 'outlet'),
      async ({ collection, ...rest }, site) => {
        const filter: ProductFilter = {
          ...rest,
          ...(collection != null && { collection: collections[Number(collection)] ?? null }),
        }
        const { data, errors } = await subgraph.query(query, { filter }, { site })
        expect(errors).toEqual([])
        // Everything is made of wool or linen.
        expect(data.search).toEqual(data.products)
        const told = data.products.facets
        expect(told.exact).toBe(true)

        const values: [ProductFilter, { count: number; selected: boolean }][] = [
          ...told.collections.map((value: { collection: { id: string } | null } & Value) => [
            // What was chosen and is not shown by the site has no name there.
            { ...filter, collection: value.collection?.id ?? filter.collection ?? null },
            value,
          ]),
          ...told.brands.map((value: Value) => [{ ...filter, brands: [value.value] }, value]),
          ...told.availability.map((value: Value) => [{ ...filter, available: value.value }, value]),
          ...told.sale.map((value: Value) => [{ ...filter, onSale: value.value }, value]),
          ...told.prices.map(
            (value: { minimum: { amount: number }; maximum: { amount: number } | null } & Value) => [
              { ...filter, minPrice: value.minimum.amount, maxPrice: value.maximum?.amount ?? null },
              value,
            ],
          ),
          ...told.options.flatMap(({ name, values }: { name: string; values: Value[] }) =>
            values.map((value) => [
              {
                ...filter,
                options: [
                  ...(filter.options ?? []).filter((option) => option.name !== name),
                  { name, values: [value.value] },
                ],
              },
              value,
            ]),
          ),
        ]
        const counts = await count(
          values.map(([narrowed]) => narrowed),
          site,
        )
        expect(values.map(([, value]) => value.count)).toEqual(counts)
        // What is there without the facet's own choice is told, as far as it can be chosen.
        const chosenBrands = told.brands
          .filter(({ selected }: Value) => selected)
          .map(({ value }: Value) => value)
        expect(chosenBrands.sort()).toEqual([...(filter.brands ?? [])].sort())
        const prices = told.prices.reduce((sum: number, value: Value) => sum + value.count, 0)
        const [withoutPrice] = await count([{ ...filter, minPrice: null, maxPrice: null }], site)
        expect(prices).toBe(withoutPrice)
      },
    ),
    { numRuns: 20 },
  )
})

test('sizes stand from small to large, and a collection that the site does not show is no choice', async () => {
  const { data } = await subgraph.query(query)
  const { options, collections: told } = data.products.facets
  const sizeFacet = options.find(({ name }: { name: string }) => name === 'Size')
  expect(sizeFacet.values.map(({ value }: Value) => value)).toEqual(['S', 'M', 'XL'])
  expect(told.map(({ collection }: { collection: { id: string } }) => collection.id)).not.toContain(
    collections[2],
  )
  const outlet = await subgraph.query(query, {}, { site: 'outlet' })
  expect(outlet.data.products.facets.prices[0].minimum.currency).toBe('USD')
  expect(
    outlet.data.products.facets.collections.map(
      ({ collection }: { collection: { id: string } }) => collection.id,
    ),
  ).toContain(collections[2])
})

test('a collection counts what is in it or below it', async () => {
  const { data, errors } = await subgraph.query(
    `query ($id: ID!) { collection(id: $id) { products { totalCount ${facets} } } }`,
    { id: collections[0] },
  )
  expect(errors).toEqual([])
  const { totalCount, facets: told } = data.collection.products
  expect(told.brands.reduce((sum: number, value: Value) => sum + value.count, 0)).toBe(totalCount)
})

test('options are refused by name where they are not acceptable', async () => {
  const twice = [
    { name: 'Size', values: ['S'] },
    { name: 'Size', values: ['M'] },
  ]
  const many = Array.from({ length: 11 }, (_, index) => ({ name: `No. ${index}`, values: ['x'] }))
  for (const options of [
    twice,
    many,
    [{ name: '\0', values: ['x'] }],
    [{ name: 'Size', values: ['\ud800'] }],
  ]) {
    const { errors } = await subgraph.query(query, { filter: { options } })
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
    expect(errors[0]?.message).toContain('filter.options')
  }
})
