import { loadOperations } from '../../../checks/operations/load-operations.ts'
import { waitUntil } from '../../set-up/wait-until.ts'
import type { DownTimes } from './down-times.ts'
import { tellWrong, wrongInData, wrongInOutcome } from './judge-answer.ts'
import type { Answered, Question, ShopClient } from './shop-client.ts'

interface WatchedQuery extends Question {
  name: string
  good: unknown
}

export interface Tally {
  asked: number
  whole: number
  /** With nulls for what was lost. */
  degraded: number
  unanswered: number
  wrong: string[]
}

interface Watch {
  /** Asks one after the other, until it is told to stop. */
  keepAsking(isOver: () => boolean): Promise<void>
  /** Judges once more, by a second good day, what was another than on the first: time may have changed it. */
  settle(): Promise<void>
  tally(): Tally
  /** What the answers show on a good day, as text: it is not to be written to. */
  shown: string
}

interface WatchOptions {
  client: ShopClient
  downTimes: DownTimes
  /** Of a customer who has a cart, orders, reviews and conversations. */
  token: string
}

/** An answer with everything in it. */
async function askOnGoodDay(client: ShopClient, { name, ...question }: Question & { name: string }) {
  let answered: Answered | null = null
  await waitUntil(
    async () => {
      const outcome = await client.ask(question)
      if (outcome.kind === 'answered' && outcome.errors.length === 0 && outcome.data) answered = outcome
      return answered !== null
    },
    { until: `${name} has no answer without errors, and nothing is down` },
  )
  return Object(answered).data
}

/** Watches the web shop's own queries: each answer is the good day's, but for what is lost and said to be. */
export async function watchQueries({ client, downTimes, token }: WatchOptions): Promise<Watch> {
  const questions = loadOperations('storefront/operations')
    .filter(({ kind }) => kind === 'query')
    .map(({ name, text, variables, caller }) => ({
      name,
      query: text,
      variables,
      ...(caller === 'customer' && { token }),
    }))
  const queries: WatchedQuery[] = []
  for (const question of questions) queries.push({ ...question, good: await askOnGoodDay(client, question) })

  const tally: Tally = { asked: 0, whole: 0, degraded: 0, unanswered: 0, wrong: [] }
  const doubtful: { query: WatchedQuery; answer: Answered }[] = []

  async function ask({ name, good, ...question }: WatchedQuery) {
    const outcome = await client.ask(question)
    tally.asked += 1
    tally.wrong.push(...tellWrong(name, outcome, wrongInOutcome(outcome, downTimes)))
    if (outcome.kind === 'unanswered' || outcome.status !== 200) {
      tally.unanswered += 1
      return
    }
    if (outcome.errors.length === 0) tally.whole += 1
    else tally.degraded += 1
    if (wrongInData(outcome, good).length > 0)
      doubtful.push({ query: { name, good, ...question }, answer: outcome })
  }

  let turn = 0
  return {
    async keepAsking(isOver) {
      while (!isOver()) {
        const query = queries[turn++ % queries.length]
        if (query) await ask(query)
      }
    },
    async settle() {
      const later = new Map<string, unknown>()
      for (const { query, answer } of doubtful) {
        const { name, good: _, ...question } = query
        if (!later.has(name)) later.set(name, await askOnGoodDay(client, { name, ...question }))
        if (wrongInData(answer, later.get(name)).length === 0) continue
        tally.wrong.push(...tellWrong(name, answer, wrongInData(answer, query.good)))
      }
    },
    tally: () => tally,
    shown: JSON.stringify(queries.map(({ variables, good }) => [variables, good])),
  }
}
