import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uuidFor } from '../../prisma/shop-data/index.ts'
import { newUuid, toId, toUuid } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { cart } from './cart.ts'
import { expireCarts } from './expire-carts.ts'
import type { CartLineModel, CartModel } from './mappers.ts'
import { mergeCarts } from './merge-carts.ts'
import { openCatalogue } from './test-catalogue.ts'

// Products is down in all of these: the address of its feed is nobody's. Zones, rates and discounts are the seeds'.
let subgraph: Awaited<ReturnType<typeof startTestSubgraph<never, object>>>
let catalogue: ReturnType<typeof openCatalogue>

beforeAll(async () => {
  subgraph = await startTestSubgraph(cart, { seeded: true })
  catalogue = openCatalogue(subgraph.databaseUrl)
})
afterAll(async () => {
  await catalogue?.close()
  await subgraph?.stop()
})

type Input = Record<string, unknown>

const money = '{ amount currency }'
const cartFields = `
  id totalQuantity note giftMessage updatedAt expiresAt
  cost { subtotal ${money} discount ${money} delivery ${money} tax ${money} taxIncluded total ${money} totalEstimated
         taxes { name rateMillionths taxable ${money} amount ${money} } }
  lines { id quantity maximumQuantity title subtotal ${money} total ${money}
          discountAllocations { title code amount ${money} } variant { id } unitPriceWhenAdded ${money} }
  discountCodes { code applicable reason message } discounts { title code discountClass amount ${money} }
  buyerIdentity { email phone }
  deliveryAddress { name line1 line2 postalCode city region countryCode }
  deliveryOptions { handle title price ${money} minDays maxDays } deliveryOption { handle price ${money} }
  warnings { code message lineId }`

