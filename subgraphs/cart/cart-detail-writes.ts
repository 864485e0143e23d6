import { z } from 'zod'
import { readText } from '../kit/text.ts'
import { warningsAboutPrice } from './cart-warnings.ts'
import { loadCartLines } from './carts.ts'
import { changeCart, keep, type Outcome, type Transaction, type Writer } from './change-cart.ts'
import { readAddress } from './delivery/address.ts'
import { servesCountry } from './delivery/delivery-options.ts'
import { notApplicable, refusalCodeOf } from './discounts/code-reasons.ts'
import type { CartModel, CartWrite } from './mappers.ts'
import { priceOneCart } from './priced-carts.ts'
import { normaliseCode } from './pricing/discount-rules.ts'
import type {
  CartBuyerIdentityUpdateInput,
  CartDeliveryAddressUpdateInput,
  CartDeliveryOptionSelectInput,
  CartDiscountCodesUpdateInput,
  CartNoteUpdateInput,
  CartUserError,
} from './schema.generated.ts'
import { cartError, maxDiscountCodes } from './user-errors.ts'

// What a cart says beside its lines: each write replaces all that its input is about.

/** Sets the codes of a cart. One that is in it already is never refused, since taking it out is another write. */
export async function updateDiscountCodes(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartDiscountCodesUpdateInput,
): Promise<CartWrite> {
  const codes = input.discountCodes.map(normaliseCode)
  const distinct = [...new Set(codes)].filter((code) => code !== '')
  const errors =
    distinct.length > maxDiscountCodes ? [cartError('TOO_MANY_DISCOUNT_CODES', ['discountCodes'])] : []
  return changeCart(
    writer,
    { name: 'cartDiscountCodesUpdate', cartId: input.cartId, key, input, errors },
    async (tx, cart) => {
      const [lines = []] = await loadCartLines(tx, [cart.id], writer.now)
      const { priced } = await priceOneCart(tx, { ...cart, discountCodes: distinct }, lines, writer.now)
      const { refused } = priced.discounts
      const refusals = refused
        .filter(({ code }) => !cart.discountCodes.includes(code))
        .flatMap((one): CartUserError[] => {
          const refusal = refusalCodeOf(one)
          return refusal === null ? [] : [cartError(refusal, ['discountCodes', `${codes.indexOf(one.code)}`])]
        })
      if (refusals.length > 0) return { refuse: refusals }
      await tx.$executeRaw`
        UPDATE "Cart" SET "discountCodes" = ${distinct}::text[] WHERE "id" = ${cart.id}::uuid`
      return keep(tx, cart, refused.map(notApplicable))
    },
  )
}

const emailSchema = z.email().max(254)
const phoneSchema = z.e164()

/** What there is of a text, or null where it is left out or blank. */
const given = (text: string | null | undefined): string | null =>
  text == null || text.trim() === '' ? null : text.trim()

/** Says who buys. */
export async function updateBuyerIdentity(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartBuyerIdentityUpdateInput,
): Promise<CartWrite> {
  const email = given(input.email)
  const phone = given(input.phone)?.replace(/[\s().-]/g, '') ?? null
  const errors = [
    ...(email === null || emailSchema.safeParse(email).success
      ? []
      : [cartError('INVALID_EMAIL', ['email'])]),
    ...(phone === null || phoneSchema.safeParse(phone).success
      ? []
      : [cartError('INVALID_PHONE', ['phone'])]),
  ]
  return changeCart(
    writer,
    { name: 'cartBuyerIdentityUpdate', cartId: input.cartId, key, input, errors },
    async (tx, cart) => {
      await tx.$executeRaw`
        UPDATE "Cart" SET "email" = ${email}, "phone" = ${phone} WHERE "id" = ${cart.id}::uuid`
      return keepWithWarnings(tx, writer, { ...cart, email, phone })
    },
  )
}

/** Says where it goes. */
export async function updateDeliveryAddress(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartDeliveryAddressUpdateInput,
): Promise<CartWrite> {
  const read = input.address ? readAddress(input.address) : { address: null, faults: null }
  const errors = (read.faults ?? []).map(({ code, field, message }) =>
    cartError(code, ['address', field], message),
  )
  const { address } = read
  return changeCart(
    writer,
    { name: 'cartDeliveryAddressUpdate', cartId: input.cartId, key, input, errors },
    async (tx, cart) => {
      if (address !== null && !(await servesCountry(tx, cart.site, address))) {
        return { refuse: [cartError('COUNTRY_NOT_SERVED', ['address', 'countryCode'])] }
      }
      await tx.$executeRaw`
        UPDATE "Cart" SET "address" = ${address === null ? null : JSON.stringify(address)}::jsonb
        WHERE "id" = ${cart.id}::uuid`
      return keepWithWarnings(tx, writer, { ...cart, address })
    },
  )
}

/** Chooses how it goes. */
export async function selectDeliveryOption(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartDeliveryOptionSelectInput,
): Promise<CartWrite> {
  return changeCart(
    writer,
    { name: 'cartDeliveryOptionSelect', cartId: input.cartId, key, input, errors: [] },
    async (tx, cart) => {
      if (cart.address === null) return { refuse: [cartError('DELIVERY_ADDRESS_MISSING', ['cartId'])] }
      const [lines = []] = await loadCartLines(tx, [cart.id], writer.now)
      const { deliveryOptions } = await priceOneCart(tx, cart, lines, writer.now)
      const chosen = deliveryOptions.find(({ handle }) => handle === input.handle)
      if (chosen === undefined) return { refuse: [cartError('DELIVERY_OPTION_NOT_FOUND', ['handle'])] }
      await tx.$executeRaw`
        UPDATE "Cart" SET "deliveryOption" = ${chosen.handle} WHERE "id" = ${cart.id}::uuid`
      return keep(tx, cart, [])
    },
  )
}

const textLimits = { note: 500, giftMessage: 300 }

/** Sets what the shop should know, and what goes with a present. */
export async function updateNote(
  writer: Writer,
  { idempotencyKey: key, ...input }: CartNoteUpdateInput,
): Promise<CartWrite> {
  const texts = { note: given(input.note), giftMessage: given(input.giftMessage) }
  const errors = (['note', 'giftMessage'] as const).flatMap((field) => {
    const text = texts[field]
    return text === null || readText(text, textLimits[field]) !== null
      ? []
      : [cartError('INVALID_TEXT', [field], `Write at most ${textLimits[field]} characters.`)]
  })
  return changeCart(
    writer,
    { name: 'cartNoteUpdate', cartId: input.cartId, key, input, errors },
    async (tx, cart) => {
      await tx.$executeRaw`
        UPDATE "Cart" SET "note" = ${texts.note}, "giftMessage" = ${texts.giftMessage}
        WHERE "id" = ${cart.id}::uuid`
      return keep(tx, cart, [])
    },
  )
}

/** Keeps a write that may have changed what codes and ways of delivery there are, and tells of those that are gone. */
async function keepWithWarnings(tx: Transaction, { now }: Writer, cart: CartModel): Promise<Outcome> {
  const [lines = []] = await loadCartLines(tx, [cart.id], now)
  const price = await priceOneCart(tx, cart, lines, now)
  return keep(tx, cart, warningsAboutPrice(cart, price))
}
