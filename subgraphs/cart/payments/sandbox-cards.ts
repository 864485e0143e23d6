import type { PaymentDeclineReason } from '../schema.generated.ts'

/** What becomes of a payment by one of the test provider's ways to pay. */
export interface SandboxCard {
  declines?: PaymentDeclineReason
  /** The bank wants to see the shopper first. */
  challenges?: true
  /** So long the bank takes to decide. */
  decidesAfterMs?: number
  /** The hold has run out when the money is to be taken. */
  captureFails?: true
  refunds?: 'FAILED' | 'PENDING'
}

/**
 * The tokens that stand for test cards. Those that Stripe's test mode knows are called the same here, so that a shop
 * can go from one to the other: https://docs.stripe.com/testing
 */
export const sandboxCards: Readonly<Record<string, SandboxCard>> = {
  pm_card_visa: {},
  pm_card_mastercard: {},
  pm_card_visa_chargeDeclined: { declines: 'GENERIC_DECLINE' },
  pm_card_visa_chargeDeclinedInsufficientFunds: { declines: 'INSUFFICIENT_FUNDS' },
  pm_card_visa_chargeDeclinedLostCard: { declines: 'CARD_NOT_ACCEPTED' },
  pm_card_visa_chargeDeclinedStolenCard: { declines: 'CARD_NOT_ACCEPTED' },
  pm_card_chargeDeclinedExpiredCard: { declines: 'EXPIRED_CARD' },
  pm_card_chargeDeclinedIncorrectCvc: { declines: 'INCORRECT_CVC' },
  pm_card_chargeDeclinedProcessingError: { declines: 'PROCESSING_ERROR' },
  pm_card_authenticationRequired: { challenges: true },
  pm_card_threeDSecure2Required: { challenges: true },
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: {
    challenges: true,
    declines: 'INSUFFICIENT_FUNDS',
  },
  pm_card_refundFail: { refunds: 'FAILED' },
  pm_card_pendingRefund: { refunds: 'PENDING' },
  pm_test_slow: { decidesAfterMs: 2_000 },
  pm_test_slowDeclined: { decidesAfterMs: 2_000, declines: 'GENERIC_DECLINE' },
  pm_test_captureFails: { captureFails: true },
}
