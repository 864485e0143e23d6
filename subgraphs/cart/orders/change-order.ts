import { z } from 'zod'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Caller } from '../../kit/caller.ts'
import { once, type WriteOutcome } from '../../kit/idempotency.ts'
import { toUuid } from '../../kit/ids.ts'
import { readText } from '../../kit/text.ts'
import type { OrderModel, OrderWrite } from '../mappers.ts'
import type { OrderStatus, OrderUserError } from '../schema.generated.ts'
import { orderError } from './order-errors.ts'
import type { NewOrderEvent } from './order-events.ts'
import { mayBecome, statusOf } from './order-states.ts'
import { orderColumns } from './orders.ts'

type Transaction = Prisma.TransactionClient

/** Who changes an order. */
export interface OrderWriter {
  prisma: PrismaClient
  caller: Caller
}

/** An order as it is while nobody else can change it. */
export interface LockedOrder extends OrderModel {
  reservation: string | null
  lines: LockedLine[]
}
export interface LockedLine {
  id: string
  variantId: string
  quantity: number
  paid: number
  fulfilled: number
  returned: number
}

const keptSchema = z.object({
  orderId: z.uuid(),
  fulfillmentId: z.uuid().nullish(),
  refundId: z.uuid().nullish(),
  returnId: z.uuid().nullish(),
})
export type Kept = z.infer<typeof keptSchema>
export type OrderOutcome = WriteOutcome<Kept, OrderUserError[]>

const refused = (userErrors: OrderUserError[]): OrderWrite => ({ orderId: null, userErrors })

interface ChangeOptions {
  /** The mutation's name. */
  name: string
  /** The order's uuid; null for none. */
  orderId: string | null
  /** Whoever may change it; others are told that there is no such order. */
  mayChange: (order: OrderModel, caller: Caller) => boolean
  /** The version that was seen; null where it does not matter. */
  version: number | null
  key: string
  input: unknown
  /** What is wrong with the input by itself. */
  errors?: OrderUserError[]
  /** The field that names the order, or what belongs to it. */
  field?: string
}

/** Changes an order, once for each key. Changes to one order wait for each other. */
export async function changeOrder(
  { prisma, caller }: OrderWriter,
  { name, orderId, mayChange, version, key, input, errors = [], field = 'orderId' }: ChangeOptions,
  change: (tx: Transaction, order: LockedOrder) => Promise<OrderOutcome>,
): Promise<OrderWrite> {
  const notFound = [orderError('ORDER_NOT_FOUND', [field])]
  if (orderId === null) return refused([...notFound, ...errors])
  // Whose an order is never changes, so that whoever may not change it is sent away before their key is looked up.
  const [known] = await prisma.$queryRaw<OrderModel[]>`
    SELECT ${orderColumns} FROM "Order" WHERE "id" = ${orderId}::uuid`
  if (known === undefined || !mayChange(known, caller)) return refused([...notFound, ...errors])
  if (errors.length > 0) return refused(errors)

  const outcome = await once(
    prisma,
    { scope: `${name}:${orderId}`, key, input, answer: keptSchema },
    async (tx: Transaction): Promise<OrderOutcome> => {
      const [order] = await tx.$queryRaw<Omit<LockedOrder, 'lines'>[]>`
        SELECT ${orderColumns}, "reservation" FROM "Order" WHERE "id" = ${orderId}::uuid FOR UPDATE`
      if (order === undefined) return { refuse: notFound }
      if (version !== null && order.version !== version)
        return { refuse: [orderError('VERSION_CONFLICT', ['version'])] }
      const lines = await tx.$queryRaw<LockedLine[]>`
        SELECT "id", "variantId", "quantity", coalesce("paid", "subtotal") AS "paid", "fulfilled", "returned"
        FROM "OrderLine" WHERE "orderId" = ${orderId}::uuid ORDER BY "position"`
      return change(tx, { ...order, lines })
    },
  )
  if (outcome.state === 'key reused')
    return refused([orderError('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey'])])
  if (outcome.state === 'refused') return refused(outcome.refusal)
  return { ...outcome.answer, userErrors: [] }
}

/** Whoever stands behind a change, for the timeline. */
export const actorOf = (caller: Caller): NewOrderEvent['actor'] =>
  caller.has('staff') ? 'staff' : 'customer'

/** Moves an order to another state. @throws when there is no way there: whoever calls has looked. */
export async function moveOrder(tx: Transaction, order: OrderModel, to: OrderStatus): Promise<void> {
  if (order.status !== to && !mayBecome(order.status, to))
    throw new TypeError(`an order that is ${order.status} can't become ${to}`)
  await tx.$executeRaw`
    UPDATE "Order" SET "status" = ${to}::"OrderStatus", "version" = "version" + 1,
      "shippedAt" = CASE WHEN ${to} IN ('SHIPPED', 'DELIVERED') THEN coalesce("shippedAt", now()) ELSE "shippedAt" END,
      "deliveredAt" = CASE WHEN ${to} = 'DELIVERED' THEN coalesce("deliveredAt", now()) ELSE "deliveredAt" END,
      "cancelledAt" = CASE WHEN ${to} = 'CANCELLED' THEN now() ELSE "cancelledAt" END
    WHERE "id" = ${order.id}::uuid`
}

/** The state that follows from how the lines stand now. */
export const nextStatus = (
  order: LockedOrder,
  lines: readonly LockedLine[],
  allDelivered: boolean,
): OrderStatus => statusOf(order.status, lines, { allDelivered })

interface WantedLine {
  lineId: string
  quantity: number
}

/** So many of which lines. What can't be is told by the input's field. */
export function readLines(
  order: LockedOrder,
  wanted: readonly WantedLine[],
  mostOf: (line: LockedLine) => number,
): { lines: { line: LockedLine; quantity: number }[]; errors: OrderUserError[] } {
  const errors: OrderUserError[] = []
  const seen = new Set<string>()
  const lines = wanted.flatMap(({ lineId, quantity }, index) => {
    const id = toUuid('line', lineId)
    const line = order.lines.find((one) => one.id === id)
    if (line === undefined || seen.has(line.id)) {
      errors.push(orderError('LINE_NOT_FOUND', ['lines', `${index}`, 'lineId']))
      return []
    }
    seen.add(line.id)
    const most = mostOf(line)
    if (quantity < 1 || quantity > most) {
      const message =
        most === 0 ? 'There is nothing left of this line.' : `Choose a quantity of 1 to ${most}.`
      errors.push(orderError('INVALID_QUANTITY', ['lines', `${index}`, 'quantity'], message))
    }
    return [{ line, quantity }]
  })
  if (wanted.length === 0) errors.push(orderError('INVALID_QUANTITY', ['lines'], 'Name at least one line.'))
  if (wanted.length > 100) errors.push(orderError('INVALID_QUANTITY', ['lines'], 'Name at most 100 lines.'))
  return { lines, errors }
}

/** An optional text; what is wrong with it goes to `errors`. */
export function readOptionalText(
  text: string | null | undefined,
  { field, max }: { field: string; max: number },
  errors: OrderUserError[],
): string | null {
  if (text == null || text.trim() === '') return null
  const read = readText(text, max)
  if (read === null)
    errors.push(orderError('INVALID_TEXT', [field], `${field} takes up to ${max} characters of text.`))
  return read
}
