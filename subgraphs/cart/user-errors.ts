import { reasonMessages } from './discounts/code-reasons.ts'
import { maxAmount } from './price.ts'
import type { CartUserError, CartUserErrorCode } from './schema.generated.ts'

export const maxLines = 100
export const maxQuantity = 99
export const maxDiscountCodes = 10

export const quantityLimits = {
  add: { low: 1, high: maxQuantity },
  update: { low: 0, high: maxQuantity },
} as const

/** What each error says unless there is more to say. */
const messages: Record<CartUserErrorCode, string> = {
  CART_NOT_FOUND: 'This cart is not here any more. Start a new one.',
  LINE_NOT_FOUND: 'This is not in the cart any more.',
  VARIANT_NOT_FOUND: 'This is not for sale here. Choose another.',
  INVALID_QUANTITY: `Choose a quantity of 1 to ${maxQuantity}.`,
  NO_LINES: 'Name at least one line.',
  TOO_MANY_LINES: `A cart holds at most ${maxLines} lines. Take something out first.`,
  TOTAL_TOO_LARGE: `A cart can come to at most ${maxAmount} in minor units. Choose less.`,
  DISCOUNT_NOT_FOUND: reasonMessages.NOT_FOUND,
  DISCOUNT_NOT_STARTED: reasonMessages.NOT_STARTED,
  DISCOUNT_EXPIRED: reasonMessages.EXPIRED,
  DISCOUNT_USAGE_LIMIT_REACHED: reasonMessages.USAGE_LIMIT_REACHED,
  DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED: reasonMessages.CUSTOMER_USAGE_LIMIT_REACHED,
  TOO_MANY_DISCOUNT_CODES: `A cart has at most ${maxDiscountCodes} codes. Leave some out.`,
  INVALID_EMAIL: 'This is no e-mail address: one looks like ada@example.com.',
  INVALID_PHONE: 'Write the phone number with the code of its country, as +49 30 123456.',
  INVALID_ADDRESS: 'Something of the address is missing.',
  INVALID_POSTAL_CODE: 'This is no postal code of that country.',
  INVALID_REGION: 'Choose a state of that country.',
  COUNTRY_NOT_SERVED: 'Nothing is sent to this country. Choose another.',
  DELIVERY_ADDRESS_MISSING: 'Say where it goes first: the ways of delivery depend on it.',
  DELIVERY_OPTION_NOT_FOUND: "The cart can't go that way. Choose one of its delivery options.",
  INVALID_TEXT: 'This text is too long, or has characters that no text has.',
  IDEMPOTENCY_KEY_REUSED: 'This key was used before with other input. Use a new one.',
}

export const cartError = (
  code: CartUserErrorCode,
  field: string[],
  message = messages[code],
): CartUserError => ({ code, message, field })

/** What is wrong with how many lines an input names. */
export function checkLineCount(field: string[], lines: readonly unknown[], least: number): CartUserError[] {
  if (lines.length < least) return [cartError('NO_LINES', field)]
  if (lines.length > maxLines) return [cartError('TOO_MANY_LINES', field)]
  return []
}

/** What is wrong with the quantities of an input's lines. */
export function checkQuantities(
  lines: readonly { quantity: number }[],
  { low, high }: { low: number; high: number },
): CartUserError[] {
  return lines.flatMap(({ quantity }, index) =>
    quantity >= low && quantity <= high
      ? []
      : [
          cartError(
            'INVALID_QUANTITY',
            ['lines', `${index}`, 'quantity'],
            `${quantity} can't be had. Choose a quantity of ${low} to ${high}.`,
          ),
        ],
  )
}
