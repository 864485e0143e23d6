import { createShopClient } from '../outages/kills/shop-client.ts'
import { waitUntil } from '../set-up/wait-until.ts'
import { openShop, untilFeedsAreFollowed } from '../starter/open-shop.ts'
import { createPlace, serviceNames } from '../starter/starter-process.ts'
import type { OpenShop } from './take-journeys.ts'

/** What each subgraph alone answers. */
const probes: Readonly<Record<string, string>> = {
  products: '{ products(first: 1) { nodes { id title } } }',
  reviews: '{ topRated(first: 1) { id } }',
  cart: '{ popular(first: 1) { id } }',
  chat: '{ conversation(id: "conv_00000000000000000000000000") { id } }',
}
/** One answer may come by luck. */
const answersInARow = 5
const backTimeoutMs = 30_000

export interface OwnShop extends OpenShop {
  /** Settled when it can be asked. */
  opened: Promise<void>
  close(): Promise<void>
}

/** The shop as `npm start` runs it, with data and ports of its own, whose subgraphs are stopped and go on. */
export async function openOwnShop(): Promise<OwnShop> {
  const place = await createPlace()
  const url = `http://127.0.0.1:${place.portOf('gateway')}`

  async function untilItAnswers(subgraph: string) {
    const client = createShopClient(url)
    const query = probes[subgraph] ?? '{ __typename }'
    let answers = 0
    try {
      await waitUntil(
        async () => {
          const answer = await client.ask({ query })
          const isWell = answer.kind === 'answered' && answer.errors.length === 0
          answers = isWell ? answers + 1 : 0
          return answers >= answersInARow
        },
        { until: `${subgraph} is not back`, timeoutMs: backTimeoutMs },
      )
    } finally {
      await client.close()
    }
  }

  return {
    url,
    keysDirectory: `${place.dataDir}/keys`,
    subgraphs: serviceNames.filter((name) => name !== 'gateway'),
    opened: openShop(place).then(() => untilFeedsAreFollowed(place)),
    hang: (subgraph) => {
      process.kill(place.pidOf(subgraph), 'SIGSTOP')
    },
    async goOn(subgraph) {
      process.kill(place.pidOf(subgraph), 'SIGCONT')
      await untilItAnswers(subgraph)
    },
    close: () => place.remove(),
  }
}
