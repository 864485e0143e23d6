import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../../gateway/test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../../gateway/test-graph/test-graph.ts'
import { randomFor } from '../../prisma/shop-data/random.ts'
import { kindOf, outageNames } from '../set-up/outages.ts'
import { type StandIn, startStandIn } from '../set-up/stand-in.ts'

// One gateway lives through one outage after the other. MANY_OUTAGES says how many, OUTAGES_SEED which.

const wanted = Number(process.env.MANY_OUTAGES ?? 40)
const seed = process.env.OUTAGES_SEED ?? String(Date.now())
/** After so many the gateway has what it keeps: connections, plans, code that is compiled. */
const warmUp = Math.ceil(wanted / 4)
/** What is asked at once: more than a breaker's probes, so that some are turned away as well. */
const crowd = 6
const recoveryBoundMs = 10_000
/** Each outage may leave behind what a collection has not found yet, and no more than that. */
const acceptedBytesPerOutage = 2_000
const acceptedBytes = 3_000_000

/** Breakers open within an outage and try again soon, so that each outage is lived through in both of their states. */
const settings = {
  REVIEWS_CALL_DEADLINE_MS: '150',
  MAX_ANSWER_BYTES: '200000',
  BREAKER_WINDOW_MS: '500',
  BREAKER_MIN_CALLS: '4',
  BREAKER_OPEN_MS: '20',
  BREAKER_MAX_OPEN_MS: '80',
}

const query = '{ products { id title rating } }'
const goodDay = {
  products: [
    { id: 'lamp', title: 'Lamp', rating: 5 },
    { id: 'desk', title: 'Desk', rating: 3 },
  ],
}
/** What is left of it while reviews fails, whatever it does: it may also lie about one product alone. */
const withoutReviews = { products: goodDay.products.map(({ id, title }) => ({ id, title })) }

/** That it is known to be down; and on a busy machine a call may be over before its retries are. */
const alsoTold = ['SUBGRAPH_CIRCUIT_OPEN', 'SUBGRAPH_TIMEOUT']

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

interface Held {
  heapBytes: number
  /** Of each kind that there is: sockets, timers, servers. */
  resources: Record<string, number>
}

let graph: TestGraph
let standIn: StandIn
let gateway: TestGateway

beforeAll(async () => {
  graph = await startTestGraph()
  standIn = await startStandIn(graph.reviews.url)
  gateway = await startTestGateway(
    compose([graph.catalogue, { ...graph.reviews, url: `${standIn.url}/graphql` }, graph.orders]),
    { env: settings },
  )
})
afterAll(async () => {
  await gateway.stop()
  await standIn.stop()
  await graph.stop()
})

async function askAll() {
  const answers = await Promise.all(Array.from({ length: crowd }, () => gateway.ask(query)))
  // What the subgraphs of the test keep of each request is not the gateway's.
  for (const subgraph of graph.all) subgraph.requests.length = 0
  return answers
}

const isWell = ({ errors }: Awaited<ReturnType<TestGateway['ask']>>) => errors.length === 0

/** Asks until every field is back, which takes nobody to restart anything. @returns how long it took */
async function untilRecovered(): Promise<number> {
  const began = performance.now()
  for (;;) {
    const answers = await askAll()
    if (answers.every(isWell)) {
      for (const { data } of answers) expect(data).toEqual(goodDay)
      return performance.now() - began
    }
    if (performance.now() - began > recoveryBoundMs) {
      const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))
      throw new Error(`the fields are not back after ${recoveryBoundMs} ms: ${codes.join(', ')}`)
    }
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]

/** What the process holds once all that is under way has ended. */
function held(): Held {
  collectGarbage()
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  return { heapBytes: process.memoryUsage().heapUsed, resources }
}

test(`the fields come back by themselves after each of ${wanted} outages, and nothing is left behind`, {
  timeout: 60_000 + wanted * 5_000,
}, async () => {
  const random = randomFor(`outages ${seed}`)
  const tried: string[] = []
  const spentMs: number[] = []
  let before = held()

  for (let count = 1; count <= wanted; count++) {
    const outage = random.pick(outageNames)
    tried.push(outage)
    await standIn.fail(outage)
    const told = [...(await askAll()), ...(await askAll())]
    for (const { status, data, errors } of told) {
      expect(status).toBe(200)
      expect(data).toMatchObject(withoutReviews)
      for (const { path, extensions } of errors) {
        expect(path).toEqual(['products', expect.any(Number), 'rating'])
        expect(extensions).toEqual({ code: expect.any(String), serviceName: 'reviews' })
        expect([...kindOf(outage).codes, ...alsoTold]).toContain(extensions.code)
      }
    }
    if (kindOf(outage).costs === 'all') expect(told.filter(isWell)).toEqual([])
    await standIn.recover()
    spentMs.push(await untilRecovered())
    if (count === warmUp) before = held()
  }

  const after = held()
  const about = `seed ${seed}: ${tried.join(', ')}`
  const grown = after.heapBytes - before.heapBytes
  if (process.env.MANY_OUTAGES)
    console.log({
      ...{ seed, wanted, before, after, grown },
      recoveryMs: { median: median(spentMs), longest: Math.max(...spentMs) },
    })
  expect(grown, about).toBeLessThan(acceptedBytes + (wanted - warmUp) * acceptedBytesPerOutage)
  for (const [name, count] of Object.entries(after.resources)) {
    // Connections that are kept for the next call, of which there are some more or less: both of their ends are here.
    const spare = /^TCPSocket/.test(name) ? 2 * crowd : 2
    expect(count, `${name}, ${about}`).toBeLessThanOrEqual((before.resources[name] ?? 0) + spare)
  }
})
