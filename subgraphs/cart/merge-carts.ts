import { requireCustomer } from '../kit/caller.ts'
import { toUuid } from '../kit/ids.ts'
import { loadCartLines, mayUse } from './carts.ts'
import { refused, type Transaction, type Writer, writeOnce } from './change-cart.ts'
import { makeCart } from './line-writes.ts'
import type { CartLineModel, CartModel, CartWrite } from './mappers.ts'
import { maxAmount } from './price.ts'
import type { CartMergeInput, CartMergeStrategy, CartWarning } from './schema.generated.ts'
import { subtotalOf } from './totals.ts'
import { cartError, maxDiscountCodes, maxLines } from './user-errors.ts'

interface Held {
  cart: CartModel
  lines: readonly CartLineModel[]
}

/** What a cart says beside its lines. */
type Details = Pick<
  CartModel,
  'discountCodes' | 'email' | 'phone' | 'address' | 'deliveryOption' | 'note' | 'giftMessage'
>

interface Merged {
  /** The lines that the customer's cart is to have, in their order. */
  lines: CartLineModel[]
  details: Details
  warnings: CartWarning[]
}

/** What two carts become, by a strategy. It reads and writes nothing. */
export function mergeCarts(customer: Held, guest: Held, strategy: CartMergeStrategy): Merged {
  if (strategy === 'KEEP_CUSTOMER') {
    return { lines: [...customer.lines], details: detailsOf(customer.cart), warnings: [] }
  }
  if (strategy === 'KEEP_GUEST') {
    return { lines: [...guest.lines], details: filled(guest.cart, customer.cart), warnings: [] }
  }

  const lines = new Map(customer.lines.map((line) => [line.variantId, line]))
  let leftOut = 0
  for (const line of guest.lines) {
    const known = lines.get(line.variantId)
    if (known === undefined && lines.size >= maxLines) {
      leftOut += 1
      continue
    }
    const quantity =
      strategy === 'SUM'
        ? line.quantity + (known?.quantity ?? 0)
        : Math.max(line.quantity, known?.quantity ?? 0)
    // What is there already stays, also where the limit was lowered since.
    const most = Math.max(line.maximumQuantity, line.quantity, known?.quantity ?? 0)
    lines.set(line.variantId, { ...(known ?? line), quantity: Math.min(quantity, most) })
  }
  const warnings: CartWarning[] =
    leftOut === 0
      ? []
      : [
          {
            code: 'LINES_LEFT_OUT',
            message: `A cart holds at most ${maxLines} lines: ${leftOut} of what was in the other cart were left out.`,
          },
        ]
  return { lines: [...lines.values()], details: filled(customer.cart, guest.cart), warnings }
}

const detailsOf = (cart: CartModel): Details => ({
  discountCodes: cart.discountCodes,
  email: cart.email,
  phone: cart.phone,
  address: cart.address,
  deliveryOption: cart.deliveryOption,
  note: cart.note,
  giftMessage: cart.giftMessage,
})

/** What one cart says, and what the other says where that is silent. */
const filled = (first: CartModel, second: CartModel): Details => ({
  discountCodes: [...new Set([...first.discountCodes, ...second.discountCodes])].slice(0, maxDiscountCodes),
  email: first.email ?? second.email,
  phone: first.phone ?? second.phone,
  ...(first.address === null
    ? { address: second.address, deliveryOption: second.deliveryOption }
    : { address: first.address, deliveryOption: first.deliveryOption }),
  note: first.note ?? second.note,
  giftMessage: first.giftMessage ?? second.giftMessage,
})

/**
 * Puts a guest's cart into the one of the customer who has signed in, and throws it away.
 * @throws UNAUTHENTICATED for a guest.
 */
export async function mergeGuestCart(
  writer: Writer,
  { idempotencyKey: key, strategy = 'KEEP_HIGHER', ...input }: CartMergeInput,
): Promise<CartWrite> {
  const { caller, now } = writer
  const customerId = requireCustomer(caller)
  const notFound = cartError('CART_NOT_FOUND', ['guestCartId'])
  const guestCartId = toUuid('cart', input.guestCartId)
  if (guestCartId === null) return refused([notFound])

  // The key holds for the customer: the guest's cart is gone when it is sent again.
  const scope = `cartMerge:${caller.site}:${customerId}`
  return writeOnce(writer, { scope, key, input: { ...input, strategy } }, async (tx) => {
    const [guestCart] = await tx.$queryRaw<CartModel[]>`
      SELECT * FROM "Cart" WHERE "id" = ${guestCartId}::uuid FOR UPDATE`
    if (guestCart === undefined || guestCart.customerId !== null || !mayUse(guestCart, caller)) {
      return { refuse: [notFound] }
    }
    const cart = await makeCart(tx, caller)
    const [lines = [], guestLines = []] = await loadCartLines(tx, [cart.id, guestCartId], now)
    const merged = mergeCarts({ cart, lines }, { cart: guestCart, lines: guestLines }, strategy)
    if (subtotalOf(merged.lines) > maxAmount)
      return { refuse: [cartError('TOTAL_TOO_LARGE', ['guestCartId'])] }
    await writeMerged(tx, { cart, guestCartId, merged })
    return { keep: { cartId: cart.id, warnings: merged.warnings } }
  })
}

async function writeMerged(
  tx: Transaction,
  { cart, guestCartId, merged }: { cart: CartModel; guestCartId: string; merged: Merged },
) {
  const { lines, details } = merged
  const kept = lines.map(({ id, quantity }, position) => ({ id, quantity, position }))
  const ids = kept.map(({ id }) => id)
  await tx.$executeRaw`
    DELETE FROM "CartLine" WHERE "cartId" IN (${cart.id}::uuid, ${guestCartId}::uuid) AND "id" <> ALL(${ids}::uuid[])`
  await tx.$executeRaw`
    UPDATE "CartLine" AS line
    SET "cartId" = ${cart.id}::uuid, "quantity" = kept."quantity", "position" = kept."position"
    FROM jsonb_to_recordset(${JSON.stringify(kept)}::jsonb) AS kept ("id" uuid, "quantity" smallint, "position" int)
    WHERE line."id" = kept."id"`
  await tx.$executeRaw`DELETE FROM "Cart" WHERE "id" = ${guestCartId}::uuid`
  const { discountCodes, email, phone, address, deliveryOption, note, giftMessage } = details
  await tx.$executeRaw`
    UPDATE "Cart"
    SET "discountCodes" = ${discountCodes}::text[], "email" = ${email}, "phone" = ${phone},
        "address" = ${address === null ? null : JSON.stringify(address)}::jsonb, "deliveryOption" = ${deliveryOption},
        "note" = ${note}, "giftMessage" = ${giftMessage}, "updatedAt" = clock_timestamp()
    WHERE "id" = ${cart.id}::uuid`
}
