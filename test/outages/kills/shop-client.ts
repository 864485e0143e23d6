import { setTimeout as pause } from 'node:timers/promises'
import type { GraphQLFormattedError } from 'graphql'
import { Pool } from 'undici'

interface Asked {
  /** On the clock of performance.now(). */
  sentAt: number
  endedAt: number
}

export interface Answered extends Asked {
  kind: 'answered'
  status: number
  data: unknown
  errors: readonly GraphQLFormattedError[]
}

/** Nobody answered: refused, cut off, or in vain for too long. */
interface Unanswered extends Asked {
  kind: 'unanswered'
  reason: string
}

export type Outcome = Answered | Unanswered

export interface Question {
  query: string
  variables?: Record<string, unknown>
  token?: string
}

/** Longer than any operation may take. */
const patienceMs = 15_000
/** Where nobody listens, a client does not ask again at once. */
const backOffMs = 50

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isError = (value: unknown): value is GraphQLFormattedError =>
  isObject(value) && typeof value.message === 'string'

/** A client of the shop's gateway that outlives it. */
export function createShopClient(url: string) {
  const pool = new Pool(url, {
    connections: 32,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
    connectTimeout: 2_000,
  })

  async function send({ query, variables = {}, token }: Question) {
    const { statusCode, body } = await pool.request({
      path: '/graphql',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    })
    const answer: unknown = JSON.parse(await body.text())
    const { data = null, errors = [] } = isObject(answer) ? answer : {}
    return { status: statusCode, data, errors: Array.isArray(errors) ? errors.filter(isError) : [] }
  }

  return {
    async ask(question: Question): Promise<Outcome> {
      const sentAt = performance.now()
      try {
        const answer = await send(question)
        return { kind: 'answered', ...answer, sentAt, endedAt: performance.now() }
      } catch (error) {
        const endedAt = performance.now()
        await pause(backOffMs)
        const reason = error instanceof Error ? error.message : String(error)
        return { kind: 'unanswered', reason, sentAt, endedAt }
      }
    },
    close: () => pool.destroy(),
  }
}

export type ShopClient = ReturnType<typeof createShopClient>
