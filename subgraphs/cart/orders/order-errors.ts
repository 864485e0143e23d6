import type { OrderUserError, OrderUserErrorCode } from '../schema.generated.ts'

/** What each error says unless there is more to say. */
const messages: Record<OrderUserErrorCode, string> = {
  ORDER_NOT_FOUND: 'There is no such order.',
  LINE_NOT_FOUND: 'This is not in the order, or is named twice.',
  FULFILLMENT_NOT_FOUND: 'There is no such fulfillment.',
  RETURN_NOT_FOUND: 'There is no such return.',
  VERSION_CONFLICT: 'The order was changed meanwhile. Look at it again, then decide.',
  INVALID_STATE: 'The order has come too far, or not far enough, for this.',
  INVALID_QUANTITY: 'Choose a quantity of at least 1, and no more than there are.',
  INVALID_AMOUNT: 'Choose an amount of at least 1, and no more than was paid and not given back yet.',
  INVALID_TEXT: 'This text is empty, too long, or holds what no text does.',
  TOO_LATE: 'It is too long ago.',
  IDEMPOTENCY_KEY_REUSED: 'This key was used before with other input. Use a new one.',
}

export const orderError = (
  code: OrderUserErrorCode,
  field: string[],
  message = messages[code],
): OrderUserError => ({ code, message, field })
