import { setTimeout as pause } from 'node:timers/promises'
import { newToken } from '../load/callers.ts'
import { LoadConnection } from '../load/load-connection.ts'
import { median } from '../load/statistics.ts'
import type { ComposedGraph } from '../subgraphs/expected-answers.ts'
import { type Gotten, judgeTouched, touched } from './operations.ts'

/** A client that has waited for as long goes away, and asks anew. */
export const patienceMs = 5_000

export interface Asked {
  /** Null where the client has gone away. */
  gotten: Gotten | null
  tookMs: number
}

/** Everything of one kind that clients got. */
export interface Outcome {
  gotten: Gotten | null
  count: number
  medianMs: number
  longestMs: number
}

interface AskOptions {
  url: string
  graph: ComposedGraph
}

const body = JSON.stringify({ query: touched.queryOf(0) })

/** Asks for B over one connection, which is made anew when it was given up. */
export function createTouchedClient({ url, graph }: AskOptions) {
  const open = () => new LoadConnection(url, { patienceMs })
  let connection = open()

  async function askOnce(token: string): Promise<Gotten | null> {
    if (!connection.isOpen) connection = open()
    try {
      const answer = await connection.ask({ path: '/graphql', body, authorization: `Bearer ${token}` })
      return judgeTouched({ status: answer.status, text: answer.body.toString() }, graph, token)
    } catch {
      return null
    }
  }
  return {
    async ask(): Promise<Asked> {
      const askedAt = performance.now()
      const gotten = await askOnce(newToken())
      return { gotten, tookMs: performance.now() - askedAt }
    },
    close: () => connection.close(),
  }
}

/** Everything that was gotten, that of one kind together. */
export function summarizeOutcomes(all: readonly Asked[]): Outcome[] {
  const kinds = new Map<string, Asked[]>()
  for (const asked of all) {
    const kind = JSON.stringify(asked.gotten)
    kinds.set(kind, [...(kinds.get(kind) ?? []), asked])
  }
  return [...kinds.values()].map((alike) => ({
    gotten: alike[0]?.gotten ?? null,
    count: alike.length,
    medianMs: median(alike.map(({ tookMs }) => tookMs)),
    longestMs: Math.max(...alike.map(({ tookMs }) => tookMs)),
  }))
}

interface BesideOptions extends AskOptions {
  connections: number
  /** Each connection asks as often, or as soon as it was answered. */
  everyMs: number
}

/** Keeps asking for B, so often and no more: what it costs is the same as long as it is answered. */
export function askBeside({ connections, everyMs, ...options }: BesideOptions) {
  const all: Asked[] = []
  let isOver = false

  async function keepAsking(index: number) {
    const client = createTouchedClient(options)
    // Not all at the same moment.
    await pause((index * everyMs) / connections)
    while (!isOver) {
      const asked = await client.ask()
      all.push(asked)
      await pause(Math.max(0, everyMs - asked.tookMs))
    }
    client.close()
  }
  const asking = Promise.all(Array.from({ length: connections }, (_, index) => keepAsking(index)))
  return {
    /** @returns what it got, when all that was under way has been answered or given up. */
    async stop(): Promise<Asked[]> {
      isOver = true
      await asking
      return all
    },
  }
}
