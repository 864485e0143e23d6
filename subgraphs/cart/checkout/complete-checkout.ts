import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Prisma, PrismaClient } from '../../../prisma/cart/generated/client.ts'
import type { Caller } from '../../kit/caller.ts'
import { checkKey, fingerprintOf } from '../../kit/idempotency.ts'
import { newUuid, toUuid } from '../../kit/ids.ts'
import { loadCarts, mayUse } from '../carts.ts'
import type { CartModel, CheckoutWrite } from '../mappers.ts'
import { insertPayment } from '../payments/payments.ts'
import { maxAmount } from '../price.ts'
import type { CheckoutCompleteInput, CheckoutContinueInput, CheckoutUserError } from '../schema.generated.ts'
import { type Asked, checkoutError, readCheckoutInput } from './checkout-input.ts'
import { findActive, findByKey, findCheckout, insertCheckout, writeStand } from './checkout-log.ts'
import type { Checkout, Outcome, Quote } from './checkout-state.ts'
import { checkoutSteps } from './checkout-steps.ts'
import { quoteCart } from './quote.ts'
import type { ShopServices } from './shop-services.ts'

type Transaction = Prisma.TransactionClient

interface Shopper {
  prisma: PrismaClient
  caller: Caller
  now: Date
  shop: ShopServices
}

/** Whether the caller may see and go on with a checkout: a guest's is open to whoever knows its id, on its own site. */
export const mayUseCheckout = ({ customerId, site }: Checkout, caller: Caller): boolean =>
  site === caller.site && (customerId === null || customerId === caller.customerId)

const refused = (...userErrors: CheckoutUserError[]): CheckoutWrite => ({
  checkout: null,
  outcome: null,
  userErrors,
})

/** How a checkout stands, as a shopper is told. */
export const told = (checkout: Checkout, outcome: Outcome | null = checkout.outcome): CheckoutWrite => ({
  checkout,
  outcome: outcome ?? { type: 'in progress' },
  userErrors: [],
})

/** Buys what is in a cart, once for each key. What takes longer than a request may is told as being under way. */
export async function completeCheckout(
  shopper: Shopper,
  { idempotencyKey: key, ...input }: CheckoutCompleteInput,
): Promise<CheckoutWrite> {
  const { prisma, caller, shop } = shopper
  checkKey(key)
  const cartId = toUuid('cart', input.cartId)
  const [known = null] = cartId === null ? [] : await loadCarts(prisma, [cartId])
  if (known === null || !mayUse(known, caller)) return refused(checkoutError('CART_NOT_FOUND', ['cartId']))
  const { request, errors } = readCheckoutInput(input, known, shop.returnOrigins)
  if (errors.length > 0) return refused(...errors)

  const fingerprint = fingerprintOf(input)
  const begun = await prisma.$transaction(
    (tx) => begin(tx, shopper, known.id, { key, fingerprint, request }),
    { maxWait: 5_000, timeout: 10_000 },
  )
  if ('userErrors' in begun) return begun
  // An earlier send's: it may be that whoever was at it is there no more.
  if (!begun.isNew) return answer(shopper, begun.checkout, await shop.runner.takeUp(begun.checkout.id))
  return answer(shopper, begun.checkout, shop.runner.start(begun.checkout))
}

/** Goes on after the shopper has been at their bank. */
export async function continueCheckout(
  shopper: Shopper,
  { checkoutId, idempotencyKey }: CheckoutContinueInput,
): Promise<CheckoutWrite> {
  const { prisma, caller, shop } = shopper
  checkKey(idempotencyKey)
  const id = toUuid('chk', checkoutId)
  const checkout = id === null ? null : await findCheckout(prisma, id)
  if (checkout === null || !mayUseCheckout(checkout, caller))
    return refused(checkoutError('CHECKOUT_NOT_FOUND', ['checkoutId']))
  return answer(shopper, checkout, await shop.runner.takeUp(checkout.id))
}

/** So much longer than it is known what to say, undoing is waited for: then a second attempt meets nothing of the first. */
const undoPatienceMs = 250

type Drive = NonNullable<Awaited<ReturnType<ShopServices['runner']['takeUp']>>>

async function answer(
  { prisma, shop }: Shopper,
  checkout: Checkout,
  drive: Drive | null,
): Promise<CheckoutWrite> {
  if (drive !== null) {
    const over = new AbortController()
    const after = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => undefined)
    await Promise.race([
      drive.ended,
      drive.known.then(() => after(undoPatienceMs)),
      after(shop.times.answerMs),
    ])
    over.abort()
  }
  return told((await findCheckout(prisma, checkout.id)) ?? checkout)
}

interface Attempt {
  key: string
  fingerprint: string
  request: Asked
}

/**
 * Writes a checkout down, or finds the one that the key stands for. Carts are locked meanwhile, so that of two sends
 * the second finds what the first has written, and a cart is never bought twice at once.
 */
