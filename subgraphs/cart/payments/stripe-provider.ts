import Stripe from 'stripe'
import { z } from 'zod'
import type { PaymentDeclineReason } from '../schema.generated.ts'
import {
  PaymentMethodUnknown,
  type PaymentNews,
  type PaymentProvider,
  type PaymentState,
  PaymentsUnavailable,
  type RefundState,
} from './payment-provider.ts'
import { toleranceSeconds } from './webhook-signature.ts'

// Stripe, by its own SDK: payment intents that are captured by hand.
// https://docs.stripe.com/payments/place-a-hold-on-a-payment-method

interface StripeOptions {
  secretKey: string
  /** Several, while they are rotated. */
  webhookSecrets: readonly string[]
  apiUrl: string
  timeoutMs: number
}

/** What Stripe's codes say to a shopper. https://docs.stripe.com/declines/codes */
const declineReasons: Readonly<Record<string, PaymentDeclineReason>> = {
  insufficient_funds: 'INSUFFICIENT_FUNDS',
  expired_card: 'EXPIRED_CARD',
  incorrect_cvc: 'INCORRECT_CVC',
  invalid_cvc: 'INCORRECT_CVC',
  incorrect_number: 'INCORRECT_NUMBER',
  invalid_number: 'INCORRECT_NUMBER',
  lost_card: 'CARD_NOT_ACCEPTED',
  stolen_card: 'CARD_NOT_ACCEPTED',
  pickup_card: 'CARD_NOT_ACCEPTED',
  fraudulent: 'CARD_NOT_ACCEPTED',
  authentication_required: 'AUTHENTICATION_FAILED',
  payment_intent_authentication_failure: 'AUTHENTICATION_FAILED',
  processing_error: 'PROCESSING_ERROR',
  resource_missing: 'INVALID_PAYMENT_METHOD',
  payment_method_invalid_parameter: 'INVALID_PAYMENT_METHOD',
}

interface Refusal {
  code?: string | null | undefined
  decline_code?: string | null | undefined
}

const reasonOf = (refusal: Refusal | null): PaymentDeclineReason =>
  declineReasons[refusal?.decline_code ?? ''] ?? declineReasons[refusal?.code ?? ''] ?? 'GENERIC_DECLINE'

/** The part of an intent that is looked at. */
interface Intent {
  status: string
  client_secret?: string | null
  next_action?: { redirect_to_url?: { url?: string | null } | null } | null
  last_payment_error?: Refusal | null
}

function stateOf({ status, client_secret, next_action, last_payment_error }: Intent): PaymentState {
  switch (status) {
    case 'requires_confirmation':
      return { status: 'OPEN' }
    case 'requires_payment_method':
      return { status: 'DECLINED', reason: reasonOf(last_payment_error ?? null) }
    case 'requires_action':
      return {
        status: 'ACTION_NEEDED',
        redirectUrl: next_action?.redirect_to_url?.url ?? null,
        clientToken: client_secret ?? null,
      }
    case 'processing':
      return { status: 'PROCESSING' }
    case 'requires_capture':
      return { status: 'AUTHORISED' }
    case 'succeeded':
      return { status: 'CAPTURED' }
    case 'canceled':
      return { status: 'CANCELLED' }
    default:
      throw new PaymentsUnavailable(`Stripe has a status that is not known here: ${status}`)
  }
}

const refundStates: Readonly<Record<string, RefundState['status']>> = {
  succeeded: 'SUCCEEDED',
  pending: 'PENDING',
  requires_action: 'PENDING',
  failed: 'FAILED',
  canceled: 'FAILED',
}

const { StripeCardError, StripeError, StripeInvalidRequestError } = Stripe.errors

/** What of an error may be logged: Stripe's messages can hold a part of a key. */
const unavailable = (error: unknown): PaymentsUnavailable => {
  const { type, code } = error instanceof StripeError ? error : { type: 'no answer', code: undefined }
  return new PaymentsUnavailable(`Stripe could not do it: ${type}${code ? ` (${code})` : ''}`)
}

const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  data: z.object({
    object: z.object({ id: z.string(), object: z.string(), payment_intent: z.string().nullish() }),
  }),
})

