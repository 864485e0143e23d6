import { z } from 'zod'
import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { appendChanges } from '../../kit/change-feed.ts'
import { newUuid, toUuid } from '../../kit/ids.ts'
import { readText } from '../../kit/text.ts'
import type { OrderWrite } from '../mappers.ts'
import type {
  OrderReturnApproveInput,
  OrderReturnDeclineInput,
  OrderReturnReceiveInput,
  OrderReturnRequestInput,
  OrderReturnStatus,
} from '../schema.generated.ts'
import {
  actorOf,
  changeOrder,
  type LockedLine,
  type LockedOrder,
  moveOrder,
  nextStatus,
  type OrderOutcome,
  type OrderWriter,
  readLines,
  readOptionalText,
} from './change-order.ts'
import { queueRefund } from './order-effects.ts'
import { orderError } from './order-errors.ts'
import { addOrderEvents, type NewOrderEvent } from './order-events.ts'
import { returnTransitions } from './order-states.ts'
import { isPaidHere, paidFor, putBack } from './order-writes.ts'
import { maySeeOrder } from './orders.ts'

type Transaction = Prisma.TransactionClient

/** So long after it was placed something may be sent back. */
const openForDays = 60
const dayMs = 86_400_000

const returnLines = z.array(z.object({ lineId: z.uuid(), quantity: z.int().min(1), reason: z.string() }))

/** Asks to send something back. */
export function requestReturn(
  writer: OrderWriter,
  { idempotencyKey: key, ...input }: OrderReturnRequestInput,
): Promise<OrderWrite> {
  const errors: OrderWrite['userErrors'] = []
  const note = readOptionalText(input.note, { field: 'note', max: 1000 }, errors)
  const orderId = toUuid('ord', input.orderId)
  return changeOrder(
    writer,
    { name: 'orderReturnRequest', orderId, mayChange: maySeeOrder, version: null, key, input, errors },
    async (tx, order) => {
      if (!['PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED'].includes(order.status))
        return { refuse: [orderError('INVALID_STATE', ['orderId'])] }
      if (order.placedAt.getTime() + openForDays * dayMs < Date.now() && !writer.caller.has('staff'))
        return { refuse: [orderError('TOO_LATE', ['orderId'])] }
      const promised = await openReturns(tx, order.id)
      const left = ({ id, fulfilled, returned }: LockedLine) => fulfilled - returned - (promised.get(id) ?? 0)
      const { lines, errors } = readLines(order, input.lines, left)
      if (errors.length > 0) return { refuse: errors }
      const returnId = newUuid()
      const wanted = lines.map(({ line, quantity }, index) => ({
        lineId: line.id,
        quantity,
        reason: input.lines[index]?.reason ?? 'OTHER',
      }))
      await tx.$executeRaw`
        INSERT INTO "OrderReturn" ("id", "orderId", "note", "lines")
        VALUES (${returnId}::uuid, ${order.id}::uuid, ${note}, ${JSON.stringify(wanted)}::jsonb)`
      await moveOrder(tx, order, order.status)
      await addOrderEvents(tx, [
        { orderId: order.id, kind: 'return_requested', actor: actorOf(writer.caller) },
      ])
      await appendChanges(tx, [{ kind: 'return.requested', entityId: order.id, payload: { returnId } }])
      return { keep: { orderId: order.id, returnId } }
    },
  )
}

/** How many of each line are on their way back, or may be. */
async function openReturns(tx: Transaction, orderId: string): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ lineId: string; quantity: number }[]>`
    SELECT line."lineId", sum(line."quantity")::int AS "quantity"
    FROM "OrderReturn" returned
    CROSS JOIN LATERAL jsonb_to_recordset(returned."lines") AS line ("lineId" uuid, "quantity" int)
    WHERE returned."orderId" = ${orderId}::uuid AND returned."status" IN ('REQUESTED', 'APPROVED')
    GROUP BY line."lineId"`
  return new Map(rows.map(({ lineId, quantity }) => [lineId, quantity]))
}

interface Decision {
  name: string
  input: { returnId: string; version: number; idempotencyKey: string }
  to: OrderReturnStatus
  kind: NewOrderEvent['kind']
  errors?: OrderWrite['userErrors']
}

interface LockedReturn {
  id: string
  status: OrderReturnStatus
  lines: z.infer<typeof returnLines>
}

