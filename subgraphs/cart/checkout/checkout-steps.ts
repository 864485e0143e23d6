import type { Prisma } from '../../../prisma/cart/generated/client.ts'
import { appendChanges } from '../../kit/change-feed.ts'
import { claimDiscounts, releaseDiscounts } from '../discounts/claim-discounts.ts'
import { customerKeyOf } from '../discounts/discount-rows.ts'
import { queueRefund, queueRestock } from '../orders/order-effects.ts'
import { addOrderEvents } from '../orders/order-events.ts'
import { insertOrder, placedChange } from '../orders/record-order.ts'
import {
  PaymentMethodUnknown,
  type PaymentProvider,
  type PaymentState,
} from '../payments/payment-provider.ts'
import { recordPayment } from '../payments/payments.ts'
import { maxAmount } from '../price.ts'
import type { Checkout, CheckoutState, Outcome } from './checkout-state.ts'
import type { Shortage, Stock } from './stock.ts'

// The saga of a checkout: https://microservices.io/patterns/data/saga.html. Each step is in the log before it is
// taken, can be taken again without harm, and has an undo that can be as well, also where nobody knows whether the
// step was ever taken. `validate`, the first one, is taken where the checkout is made: complete-checkout.ts.

type Transaction = Prisma.TransactionClient

export interface StepTools {
  stock: Stock
  provider: PaymentProvider
  /** How long the shopper has for their bank, and stock is held for them. */
  challengeMs: number
  /** How soon a payment is looked at again that the bank has not decided. */
  paymentPollMs: number
}

export type StepResult =
  | { next: 'go on'; state?: Partial<CheckoutState>; record?: (tx: Transaction) => Promise<unknown> }
  /** It will not be: what was done is undone. */
  | { next: 'undo'; outcome: Outcome; record?: (tx: Transaction) => Promise<unknown> }
  /** Somebody else is at it: the shopper, where there is an outcome to tell them, or their bank. */
  | { next: 'wait'; outcome: Outcome | null; pollMs: number; record?: (tx: Transaction) => Promise<unknown> }

interface Undone {
  state?: Partial<CheckoutState>
  record?: (tx: Transaction) => Promise<unknown>
}

interface StepBase {
  name: string
  /** After the money was taken there is one way to end well: what can't be done is tried until it can. */
  mustEnd?: true
}
/** Writes to the shop's own database, in the transaction that says that it did. */
interface LocalStep extends StepBase {
  where: 'here'
  act(checkout: Checkout, tx: Transaction, tools: StepTools): Promise<StepResult>
  undo(checkout: Checkout, tx: Transaction, tools: StepTools): Promise<void>
}
/** Asks somebody else. What it throws means that nobody knows whether it was done. */
interface RemoteStep extends StepBase {
  where: 'elsewhere'
  act(checkout: Checkout, tools: StepTools): Promise<StepResult>
  undo(checkout: Checkout, tools: StepTools): Promise<Undone>
}
export type CheckoutStep = LocalStep | RemoteStep

/** Stock is held for longer than the shopper has, so that it does not run out in the middle of the end. */
const holdMarginMs = 900_000

const claimDiscountUses: LocalStep = {
  name: 'claimDiscounts',
  where: 'here',
  async act(checkout, tx) {
    const { quote, request } = checkout.state
    const usedUp = await claimDiscounts(tx, {
      checkoutId: checkout.id,
      discountIds: quote.discounts.map(({ id }) => id),
      customerKey: customerKeyOf({ customerId: checkout.customerId, email: request.email }),
    })
    if (usedUp.length === 0) return { next: 'go on' }
    const { currency, total, discounts } = quote
    const lost = discounts
      .filter(({ id }) => usedUp.some(({ discountId }) => discountId === id))
      .reduce((sum, { amount }) => sum + amount, 0)
    const { expectedTotal } = request
    return {
      next: 'undo',
      outcome: {
        type: 'price changed',
        currency,
        lines: [],
        expectedTotal,
        total: Math.min(maxAmount, total + lost),
      },
    }
  },
  undo: (checkout, tx) => releaseDiscounts(tx, checkout.id),
}

const reserveStock: RemoteStep = {
  name: 'reserveStock',
  where: 'elsewhere',
  async act({ state, site }, { stock, challengeMs }) {
    const { quote, reservationId, request } = state
    const held = await stock.reserve({
      reservationId,
      site,
      lines: quote.lines,
      expiresInSeconds: Math.ceil((challengeMs + holdMarginMs) / 1000),
    })
    if (held.state === 'short') return { next: 'undo', outcome: outOfStock(state, held.shortages) }
    // The copy of the catalogue may be a moment old: what products says a thing costs now is what counts.
    const changed = quote.lines.flatMap(({ id, variantId, title, unitPrice }) => {
      const now = held.prices.get(variantId) ?? unitPrice
      return now === unitPrice ? [] : [{ lineId: id, title, before: unitPrice, now, variantId }]
    })
    if (changed.length === 0) return { next: 'go on' }
    const more = changed.reduce((sum, { variantId, before, now }) => {
      const quantity = quote.lines.find((line) => line.variantId === variantId)?.quantity ?? 0
      return sum + quantity * (now - before)
    }, 0)
    return {
      next: 'undo',
      outcome: {
        type: 'price changed',
        currency: quote.currency,
        lines: changed.map(({ variantId: _, ...line }) => line),
        expectedTotal: request.expectedTotal,
        total: Math.min(maxAmount, Math.max(0, quote.total + more)),
      },
    }
  },
  async undo({ state }, { stock }) {
    // What was committed goes back by the undo of that, and can't be released.
    if (!state.committed) await stock.release(state.reservationId)
    return {}
  },
}