async function send(name: string, input: Input, as: As = {}) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`
  const query = `mutation ($input: ${type}) { ${name}(input: $input) {
    cart { ${cartFields} } userErrors { code field message } warnings { code message lineId }
  } }`
  const { data, errors } = await subgraph.query(
    query,
    { input: { idempotencyKey: randomUUID(), ...input } },
    as,
  )
  expect(errors).toEqual([])
  return data[name]
}
const read = async (id: string, as: As = {}) =>
  (await subgraph.query(`{ cart(id: "${id}") { ${cartFields} } }`, {}, as)).data.cart
const codes = (errors: { code: string; field: string[] }[]) =>
  errors.map(({ code, field }) => `${code} ${field.join('.')}`)

type Variant = Parameters<typeof catalogue.add>[0]
async function newCart(variants: (Variant & { quantity?: number })[] = [{}], as: As = {}) {
  const added = await Promise.all(variants.map((variant) => catalogue.add(variant)))
  const lines = added.map(({ id }, index) => ({ variantId: id, quantity: variants[index]?.quantity ?? 1 }))
  const { cart: made } = await send('cartCreate', { lines }, as)
  return { id: made.id as string, cart: made, variants: added }
}
const berlin = {
  name: 'Ada Lovelace',
  line1: 'Torstraße 1',
  postalCode: '10119',
  city: 'Berlin',
  countryCode: 'DE',
}
const newYork = {
  ...berlin,
  line1: '1 Main St',
  postalCode: '10001',
  city: 'New York',
  region: 'NY',
  countryCode: 'US',
}
const goesTo = (cartId: string, address: Input | null, as: As = {}) =>
  send('cartDeliveryAddressUpdate', { cartId, address }, as)
const choose = (cartId: string, handle: string, as: As = {}) =>
  send('cartDeliveryOptionSelect', { cartId, handle }, as)

describe('delivery and taxes', () => {
  test('are unknown until there is an address, and then part of one sum', async () => {
    const { id, cart: made } = await newCart([{ quantity: 2 }])
    expect(made).toMatchObject({
      cost: {
        delivery: null,
        tax: null,
        taxes: [],
        total: { amount: 4000 },
        taxIncluded: true,
        totalEstimated: true,
      },
      deliveryAddress: null,
      deliveryOptions: [],
      deliveryOption: null,
    })
    const { cart: addressed } = await goesTo(id, { ...berlin, line2: ' ' })
    expect(addressed).toMatchObject({
      deliveryAddress: { ...berlin, line2: null, region: null },
      deliveryOptions: [
        { handle: 'standard', price: { amount: 490 }, minDays: 2, maxDays: 3 },
        { handle: 'express', price: { amount: 1290 } },
        { handle: 'freight' },
      ],
      cost: { delivery: null, tax: { amount: 639 }, total: { amount: 4000 }, totalEstimated: true },
    })
    const { cart: chosen } = await choose(id, 'standard')
    expect(chosen).toMatchObject({
      deliveryOption: { handle: 'standard' },
      cost: {
        delivery: { amount: 490, currency: 'EUR' },
        total: { amount: 4490 },
        // 19 % within 44.90.
        tax: { amount: 717 },
        taxes: [{ name: 'VAT', rateMillionths: 190_000, taxable: { amount: 4490 }, amount: { amount: 717 } }],
        totalEstimated: false,
      },
    })
    expect(await read(id)).toEqual(chosen)
    expect((await goesTo(id, null)).cart).toMatchObject({ deliveryAddress: null, cost: { tax: null } })
  })

  test('follow the weight of the cart, and what nobody has weighed counts as half a kilogram', async () => {
    const priceFor = async (weightGrams: number | null, quantity: number) => {
      const { id } = await newCart([{ weightGrams, quantity, prices: { main: { amount: 10 } } }])
      const { cart: addressed } = await goesTo(id, berlin)
      return addressed.deliveryOptions.map(
        ({ handle, price }: { handle: string; price: { amount: number } }) => `${handle} ${price.amount}`,
      )
    }
    expect(await priceFor(1000, 2)).toContain('standard 490')
    expect(await priceFor(1001, 2)).toContain('standard 690')
    expect(await priceFor(null, 4)).toContain('standard 490')
    expect(await priceFor(null, 5)).toContain('standard 690')
    expect(await priceFor(31_501, 1)).toEqual(['freight 4900'])
  })

  test('come on top of the price on the site whose prices are without tax, by state and class', async () => {
    const outlet: As = { site: 'outlet' }
    const clothing = uuidFor('collection', 'clothing')
    const prices = { outlet: { amount: 1000 } }
    const { id } = await newCart([{ prices }, { prices, collectionIds: [clothing] }], outlet)
    const { cart: addressed } = await goesTo(id, newYork, outlet)
    expect(addressed.cost).toMatchObject({
      taxIncluded: false,
      subtotal: { amount: 2000, currency: 'USD' },
      // Clothing is not taxed in New York.
      tax: { amount: 40 },
      total: { amount: 2040 },
    })
    const { cart: chosen } = await choose(id, 'standard', outlet)
    expect(chosen.cost).toMatchObject({
      delivery: { amount: 595 },
      tax: { amount: 64 },
      total: { amount: 2659 },
    })
    const texas = await goesTo(id, { ...newYork, postalCode: '73301', region: 'TX', city: 'Austin' }, outlet)
    expect(texas.cart.cost.tax.amount).toBe(Math.round(2595 * 0.0625))
    const hawaii = await goesTo(
      id,
      { ...newYork, postalCode: '96801', region: 'HI', city: 'Honolulu' },
      outlet,
    )
    expect(hawaii.cart.deliveryOptions).toContainEqual(expect.objectContaining({ handle: 'air' }))
  })

  test('are free of charge over the seeds’ threshold, and the price stays the same in every country', async () => {
    const { id } = await newCart([{ prices: { main: { amount: 7500 } } }])
    await goesTo(id, berlin)
    const { cart: chosen } = await choose(id, 'standard')
    expect(chosen.cost).toMatchObject({
      delivery: { amount: 490 },
      discount: { amount: 490 },
      total: { amount: 7500 },
    })
    expect(chosen.discounts).toMatchObject([
      { code: null, discountClass: 'DELIVERY', amount: { amount: 490 } },
    ])
    const denmark = await goesTo(id, { ...berlin, postalCode: '1050', city: 'Copenhagen', countryCode: 'DK' })
    expect(denmark.cart.cost).toMatchObject({ total: { amount: 7500 }, tax: { amount: 1500 } })
  })

  test('that were chosen and can’t be had any more are told of', async () => {
    const { id, cart: made } = await newCart([{ weightGrams: 3000 }])
    await goesTo(id, berlin)
    await choose(id, 'express')
    const heavy = await send('cartLinesUpdate', {
      cartId: id,
      lines: [{ lineId: made.lines[0].id, quantity: 9 }],
    })
    expect(heavy.cart).toMatchObject({ deliveryOption: null, cost: { delivery: null } })
    expect(heavy.cart.warnings).toMatchObject([{ code: 'DELIVERY_OPTION_UNAVAILABLE' }])
    const light = await send('cartLinesUpdate', {
      cartId: id,
      lines: [{ lineId: made.lines[0].id, quantity: 1 }],
    })
    expect(light.cart).toMatchObject({ deliveryOption: { handle: 'express' }, warnings: [] })
  })
})

describe('bad input', () => {
  test('is told of by code and field, and nothing is written', async () => {
    const { id, cart: made } = await newCart()
    const wrong: [ReturnType<typeof send>, string[]][] = [
      [
        goesTo(id, { ...berlin, name: ' ', city: 'x'.repeat(101), postalCode: '1011' }),
        [
          'INVALID_ADDRESS address.name',
          'INVALID_ADDRESS address.city',
          'INVALID_POSTAL_CODE address.postalCode',
        ],
      ],
      [goesTo(id, { ...berlin, countryCode: 'XX' }), ['COUNTRY_NOT_SERVED address.countryCode']],
      [goesTo(id, newYork), ['COUNTRY_NOT_SERVED address.countryCode']],
      [goesTo(id, { ...newYork, region: 'ZZ' }), ['INVALID_REGION address.region']],
      [choose(id, 'standard'), ['DELIVERY_ADDRESS_MISSING cartId']],
      [
        send('cartBuyerIdentityUpdate', { cartId: id, email: 'ada@', phone: '030 123' }),
        ['INVALID_EMAIL email', 'INVALID_PHONE phone'],
      ],
      [
        send('cartNoteUpdate', { cartId: id, note: 'x'.repeat(501), giftMessage: 'x'.repeat(301) }),
        ['INVALID_TEXT note', 'INVALID_TEXT giftMessage'],
      ],
      [send('cartNoteUpdate', { cartId: toId('cart', randomUUID()) }), ['CART_NOT_FOUND cartId']],
    ]
    for (const [refusal, expected] of wrong) {
      const payload = await refusal
      expect(payload.cart).toBeNull()
      expect(codes(payload.userErrors)).toEqual(expected)
    }
    expect(await read(id)).toEqual(made)
    await goesTo(id, berlin)
    expect(codes((await choose(id, 'pigeon')).userErrors)).toEqual(['DELIVERY_OPTION_NOT_FOUND handle'])
  })
})

test('countries are those of the site, with what an address there takes', async () => {
  const query =
    '{ deliveryCountries { code name postalCodeRequired postalCodeExample regions { code name } } }'
  const main = (await subgraph.query(query)).data.deliveryCountries
  expect(main).toContainEqual({
    ...{ code: 'DE', name: 'Germany', postalCodeRequired: true, postalCodeExample: '10115', regions: [] },
  })
  expect(main).toHaveLength(30)
  const outlet = (await subgraph.query(query, {}, { site: 'outlet' })).data.deliveryCountries
  expect(outlet).toMatchObject([{ code: 'US' }])
  expect(outlet[0].regions).toHaveLength(51)
})

test('who buys, notes and gift messages are kept, tidy, and taken away again', async () => {
  const { id } = await newCart()
  const said = await send('cartBuyerIdentityUpdate', {
    cartId: id,
    email: ' Ada@example.com ',
    phone: '+49 (30) 123-456',
  })
  expect(said.cart.buyerIdentity).toEqual({ email: 'Ada@example.com', phone: '+4930123456' })
  const noted = await send('cartNoteUpdate', {
    cartId: id,
    note: 'Ring twice',
    giftMessage: 'Happy birthday!\nAda',
  })
  expect(noted.cart).toMatchObject({ note: 'Ring twice', giftMessage: 'Happy birthday!\nAda' })
  expect((await send('cartNoteUpdate', { cartId: id })).cart).toMatchObject({ note: null, giftMessage: null })
  expect((await send('cartBuyerIdentityUpdate', { cartId: id })).cart.buyerIdentity).toBeNull()
})

test('a variant that a cart may hold few of is capped, with a warning, on its site alone', async () => {
  const { variants, cart: made, id } = await newCart([{ quantity: 5 }])
  const [variant] = variants
  const mutation = `mutation ($input: VariantQuantityLimitSetInput!) { variantQuantityLimitSet(input: $input) {
    variant { id } maximum userErrors { code field }
  } }`
  const limit = async (maximum: number | null, as: As = { roles: ['staff'] }, variantId = variant?.id) =>
    subgraph.query(mutation, { input: { variantId, maximum, idempotencyKey: randomUUID() } }, as)
  expect((await limit(3)).data.variantQuantityLimitSet).toEqual({
    ...{ variant: { id: variant?.id }, maximum: 3, userErrors: [] },
  })
  // What is there stays; no more comes to it.
  const lines = [{ variantId: variant?.id, quantity: 1 }]
  const added = await send('cartLinesAdd', { cartId: id, lines })
  expect(added.cart.lines).toMatchObject([{ quantity: 5, maximumQuantity: 3 }])
  expect(added.warnings).toMatchObject([{ code: 'QUANTITY_CAPPED', lineId: made.lines[0].id }])
  const updated = await send('cartLinesUpdate', {
    cartId: id,
    lines: [{ lineId: made.lines[0].id, quantity: 4 }],
  })
  expect(updated).toMatchObject({ cart: { totalQuantity: 3 }, warnings: [{ code: 'QUANTITY_CAPPED' }] })
  const outlet = await send(
    'cartCreate',
    { lines: [{ variantId: variant?.id, quantity: 9 }] },
    { site: 'outlet' },
  )
  expect(outlet.cart.lines).toMatchObject([{ quantity: 9, maximumQuantity: 99 }])

  expect((await limit(null)).data.variantQuantityLimitSet.maximum).toBe(99)
  expect((await limit(0)).data.variantQuantityLimitSet.userErrors).toMatchObject([{ code: 'INVALID_LIMIT' }])
  const unknown = await limit(3, { roles: ['staff'] }, toId('var', newUuid()))
  expect(unknown.data.variantQuantityLimitSet.userErrors).toMatchObject([{ code: 'VARIANT_NOT_FOUND' }])
  expect((await limit(3, {})).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
})

describe('merging at sign-in', () => {
  const quantities = (merged: { lines: { title: string; quantity: number }[] }) =>
    Object.fromEntries(merged.lines.map(({ title, quantity }) => [title, quantity]))

  /** A customer with jugs and cups, and a guest with jugs and pots. */
  async function twoCarts() {
    const customer: As = { customerId: newUuid() }
    const [jug, cup, pot] = [
      await catalogue.add({ title: 'Jug' }),
      await catalogue.add({ title: 'Cup' }),
      await catalogue.add({ title: 'Pot' }),
    ]
    const fill = (lines: [string, number][], as?: As) =>
      send('cartCreate', { lines: lines.map(([variantId, quantity]) => ({ variantId, quantity })) }, as)
    const own = await fill(
      [
        [jug.id, 2],
        [cup.id, 1],
      ],
      customer,
    )
    const guest = await fill([
      [jug.id, 5],
      [pot.id, 4],
    ])
    return { customer, own: own.cart, guest: guest.cart }
  }

  test.each([
    [undefined, { Jug: 5, Cup: 1, Pot: 4 }],
    ['KEEP_HIGHER', { Jug: 5, Cup: 1, Pot: 4 }],
    ['SUM', { Jug: 7, Cup: 1, Pot: 4 }],
    ['KEEP_CUSTOMER', { Jug: 2, Cup: 1 }],
    ['KEEP_GUEST', { Jug: 5, Pot: 4 }],
  ])('by the strategy %s makes one cart, and the guest’s is gone', async (strategy, expected) => {
    const { customer, own, guest } = await twoCarts()
    const input = { guestCartId: guest.id, ...(strategy && { strategy }), idempotencyKey: randomUUID() }
    const answers = await Promise.all([1, 2, 3].map(() => send('cartMerge', input, customer)))
    for (const answer of answers) {
      expect(answer.userErrors).toEqual([])
      expect(answer.cart.id).toBe(own.id)
      expect(quantities(answer.cart)).toEqual(expected)
    }
    expect(await read(guest.id)).toBeNull()
    expect(quantities(await read(own.id, customer))).toEqual(expected)
    const again = await send('cartMerge', { guestCartId: guest.id }, customer)
    expect(codes(again.userErrors)).toEqual(['CART_NOT_FOUND guestCartId'])
  })

  test('takes what the guest said where the customer has said nothing', async () => {
    const { customer, own, guest } = await twoCarts()
    await goesTo(guest.id, berlin)
    await choose(guest.id, 'standard')
    await send('cartNoteUpdate', { cartId: guest.id, note: 'Guest’s', giftMessage: 'Guest’s' })
    await send('cartNoteUpdate', { cartId: own.id, note: 'Mine' }, customer)
    await send('cartDiscountCodesUpdate', { cartId: guest.id, discountCodes: ['THANKS5'] })
    expect((await send('cartMerge', { guestCartId: guest.id }, customer)).cart).toMatchObject({
      note: 'Mine',
      giftMessage: 'Guest’s',
      deliveryAddress: berlin,
      deliveryOption: { handle: 'standard' },
      discountCodes: [{ code: 'THANKS5', applicable: true }],
    })
  })

  test('gives a customer without a cart one with what the guest had', async () => {
    const customer: As = { customerId: newUuid() }
    const { cart: guest } = await newCart([{ quantity: 3 }])
    const merged = await send('cartMerge', { guestCartId: guest.id }, customer)
    expect(merged.cart.id).not.toBe(guest.id)
    expect(merged.cart.totalQuantity).toBe(3)
  })

  test('is for a guest’s cart of the same site, and for a customer', async () => {
    const customer: As = { customerId: newUuid() }
    const { cart: theirs } = await newCart([{}], { customerId: newUuid() })
    const { cart: elsewhere } = await newCart([{}], { site: 'outlet' })
    for (const guestCartId of [theirs.id, elsewhere.id, 'cart', toId('cart', randomUUID())]) {
      const refused = await send('cartMerge', { guestCartId }, customer)
      expect(codes(refused.userErrors)).toEqual(['CART_NOT_FOUND guestCartId'])
    }
    const query = `mutation { cartMerge(input: { guestCartId: "${elsewhere.id}", idempotencyKey: "12345678" }) { cart { id } } }`
    expect((await subgraph.query(query)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  test('loses nothing of what is added to either cart at the same moment, or refuses it', async () => {
    const { customer, own, guest } = await twoCarts()
    const more = await catalogue.add({ title: 'More' })
    const lines = [{ variantId: more.id, quantity: 1 }]
    const [merge, ...adds] = await Promise.all([
      send('cartMerge', { guestCartId: guest.id, strategy: 'SUM' }, customer),
      ...Array.from({ length: 4 }, () => send('cartLinesAdd', { cartId: own.id, lines }, customer)),
      ...Array.from({ length: 4 }, () => send('cartLinesAdd', { cartId: guest.id, lines })),
    ])
    expect(merge.userErrors).toEqual([])
    const taken = adds.filter(({ userErrors }) => userErrors.length === 0).length
    expect(adds.flatMap(({ userErrors }) => codes(userErrors))).toEqual(
      Array(8 - taken).fill('CART_NOT_FOUND cartId'),
    )
    expect(quantities(await read(own.id, customer)).More).toBe(taken)
  })

  test('never makes a line that is not of the carts, or holds more than it may', () => {
    const held = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 130 }), fc.integer({ min: 1, max: 99 })), {
      selector: ([variant]) => variant,
      maxLength: 100,
    })
    const details: CartModel = {
      ...{
        id: '',
        customerId: null,
        site: 'main',
        currency: 'EUR',
        createdAt: new Date(),
        updatedAt: new Date(),
      },
      ...{
        discountCodes: [],
        email: null,
        phone: null,
        address: null,
        deliveryOption: null,
        note: null,
        giftMessage: null,
      },
    }
    const model = ([variant, quantity]: [number, number], owner: string): CartLineModel => ({
      ...{
        id: `${owner}-${variant}`,
        cartId: owner,
        variantId: `${variant}`,
        productId: '',
        title: '',
        variantTitle: null,
      },
      ...{ quantity, unitPrice: 1, unitPriceWhenAdded: 1, currency: 'EUR', available: true, scarce: false },
      ...{ maximumQuantity: 99, weightGrams: null, collectionIds: [], taxClass: 'STANDARD' },
    })
    fc.assert(
      fc.property(held, held, fc.constantFrom('KEEP_HIGHER', 'SUM'), (mine, theirs, strategy) => {
        const customer = mine.map((line) => model(line, 'customer'))
        const guest = theirs.map((line) => model(line, 'guest'))
        const { lines, warnings } = mergeCarts(
          { cart: details, lines: customer },
          { cart: details, lines: guest },
          strategy,
        )
        expect(lines.length).toBe(
          Math.min(100, new Set([...mine, ...theirs].map(([variant]) => variant)).size),
        )
        expect(new Set(lines.map(({ variantId }) => variantId)).size).toBe(lines.length)
        for (const { variantId, quantity } of lines) {
          const both = [...customer, ...guest].filter((line) => line.variantId === variantId)
          const wanted = both.map((line) => line.quantity)
          const sum = wanted.reduce((all, one) => all + one, 0)
          expect(quantity).toBe(strategy === 'SUM' ? Math.min(99, sum) : Math.max(...wanted))
        }
        expect(lines.map(({ id }) => id)).toEqual(expect.arrayContaining(customer.map(({ id }) => id)))
        expect(warnings.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('writes at once', () => {
  test('of all kinds to one cart lose nothing of each other', async () => {
    const { id, variants } = await newCart()
    const lines = [{ variantId: variants[0]?.id, quantity: 1 }]
    const writes = await Promise.all([
      ...Array.from({ length: 6 }, () => send('cartLinesAdd', { cartId: id, lines })),
      goesTo(id, berlin),
      send('cartNoteUpdate', { cartId: id, note: 'Ring twice' }),
      send('cartBuyerIdentityUpdate', { cartId: id, email: 'ada@example.com' }),
      send('cartDiscountCodesUpdate', { cartId: id, discountCodes: ['THANKS5'] }),
    ])
    expect(writes.flatMap(({ userErrors }) => userErrors)).toEqual([])
    expect(await read(id)).toMatchObject({
      totalQuantity: 7,
      note: 'Ring twice',
      buyerIdentity: { email: 'ada@example.com' },
      deliveryAddress: berlin,
      discountCodes: [{ code: 'THANKS5', applicable: true }],
    })
  })

  test('of one key take effect once', async () => {
    const { id } = await newCart()
    const input = { cartId: id, address: berlin, idempotencyKey: randomUUID() }
    const first = await send('cartDeliveryAddressUpdate', input)
    await goesTo(id, { ...berlin, line1: 'Elsewhere 2' })
    const again = await send('cartDeliveryAddressUpdate', input)
    expect(first.cart.deliveryAddress.line1).toBe('Torstraße 1')
    expect(again).toMatchObject({ userErrors: [], cart: { deliveryAddress: { line1: 'Elsewhere 2' } } })
    const other = await send('cartDeliveryAddressUpdate', { ...input, address: null })
    expect(codes(other.userErrors)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey'])
  })
})

describe('abandoned carts', () => {
  const days = { guestCartDays: 30, customerCartDays: 180 }
  const sweep = (afterDays: number) =>
    expireCarts(catalogue.prisma, days, new Date(Date.now() + afterDays * 86_400_000))

  test('go when nobody has changed them for as long as the settings say, a guest’s sooner', async () => {
    const customer: As = { customerId: newUuid() }
    const [guest, own] = [await newCart(), await newCart([{}], customer)]
    const daysUntil = ({ expiresAt, updatedAt }: { expiresAt: string; updatedAt: string }) =>
      (new Date(expiresAt).getTime() - new Date(updatedAt).getTime()) / 86_400_000
    expect([daysUntil(guest.cart), daysUntil(own.cart)]).toEqual([30, 180])

    await sweep(29)
    expect(await read(guest.id)).not.toBeNull()
    expect(await sweep(31)).toBeGreaterThan(0)
    expect(await read(guest.id)).toBeNull()
    expect(await read(own.id, customer)).not.toBeNull()
    expect(await catalogue.prisma.cartLine.count({ where: { cartId: toUuid('cart', guest.id) ?? '' } })).toBe(
      0,
    )
    await sweep(181)
    expect(await read(own.id, customer)).toBeNull()
  })
})

test('a cart that is being paid for is not thrown away, however old it is', async () => {
  const { id } = await newCart()
  const cartId = toUuid('cart', id) ?? ''
  const checkoutId = randomUUID()
  await catalogue.prisma.checkout.create({
    data: {
      ...{
        id: checkoutId,
        cartId,
        site: 'main',
        key: 'a-key-of-its-own',
        fingerprint: '',
        step: '',
        state: {},
      },
      ...{ status: 'ACTION_NEEDED', dueAt: null, giveUpAt: new Date() },
    },
  })
  const settings = { guestCartDays: 1, customerCartDays: 1 }
  const sweep = () => expireCarts(catalogue.prisma, settings, new Date(Date.now() + 10 * 86_400_000))
  await sweep()
  expect(await read(id)).not.toBeNull()
  await catalogue.prisma.checkout.update({ where: { id: checkoutId }, data: { status: 'UNDONE' } })
  await sweep()
  expect(await read(id)).toBeNull()
})

describe('the Cart operation', () => {
  const all = `query ($ids: [_Any!]!) { _entities(representations: $ids) { ... on Cart { ${cartFields} } } }`

  test('takes as many statements for one cart as for twenty, whatever is in them', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => newCart([{}, {}, {}])))
    for (const { id } of made.slice(0, 10)) {
      await goesTo(id, berlin)
      await send('cartDiscountCodesUpdate', { cartId: id, discountCodes: ['THANKS5', 'TABLE3FOR2'] })
    }
    const statementsOf = async (ids: string[]) => {
      subgraph.statements.length = 0
      const { errors } = await subgraph.query(all, { ids: ids.map((id) => ({ __typename: 'Cart', id })) })
      expect(errors).toEqual([])
      return subgraph.statements.length
    }
    const ids = made.map(({ id }) => id)
    // The cart, its lines, discounts, ways of delivery, taxes.
    expect(await statementsOf(ids.slice(0, 1))).toBe(5)
    expect(await statementsOf(ids)).toBe(5)
    // Without an address there is nothing to look up of the last two.
    expect(await statementsOf(ids.slice(10))).toBe(3)
  })

  test('costs as little through the customer, and no price where none is asked for', async () => {
    const customer: As = { customerId: newUuid() }
    const { id } = await newCart([{}], customer)
    const statementsOf = async (query: string) => {
      subgraph.statements.length = 0
      const { errors } = await subgraph.query(query, {}, customer)
      expect(errors).toEqual([])
      return subgraph.statements.length
    }
    expect(await statementsOf(`{ me { cart { ${cartFields} } } }`)).toBe(3)
    expect(await statementsOf(`{ cart(id: "${id}") { totalQuantity lines { title quantity } } }`)).toBe(2)
  })
})
