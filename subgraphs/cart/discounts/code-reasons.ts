import type { DiscountRefusal, RefusedCode } from '../pricing/pricing.ts'
import type { CartUserErrorCode, CartWarning } from '../schema.generated.ts'

/** What a shopper is told of a code that takes nothing off. */
export const reasonMessages: Record<DiscountRefusal, string> = {
  NOT_FOUND: 'There is no such code. Check how it is written.',
  NOT_STARTED: 'This code does not hold yet.',
  EXPIRED: 'This code holds no more.',
  USAGE_LIMIT_REACHED: 'This code has been used up.',
  CUSTOMER_USAGE_LIMIT_REACHED: 'You have used this code as often as you may.',
  CUSTOMER_UNKNOWN: 'This code counts by customer: sign in, or say your e-mail address.',
  NO_ENTITLED_LINES: 'This code is for other things than are in the cart.',
  MINIMUM_SUBTOTAL_NOT_REACHED: 'What this code is for comes to too little yet.',
  MINIMUM_QUANTITY_NOT_REACHED: 'There is too little yet of what this code is for.',
  NOT_COMBINABLE: "This code can't be combined with what takes more off.",
  BETTER_DISCOUNT_APPLIES: 'Other discounts take more off of all that this code is for.',
}

/** The reasons that nothing which is put into the cart could mend: with these a code is refused. */
const refusals: Partial<Record<DiscountRefusal, CartUserErrorCode>> = {
  NOT_FOUND: 'DISCOUNT_NOT_FOUND',
  NOT_STARTED: 'DISCOUNT_NOT_STARTED',
  EXPIRED: 'DISCOUNT_EXPIRED',
  USAGE_LIMIT_REACHED: 'DISCOUNT_USAGE_LIMIT_REACHED',
  CUSTOMER_USAGE_LIMIT_REACHED: 'DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED',
}

/** Null where the code may stay, and only does not apply yet. */
export const refusalCodeOf = ({ reason }: RefusedCode): CartUserErrorCode | null => refusals[reason] ?? null

export const notApplicable = ({ code, reason }: RefusedCode): CartWarning => ({
  code: 'DISCOUNT_NOT_APPLICABLE',
  message: `${code}: ${reasonMessages[reason]}`,
})
