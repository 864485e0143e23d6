import { randomSupergraph } from '../differential/random-supergraph.ts'
import { composeSubgraphs, readSubgraphs, type SupergraphSource } from '../differential/supergraph-facts.ts'
import { writtenSupergraphs } from '../differential/supergraphs/all.ts'
import { loadSuite, suiteNames } from '../federation/load-suites.ts'
import { kindOf, type Outage } from '../set-up/outages.ts'
import { type GeneratingGround, generateOperations } from './generate-operations.ts'
import {
  failedSets,
  type GoodDay,
  type Mismatch,
  type ProvedOperation,
  spendGoodDay,
  type TriedOutage,
  tryOutage,
} from './proving-ground.ts'
import { openShop } from './shop-ground.ts'
import { shrinkMismatch } from './shrink-operation.ts'
import { openSuite, openWritten } from './suite-grounds.ts'

export interface ProofOptions {
  /** How many different operations, each in one outage. */
  operations: number
  seed: number
  supergraph: 'shop' | 'federation' | 'all'
  outages: readonly Outage[]
  /** Several processes may share the work: which part of it is this one's. */
  part: { index: number; of: number }
  onProgress?: (proof: Proof) => void
}

export interface Proof extends TriedOutage {
  /** Different operations that were proved, each in one outage, twice. */
  operations: number
  /** Operations that a good day has no answer for that could be compared. */
  unanswered: number
  /** How many supergraphs they were made up for. */
  supergraphs: number
  /** How many operations there were in each outage. */
  byOutage: Record<string, number>
  elapsedMs: number
}

interface Lane {
  name: string
  open: () => Promise<GeneratingGround>
}

/** What is asked at once in one outage: more where each call lasts, so that they last together. */
const batchSize = (outage: Outage) => (kindOf(outage).isSlow ? 24 : 12)
/** Fewer than these are not worth the start of a supergraph. */
const fewest = 12
/** How many mismatches are made smaller, one of an outage: the others are likely to have the same cause. */
const maxShrunk = 5
/** So many outages lie between the first ones of two supergraphs, so that few operations meet all of them. */
const turnsApart = 3
/** Supergraphs that are drawn, another for each seed. */
const randomSupergraphs = 8
/** Supergraphs that are proved at the same time: while the calls of one hang, another has the machine. */
const lanes = 3

/** Numbers that look random, the same for the same seed: https://en.wikipedia.org/wiki/Xorshift */
function createRandom(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}

function shuffled<Value>(values: readonly Value[], random: (below: number) => number): Value[] {
  const left = [...values]
  return values.flatMap(() => left.splice(random(left.length), 1))
}

/** Those of the drawn ones that compose. */
function drawSupergraphs(seed: number): SupergraphSource[] {
  return Array.from({ length: randomSupergraphs }, (_, index) => randomSupergraph(seed + index)).filter(
    (source) => {
      try {
        return composeSubgraphs(readSubgraphs(source), (name) => `http://${name}`) !== ''
      } catch {
        return false
      }
    },
  )
}

/** Which supergraphs there are to prove on, the shop first. */
async function findLanes({ supergraph, seed }: ProofOptions): Promise<{ shop: Lane[]; others: Lane[] }> {
  const shop = { name: 'shop', open: openShop }
  if (supergraph === 'shop') return { shop: [shop], others: [] }
  const suites = (await Promise.all(suiteNames.map(loadSuite))).filter(({ refused }) => !refused)
  const others = [
    ...[...writtenSupergraphs, ...drawSupergraphs(seed)].map((source) => ({
      name: source.name,
      open: () => openWritten(source, seed),
    })),
    ...suites.map((suite) => ({ name: suite.name, open: () => openSuite(suite) })),
  ]
  return { shop: supergraph === 'all' ? [shop] : [], others }
}

interface Share {
  lane: Lane
  operations: number
  /** With which of the outages it begins. */
  turn: number
}

interface Part {
  operations: number
  shares: Share[]
}

/** What is proved where, the same for the same options: the part of it that is this process's. */
async function shareOut(options: ProofOptions): Promise<Share[]> {
  const { operations, seed, part } = options
  const { shop, others } = await findLanes(options)
  // The shop is what this is all for; the others have what it has not.
  const ofShop = others.length === 0 ? operations : shop.length * Math.ceil(operations * 0.3)
  const left = operations - ofShop
  const chosen = shuffled(others, createRandom(seed)).slice(0, Math.max(1, Math.floor(left / fewest)))
  const shares = [
    ...shop.map((lane) => ({ lane, operations: ofShop, turn: 0 })),
    ...chosen.map((lane, index) => ({
      lane,
      turn: index * turnsApart,
      operations: Math.floor(left / chosen.length) + (index < left % chosen.length ? 1 : 0),
    })),
  ]
  const parts = Array.from({ length: part.of }, (): Part => ({ operations: 0, shares: [] }))
  for (const share of shares.filter((one) => one.operations > 0)) {
    const [least] = parts.toSorted((one, other) => one.operations - other.operations)
    if (!least) break
    least.operations += share.operations
    least.shares.push(share)
  }
  return parts[part.index]?.shares ?? []
}

