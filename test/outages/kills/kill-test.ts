import { z } from 'zod'
import { customerIdFor } from '../../../prisma/shop-data/people.ts'
import { randomFor } from '../../../prisma/shop-data/random.ts'
import { toId } from '../../../subgraphs/kit/ids.ts'
import { createMint } from '../../set-up/mint-token.ts'
import { openShop, untilFeedsAreFollowed } from '../../starter/open-shop.ts'
import { createPlace, type Place, processNames } from '../../starter/starter-process.ts'
import { createDownTimes } from './down-times.ts'
import { createKiller, type Kills } from './killer.ts'
import { createShopClient, type ShopClient } from './shop-client.ts'
import { type Tally, watchQueries } from './watched-queries.ts'
import { sessionKinds, type WritableProduct } from './write-sessions.ts'
import { createWriter, type WriteTally } from './writer.ts'

interface KillTestOptions {
  minutes: number
  seed: string
  /** Told how it goes, line by line. */
  say: (line: string) => void
  /** Ends it early. */
  signal: AbortSignal
  /** Takes what the shop has printed, in the end. */
  keepLog: (text: string) => void
}

export interface KillReport {
  seed: string
  elapsedMs: number
  /** Of the starter too, at the end. */
  kills: Kills[]
  queries: Tally
  writes: WriteTally[]
  notBack: string[]
  recoveryBoundMs: number
}

/** The longest pause of the starter, of a circuit breaker, and what it takes to start on a machine that is busy. */
const recoveryBoundMs = 40_000
/** Connections that ask the web shop's queries; one more writes for each kind of write. */
const watchers = 4
const writtenProducts = 40

const catalogue = z.object({
  products: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        variants: z.object({ nodes: z.array(z.object({ id: z.string(), compareAtPrice: z.unknown() })) }),
      }),
    ),
  }),
})

/** Products that no watched query shows, so that writing about them changes none of its answers. */
async function findWritableProducts(client: ShopClient, shown: string): Promise<WritableProduct[]> {
  const outcome = await client.ask({
    query: `{ products(first: 100, sort: TITLE) {
      nodes { id variants(first: 3) { nodes { id compareAtPrice { amount } } } }
    } }`,
  })
  const { products } = catalogue.parse(outcome.kind === 'answered' ? outcome.data : null)
  return products.nodes
    .filter(({ id }) => !shown.includes(id))
    .map(({ id, variants }) => ({
      id,
      variantIds: variants.nodes
        .filter(({ compareAtPrice }) => compareAtPrice === null)
        .map((variant) => variant.id),
    }))
    .filter(({ variantIds }) => variantIds.length > 0)
    .slice(0, writtenProducts)
}

/** Kills the starter itself, which nothing starts again but a person: what it had started ends or is joined. */
async function startAgain(place: Place, shop: Awaited<ReturnType<typeof openShop>>): Promise<Kills> {
  const pid = place.starterPid()
  if (pid === undefined) throw new Error('run.json names no starter')
  const began = performance.now()
  process.kill(pid, 'SIGKILL')
  await shop.exited
  await openShop(place)
  const readyMs = performance.now() - began
  await untilFeedsAreFollowed(place)
  return {
    process: 'npm start',
    count: 1,
    readyMs: [readyMs],
    recoveryMs: [performance.now() - began],
  }
}

async function killAndJudge(
  place: Place,
  client: ShopClient,
  { minutes, seed, say, signal, keepLog }: KillTestOptions,
): Promise<KillReport> {
  const began = performance.now()
  say('starting the shop')
  const shop = await openShop(place)
  await untilFeedsAreFollowed(place)
  const downTimes = createDownTimes()
  const mint = createMint(`${place.dataDir}/keys`)
  const token = await mint({ subject: toId('cus', customerIdFor('ada')), name: 'Ada' })
  const watch = await watchQueries({ client, downTimes, token })
  const products = await findWritableProducts(client, watch.shown)
  const writers = sessionKinds({ products, mint }).map((kind) => createWriter({ kind, client, downTimes }))
  const killer = createKiller({
    ...{ client, downTimes, token, recoveryBoundMs, say },
    random: randomFor(`kills ${seed}`),
    processes: place.processes,
    names: processNames,
  })

  say(`killing for ${minutes} minutes`)
  const killUntil = performance.now() + minutes * 60_000
  let isAllBack = false
  const isOver = () => isAllBack || signal.aborted
  const killing = killer
    .keepKilling(() => performance.now() > killUntil || signal.aborted)
    .finally(() => {
      isAllBack = true
    })
  await Promise.all([
    killing,
    ...Array.from({ length: watchers }, () => watch.keepAsking(isOver)),
    ...writers.map((writer) => writer.keepWriting(isOver)),
  ])
  await watch.settle()
  keepLog(shop.output())

  say('killing npm start itself, and starting it again')
  const restart = await startAgain(place, shop)
  say('reading back what was acknowledged')
  for (const writer of writers) await writer.readBack()
  return {
    seed,
    elapsedMs: performance.now() - began,
    kills: [...killer.kills(), restart],
    queries: watch.tally(),
    writes: writers.map((writer) => writer.tally()),
    notBack: killer.notBack(),
    recoveryBoundMs,
  }
}

/**
 * Starts the shop with data and ports of its own, kills its processes with SIGKILL in a random order for so long, while
 * clients ask and write, and sees what they get and what has become of what they wrote.
 * @throws when it is ended by its signal; what was started has been stopped then.
 */
export async function runKillTest(options: KillTestOptions): Promise<KillReport> {
  const { signal } = options
  const place = await createPlace()
  const client = createShopClient(`http://127.0.0.1:${place.portOf('gateway')}`)
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    return await Promise.race([killAndJudge(place, client, options), interrupted])
  } finally {
    await client.close()
    await place.remove()
  }
}
