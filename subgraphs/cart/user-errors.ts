import { maxAmount } from './price.ts'
import type { CartUserError, CartUserErrorCode } from './schema.generated.ts'

export const maxLines = 100
export const maxQuantity = 99

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
