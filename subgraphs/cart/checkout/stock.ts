import { Agent, request } from 'undici'
import { z } from 'zod'
import { contextHeader } from '../../../service/signed-context.ts'
import { toId, toUuid } from '../../kit/ids.ts'
import { ownCredential } from '../../kit/own-credential.ts'
import type { Site } from '../../kit/sites.ts'
import type { Services } from '../../kit/subgraph.ts'

// What checkout and orders ask of products' stock, by products' inner fields. Every call may be sent again.

/** A variant by its uuid, and so many of it. */
export interface StockLine {
  variantId: string
  quantity: number
}

export interface Shortage {
  variantId: string
  available: number
}

export type Held =
  /** What each variant costs now, in minor units. */
  { state: 'held'; prices: Map<string, number> } | { state: 'short'; shortages: Shortage[] }

export interface Stock {
  reserve(hold: {
    reservationId: string
    site: Site
    lines: readonly StockLine[]
    expiresInSeconds: number
  }): Promise<Held>
  commit(reservationId: string): Promise<{ state: 'committed' } | { state: 'short'; shortages: Shortage[] }>
  release(reservationId: string): Promise<void>
  /** Puts back what was sold; once for each `returnId`. @returns false where there is nothing of it to put back. */
  putBack(goods: { returnId: string; reservationId: string; lines: readonly StockLine[] }): Promise<boolean>
}

/** Nobody knows whether it was done: it is to be asked again. */
class StockUnavailable extends Error {
  override readonly name = 'StockUnavailable'
}

const payload = z.object({
  reservation: z
    .object({ lines: z.array(z.object({ variantId: z.string(), price: z.object({ amount: z.int() }) })) })
    .nullish(),
  shortages: z.array(z.object({ variantId: z.string(), available: z.int() })).default([]),
  userErrors: z.array(z.object({ code: z.string(), field: z.array(z.string()).nullish() })),
})
type Payload = z.infer<typeof payload>

const answerSchema = z.object({ data: z.object({ done: payload.nullable() }).nullish() })

const documents = {
  reserve: `mutation ($input: StockReserveInput!) { done: stockReserve(input: $input) {
    reservation { lines { variantId price { amount } } } shortages { variantId available } userErrors { code field } } }`,
  commit: `mutation ($input: StockCommitInput!) { done: stockCommit(input: $input) {
    shortages { variantId available } userErrors { code field } } }`,
  release: `mutation ($input: StockReleaseInput!) { done: stockRelease(input: $input) { userErrors { code field } } }`,
  putBack: `mutation ($input: StockReturnInput!) { done: stockReturn(input: $input) { userErrors { code field } } }`,
} as const

const maxAnswerBytes = 1_048_576

export function createStock(
  { config, signer }: Pick<Services<unknown>, 'config' | 'signer'>,
  { timeoutMs = 2_000 }: { timeoutMs?: number } = {},
): Stock & { close(): Promise<void> } {
  const url = new URL('/graphql', config.feedUrls.products)
  const agent = new Agent({
    connections: 32,
    maxResponseSize: maxAnswerBytes,
    connect: { timeout: timeoutMs },
  })
  const credential = ownCredential(signer)

  async function ask(call: keyof typeof documents, input: object, site?: Site): Promise<Payload> {
    try {
      const { statusCode, body } = await request(url, {
        dispatcher: agent,
        method: 'POST',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          [contextHeader]: await credential(site),
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify({ query: documents[call], variables: { input } }),
      })
      if (statusCode !== 200) {
        await body.dump()
        throw new Error(`status ${statusCode}`)
      }
      const { data } = answerSchema.parse(await body.json())
      if (!data?.done) throw new Error('answered with errors')
      return data.done
    } catch (error) {
      throw new StockUnavailable(`products did not do ${call}`, { cause: error })
    }
  }

  const input = (lines: readonly StockLine[]) =>
    lines.map(({ variantId, quantity }) => ({ variantId: toId('var', variantId), quantity }))

  const shortagesIn = ({ shortages }: Payload): Shortage[] =>
    shortages.flatMap(({ variantId, available }) => {
      const uuid = toUuid('var', variantId)
      return uuid === null ? [] : [{ variantId: uuid, available }]
    })

  return {
    async reserve({ reservationId, site, lines, expiresInSeconds }) {
      const answer = await ask(
        'reserve',
        { reservationId, site, lines: input(lines), expiresInSeconds },
        site,
      )
      const { reservation, userErrors } = answer
      // What products does not sell (any more) is as good as sold out.
      const unknown = userErrors.flatMap(({ field }) => {
        const line = lines[Number(field?.find((part) => /^\d+$/.test(part)) ?? Number.NaN)]
        return line === undefined ? [] : [{ variantId: line.variantId, available: 0 }]
      })
      const shortages = [...shortagesIn(answer), ...unknown]
      if (shortages.length > 0) return { state: 'short', shortages }
      if (userErrors.length > 0 || !reservation)
        throw new StockUnavailable(`products did not reserve: ${userErrors.map(({ code }) => code).join()}`)
      return {
        state: 'held',
        prices: new Map(
          reservation.lines.map(({ variantId, price }) => [toUuid('var', variantId) ?? '', price.amount]),
        ),
      }
    },

    async commit(reservationId) {
      const answer = await ask('commit', { reservationId })
      if (answer.shortages.length > 0) return { state: 'short', shortages: shortagesIn(answer) }
      if (answer.userErrors.length === 0) return { state: 'committed' }
      // Not held any more, and not to be had back: nothing is known of how many are left.
      return { state: 'short', shortages: [] }
    },

    async release(reservationId) {
      await ask('release', { reservationId })
    },

    async putBack({ returnId, reservationId, lines }) {
      const { userErrors } = await ask('putBack', { returnId, reservationId, lines: input(lines) })
      return userErrors.length === 0
    },

    close: () => agent.destroy(),
  }
}
