import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../../../prisma/shop-data/random.ts'
import { isAlive } from '../../../starter/process-identity.js'
import type { ProcessEntry } from '../../../starter/run-file.ts'
import { type DownTimes, subgraphOf } from './down-times.ts'
import type { ShopClient } from './shop-client.ts'

/** What each subgraph is asked to see whether it, and its database, answer: nothing that it could remember. */
const probes: Record<string, string> = {
  gateway: '{ __typename }',
  products: '{ products(first: 1) { nodes { id title } } }',
  reviews: '{ me { id reviews(first: 1) { nodes { id } } } }',
  cart: '{ me { id orders(first: 1) { nodes { id } } } }',
  chat: '{ me { id conversations(first: 1) { nodes { id } } } }',
}

export interface Kills {
  process: string
  count: number
  /** Until it runs again and says that it is ready. */
  readyMs: number[]
  /** Until clients have its fields again. */
  recoveryMs: number[]
}

interface KillerOptions {
  client: ShopClient
  downTimes: DownTimes
  random: Random
  /** Of a customer, for the probes. */
  token: string
  /** What runs now. */
  processes: () => ProcessEntry[]
  /** What may be killed, by name. */
  names: readonly string[]
  recoveryBoundMs: number
  /** Told of each kill, and of what is back. */
  say: (line: string) => void
}

const probeEveryMs = 50
/** One answer may come by luck; after as many, whoever else asks is answered as well. */
const answersInARow = 5
/** A second and a third process are killed while the first is still coming back. */
const longestStaggerMs = 1_500
const longestRestMs = 1_000

const seconds = (ms: number) => (ms / 1000).toFixed(1)

async function isReady({ address }: ProcessEntry): Promise<boolean> {
  try {
    const response = await fetch(new URL('/health/ready', address), { signal: AbortSignal.timeout(2_000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Kills processes, one or some at once, in an order that is random and the same for one seed, and waits until each is
 * back by itself.
 */
export function createKiller(options: KillerOptions) {
  const { client, downTimes, random, token, processes, names, recoveryBoundMs, say } = options
  const kills = new Map(
    names.map((name): [string, Kills] => [name, { process: name, count: 0, readyMs: [], recoveryMs: [] }]),
  )
  const notBack: string[] = []

  const entryOf = (name: string) => processes().find((entry) => entry.name === name && isAlive(entry))

  async function answersAgain(query: string): Promise<boolean> {
    for (let count = 0; count < answersInARow; count++) {
      const outcome = await client.ask({ query, token })
      if (outcome.kind === 'unanswered' || outcome.status !== 200 || outcome.errors.length > 0) return false
    }
    return true
  }

  /** Whether another process than the killed one is there, and ready. */
  async function isReadyAgain(name: string, killed: ProcessEntry): Promise<boolean> {
    const entry = entryOf(name)
    if (!entry || entry.pid === killed.pid) return false
    // A database is written down once it takes connections.
    return name !== subgraphOf(name) || isReady(entry)
  }

  async function untilSo(isSo: () => Promise<boolean>, endsAt: number): Promise<boolean> {
    while (performance.now() < endsAt) {
      if (await isSo()) return true
      await pause(probeEveryMs)
    }
    return false
  }

  async function kill(name: string) {
    const entry = entryOf(name)
    const query = probes[subgraphOf(name)]
    const own = kills.get(name)
    if (query === undefined || !own) throw new Error(`There is no probe for ${name}`)
    // It is still being started after an earlier kill that is waited for.
    if (!entry) return
    const began = performance.now()
    const endsAt = began + recoveryBoundMs
    const downTime = downTimes.begin(name)
    process.kill(entry.pid, 'SIGKILL')
    say(`killed ${name}`)
    const isUp = await untilSo(() => isReadyAgain(name, entry), endsAt)
    const readyMs = performance.now() - began
    const isBack = isUp && (await untilSo(() => answersAgain(query), endsAt))
    downTime.end()
    const recoveryMs = performance.now() - began
    own.count += 1
    own.readyMs.push(readyMs)
    own.recoveryMs.push(recoveryMs)
    const told = `${name} ${isUp ? `is ready after ${seconds(readyMs)} s` : 'is not ready'}, its fields ${
      isBack ? `are back after ${seconds(recoveryMs)} s` : `are not back after ${seconds(recoveryBoundMs)} s`
    }`
    if (!isBack) notBack.push(told)
    say(told)
  }

  let turns: string[] = []
  /** Random, and yet each has had its turn before one has its next. */
  function draw(count: number): string[] {
    if (turns.length < count) turns = random.sample(names, names.length)
    return turns.splice(0, count)
  }

  return {
    async keepKilling(isOver: () => boolean) {
      while (!isOver()) {
        const atOnce = random.weighted([
          [1, 5],
          [2, 3],
          [3, 2],
        ])
        await Promise.all(
          draw(atOnce).map(async (name, index) => {
            if (index > 0) await pause(random.integer(0, longestStaggerMs))
            await kill(name)
          }),
        )
        await pause(random.integer(0, longestRestMs))
      }
    },
    kills: () => [...kills.values()],
    notBack: () => notBack,
  }
}
