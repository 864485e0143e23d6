import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Shop, startShop, subgraphNames } from '../set-up/shop.ts'
import { type Chapter, faultsOf, type OpenShop, takeJourneys } from './take-journeys.ts'
import { untilItAnswers } from './until-it-answers.ts'

// What `npm run journey` does with processes of their own, in this one.

let shop: Shop
let open: OpenShop

beforeAll(async () => {
  shop = await startShop({ BREAKER_MIN_CALLS: '2', BREAKER_OPEN_MS: '100', BREAKER_MAX_OPEN_MS: '200' })
  const standIns = new Map(Object.entries(shop.standIns))
  const standInOf = (subgraph: string) => {
    const standIn = standIns.get(subgraph)
    if (standIn === undefined) throw new Error(`there is no ${subgraph}`)
    return standIn
  }
  open = {
    url: shop.url,
    keysDirectory: shop.keysDirectory,
    subgraphs: subgraphNames,
    hang: (subgraph) => standInOf(subgraph).fail('hung'),
    goOn: async (subgraph) => {
      await standInOf(subgraph).recover()
      await untilItAnswers(shop.url, subgraph)
    },
  }
}, 120_000)
afterAll(() => shop?.stop())

async function take(...chapters: Chapter[]) {
  const taken = await takeJourneys({ shop: open, chapters })
  return { faults: taken.flatMap(faultsOf), taken }
}

test.each(['guest', 'customer'] as const)(
  'a %s gets from the home page to an order that is paid back',
  async (shopper) => {
    const { faults, taken } = await take({ shopper, down: null })
    expect(faults).toEqual([])
    expect(taken.flatMap(({ steps }) => steps.map(({ outcome }) => outcome))).not.toContain('lost')
  },
)

test.each(subgraphNames)(
  'with %s hanging, each step keeps what the others give, and is done once when it is back',
  async (down) => {
    const { faults, taken } = await take({ shopper: 'customer', down })
    expect(faults).toEqual([])
    const [chapter] = taken
    expect(chapter?.steps.map(({ outcome }) => outcome)).toContain('done')
    expect(chapter?.afterwards.map(({ outcome }) => outcome)).not.toContain('lost')
  },
)