/** Proves that outages cost what they were predicted to cost, on operations that are made up. */
export async function prove(options: ProofOptions): Promise<Proof> {
  const { seed, outages, onProgress } = options
  const began = performance.now()
  let shrunk = 0
  const proof: Proof = {
    ...{ operations: 0, unanswered: 0, supergraphs: 0, asked: 0, lost: 0, spared: 0, stalled: 0 },
    byOutage: {},
    mismatches: [],
    elapsedMs: 0,
  }

  async function proveOn(share: Share, from: number): Promise<number> {
    const ground = await share.lane.open()
    proof.supergraphs += 1
    try {
      return await proveOnGround(ground, share, from)
    } finally {
      await ground.stop()
    }
  }

  async function takeAnswered(
    ground: GeneratingGround,
    made: Iterator<ProvedOperation>,
    count: number,
  ): Promise<{ operation: ProvedOperation; goodDay: GoodDay }[]> {
    const taken: { operation: ProvedOperation; goodDay: GoodDay }[] = []
    while (taken.length < count) {
      const candidates: ProvedOperation[] = []
      while (candidates.length < count - taken.length) {
        const { done, value } = made.next()
        if (done) break
        candidates.push(value)
      }
      if (candidates.length === 0) break
      const days = await Promise.all(
        candidates.map(async (operation) => ({ operation, goodDay: await spendGoodDay(ground, operation) })),
      )
      for (const { operation, goodDay } of days) {
        if (goodDay) taken.push({ operation, goodDay })
        else proof.unanswered += 1
      }
    }
    return taken
  }

  async function proveOnGround(ground: GeneratingGround, share: Share, from: number): Promise<number> {
    const made = generateOperations(ground, from)
    const sets = shuffled(failedSets(ground), createRandom(from))
    const order = shuffled(outages, createRandom(from))
    let done = 0
    for (let turn = 0; done < share.operations; turn++) {
      // Each supergraph begins with another outage; a round of all of them begins with another set.
      const outage = order[(share.turn + turn) % order.length]
      const failed = sets[(share.turn + turn + Math.floor(turn / order.length)) % sets.length]
      if (!failed || !outage) break
      const operations = await takeAnswered(
        ground,
        made,
        Math.min(batchSize(outage), share.operations - done),
      )
      if (operations.length === 0) break
      const tried = await tryOutage({ ground, outage, failed, operations })
      done += operations.length
      proof.operations += operations.length
      proof.asked += tried.asked
      proof.lost += tried.lost
      proof.spared += tried.spared
      proof.stalled += tried.stalled
      const [first, ...others] = tried.mismatches
      if (first) proof.mismatches.push(shrunk++ < maxShrunk ? await shrinkMismatch(ground, first) : first)
      proof.mismatches.push(...others)
      proof.byOutage[outage] = (proof.byOutage[outage] ?? 0) + operations.length
      proof.elapsedMs = performance.now() - began
      onProgress?.(proof)
    }
    return done
  }

  const shares = await shareOut(options)
  const queue = [...shares]
  let missing = 0

  async function proveOnNext(): Promise<void> {
    const next = queue.shift()
    if (!next) return
    const done = await proveOn(next, seed)
    missing += next.operations - done
    return proveOnNext()
  }
  await Promise.all(Array.from({ length: lanes }, proveOnNext))
  // What small supergraphs have not enough operations for, one that never runs out of them has.
  const [endless] = writtenSupergraphs
  if (missing > 0 && endless) {
    const lane = { name: endless.name, open: () => openWritten(endless, seed + 1) }
    await proveOn({ lane, operations: missing, turn: 0 }, seed + 1)
  }
  proof.elapsedMs = performance.now() - began
  return proof
}

/** A mismatch as people read it: all that is needed to see it again. */
export function describeMismatch({
  ground,
  outage,
  failed,
  operation,
  pass,
  found,
  good,
  bad,
}: Mismatch): string {
  return [
    `${ground}, ${failed.join(' and ')}: ${outage}, time ${pass} (operation ${operation.name})`,
    ...found.map((line) => `  ${line}`),
    operation.query.replace(/^/gm, '    '),
    `  variables      ${JSON.stringify(operation.variables)}`,
    `  on a good day  ${JSON.stringify(good.data)}`,
    `  on a bad one   ${JSON.stringify(bad.data)}`,
    `  errors         ${JSON.stringify(bad.errors.map(({ path, extensions }) => [path, extensions]))}`,
  ].join('\n')
}