export function createStripeProvider({
  secretKey,
  webhookSecrets,
  apiUrl,
  timeoutMs,
}: StripeOptions): PaymentProvider {
  const { hostname, port, protocol } = new URL(apiUrl)
  const stripe = new Stripe(secretKey, {
    host: hostname,
    port: port || (protocol === 'https:' ? 443 : 80),
    protocol: protocol === 'https:' ? 'https' : 'http',
    timeout: timeoutMs,
    // The checkout tries again by itself, and knows when to stop.
    maxNetworkRetries: 0,
    telemetry: false,
  })

  const look = async (reference: string): Promise<PaymentState> =>
    stateOf(
      await stripe.paymentIntents.retrieve(reference).catch((error: unknown) => {
        throw unavailable(error)
      }),
    )

  /** A request that the intent's state does not allow is no failure: it stands otherwise than was thought. */
  const orLook = (reference: string) => (error: unknown) => {
    if (error instanceof StripeInvalidRequestError && error.code === 'payment_intent_unexpected_state')
      return look(reference)
    throw unavailable(error)
  }

  /** Keys are forgotten after a day, and a refund may have to wait for longer: it is looked for before it is made anew. */
  async function findRefund(reference: string, refundId: string) {
    const { data } = await stripe.refunds.list({ payment_intent: reference, limit: 100 })
    return data.find(({ metadata }) => metadata?.refundId === refundId)
  }

  return {
    name: 'stripe',

    async open({ paymentId, amount, currency, method, returnUrl }) {
      try {
        const { id } = await stripe.paymentIntents.create(
          {
            amount,
            currency: currency.toLowerCase(),
            capture_method: 'manual',
            payment_method: method,
            automatic_payment_methods: {
              enabled: true,
              allow_redirects: returnUrl === null ? 'never' : 'always',
            },
            metadata: { paymentId },
          },
          { idempotencyKey: `${paymentId}:open` },
        )
        return { reference: id }
      } catch (error) {
        if (error instanceof StripeInvalidRequestError && error.param === 'payment_method')
          throw new PaymentMethodUnknown()
        throw unavailable(error)
      }
    },

    async authorise({ paymentId, reference, returnUrl }) {
      try {
        return stateOf(
          await stripe.paymentIntents.confirm(
            reference,
            returnUrl === null ? {} : { return_url: returnUrl },
            {
              idempotencyKey: `${paymentId}:authorise`,
            },
          ),
        )
      } catch (error) {
        if (error instanceof StripeCardError) return { status: 'DECLINED', reason: reasonOf(error) }
        return orLook(reference)(error)
      }
    },

    look,

    capture: ({ paymentId, reference, amount }) =>
      stripe.paymentIntents
        .capture(reference, { amount_to_capture: amount }, { idempotencyKey: `${paymentId}:capture` })
        .then(stateOf, orLook(reference)),

    cancel: ({ paymentId, reference }) =>
      stripe.paymentIntents
        .cancel(reference, {}, { idempotencyKey: `${paymentId}:cancel` })
        .then(stateOf, orLook(reference)),

    async refund({ refundId, reference, amount, known }) {
      try {
        const refund =
          known === null
            ? ((await findRefund(reference, refundId)) ??
              (await stripe.refunds.create(
                { payment_intent: reference, amount, metadata: { refundId } },
                { idempotencyKey: `${refundId}:refund` },
              )))
            : await stripe.refunds.retrieve(known)
        return { status: refundStates[refund.status ?? ''] ?? 'PENDING', reference: refund.id }
      } catch (error) {
        if (error instanceof StripeInvalidRequestError) return { status: 'FAILED', reference: null }
        throw unavailable(error)
      }
    },

    readWebhook(body, headers): PaymentNews | 'unknown kind' | null {
      const signature = headers['stripe-signature']
      if (typeof signature !== 'string') return null
      const verified = webhookSecrets.some((secret) => {
        try {
          stripe.webhooks.constructEvent(body, signature, secret, toleranceSeconds)
          return true
        } catch {
          return false
        }
      })
      if (!verified) return null
      const event = eventSchema.safeParse(JSON.parse(body.toString('utf8')))
      if (!event.success) return 'unknown kind'
      const { id, type, data } = event.data
      const reference = data.object.object === 'payment_intent' ? data.object.id : data.object.payment_intent
      return reference ? { eventId: id, kind: type, reference } : 'unknown kind'
    },
  }
}
