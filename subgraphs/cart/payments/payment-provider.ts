import { setTimeout as sleep } from 'node:timers/promises'
import type { CurrencyCode, PaymentDeclineReason } from '../schema.generated.ts'

// What checkout and orders ask of whoever moves the money. Nothing of a card ever comes here: only tokens of ways to
// pay. Every call may be sent again: what was done once is not done twice, and is answered as it stands.

/** A payment to be made, in minor units. */
export interface PaymentRequest {
  /** The shop's own name for it, which makes it once. */
  paymentId: string
  amount: number
  currency: CurrencyCode
  /** The token of the way to pay. */
  method: string
  /** Where the bank sends the shopper back to; null where it must not want to see them. */
  returnUrl: string | null
}

/** How a payment stands at the provider, which is what counts. */
export type PaymentState =
  /** Made, and nothing asked of the bank yet. */
  | { status: 'OPEN' }
  /** The bank has not decided yet. */
  | { status: 'PROCESSING' }
  | { status: 'ACTION_NEEDED'; redirectUrl: string | null; clientToken: string | null }
  | { status: 'AUTHORISED' }
  | { status: 'CAPTURED' }
  | { status: 'CANCELLED' }
  | { status: 'DECLINED'; reason: PaymentDeclineReason }

export interface RefundState {
  status: 'SUCCEEDED' | 'PENDING' | 'FAILED'
  /** What the provider calls it. */
  reference: string | null
}

/** What a webhook says has changed. It is a hint alone: how things stand is then asked of the provider. */
export interface PaymentNews {
  eventId: string
  kind: string
  /** The provider's name for the payment. */
  reference: string
}

export interface PaymentProvider {
  name: 'test' | 'stripe'
  /** Makes the payment, and moves no money. */
  open(request: PaymentRequest): Promise<{ reference: string }>
  /** Holds the money. What was cancelled can't be authorised any more, however late this call arrives. */
  authorise(payment: {
    paymentId: string
    reference: string
    returnUrl: string | null
  }): Promise<PaymentState>
  look(reference: string): Promise<PaymentState>
  /** Takes what is held. */
  capture(payment: { paymentId: string; reference: string; amount: number }): Promise<PaymentState>
  /** Lets go of what is held. What was captured stays so, and is answered as such. */
  cancel(payment: { paymentId: string; reference: string }): Promise<PaymentState>
  /** Gives back, once for each `refundId`; `known` is what the provider called it when it was asked before. */
  refund(refund: {
    refundId: string
    reference: string
    amount: number
    known: string | null
  }): Promise<RefundState>
  /** What a webhook says; null when it was not signed by the provider, or too long ago. */
  readWebhook(body: Buffer, headers: NodeJS.Dict<string | string[]>): PaymentNews | 'unknown kind' | null
}

/** Nobody knows whether it was done: it is to be asked again. Its message has no secrets and may be logged. */
export class PaymentsUnavailable extends Error {
  override readonly name = 'PaymentsUnavailable'
}

/** The provider does not know the way to pay, or it was used up. */
export class PaymentMethodUnknown extends Error {
  override readonly name = 'PaymentMethodUnknown'
}

/** The same provider, of which no call takes longer: what has not been answered by then may have been done. */
export function withDeadline(provider: PaymentProvider, timeoutMs: number): PaymentProvider {
  const within = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    const over = new AbortController()
    const late = sleep(timeoutMs, undefined, { signal: over.signal }).then(() => {
      throw new PaymentsUnavailable('the payment provider did not answer in time')
    })
    try {
      return await Promise.race([asked, late])
    } finally {
      over.abort()
      late.catch(() => undefined)
    }
  }
  return {
    ...provider,
    open: (request) => within(provider.open(request)),
    authorise: (payment) => within(provider.authorise(payment)),
    look: (reference) => within(provider.look(reference)),
    capture: (payment) => within(provider.capture(payment)),
    cancel: (payment) => within(provider.cancel(payment)),
    refund: (refund) => within(provider.refund(refund)),
  }
}