/** Moves a return on, with what else that brings about. */
async function decideReturn(
  writer: OrderWriter,
  { name, input, to, kind, errors = [] }: Decision,
  also: (tx: Transaction, order: LockedOrder, known: LockedReturn) => Promise<OrderOutcome>,
): Promise<OrderWrite> {
  const { idempotencyKey: key, version, ...rest } = input
  const id = toUuid('ret', rest.returnId)
  const [found] = await writer.prisma.$queryRaw<{ orderId: string }[]>`
    SELECT "orderId" FROM "OrderReturn" WHERE "id" = ${id}::uuid`
  if (found === undefined)
    return { orderId: null, userErrors: [orderError('RETURN_NOT_FOUND', ['returnId'])] }
  return changeOrder(
    writer,
    {
      name: `${name}:${id}`,
      orderId: found.orderId,
      mayChange: () => true,
      version,
      key,
      input: rest,
      errors,
    },
    async (tx, order) => {
      const [row] = await tx.$queryRaw<{ id: string; status: OrderReturnStatus; lines: unknown }[]>`
        SELECT "id", "status", "lines" FROM "OrderReturn" WHERE "id" = ${id}::uuid`
      if (row === undefined || !returnTransitions[row.status].includes(to))
        return { refuse: [orderError('INVALID_STATE', ['returnId'])] }
      await tx.$executeRaw`
        UPDATE "OrderReturn" SET "status" = ${to}::"ReturnStatus",
          "decidedAt" = coalesce("decidedAt", now()), "receivedAt" = CASE WHEN ${to} = 'RECEIVED' THEN now() END
        WHERE "id" = ${id}::uuid`
      await addOrderEvents(tx, [{ orderId: order.id, kind, actor: actorOf(writer.caller) }])
      const outcome = await also(tx, order, { ...row, lines: returnLines.parse(row.lines) })
      const payload = { returnId: id, status: to }
      await appendChanges(tx, [{ kind: `return.${to.toLowerCase()}`, entityId: order.id, payload }])
      return outcome
    },
  )
}

export const approveReturn = (writer: OrderWriter, input: OrderReturnApproveInput): Promise<OrderWrite> =>
  decideReturn(
    writer,
    { name: 'orderReturnApprove', input, to: 'APPROVED', kind: 'return_approved' },
    async (tx, order, { id }) => {
      await moveOrder(tx, order, order.status)
      return { keep: { orderId: order.id, returnId: id } }
    },
  )

export function declineReturn(writer: OrderWriter, input: OrderReturnDeclineInput): Promise<OrderWrite> {
  const reason = readText(input.reason, 500)
  const errors =
    reason === null
      ? [orderError('INVALID_TEXT', ['reason'], 'reason takes 1 to 500 characters of text.')]
      : []
  return decideReturn(
    writer,
    { name: 'orderReturnDecline', input, to: 'DECLINED', kind: 'return_declined', errors },
    async (tx, order, { id }) => {
      await tx.$executeRaw`UPDATE "OrderReturn" SET "declineReason" = ${reason} WHERE "id" = ${id}::uuid`
      await moveOrder(tx, order, order.status)
      return { keep: { orderId: order.id, returnId: id } }
    },
  )
}

/** What has come in goes back into stock, and is paid back, unless told otherwise. */
export function receiveReturn(writer: OrderWriter, input: OrderReturnReceiveInput): Promise<OrderWrite> {
  const { restock = true, refundAmount } = input
  return decideReturn(
    writer,
    { name: 'orderReturnReceive', input, to: 'RECEIVED', kind: 'return_received' },
    async (tx, order, { id, lines }) => {
      const back = new Map(lines.map(({ lineId, quantity }) => [lineId, quantity]))
      const after = order.lines.map((line) => ({
        ...line,
        returned: line.returned + (back.get(line.id) ?? 0),
      }))
      await tx.$executeRaw`
        UPDATE "OrderLine" line SET "returned" = line."returned" + back."quantity"
        FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS back ("lineId" uuid, "quantity" int)
        WHERE line."id" = back."lineId"`
      await moveOrder(tx, order, nextStatus(order, after, order.status === 'DELIVERED'))

      const wasPaid = order.lines.reduce(
        (sum, line) =>
          // Piece by piece in the order in which they come back, so that all pieces come to all that was paid.
          sum + paidFor(line, line.returned + (back.get(line.id) ?? 0)) - paidFor(line, line.returned),
        0,
      )
      const left = order.captured - order.refunded
      const isPaid = await isPaidHere(tx, order.id)
      const amount = refundAmount ?? (isPaid ? Math.min(wasPaid, left) : 0)
      if (amount < 0 || amount > (isPaid ? left : 0)) {
        const message = `Up to ${isPaid ? left : 0} can be given back, in minor units.`
        return { refuse: [orderError('INVALID_AMOUNT', ['refundAmount'], message)] }
      }
      const refundId = amount > 0 ? newUuid() : null
      if (refundId !== null) {
        await queueRefund(tx, {
          refundId,
          orderId: order.id,
          returnId: id,
          amount,
          actor: actorOf(writer.caller),
          reason: 'returned',
          lines,
        })
      }
      if (restock) {
        const goods = order.lines
          .map(({ id, variantId }) => ({ variantId, quantity: back.get(id) ?? 0 }))
          .filter(({ quantity }) => quantity > 0)
        await putBack(tx, order, goods)
      }
      return { keep: { orderId: order.id, returnId: id, refundId } }
    },
  )
}