/** What costs nothing is not paid for, and no provider would take it. */
const isFree = ({ quote }: CheckoutState): boolean => quote.total === 0

const openPayment: RemoteStep = {
  name: 'openPayment',
  where: 'elsewhere',
  async act({ state }, { provider }) {
    if (isFree(state)) return { next: 'go on' }
    const { reference } = await open(state, provider)
    if (reference === null)
      return {
        next: 'undo',
        outcome: { type: 'payment declined', reason: 'INVALID_PAYMENT_METHOD' },
        record: (tx) => recordPayment(tx, state, { status: 'DECLINED', reason: 'INVALID_PAYMENT_METHOD' }),
      }
    return {
      next: 'go on',
      state: { reference },
      record: (tx) => recordPayment(tx, { ...state, reference }, { status: 'OPEN' }),
    }
  },
  async undo({ state }, { provider }) {
    if (isFree(state)) return {}
    // Where it is not known whether it was made, it is made: then it has a name, and can't be used any more.
    const { reference } = state.reference === null ? await open(state, provider) : state
    return reference === null ? {} : cancel({ ...state, reference }, provider)
  },
}

async function open({ paymentId, request, quote }: CheckoutState, provider: PaymentProvider) {
  const { paymentMethod, returnUrl } = request
  try {
    return await provider.open({
      paymentId,
      amount: quote.total,
      currency: quote.currency,
      method: paymentMethod ?? '',
      returnUrl,
    })
  } catch (error) {
    if (error instanceof PaymentMethodUnknown) return { reference: null }
    throw error
  }
}

async function cancel(
  state: CheckoutState & { reference: string },
  provider: PaymentProvider,
): Promise<Undone> {
  const now = await provider.cancel(state)
  return { state: { reference: state.reference }, record: (tx) => recordPayment(tx, state, now) }
}

const referenceOf = ({ state }: Checkout): string => {
  if (state.reference === null) throw new TypeError('the payment has not been opened')
  return state.reference
}

const authorisePayment: RemoteStep = {
  name: 'authorisePayment',
  where: 'elsewhere',
  async act(checkout, { provider, challengeMs, paymentPollMs }) {
    const { state, attempts, outcome } = checkout
    const { paymentId, request } = state
    if (isFree(state)) return { next: 'go on' }
    const reference = referenceOf(checkout)
    // Whoever comes here again does not know how far it has come: the provider does.
    const isFirst = attempts === 0 && outcome === null
    const known: PaymentState = isFirst ? { status: 'OPEN' } : await provider.look(reference)
    const now =
      known.status === 'OPEN'
        ? await provider.authorise({ paymentId, reference, returnUrl: request.returnUrl })
        : known
    const record = (tx: Transaction) => recordPayment(tx, state, now)
    switch (now.status) {
      case 'AUTHORISED':
      case 'CAPTURED':
        return { next: 'go on', record }
      case 'DECLINED':
        return { next: 'undo', outcome: { type: 'payment declined', reason: now.reason }, record }
      case 'CANCELLED':
        return { next: 'undo', outcome: { type: 'payment declined', reason: 'GENERIC_DECLINE' }, record }
      case 'ACTION_NEEDED': {
        const expiresAt =
          outcome?.type === 'action required'
            ? outcome.expiresAt
            : new Date(Date.now() + challengeMs).toISOString()
        if (new Date(expiresAt) <= new Date())
          return {
            next: 'undo',
            outcome: { type: 'payment declined', reason: 'AUTHENTICATION_EXPIRED' },
            record,
          }
        const { redirectUrl, clientToken } = now
        return {
          next: 'wait',
          outcome: { type: 'action required', redirectUrl, clientToken, expiresAt },
          pollMs: Math.min(paymentPollMs * 10, Math.max(1, new Date(expiresAt).getTime() - Date.now())),
          record,
        }
      }
      default:
        // A bank that takes for ever is not waited for.
        if (checkout.createdAt.getTime() + challengeMs < Date.now())
          return { next: 'undo', outcome: { type: 'payment declined', reason: 'PROCESSING_ERROR' }, record }
        return { next: 'wait', outcome: null, pollMs: paymentPollMs, record }
    }
  },
  async undo({ state }, { provider }) {
    const { reference } = state
    return reference === null ? {} : cancel({ ...state, reference }, provider)
  },
}

