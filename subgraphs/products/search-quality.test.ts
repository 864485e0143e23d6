import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopData } from '../../prisma/shop-data/index.ts'
import type { ProductData } from '../../prisma/shop-data/types.ts'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products, { seeded: true })
})
afterAll(() => subgraph.stop())

type IsExpected = (product: ProductData) => boolean

const titled =
  (...parts: RegExp[]): IsExpected =>
  ({ title }) =>
    parts.every((part) => part.test(title))
const by =
  (name: string): IsExpected =>
  ({ brand }) =>
    brand === name
const comesIn =
  (value: string): IsExpected =>
  ({ options }) =>
    options.some(({ values }) => values.includes(value))
const tagged =
  (tag: string): IsExpected =>
  ({ tags }) =>
    tags.includes(tag)
const both =
  (...all: IsExpected[]): IsExpected =>
  (product) =>
    all.every((one) => one(product))

/** What shoppers ask for, and what they expect to see first. */
const queries: Record<string, [query: string, expected: IsExpected][]> = {
  'as it is written': [
    ['merino crew jumper', titled(/^Lagoon Merino Crew Jumper$/)],
    ['recycled nylon anorak', titled(/^Beacon Recycled Nylon Anorak$/)],
    ['noise-cancelling headphones', titled(/Noise-Cancelling.*Headphones/)],
    ['cast iron skillet', titled(/Cast Iron Skillet/)],
    ['watering can', titled(/Watering Can/)],
    ['fountain pen', titled(/Fountain Pen/)],
    ['waxed canvas', titled(/Waxed Canvas/)],
    ['oak', titled(/\bOak\b/)],
    ['silk scarf', titled(/Silk.*Scarf/)],
    ['over-ear headphones', titled(/Over-Ear Headphones/)],
    ['t-shirt', titled(/T-Shirt/)],
    ['dome tent', titled(/Dome Tent/)],
    ['washi paper lamp', titled(/Washi Paper.*Lamp/)],
    ['foxglove leather tote bag', titled(/^Foxglove Leather Tote Bag$/)],
    ['wool', titled(/\bWool\b/)],
  ],
  'one for many and many for one': [
    ['jumpers', titled(/Jumper/)],
    ['scarves', titled(/Scarf/)],
    ['mugs', titled(/\bMug\b/)],
    ['dining chairs', titled(/Dining Chair/)],
    ['kites', titled(/Kite/)],
    ['bobble hats', titled(/Bobble Hat/)],
    ['turntables', titled(/Turntable/)],
    ['sock', titled(/Socks/)],
    ['building block', titled(/Building Blocks/)],
    ['party games', titled(/Party Game/)],
    ['sleeping bags', titled(/Sleeping Bag/)],
    ['puzzle', titled(/Puzzle/)],
  ],
  misspelt: [
    ['jumpr', titled(/Jumper/)],
    ['mernio', titled(/Merino/)],
    ['cardigen', titled(/Cardigan/)],
    ['headfones', titled(/Headphones/)],
    ['turntabel', titled(/Turntable/)],
    ['mgu', titled(/\bMug\b/)],
    ['sleaping bag', titled(/Sleeping Bag/)],
    ['annorak', titled(/Anorak/)],
    ['cashmeer beanie', titled(/Cashmere Beanie/)],
    ['tittanium bottle', titled(/Titanium.*Bottle/)],
    ['skilet', titled(/Skillet/)],
    ['bluetoth speeker', titled(/Bluetooth Speaker/)],
    ['notbook', titled(/Notebook/)],
    ['secaturs', titled(/Secateurs/)],
    ['lambswol throw', titled(/Lambswool Throw/)],
    ['galvanized watering can', titled(/Galvanised Watering Can/)],
    ['terracota planter', titled(/Terracotta Planter/)],
    ['porcelin bowl', titled(/Porcelain.*Bowl/)],
  ],
  'joined, parted, without accents': [
    ['saute pan', titled(/Sauté Pan/)],
    ['head phones', titled(/Headphones/)],
    ['back pack', titled(/Backpack/)],
    ['roll neck', titled(/Roll-Neck/)],
    ['table-lamp', titled(/Table Lamp/)],
    ['enamelled iron sauce pan', titled(/Enamelled Iron Saucepan/)],
  ],
  'by brand, tag and option': [
    ['aria works', by('Aria Works')],
    ['nordlund jumper', both(by('Nordlund'), titled(/Jumper/))],
    ['potters yard mug', both(by('Potters’ Yard'), titled(/Mug/))],
    ['vinyl', tagged('vinyl')],
    ['weatherproof', tagged('weatherproof')],
    ['sage mug', both(comesIn('Sage'), tagged('mug'))],
    ['mustard beanie', both(comesIn('Mustard'), tagged('beanie'))],
    ['board game german', both(comesIn('German'), titled(/Board Game/))],
    ['30 l backpack', both(comesIn('30 L'), tagged('backpack'))],
  ],
}

const looked = 10
const search = `query ($query: String!) { search(query: $query, first: ${looked}) { nodes { slug } } }`

test('shoppers find first what they look for', async () => {
  const catalogue = [...shopData().products()]
  const results: { sort: string; query: string; recall: number; reciprocalRank: number }[] = []
  for (const [sort, asked] of Object.entries(queries)) {
    for (const [query, isExpected] of asked) {
      const expected = new Set(catalogue.filter(isExpected).map(({ slug }) => slug))
      expect(expected.size, `${query} expects something`).toBeGreaterThan(0)
      const { data } = await subgraph.query(search, { query })
      const found: string[] = data.search.nodes.map(({ slug }: { slug: string }) => slug)
      const hits = found.filter((slug) => expected.has(slug)).length
      const first = found.findIndex((slug) => expected.has(slug))
      results.push({
        ...{ sort, query },
        recall: hits / Math.min(looked, expected.size),
        reciprocalRank: first === -1 ? 0 : 1 / (first + 1),
      })
    }
  }

  const mean = (of: typeof results, key: 'recall' | 'reciprocalRank') =>
    of.reduce((sum, result) => sum + result[key], 0) / of.length
  const line = (name: string, of: typeof results) =>
    `${name.padEnd(34)} ${String(of.length).padStart(3)} queries   recall@${looked} ${mean(of, 'recall').toFixed(3)}   MRR ${mean(of, 'reciprocalRank').toFixed(3)}`
  const worst = results.filter(({ recall, reciprocalRank }) => recall < 1 || reciprocalRank < 1)
  console.log(
    [
      'Search quality',
      ...Object.keys(queries).map((sort) =>
        line(
          sort,
          results.filter((result) => result.sort === sort),
        ),
      ),
      line('all', results),
      ...worst.map(
        ({ query, recall, reciprocalRank }) =>
          `  ${query}: recall ${recall.toFixed(2)}, reciprocal rank ${reciprocalRank.toFixed(2)}`,
      ),
    ].join('\n'),
  )

  expect(results).toHaveLength(60)
  expect(mean(results, 'recall')).toBeGreaterThanOrEqual(0.97)
  expect(mean(results, 'reciprocalRank')).toBeGreaterThanOrEqual(0.97)
  const misspelt = results.filter(({ sort }) => sort === 'misspelt')
  expect(mean(misspelt, 'recall')).toBeGreaterThanOrEqual(0.95)
  expect(mean(misspelt, 'reciprocalRank')).toBeGreaterThanOrEqual(0.95)
})
