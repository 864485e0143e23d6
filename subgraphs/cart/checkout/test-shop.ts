import { randomUUID } from 'node:crypto'
import type { PrismaClient } from '../../../prisma/cart/generated/client.ts'
import { sites } from '../../kit/sites.ts'
import type { GraphqlAnswer } from '../../kit/test-subgraph.ts'
import { type As, startTestSubgraph } from '../../kit/test-subgraph.ts'
import { defineCart } from '../cart.ts'
import { openCatalogue } from '../test-catalogue.ts'
import type { ShopOptions } from './shop-services.ts'
import { startTestStock } from './test-stock.ts'

/** A cart subgraph that is quick about everything, with stock and a catalogue of the test's own. */
export const quickTimes = {
  answerMs: 10_000,
  leaseMs: 1_500,
  paymentPollMs: 50,
  workerPollMs: 50,
  stockTimeoutMs: 5_000,
}

export async function startTestShop({ env = {}, times, ...options }: ShopOptions = {}) {
  const stock = await startTestStock()
  const definition = defineCart({ env, times: { ...quickTimes, ...times }, ...options })
  const subgraph = await startTestSubgraph(definition, {
    config: { feedUrls: { products: stock.url }, maxDatabaseConnections: 20 },
  })
  const catalogue = openCatalogue(subgraph.databaseUrl)
  await sendAnywhere(catalogue.prisma)
  return {
    ...subgraph,
    stock,
    catalogue,
    prisma: catalogue.prisma,
    shopper: shopperOf(subgraph.query),
    async stop() {
      await catalogue.close()
      await subgraph.stop()
      await stock.stop()
    },
  }
}

const address = {
  name: 'Ada Lovelace',
  line1: 'Unter den Linden 1',
  postalCode: '10117',
  city: 'Berlin',
  countryCode: 'DE',
}

const outcomeFields = `outcome { __typename
  ... on CheckoutOrderPlaced { order { id number status version paymentStatus email
    cost { total { amount currency } refunded { amount } } lines { id quantity title paid { amount } } } }
  ... on CheckoutActionRequired { redirectUrl expiresAt }
  ... on CheckoutPaymentDeclined { reason message }
  ... on CheckoutOutOfStock { lines { lineId title requested available } }
  ... on CheckoutPriceChanged { lines { lineId before { amount } now { amount } } expectedTotal { amount } total { amount } }
  ... on CheckoutUnavailable { retryAfterSeconds } }`

/** Lets the shop send things to where its shoppers live, at no cost: most tests are of something else. */
export async function sendAnywhere(prisma: PrismaClient): Promise<void> {
  for (const site of Object.keys(sites)) {
    const methods = {
      create: {
        id: randomUUID(),
        handle: 'standard',
        title: 'Standard',
        position: 0,
        minDays: 1,
        maxDays: 3,
        bands: [{ maxWeightGrams: null, price: 0 }],
      },
    }
    await prisma.deliveryZone.create({
      data: { id: randomUUID(), site, name: 'Near', countryCodes: ['DE', 'GB', 'US'], methods },
    })
  }
}

type Query = (query: string, variables?: Record<string, unknown>, as?: As) => Promise<GraphqlAnswer>

/** Somebody who shops at a cart subgraph. */
export function shopperOf(query: Query) {
  async function fill(variantId: string, { quantity = 1, as = {} }: { quantity?: number; as?: As } = {}) {
    const { data } = await query(
      `mutation ($input: CartCreateInput!) { cartCreate(input: $input) { cart { id lines { id } cost { total { amount currency } } } } }`,
      { input: { lines: [{ variantId, quantity }], idempotencyKey: randomUUID() } },
      as,
    )
    const { id: cartId, lines } = data.cartCreate.cart
    const addressed = await query(
      `mutation ($address: CartDeliveryAddressUpdateInput!, $option: CartDeliveryOptionSelectInput!) {
        cartDeliveryAddressUpdate(input: $address) { userErrors { code } }
        cartDeliveryOptionSelect(input: $option) { cart { cost { total { amount currency } } } userErrors { code } } }`,
      {
        address: { cartId, address, idempotencyKey: randomUUID() },
        option: { cartId, handle: 'standard', idempotencyKey: randomUUID() },
      },
      as,
    )
    const expectedTotal = addressed.data.cartDeliveryOptionSelect.cart.cost.total
    return { cartId, lineIds: lines.map((line: { id: string }) => line.id), expectedTotal }
  }

  const inputFor = (cart: { cartId: string; expectedTotal: object }, changes: object = {}) => ({
    cartId: cart.cartId,
    expectedTotal: cart.expectedTotal,
    email: 'ada@example.com',
    paymentMethod: 'pm_card_visa',
    returnUrl: 'http://localhost:3000/checkout/done',
    idempotencyKey: randomUUID(),
    ...changes,
  })

  return {
    fill,
    inputFor,
    async complete(input: object, as: As = {}) {
      const { data, errors } = await query(
        `mutation ($input: CheckoutCompleteInput!) { checkoutComplete(input: $input) {
          checkout { id } ${outcomeFields} userErrors { code field message } } }`,
        { input },
        as,
      )
      return { ...data?.checkoutComplete, errors }
    },
    async proceed(checkoutId: string, as: As = {}) {
      const { data } = await query(
        `mutation ($input: CheckoutContinueInput!) { checkoutContinue(input: $input) {
          checkout { id } ${outcomeFields} userErrors { code field } } }`,
        { input: { checkoutId, idempotencyKey: randomUUID() } },
        as,
      )
      return data.checkoutContinue
    },
    async look(checkoutId: string, as: As = {}) {
      const { data } = await query(
        `query ($id: ID!) { checkout(id: $id) { id ${outcomeFields} } }`,
        { id: checkoutId },
        as,
      )
      return data.checkout
    },
  }
}
