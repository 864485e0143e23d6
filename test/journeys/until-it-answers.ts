import { createShopClient } from '../outages/kills/shop-client.ts'
import { waitUntil } from '../set-up/wait-until.ts'

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

/** Settled when the gateway has a subgraph's answers again. */
export async function untilItAnswers(url: string, subgraph: string): Promise<void> {
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
