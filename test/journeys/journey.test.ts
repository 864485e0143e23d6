import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Shop, startShop, subgraphNames } from '../set-up/shop.ts'
import { type Chapter, faultsOf, type OpenShop, takeJourneys } from './take-journeys.ts'

// What `npm run journey` does with processes of their own, in this one.

let shop: Shop
let open: OpenShop

beforeAll(async () => {
  shop = await startShop({ CALL_DEADLINE_MS: '500' })
  open = {
    url: shop.url,
    keysDirectory: shop.keysDirectory,
    subgraphs: subgraphNames,
    hang: (subgraph) => shop.standIns[subgraph].fail('hung'),
    goOn: (subgraph) => shop.standIns[subgraph].recover(),
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