const createOrder: LocalStep = {
  name: 'createOrder',
  where: 'here',
  async act(checkout, tx) {
    await insertOrder(tx, checkout)
    await addOrderEvents(tx, [{ orderId: checkout.state.orderId, kind: 'created', actor: 'customer' }])
    return { next: 'go on' }
  },
  async undo({ state }, tx) {
    const cancelled = await tx.$executeRaw`
      UPDATE "Order" SET "status" = 'CANCELLED', "cancelledAt" = now(), "version" = "version" + 1
      WHERE "id" = ${state.orderId}::uuid AND "status" = 'PENDING'`
    if (cancelled === 1)
      await addOrderEvents(tx, [{ orderId: state.orderId, kind: 'cancelled', actor: 'shop' }])
  },
}

const capturePayment: RemoteStep = {
  name: 'capturePayment',
  where: 'elsewhere',
  mustEnd: true,
  async act(checkout, { provider }) {
    const { state } = checkout
    const { paymentId, quote, orderId } = state
    if (isFree(state)) return { next: 'go on' }
    const now = await provider.capture({ paymentId, reference: referenceOf(checkout), amount: quote.total })
    switch (now.status) {
      case 'CAPTURED':
        return {
          next: 'go on',
          state: { captured: true },
          async record(tx) {
            await recordPayment(tx, state, now)
            await tx.$executeRaw`UPDATE "Order" SET "captured" = ${quote.total} WHERE "id" = ${orderId}::uuid`
          },
        }
      case 'PROCESSING':
        return { next: 'wait', outcome: null, pollMs: 1_000 }
      default: {
        const reason = now.status === 'DECLINED' ? now.reason : 'PROCESSING_ERROR'
        return {
          next: 'undo',
          outcome: { type: 'payment declined', reason },
          record: (tx) => recordPayment(tx, state, now),
        }
      }
    }
  },
  async undo({ state }) {
    const { captured, refundId, orderId, quote } = state
    // The refund is written down here, and made by whoever makes all refunds: until it is through.
    if (!captured) return {}
    return { record: (tx) => queueRefund(tx, { refundId, orderId, amount: quote.total, actor: 'shop' }) }
  },
}

const commitStock: RemoteStep = {
  name: 'commitStock',
  where: 'elsewhere',
  mustEnd: true,
  async act({ state }, { stock }) {
    const committed = await stock.commit(state.reservationId)
    if (committed.state === 'short') return { next: 'undo', outcome: outOfStock(state, committed.shortages) }
    return { next: 'go on', state: { committed: true } }
  },
  async undo({ state }) {
    const { committed, restockId, reservationId, orderId, quote } = state
    if (!committed) return {}
    return {
      record: (tx) => queueRestock(tx, { returnId: restockId, orderId, reservationId, lines: quote.lines }),
    }
  },
}

const placeOrder: LocalStep = {
  name: 'placeOrder',
  where: 'here',
  mustEnd: true,
  async act(checkout, tx) {
    const { cartId, state } = checkout
    await tx.$executeRaw`
      UPDATE "Order" SET "status" = 'PLACED', "version" = "version" + 1
      WHERE "id" = ${state.orderId}::uuid AND "status" = 'PENDING'`
    // What was put into the cart meanwhile stays in it.
    const bought = JSON.stringify(state.quote.lines)
    await tx.$executeRaw`
      DELETE FROM "CartLine" line
      USING jsonb_to_recordset(${bought}::jsonb) AS bought ("id" uuid, "quantity" smallint)
      WHERE line."id" = bought."id" AND line."cartId" = ${cartId}::uuid AND line."quantity" <= bought."quantity"`
    await tx.$executeRaw`
      UPDATE "CartLine" line SET "quantity" = line."quantity" - bought."quantity"
      FROM jsonb_to_recordset(${bought}::jsonb) AS bought ("id" uuid, "quantity" smallint)
      WHERE line."id" = bought."id" AND line."cartId" = ${cartId}::uuid`
    await tx.$executeRaw`
      UPDATE "Cart" SET "discountCodes" = '{}', "note" = NULL, "giftMessage" = NULL, "updatedAt" = clock_timestamp()
      WHERE "id" = ${cartId}::uuid`
    await addOrderEvents(tx, [
      { orderId: state.orderId, kind: 'placed', actor: 'customer', amount: state.quote.total },
    ])
    await appendChanges(tx, [placedChange(checkout)])
    return { next: 'go on' }
  },
  async undo() {
    // It is the last step: nothing comes after it that could fail.
  },
}

/** In the order in which they are taken; undone from the last one that was begun back to the first. */
export const checkoutSteps: readonly CheckoutStep[] = [
  claimDiscountUses,
  reserveStock,
  openPayment,
  authorisePayment,
  createOrder,
  capturePayment,
  commitStock,
  placeOrder,
]

function outOfStock({ quote }: CheckoutState, shortages: readonly Shortage[]): Outcome {
  const available = new Map(shortages.map((shortage) => [shortage.variantId, shortage.available]))
  const short = quote.lines.filter(({ variantId }) => shortages.length === 0 || available.has(variantId))
  return {
    type: 'out of stock',
    lines: short.map(({ id, variantId, title, quantity }) => ({
      lineId: id,
      title,
      requested: quantity,
      // No more is told than was asked for.
      available: Math.min(quantity, available.get(variantId) ?? 0),
    })),
  }
}
