import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { readBody, sendJson } from '../../../service/http.ts'

// Products' stock, as checkout sees it: its inner fields with a ledger in memory, for tests that have to make it fail,
// or to outlive the process that asks. The real one is in subgraphs/products.

export const stockCalls = ['stockReserve', 'stockCommit', 'stockRelease', 'stockReturn'] as const
export type StockCall = (typeof stockCalls)[number]
/** `down` closes the connection, `hung` does nothing, `late` does it, and no answer comes. */
export type Outage = 'down' | 'hung' | 'late'

interface Reservation {
  status: 'HELD' | 'COMMITTED' | 'RELEASED'
  lines: { variantId: string; quantity: number }[]
  returned: Map<string, number>
}

const line = z.object({ variantId: z.string(), quantity: z.int() })
const inputSchema = z.object({
  reservationId: z.string(),
  returnId: z.string().optional(),
  lines: z.array(line).default([]),
})
type Input = z.infer<typeof inputSchema>
const bodySchema = z.object({ query: z.string(), variables: z.object({ input: inputSchema }) })

export async function startTestStock() {
  /** By the variant's id: how many there are, none being as many as are wanted; and what one costs. */
  const onHand = new Map<string, number>()
  const prices = new Map<string, number>()
  /** Of these there are too few as soon as they are to be taken for good. */
  const shortAtCommit = new Set<string>()
  const reservations = new Map<string, Reservation>()
  const returns = new Set<string>()
  const calls: StockCall[] = []
  const hung: ServerResponse[] = []
  let outageOf: (call: StockCall, input: Input) => Outage | null = () => null

  const heldOf = (variantId: string, but: string) =>
    [...reservations].reduce(
      (sum, [id, { status, lines, returned }]) =>
        status === 'RELEASED' || id === but
          ? sum
          : sum +
            lines.reduce((held, one) => held + (one.variantId === variantId ? one.quantity : 0), 0) -
            (returned.get(variantId) ?? 0),
      0,
    )
  const shortagesOf = (lines: Input['lines'], but: string) =>
    lines.flatMap(({ variantId, quantity }) => {
      const available = (onHand.get(variantId) ?? Number.MAX_SAFE_INTEGER) - heldOf(variantId, but)
      return available < quantity
        ? [{ variantId, requested: quantity, available: Math.max(0, available) }]
        : []
    })
  const reservationOf = (lines: Input['lines']) => ({
    lines: lines.map(({ variantId }) => ({ variantId, price: { amount: prices.get(variantId) ?? 2000 } })),
  })
  const error = (code: string) => ({ reservation: null, shortages: [], userErrors: [{ code, field: null }] })

  const handlers: Record<StockCall, (input: Input) => object> = {
    stockReserve({ reservationId, lines }) {
      const known = reservations.get(reservationId)
      if (known?.status === 'RELEASED') return error('RESERVATION_RELEASED')
      const shortages = known === undefined ? shortagesOf(lines, reservationId) : []
      if (shortages.length > 0) return { reservation: null, shortages, userErrors: [] }
      if (known === undefined) reservations.set(reservationId, { status: 'HELD', lines, returned: new Map() })
      return { reservation: reservationOf(lines), shortages: [], userErrors: [] }
    },
    stockCommit({ reservationId }) {
      const known = reservations.get(reservationId)
      if (known === undefined) return error('RESERVATION_NOT_FOUND')
      if (known.status === 'RELEASED') return error('RESERVATION_RELEASED')
      const short = known.lines.filter(({ variantId }) => shortAtCommit.has(variantId))
      if (short.length > 0) {
        const shortages = short.map(({ variantId, quantity }) => ({
          variantId,
          requested: quantity,
          available: 0,
        }))
        return { reservation: null, shortages, userErrors: [] }
      }
      known.status = 'COMMITTED'
      return { reservation: reservationOf(known.lines), shortages: [], userErrors: [] }
    },
    stockRelease({ reservationId }) {
      const known = reservations.get(reservationId)
      if (known?.status === 'COMMITTED') return error('RESERVATION_CONFLICT')
      reservations.set(reservationId, { lines: [], returned: new Map(), ...known, status: 'RELEASED' })
      return { reservation: null, shortages: [], userErrors: [] }
    },
    stockReturn({ returnId = '', reservationId, lines }) {
      const known = reservations.get(reservationId)
      if (known?.status !== 'COMMITTED') return error('RESERVATION_NOT_FOUND')
      if (returns.has(returnId)) return { reservation: null, shortages: [], userErrors: [] }
      returns.add(returnId)
      for (const { variantId, quantity } of lines)
        known.returned.set(variantId, (known.returned.get(variantId) ?? 0) + quantity)
      return { reservation: null, shortages: [], userErrors: [] }
    },
  }

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const body = await readBody(request, 1_048_576)
    const { query, variables } = bodySchema.parse(JSON.parse(String(body)))
    const call = stockCalls.find((name) => query.includes(`${name}(`))
    if (call === undefined) return sendJson(response, 400, {})
    const { input } = variables
    const outage = outageOf(call, input)
    if (outage === 'down') return request.socket.destroy()
    if (outage === 'hung') return hung.push(response)
    calls.push(call)
    const done = handlers[call](input)
    if (outage === 'late') return hung.push(response)
    sendJson(response, 200, { data: { done } })
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    onHand,
    prices,
    shortAtCommit,
    reservations,
    calls,
    /** Says for each call whether it fails, and how. */
    failWhen(when: typeof outageOf) {
      outageOf = when
    },
    /** What was sold and not put back, and what is held, of all variants together. */
    sums() {
      const all = [...reservations.values()]
      const count = (status: Reservation['status']) =>
        all
          .filter((one) => one.status === status)
          .flatMap(({ lines, returned }) =>
            lines.map(({ variantId, quantity }) => quantity - (returned.get(variantId) ?? 0)),
          )
          .reduce((sum, quantity) => sum + quantity, 0)
      return { sold: count('COMMITTED'), held: count('HELD') }
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