async function begin(
  tx: Transaction,
  { caller, now, shop }: Shopper,
  cartId: string,
  { key, fingerprint, request: asked }: Attempt,
): Promise<CheckoutWrite | { checkout: Checkout; isNew: boolean }> {
  const [cart] = await tx.$queryRaw<CartModel[]>`SELECT * FROM "Cart" WHERE "id" = ${cartId}::uuid FOR UPDATE`
  if (cart === undefined) return refused(checkoutError('CART_NOT_FOUND', ['cartId']))

  const earlier = await findByKey(tx, cartId, key)
  if (earlier !== null) {
    return earlier.fingerprint === fingerprint
      ? { checkout: earlier, isNew: false }
      : refused(checkoutError('IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']))
  }
  const active = await findActive(tx, cartId)
  if (active?.status === 'RUNNING') return told(active)
  if (active?.status === 'ACTION_NEEDED' && !(await giveUp(tx, active))) return told(active, null)

  // A guest who says who they are may use what counts by customer.
  const { quote, hasWays } = await quoteCart(tx, { ...cart, email: asked.email }, now)
  if (quote.lines.length === 0) return refused(checkoutError('CART_EMPTY', ['cartId']))
  const { address: deliveryAddress, note, giftMessage } = cart
  if (deliveryAddress === null) return refused(checkoutError('DELIVERY_ADDRESS_MISSING', ['cartId']))
  if (quote.deliveryOption === null) {
    const message = hasWays ? undefined : 'Nothing of this cart can be sent to this address. Choose another.'
    return refused(checkoutError('DELIVERY_OPTION_MISSING', ['cartId'], message))
  }
  const request = { ...asked, deliveryAddress, note, giftMessage }
  if (quote.total > maxAmount || quote.subtotal > maxAmount)
    return refused(checkoutError('TOTAL_TOO_LARGE', ['cartId']))

  const [id, paymentId, orderId] = [randomUUID(), newUuid(), newUuid()]
  const [first] = checkoutSteps
  if (first === undefined) throw new TypeError('a checkout has no steps')
  const checkout = await insertCheckout(
    tx,
    {
      id,
      cartId,
      customerId: caller.customerId,
      site: cart.site,
      key,
      fingerprint,
      state: {
        request,
        quote,
        reservationId: newUuid(),
        paymentId,
        orderId,
        refundId: newUuid(),
        restockId: newUuid(),
        reference: null,
        captured: false,
        committed: false,
      },
    },
    { step: first.name, leaseMs: shop.runner.leaseMs, giveUpMs: shop.times.giveUpMs },
  )
  if (quote.total !== request.expectedTotal) return refuseOtherPrice(tx, checkout, quote)
  await insertPayment(tx, {
    id: paymentId,
    checkoutId: id,
    provider: shop.provider.name,
    amount: quote.total,
    currency: quote.currency,
    orderId,
  })
  return { checkout, isNew: true }
}

/** The shopper has agreed to another sum: the checkout ends before it has begun, and its key tells so. */
async function refuseOtherPrice(tx: Transaction, checkout: Checkout, quote: Quote): Promise<CheckoutWrite> {
  const { request } = checkout.state
  const outcome: Outcome = {
    type: 'price changed',
    currency: quote.currency,
    lines: quote.lines
      .filter(({ unitPrice, unitPriceWhenAdded }) => unitPrice !== unitPriceWhenAdded)
      .map(({ id, title, unitPrice, unitPriceWhenAdded }) => ({
        lineId: id,
        title,
        before: unitPriceWhenAdded,
        now: unitPrice,
      })),
    expectedTotal: request.expectedTotal,
    total: quote.total,
  }
  const ended = { ...checkout, status: 'UNDONE' as const, outcome }
  const state = { ...checkout.state, request: { ...request, paymentMethod: null } }
  await writeStand(
    tx,
    checkout,
    { ...ended, state, dueInMs: null, leaseMs: 0, ended: true, keyFreed: false },
    [{ step: 'validate', event: 'failed', detail: { outcome: outcome.type } }],
  )
  return told(ended)
}

/** A shopper who tries another way of paying has given the first one up. @returns false when somebody is at it just now. */
async function giveUp(tx: Transaction, active: Checkout): Promise<boolean> {
  const outcome: Outcome = { type: 'payment declined', reason: 'AUTHENTICATION_EXPIRED' }
  const taken = await tx.$executeRaw`
    UPDATE "Checkout" SET "lease" = "lease" + 1
    WHERE "id" = ${active.id}::uuid AND "status" = 'ACTION_NEEDED' AND ("leasedUntil" IS NULL OR "leasedUntil" < now())`
  if (taken === 0) return false
  return writeStand(
    tx,
    { id: active.id, lease: active.lease + 1 },
    {
      ...active,
      status: 'UNDOING',
      outcome,
      attempts: 0,
      dueInMs: 0,
      leaseMs: 0,
      ended: false,
      keyFreed: false,
    },
    [{ step: active.step, event: 'undoing', detail: { outcome: 'given up' } }],
  )
}
