import type { PaymentDeclineReason } from '../schema.generated.ts'

const another = 'Nothing was charged. Choose another way to pay.'

/** What a shopper is told. Of a card that may be stolen no more is said than of any other. */
export const declineMessages: Record<PaymentDeclineReason, string> = {
  GENERIC_DECLINE: `Your bank declined the payment. ${another}`,
  INSUFFICIENT_FUNDS: `There is not enough money on this account. ${another}`,
  EXPIRED_CARD: `This card has run out. ${another}`,
  INCORRECT_CVC: "The card's security code was wrong. Nothing was charged. Enter it again.",
  INCORRECT_NUMBER: "The card's number was wrong. Nothing was charged. Enter it again.",
  CARD_NOT_ACCEPTED: `Your bank declined the payment. ${another}`,
  AUTHENTICATION_FAILED: `Your bank could not make sure that it is you. ${another}`,
  AUTHENTICATION_EXPIRED: 'You were not at your bank in time. Nothing was charged. Try again.',
  INVALID_PAYMENT_METHOD: `This way to pay is not known, or was used before. ${another}`,
  PROCESSING_ERROR: 'Something went wrong at your bank. Nothing was charged. Try again.',
}
