import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestShop } from './test-shop.ts'

let shop: Awaited<ReturnType<typeof startTestShop>>
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.stop())

async function buy(changes: object = {}) {
  const { id } = await shop.catalogue.add()
  const cart = await shop.shopper.fill(id, { quantity: 2 })
  return shop.shopper.complete(shop.shopper.inputFor(cart, changes))
}
const key = () => randomUUID()
const staff = { roles: ['staff' as const] }

test('a cart is bought', async () => {
  const { outcome } = await buy()
  expect(outcome).toMatchObject({
    __typename: 'CheckoutOrderPlaced',
    order: { status: 'PLACED', paymentStatus: 'PAID', cost: { total: { amount: 4000 } } },
  })
})

test('a payment that is declined says why; another total than was agreed to is not charged', async () => {
  const declined = await buy({ paymentMethod: 'pm_card_visa_chargeDeclinedInsufficientFunds' })
  expect(declined.outcome).toMatchObject({
    __typename: 'CheckoutPaymentDeclined',
    reason: 'INSUFFICIENT_FUNDS',
  })
  const other = await buy({ expectedTotal: { amount: 1, currency: 'EUR' } })
  expect(other.outcome).toMatchObject({ __typename: 'CheckoutPriceChanged', total: { amount: 4000 } })
})

test('a bank that wants to see the shopper is answered, and the checkout goes on', async () => {
  const { checkout, outcome } = await buy({ paymentMethod: 'pm_card_authenticationRequired' })
  expect(outcome.__typename).toBe('CheckoutActionRequired')
  const answered = await fetch(outcome.redirectUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'answer=yes',
  })
  expect(answered.status).toBe(303)
  const { outcome: after } = await shop.shopper.proceed(checkout.id)
  expect(['CheckoutOrderPlaced', 'CheckoutInProgress']).toContain(after.__typename)
})

test('an order is refunded in part, and never more than was paid; it is found by number and address', async () => {
  const { outcome } = await buy()
  const { id, number, version } = outcome.order
  const refund = async (input: object) => {
    const { data } = await shop.query(
      `mutation ($input: OrderRefundInput!) { orderRefund(input: $input) {
        order { version paymentStatus } refund { status amount { amount } } userErrors { code } } }`,
      { input: { orderId: id, idempotencyKey: key(), ...input } },
      staff,
    )
    return data.orderRefund
  }
  const part = await refund({ version, amount: 1500 })
  expect(part).toMatchObject({ refund: { amount: { amount: 1500 } }, userErrors: [] })
  const tooMuch = await refund({ version: part.order.version, amount: 2501 })
  expect(tooMuch.userErrors).toMatchObject([{ code: 'INVALID_AMOUNT' }])
  expect((await refund({ version, amount: 1 })).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }])

  const look = async (email: string) => {
    const { data } = await shop.query(
      `query ($number: String!, $email: String!) { orderLookup(number: $number, email: $email) { order { id timeline { kind } } tooManyAttempts } }`,
      { number, email },
    )
    return data.orderLookup
  }
  expect((await look('Ada@example.com')).order).toMatchObject({ id })
  for (let miss = 0; miss < 5; miss++) expect((await look(`no${miss}@example.com`)).order).toBeNull()
  expect(await look('ada@example.com')).toEqual({ order: null, tooManyAttempts: true })
})

test('an order is cancelled whole: money and goods go back', async () => {
  const { outcome } = await buy()
  const { id, version } = outcome.order
  const { data } = await shop.query(
    `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { order { status } userErrors { code } } }`,
    { input: { orderId: id, version, idempotencyKey: key() } },
    staff,
  )
  expect(data.orderCancel).toEqual({ order: { status: 'CANCELLED' }, userErrors: [] })
})
