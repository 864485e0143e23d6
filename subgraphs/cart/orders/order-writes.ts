import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { appendChanges } from '../../kit/change-feed.ts'
import { newUuid, toUuid } from '../../kit/ids.ts'
import type { OrderWrite } from '../mappers.ts'
import type {
  FulfillmentDeliverInput,
  OrderCancelInput,
  OrderFulfillInput,
  OrderRefundInput,
} from '../schema.generated.ts'
import {
  actorOf,
  changeOrder,
  type LockedLine,
  type LockedOrder,
  moveOrder,
  nextStatus,
  type OrderWriter,
  readLines,
  readOptionalText,
} from './change-order.ts'
import { queueRefund, queueRestock } from './order-effects.ts'
import { orderError } from './order-errors.ts'
import { addOrderEvents } from './order-events.ts'
import { mayBecome } from './order-states.ts'
import { maySeeOrder } from './orders.ts'

type Transaction = Prisma.TransactionClient

const byAnybody = () => true

/** Calls an order off: what was taken is given back, and what was reserved goes back into stock. */
export function cancelOrder(
  writer: OrderWriter,
  { idempotencyKey: key, version, ...input }: OrderCancelInput,
): Promise<OrderWrite> {
  const errors: OrderWrite['userErrors'] = []
  const reason = readOptionalText(input.reason, { field: 'reason', max: 500 }, errors)
  const orderId = toUuid('ord', input.orderId)
  return changeOrder(
    writer,
    { name: 'orderCancel', orderId, mayChange: maySeeOrder, version, key, input, errors },
    async (tx, order) => {
      // One that is being paid for is the checkout's, which ends it by itself.
      if (order.status === 'PENDING' || !mayBecome(order.status, 'CANCELLED'))
        return { refuse: [orderError('INVALID_STATE', ['orderId'])] }
      const actor = actorOf(writer.caller)
      await moveOrder(tx, order, 'CANCELLED')
      await addOrderEvents(tx, [{ orderId: order.id, kind: 'cancelled', actor }])
      const left = order.captured - order.refunded
      const refundId = left > 0 && (await isPaidHere(tx, order.id)) ? newUuid() : null
      if (refundId !== null)
        await queueRefund(tx, {
          refundId,
          orderId: order.id,
          amount: left,
          actor,
          reason: reason ?? 'cancelled',
        })
      await putBack(tx, order, order.lines)
      await appendChanges(tx, [{ kind: 'order.cancelled', entityId: order.id, payload: {} }])
      return { keep: { orderId: order.id, refundId } }
    },
  )
}

/** Goods go back into stock where they came out of it by a checkout. */
export async function putBack(
  tx: Transaction,
  { id: orderId, reservation }: LockedOrder,
  lines: readonly Pick<LockedLine, 'variantId' | 'quantity'>[],
): Promise<void> {
  if (reservation === null || lines.length === 0) return
  await queueRestock(tx, { returnId: newUuid(), orderId, reservationId: reservation, lines })
}

/** Whether there is a payment to give back from. Older orders were paid for elsewhere. */
export async function isPaidHere(tx: Transaction, orderId: string): Promise<boolean> {
  const [payment] = await tx.$queryRaw<object[]>`
    SELECT FROM "Payment" WHERE "orderId" = ${orderId}::uuid AND "status" = 'CAPTURED'`
  return payment !== undefined
}

/** Records that some or all of an order was sent. */
export function fulfillOrder(
  writer: OrderWriter,
  { idempotencyKey: key, version, ...input }: OrderFulfillInput,
): Promise<OrderWrite> {
  const errors: OrderWrite['userErrors'] = []
  const company = readOptionalText(input.trackingCompany, { field: 'trackingCompany', max: 100 }, errors)
  const number = readOptionalText(input.trackingNumber, { field: 'trackingNumber', max: 100 }, errors)
  const url = input.trackingUrl == null ? null : String(input.trackingUrl)
  if (url !== null && !/^https?:/.test(url))
    errors.push(orderError('INVALID_TEXT', ['trackingUrl'], 'trackingUrl takes an address on the web.'))
  const orderId = toUuid('ord', input.orderId)
  return changeOrder(
    writer,
    { name: 'orderFulfill', orderId, mayChange: byAnybody, version, key, input, errors },
    async (tx, order) => {
      if (order.status !== 'PLACED' && order.status !== 'PARTIALLY_SHIPPED')
        return { refuse: [orderError('INVALID_STATE', ['orderId'])] }
      const open = ({ quantity, fulfilled }: LockedLine) => quantity - fulfilled
      const all = order.lines.filter((line) => open(line) > 0).map((line) => ({ line, quantity: open(line) }))
      const { lines, errors } = input.lines ? readLines(order, input.lines, open) : { lines: all, errors: [] }
      if (errors.length > 0) return { refuse: errors }

      const id = newUuid()
      const sent = lines.map(({ line, quantity }) => ({ lineId: line.id, quantity }))
      await tx.$executeRaw`
        INSERT INTO "Fulfillment" ("id", "orderId", "trackingCompany", "trackingNumber", "trackingUrl", "lines")
        VALUES (${id}::uuid, ${order.id}::uuid, ${company}, ${number}, ${url}, ${JSON.stringify(sent)}::jsonb)`
      await tx.$executeRaw`
        UPDATE "OrderLine" line SET "fulfilled" = line."fulfilled" + sent."quantity"
        FROM jsonb_to_recordset(${JSON.stringify(sent)}::jsonb) AS sent ("lineId" uuid, "quantity" int)
        WHERE line."id" = sent."lineId"`
      const after = order.lines.map((line) => {
        const more = lines.find((one) => one.line.id === line.id)?.quantity ?? 0
        return { ...line, fulfilled: line.fulfilled + more }
      })
      await moveOrder(tx, order, nextStatus(order, after, false))
      await addOrderEvents(tx, [{ orderId: order.id, kind: 'shipped', actor: actorOf(writer.caller) }])
      const whole = after.every((line) => open(line) === 0)
      const payload = { fulfillmentId: id, whole }
      await appendChanges(tx, [{ kind: 'order.shipped', entityId: order.id, payload }])
      return { keep: { orderId: order.id, fulfillmentId: id } }
    },
  )
}

