import { z } from 'zod'
import type { Site } from '../../kit/sites.ts'
import { addressSchema } from '../delivery/address.ts'

// What a checkout is, and what the database keeps of it.

const uuid = z.uuid()
const amount = z.int()
const currency = z.enum(['EUR', 'USD'])

const quoteSchema = z.object({
  currency,
  lines: z.array(
    z.object({
      /** Of the cart's line. */
      id: uuid,
      variantId: uuid,
      productId: uuid,
      sku: z.string(),
      title: z.string(),
      variantTitle: z.string().nullable(),
      quantity: z.int(),
      unitPrice: amount,
      unitPriceWhenAdded: amount,
      subtotal: amount,
      /** With all discounts and taxes. */
      paid: amount,
    }),
  ),
  subtotal: amount,
  discount: amount,
  delivery: amount,
  tax: amount,
  taxIncluded: z.boolean(),
  total: amount,
  discounts: z.array(z.object({ id: z.string(), code: z.string().nullable(), title: z.string(), amount })),
  taxes: z.array(z.object({ name: z.string(), millionths: z.int(), amount })),
  deliveryOption: z.object({ handle: z.string(), title: z.string() }).nullable(),
})
/** What a cart comes to at one moment: what is charged, and nothing else. */
export type Quote = z.infer<typeof quoteSchema>

export const stateSchema = z.object({
  request: z.object({
    email: z.string(),
    deliveryAddress: addressSchema,
    billingAddress: addressSchema.nullable(),
    /** A token; forgotten when the checkout has ended. */
    paymentMethod: z.string().nullable(),
    returnUrl: z.string().nullable(),
    expectedTotal: amount,
    note: z.string().nullable(),
    giftMessage: z.string().nullable(),
  }),
  quote: quoteSchema,
  // Made before anything is done, so that whatever was done can be found again by them.
  reservationId: uuid,
  paymentId: uuid,
  orderId: uuid,
  refundId: uuid,
  restockId: uuid,
  /** The provider's name for the payment, once it is known. */
  reference: z.string().nullable(),
  captured: z.boolean(),
  committed: z.boolean(),
})
export type CheckoutState = z.infer<typeof stateSchema>

const declineReasons = [
  'GENERIC_DECLINE',
  'INSUFFICIENT_FUNDS',
  'EXPIRED_CARD',
  'INCORRECT_CVC',
  'INCORRECT_NUMBER',
  'CARD_NOT_ACCEPTED',
  'AUTHENTICATION_FAILED',
  'AUTHENTICATION_EXPIRED',
  'INVALID_PAYMENT_METHOD',
  'PROCESSING_ERROR',
] as const

export const outcomeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('order placed'), orderId: uuid }),
  z.object({
    type: z.literal('action required'),
    redirectUrl: z.string().nullable(),
    clientToken: z.string().nullable(),
    expiresAt: z.iso.datetime(),
  }),
  z.object({ type: z.literal('payment declined'), reason: z.enum(declineReasons) }),
  z.object({
    type: z.literal('out of stock'),
    lines: z.array(z.object({ lineId: uuid, title: z.string(), requested: z.int(), available: z.int() })),
  }),
  z.object({
    type: z.literal('price changed'),
    currency,
    lines: z.array(z.object({ lineId: uuid, title: z.string(), before: amount, now: amount })),
    expectedTotal: amount,
    total: amount,
  }),
  z.object({ type: z.literal('unavailable'), retryAfterSeconds: z.int() }),
])
export type Outcome = z.infer<typeof outcomeSchema>

export type CheckoutStatus = 'RUNNING' | 'ACTION_NEEDED' | 'COMPLETED' | 'UNDOING' | 'UNDONE'

export interface Checkout {
  id: string
  cartId: string
  customerId: string | null
  site: Site
  fingerprint: string
  status: CheckoutStatus
  step: string
  state: CheckoutState
  /** Null while it is under way. */
  outcome: Outcome | null
  attempts: number
  /** The number of the hold on it: whoever has lost theirs writes nothing more. */
  lease: number
  giveUpAt: Date
  createdAt: Date
  endedAt: Date | null
}
