import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestShop } from './test-shop.ts'

let shop: Awaited<ReturnType<typeof startTestShop>>
beforeAll(async () => {
  shop = await startTestShop()
})
afterAll(() => shop?.stop())

test('a cart is bought', async () => {
  const { id } = await shop.catalogue.add()
  const cart = await shop.shopper.fill(id, { quantity: 2 })
  const input = shop.shopper.inputFor(cart)
  shop.statements.length = 0
  const answer = await shop.shopper.complete(input)
  expect(answer.outcome).toMatchObject({ __typename: 'CheckoutOrderPlaced' })
})