/** Records that what was sent has arrived. */
export async function deliverFulfillment(
  writer: OrderWriter,
  { idempotencyKey: key, version, ...input }: FulfillmentDeliverInput,
): Promise<OrderWrite> {
  const id = toUuid('ful', input.fulfillmentId)
  const [known] = await writer.prisma.$queryRaw<{ orderId: string }[]>`
    SELECT "orderId" FROM "Fulfillment" WHERE "id" = ${id}::uuid`
  const notFound = orderError('FULFILLMENT_NOT_FOUND', ['fulfillmentId'])
  if (known === undefined) return { orderId: null, userErrors: [notFound] }
  return changeOrder(
    writer,
    { name: 'fulfillmentDeliver', orderId: known.orderId, mayChange: byAnybody, version, key, input },
    async (tx, order) => {
      const delivered = await tx.$executeRaw`
        UPDATE "Fulfillment" SET "status" = 'DELIVERED', "deliveredAt" = now()
        WHERE "id" = ${id}::uuid AND "status" = 'SHIPPED'`
      if (delivered === 0) return { refuse: [orderError('INVALID_STATE', ['fulfillmentId'])] }
      const [open] = await tx.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS "count" FROM "Fulfillment"
        WHERE "orderId" = ${order.id}::uuid AND "status" <> 'DELIVERED'`
      await moveOrder(tx, order, nextStatus(order, order.lines, open?.count === 0))
      await addOrderEvents(tx, [{ orderId: order.id, kind: 'delivered', actor: actorOf(writer.caller) }])
      const payload = { fulfillmentId: id }
      await appendChanges(tx, [{ kind: 'order.delivered', entityId: order.id, payload }])
      return { keep: { orderId: order.id } }
    },
  )
}

/** What was paid for so many pieces of a line: its share, so that all pieces come to all that was paid. */
export const paidFor = ({ paid, quantity }: LockedLine, pieces: number): number =>
  Math.floor((paid * pieces) / quantity)

/** Gives money back: an amount, what was paid for lines, or all that is left. */
export function refundOrder(
  writer: OrderWriter,
  { idempotencyKey: key, version, ...input }: OrderRefundInput,
): Promise<OrderWrite> {
  const errors: OrderWrite['userErrors'] = []
  const reason = readOptionalText(input.reason, { field: 'reason', max: 500 }, errors)
  if (input.amount != null && input.lines != null)
    errors.push(orderError('INVALID_AMOUNT', ['amount'], 'Give an amount or lines, not both.'))
  const orderId = toUuid('ord', input.orderId)
  return changeOrder(
    writer,
    { name: 'orderRefund', orderId, mayChange: byAnybody, version, key, input, errors },
    async (tx, order) => {
      if (order.status === 'PENDING' || !(await isPaidHere(tx, order.id)))
        return { refuse: [orderError('INVALID_STATE', ['orderId'])] }
      const { lines, errors } = input.lines
        ? readLines(order, input.lines, ({ quantity }) => quantity)
        : { lines: [], errors: [] }
      if (errors.length > 0) return { refuse: errors }
      const left = order.captured - order.refunded
      const forLines = lines.reduce((sum, { line, quantity }) => sum + paidFor(line, quantity), 0)
      const amount = input.lines ? forLines : (input.amount ?? left)
      if (amount < 1 || amount > left) {
        const message = `Up to ${left} of ${order.captured} can be given back, in minor units.`
        return { refuse: [orderError('INVALID_AMOUNT', [input.lines ? 'lines' : 'amount'], message)] }
      }
      const refundId = newUuid()
      await queueRefund(tx, {
        refundId,
        orderId: order.id,
        amount,
        actor: actorOf(writer.caller),
        reason,
        lines: lines.map(({ line, quantity }) => ({ lineId: line.id, quantity })),
      })
      return { keep: { orderId: order.id, refundId } }
    },
  )
}
