import { readLine } from '../../kit/text.ts'
import type { Address } from '../delivery/address.ts'
import type { CartModel } from '../mappers.ts'
import type {
  CheckoutCompleteInput,
  CheckoutUserError,
  CheckoutUserErrorCode,
  OrderAddressInput,
} from '../schema.generated.ts'
import type { CheckoutState } from './checkout-state.ts'

/** What each error says unless there is more to say. */
const messages: Record<CheckoutUserErrorCode, string> = {
  CART_NOT_FOUND: 'This cart is not here any more. Start a new one.',
  CART_EMPTY: 'There is nothing in the cart. Add something first.',
  TOTAL_TOO_LARGE: 'The cart comes to more than can be charged at once. Choose less.',
  CHECKOUT_NOT_FOUND: 'There is no such checkout.',
  DELIVERY_ADDRESS_MISSING: 'Say where it is to go first.',
  DELIVERY_OPTION_MISSING: 'Choose how it is to go first.',
  INVALID_EMAIL: 'Give an e-mail address, as ada@example.com.',
  INVALID_ADDRESS: 'This part of the address is missing, too long, or not known.',
  INVALID_PAYMENT_METHOD: 'Choose how to pay again: this is no token of a payment method.',
  INVALID_RETURN_URL: 'The shop does not send shoppers back to this address.',
  CURRENCY_MISMATCH: 'The cart is in another currency. Show it again.',
  IDEMPOTENCY_KEY_REUSED: 'This key was used before with other input. Use a new one.',
}

export const checkoutError = (
  code: CheckoutUserErrorCode,
  field: string[],
  message = messages[code],
): CheckoutUserError => ({ code, message, field })

/** Practical, not RFC 5322: what a shopper types by mistake is found, and what mail servers take is let through. */
const emailForm = /^[^\s@<>()"\\,;:]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i

/** An e-mail address as it is kept and compared; null when it is none. */
export function readEmail(text: string): string | null {
  const email = text.trim().normalize('NFC')
  return email.length <= 254 && emailForm.test(email) ? email.toLowerCase() : null
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const isCountry = (code: string) => /^[A-Z]{2}$/.test(code) && code !== 'ZZ' && regions.of(code) !== undefined

function readAddress(input: OrderAddressInput, field: string, errors: CheckoutUserError[]): Address {
  const wrong = (part: string, message?: string) =>
    errors.push(checkoutError('INVALID_ADDRESS', [field, part], message))
  const needed = (part: 'name' | 'line1' | 'city', max: number) => {
    const text = readLine(input[part], max)
    if (text === null) wrong(part, `${part} takes 1 to ${max} characters.`)
    return text ?? ''
  }
  const optional = (part: 'line2' | 'postalCode' | 'region', max: number) => {
    const given = input[part]
    if (given == null || given.trim() === '') return null
    const text = readLine(given, max)
    if (text === null) wrong(part, `${part} takes up to ${max} characters.`)
    return text
  }
  const countryCode = input.countryCode.trim().toUpperCase()
  if (!isCountry(countryCode)) wrong('countryCode', 'countryCode takes an ISO 3166-1 alpha-2 code, as DE.')
  return {
    name: needed('name', 100),
    line1: needed('line1', 200),
    line2: optional('line2', 200),
    postalCode: optional('postalCode', 20),
    city: needed('city', 100),
    region: optional('region', 100),
    countryCode,
  }
}

const paymentMethodForm = /^pm_[A-Za-z0-9_]{1,100}$/

/** Null for any of this machine, as in development. */
type ReturnOrigins = readonly string[] | null

function isReturnUrl(text: string, origins: ReturnOrigins): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, origin, hostname, username, password } = new URL(text)
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return false
  if (origins !== null) return origins.includes(origin)
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname.endsWith('.localhost')
}

/** What the shopper says; the rest is the cart's. */
export type Asked = Omit<CheckoutState['request'], 'deliveryAddress' | 'note' | 'giftMessage'>

/** What a shopper asks for, checked as far as it can be without looking anything up. */
export function readCheckoutInput(
  input: Omit<CheckoutCompleteInput, 'idempotencyKey'>,
  cart: Pick<CartModel, 'email' | 'currency'>,
  returnOrigins: ReturnOrigins,
): { request: Asked; errors: CheckoutUserError[] } {
  const errors: CheckoutUserError[] = []
  if (input.expectedTotal.currency !== cart.currency)
    errors.push(checkoutError('CURRENCY_MISMATCH', ['expectedTotal', 'currency']))
  const email = readEmail(input.email ?? cart.email ?? '')
  if (email === null) errors.push(checkoutError('INVALID_EMAIL', ['email']))
  const billingAddress = input.billingAddress
    ? readAddress(input.billingAddress, 'billingAddress', errors)
    : null
  if (!paymentMethodForm.test(input.paymentMethod))
    errors.push(checkoutError('INVALID_PAYMENT_METHOD', ['paymentMethod']))
  const returnUrl = input.returnUrl == null ? null : String(input.returnUrl)
  if (returnUrl !== null && !isReturnUrl(returnUrl, returnOrigins))
    errors.push(checkoutError('INVALID_RETURN_URL', ['returnUrl']))
  return {
    request: {
      email: email ?? '',
      billingAddress,
      paymentMethod: input.paymentMethod,
      returnUrl,
      expectedTotal: input.expectedTotal.amount,
    },
    errors,
  }
}
