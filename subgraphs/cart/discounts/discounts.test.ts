import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newUuid, toId, toUuid } from '../../kit/ids.ts'
import { type As, startTestSubgraph } from '../../kit/test-subgraph.ts'
import { cart } from '../cart.ts'
import { openCatalogue } from '../test-catalogue.ts'
import { claimDiscounts, releaseDiscounts } from './claim-discounts.ts'
import { customerKeyOf } from './discount-rows.ts'

// Products is down in all of these: the address of its feed is nobody's.
let subgraph: Awaited<ReturnType<typeof startTestSubgraph<never, object>>>
let catalogue: ReturnType<typeof openCatalogue>

beforeAll(async () => {
  subgraph = await startTestSubgraph(cart)
  catalogue = openCatalogue(subgraph.databaseUrl)
})
afterAll(async () => {
  await catalogue?.close()
  await subgraph?.stop()
})

type Input = Record<string, unknown>
const staff: As = { roles: ['staff'] }

const discountFields = `id version title code discountClass startsAt endsAt usageLimit uses combinesWith
  value { type millionths amount { amount currency } each buyQuantity getQuantity mostTimes gets { variantIds } }
  entitled { variantIds productIds collectionIds } minimumSubtotal { amount } minimumQuantity`
const cartFields = `id cost { subtotal { amount } discount { amount } total { amount } }
  discountCodes { code applicable reason message } discounts { title code discountClass amount { amount } }
  lines { id total { amount } discountAllocations { title code amount { amount } } } warnings { code }`

async function send(name: string, selection: string, input: Input, as: As = {}) {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`
  const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`
  const { data, errors } = await subgraph.query(
    query,
    { input: { idempotencyKey: randomUUID(), ...input } },
    as,
  )
  expect(errors).toEqual([])
  return data[name]
}
const percentage = (points: number) => ({ type: 'PERCENTAGE', millionths: points * 10_000 })
let made = 0
const newCode = () => `CODE-${++made}`
const terms = (changes: Input = {}): Input => ({
  title: 'A tenth off',
  discountClass: 'ORDER',
  value: percentage(10),
  ...changes,
})
const create = (changes: Input = {}, as = staff) =>
  send('discountCreate', `discount { ${discountFields} }`, { discount: terms(changes) }, as)
const update = (discountId: string, version: number, changes: Input = {}) =>
  send(
    'discountUpdate',
    `discount { ${discountFields} }`,
    { discountId, version, discount: terms(changes) },
    staff,
  )
const end = (discountId: string, version: number) =>
  send('discountEnd', `discount { ${discountFields} }`, { discountId, version }, staff)

async function newCart(quantity = 1, as: As = {}) {
  const jug = await catalogue.add()
  const { cart: created } = await send(
    'cartCreate',
    `cart { ${cartFields} }`,
    { lines: [{ variantId: jug.id, quantity }] },
    as,
  )
  return { id: created.id, jug, cart: created }
}
const setCodes = (cartId: string, discountCodes: string[], as: As = {}) =>
  send(
    'cartDiscountCodesUpdate',
    `cart { ${cartFields} } warnings { code message }`,
    { cartId, discountCodes },
    as,
  )
const readCart = async (id: string, as: As = {}) =>
  (await subgraph.query(`{ cart(id: "${id}") { ${cartFields} } }`, {}, as)).data.cart
const codes = (errors: { code: string; field: string[] }[]) =>
  errors.map(({ code, field }) => `${code} ${field.join('.')}`)
const hour = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

describe('a discount code', () => {
  test('is taken off the cart that it is set on, line by line, until it is taken away', async () => {
    const code = newCode()
    await create({ code })
    const { id } = await newCart(3)
    const set = await setCodes(id, [` ${code.toLowerCase()} `])
    expect(set).toMatchObject({
      userErrors: [],
      warnings: [],
      cart: {
        cost: { subtotal: { amount: 6000 }, discount: { amount: 600 }, total: { amount: 5400 } },
        discountCodes: [{ code, applicable: true, reason: null, message: null }],
        discounts: [{ title: 'A tenth off', code, discountClass: 'ORDER', amount: { amount: 600 } }],
        lines: [{ total: { amount: 5400 }, discountAllocations: [{ code, amount: { amount: 600 } }] }],
      },
    })
    expect(await readCart(id)).toEqual(set.cart)
    expect((await setCodes(id, [])).cart).toMatchObject({
      discountCodes: [],
      cost: { total: { amount: 6000 } },
    })
  })

  test.each<[string, Input, string]>([
    ['that has ended', { startsAt: hour(-2), endsAt: hour(-1) }, 'DISCOUNT_EXPIRED'],
    ['that begins later', { startsAt: hour(1) }, 'DISCOUNT_NOT_STARTED'],
  ])('%s is refused, and nothing is written', async (_, changes, refusal) => {
    const [code, good] = [newCode(), newCode()]
    await create({ code, ...changes })
    await create({ code: good })
    const { id } = await newCart()
    const refused = await setCodes(id, [good, code])
    expect(refused.cart).toBeNull()
    expect(codes(refused.userErrors)).toEqual([`${refusal} discountCodes.1`])
    expect((await readCart(id)).discountCodes).toEqual([])
  })

  test('that is unknown, of the other site, or one of too many is refused', async () => {
    const code = newCode()
    await create({ code }, { ...staff, site: 'outlet' })
    const { id } = await newCart()
    expect(codes((await setCodes(id, ['NONE', code])).userErrors)).toEqual([
      'DISCOUNT_NOT_FOUND discountCodes.0',
      'DISCOUNT_NOT_FOUND discountCodes.1',
    ])
    const many = Array.from({ length: 11 }, (_, index) => `C${index}`)
    expect(codes((await setCodes(id, many)).userErrors)).toEqual(['TOO_MANY_DISCOUNT_CODES discountCodes'])
  })

  test('that the cart does not come up to is kept with a warning, and holds as soon as it does', async () => {
    const [byMoney, byPieces] = [newCode(), newCode()]
    const combinesWith = ['ORDER']
    await create({ code: byMoney, minimumSubtotal: 4000, combinesWith })
    await create({ code: byPieces, minimumQuantity: 3, combinesWith })
    const { id, cart: created } = await newCart(1)
    const set = await setCodes(id, [byMoney, byPieces])
    expect(set.userErrors).toEqual([])
    expect(set.warnings).toMatchObject([
      { code: 'DISCOUNT_NOT_APPLICABLE' },
      { code: 'DISCOUNT_NOT_APPLICABLE' },
    ])
    expect(set.cart).toMatchObject({
      discountCodes: [
        { code: byMoney, applicable: false, reason: 'MINIMUM_SUBTOTAL_NOT_REACHED' },
        { code: byPieces, applicable: false, reason: 'MINIMUM_QUANTITY_NOT_REACHED' },
      ],
      warnings: [{ code: 'DISCOUNT_NOT_APPLICABLE' }, { code: 'DISCOUNT_NOT_APPLICABLE' }],
    })
    const lines = [{ lineId: created.lines[0].id, quantity: 3 }]
    const more = await send('cartLinesUpdate', `cart { ${cartFields} }`, { cartId: id, lines })
    expect(more.cart).toMatchObject({
      cost: { discount: { amount: 1200 } },
      discountCodes: [{ applicable: true }, { applicable: true }],
      warnings: [],
    })
  })

  test('that can not be combined gives way to what takes more off, whichever was given first', async () => {
    const [more, less] = [newCode(), newCode()]
    await create({ code: more, value: percentage(20) })
    await create({ code: less, value: percentage(10) })
    const { id } = await newCart()
    for (const order of [
      [more, less],
      [less, more],
    ]) {
      const { cart: set } = await setCodes(id, order)
      expect(set.cost.discount.amount).toBe(400)
      expect(set.discountCodes).toEqual(
        order.map((code) =>
          code === more
            ? { code, applicable: true, reason: null, message: null }
            : expect.objectContaining({ code, applicable: false, reason: 'NOT_COMBINABLE' }),
        ),
      )
    }
  })

  test('that counts by customer takes somebody who can be told from others', async () => {
    const code = newCode()
    await create({ code, usageLimitPerCustomer: 1 })
    const { id } = await newCart()
    expect((await setCodes(id, [code])).cart.discountCodes).toMatchObject([{ reason: 'CUSTOMER_UNKNOWN' }])
    const known = await send('cartBuyerIdentityUpdate', `cart { ${cartFields} }`, {
      cartId: id,
      email: 'ada@example.com',
    })
    expect(known.cart.discountCodes).toMatchObject([{ applicable: true }])
    const customer = { customerId: newUuid() }
    const own = await newCart(1, customer)
    expect((await setCodes(own.id, [code], customer)).cart.discountCodes).toMatchObject([
      { applicable: true },
    ])
  })

  test('that ends while a cart has it is no error of the cart: it takes nothing off any more', async () => {
    const code = newCode()
    const { discount } = await create({ code })
    const { id } = await newCart()
    await setCodes(id, [code])
    await end(discount.id, 1)
    expect(await readCart(id)).toMatchObject({
      cost: { discount: { amount: 0 } },
      discountCodes: [{ code, applicable: false, reason: 'EXPIRED' }],
    })
    expect((await setCodes(id, [code])).userErrors).toEqual([])
  })
})

describe('an automatic discount', () => {
  test('needs no code, and is for what it names', async () => {
    const { jug } = await newCart()
    await create({
      discountClass: 'PRODUCT',
      value: { type: 'BUY_X_GET_Y', millionths: 1_000_000, buyQuantity: 2, getQuantity: 1 },
      entitled: { variantIds: [jug.id] },
    })
    const lines = [{ variantId: jug.id, quantity: 3 }]
    const bought = await send('cartCreate', `cart { ${cartFields} }`, { lines })
    expect(bought.cart).toMatchObject({
      cost: { discount: { amount: 2000 } },
      discounts: [{ code: null, discountClass: 'PRODUCT', amount: { amount: 2000 } }],
    })
    expect((await newCart(3)).cart.cost.discount.amount).toBe(0)
  })

  test('of a collection goes by the cart’s own copy of what stands in it', async () => {
    const collectionId = newUuid()
    await create({ discountClass: 'PRODUCT', entitled: { collectionIds: [toId('coll', collectionId)] } })
    const jug = await catalogue.add({ collectionIds: [collectionId] })
    const lines = [{ variantId: jug.id, quantity: 1 }]
    const bought = await send('cartCreate', `cart { ${cartFields} }`, { lines })
    expect(bought.cart.cost.discount.amount).toBe(200)
  })
})

describe('staff', () => {
  test('makes, changes and ends discounts of their own site', async () => {
    const code = newCode()
    const { discount, userErrors } = await create({ code, usageLimit: 5 })
    expect(userErrors).toEqual([])
    expect(discount).toMatchObject({ version: 1, code, uses: 0, usageLimit: 5, endsAt: null, entitled: null })

    const value = { type: 'AMOUNT', amount: 500 }
    const changed = await update(discount.id, 1, { code, title: 'Five off', value })
    expect(changed.discount).toMatchObject({
      version: 2,
      title: 'Five off',
      usageLimit: null,
      value: { type: 'AMOUNT', millionths: null, amount: { amount: 500, currency: 'EUR' }, each: false },
    })
    const ended = await end(discount.id, 2)
    expect(ended.discount.version).toBe(3)
    expect(new Date(ended.discount.endsAt).getTime()).toBeLessThanOrEqual(Date.now())
    expect((await end(discount.id, 3)).discount).toEqual(ended.discount)

    const { data } = await subgraph.query(
      `{ discounts(first: 1) { nodes { id } pageInfo { hasNextPage } } discount(id: "${discount.id}") { version } }`,
      {},
      staff,
    )
    expect(data).toMatchObject({ discounts: { pageInfo: { hasNextPage: true } }, discount: { version: 3 } })
    const outlet = { ...staff, site: 'outlet' as const }
    const elsewhere = await subgraph.query(`{ discount(id: "${discount.id}") { version } }`, {}, outlet)
    expect(elsewhere.data.discount).toBeNull()
  })

  test('never undoes what somebody else has changed meanwhile', async () => {
    const code = newCode()
    const { discount } = await create({ code })
    const both = await Promise.all([
      update(discount.id, 1, { code, title: 'One' }),
      update(discount.id, 1, { code, title: 'Other' }),
    ])
    expect(both.flatMap(({ userErrors }) => codes(userErrors))).toEqual(['VERSION_CONFLICT version'])
    expect(codes((await end(discount.id, 1)).userErrors)).toEqual(['VERSION_CONFLICT version'])
    expect(codes((await end(toId('disc', newUuid()), 1)).userErrors)).toEqual([
      'DISCOUNT_NOT_FOUND discountId',
    ])
  })

  test('makes one discount however often it is sent, and a code for one discount only', async () => {
    const code = newCode()
    const input = { discount: terms({ code }), idempotencyKey: randomUUID() }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send('discountCreate', 'discount { id }', input, staff)),
    )
    expect(new Set(answers.map(({ discount }) => discount.id)).size).toBe(1)
    const rivals = await Promise.all([create({ code: `${code}-X` }), create({ code: `${code}-x` })])
    expect(rivals.flatMap(({ userErrors }) => codes(userErrors))).toEqual(['CODE_TAKEN discount.code'])
  })

  test('is told what is wrong with a discount, field by field', async () => {
    const wrong: [Input, string[]][] = [
      [{ title: ' ', code: '-' }, ['INVALID_TITLE discount.title', 'INVALID_CODE discount.code']],
      [{ value: { type: 'PERCENTAGE', millionths: 1_000_001 } }, ['INVALID_VALUE discount.value.millionths']],
      [
        { value: { type: 'PERCENTAGE', amount: 5 } },
        ['INVALID_VALUE discount.value.amount', 'INVALID_VALUE discount.value.millionths'],
      ],
      [{ value: { type: 'FREE_DELIVERY' } }, ['INVALID_VALUE discount.discountClass']],
      [
        { value: { type: 'BUY_X_GET_Y', millionths: 1, buyQuantity: 1, getQuantity: 100 } },
        ['INVALID_VALUE discount.discountClass', 'INVALID_VALUE discount.value.getQuantity'],
      ],
      [{ startsAt: hour(1), endsAt: hour(0) }, ['INVALID_WINDOW discount.endsAt']],
      [
        { usageLimit: 0, minimumQuantity: -1 },
        ['INVALID_LIMIT discount.minimumQuantity', 'INVALID_LIMIT discount.usageLimit'],
      ],
      [{ entitled: { productIds: ['jug'] } }, ['INVALID_ENTITLEMENT discount.entitled.productIds.0']],
    ]
    for (const [changes, expected] of wrong) {
      const { discount, userErrors } = await create(changes)
      expect(discount).toBeNull()
      expect(codes(userErrors)).toEqual(expected)
    }
  })

  test('alone may see and change them', async () => {
    for (const [as, code] of [
      [{}, 'UNAUTHENTICATED'],
      [{ customerId: newUuid() }, 'FORBIDDEN'],
    ] as const) {
      const query = `mutation ($input: DiscountCreateInput!) { discountCreate(input: $input) { userErrors { code } } }`
      const write = await subgraph.query(
        query,
        { input: { discount: terms(), idempotencyKey: randomUUID() } },
        as,
      )
      const read = await subgraph.query('{ discounts { nodes { id } } }', {}, as)
      for (const { errors } of [write, read]) expect(errors).toMatchObject([{ extensions: { code } }])
    }
  })
})

describe('uses', () => {
  async function limited(changes: Input) {
    const code = newCode()
    const { discount } = await create({ code, ...changes })
    const uuid = toUuid('disc', discount.id) ?? ''
    const claim = (checkoutId: string, customerKey: string | null = null) =>
      catalogue.prisma.$transaction((tx) =>
        claimDiscounts(tx, { checkoutId, discountIds: [uuid], customerKey }),
      )
    const release = (checkoutId: string) =>
      catalogue.prisma.$transaction((tx) => releaseDiscounts(tx, checkoutId))
    const uses = async () => (await catalogue.prisma.discount.findUniqueOrThrow({ where: { id: uuid } })).uses
    return { code, uuid, discount, claim, release, uses }
  }

  test('are never more than the limit, with forty checkouts at once', async () => {
    const { code, uuid, claim, uses } = await limited({ usageLimit: 7 })
    const claims = await Promise.all(Array.from({ length: 40 }, () => claim(randomUUID())))
    expect(claims.filter((usedUp) => usedUp.length === 0)).toHaveLength(7)
    expect(claims.find((usedUp) => usedUp.length > 0)).toEqual([
      { discountId: uuid, reason: 'USAGE_LIMIT_REACHED' },
    ])
    expect(await uses()).toBe(7)
    const { id } = await newCart()
    expect(codes((await setCodes(id, [code])).userErrors)).toEqual([
      'DISCOUNT_USAGE_LIMIT_REACHED discountCodes.0',
    ])
  })

  test('are never more than one customer may have, and others have their own', async () => {
    const { code, uuid, claim } = await limited({ usageLimitPerCustomer: 1 })
    const customerId = newUuid()
    const key = customerKeyOf({ customerId, email: null })
    const claims = await Promise.all(Array.from({ length: 5 }, () => claim(randomUUID(), key)))
    expect(claims.filter((usedUp) => usedUp.length === 0)).toHaveLength(1)
    expect(await claim(randomUUID(), customerKeyOf({ customerId: null, email: 'Ada@example.com' }))).toEqual(
      [],
    )
    expect(await claim(randomUUID())).toEqual([{ discountId: uuid, reason: 'CUSTOMER_UNKNOWN' }])
    const own = await newCart(1, { customerId })
    expect(codes((await setCodes(own.id, [code], { customerId })).userErrors)).toEqual([
      'DISCOUNT_CUSTOMER_USAGE_LIMIT_REACHED discountCodes.0',
    ])
  })

  test('are taken once by a checkout, and given back once, however often and at once', async () => {
    const { claim, release, uses } = await limited({ usageLimit: 3 })
    const [one, other] = [randomUUID(), randomUUID()]
    await Promise.all([one, other, one, other, one].map((checkout) => claim(checkout)))
    expect(await uses()).toBe(2)
    await Promise.all([one, one, randomUUID()].map(release))
    expect(await uses()).toBe(1)
    expect(await claim(one)).toEqual([])
    expect(await uses()).toBe(2)
  })

  test('of several discounts are taken all or none, in whatever order they are named', async () => {
    const [open, gone] = [await limited({ usageLimit: 50 }), await limited({ usageLimit: 1 })]
    await gone.claim(randomUUID())
    const both = (ids: string[]) =>
      catalogue.prisma.$transaction((tx) =>
        claimDiscounts(tx, { checkoutId: randomUUID(), discountIds: ids, customerKey: null }),
      )
    const refused = await Promise.all([both([open.uuid, gone.uuid]), both([gone.uuid, open.uuid])])
    for (const usedUp of refused)
      expect(usedUp).toEqual([{ discountId: gone.uuid, reason: 'USAGE_LIMIT_REACHED' }])
    expect(await open.uses()).toBe(0)
  })

  test('that are taken already are the least that staff can limit a discount to', async () => {
    const { discount, code, claim } = await limited({ usageLimit: 5 })
    await claim(randomUUID())
    await claim(randomUUID())
    const refused = await update(discount.id, 1, { code, usageLimit: 1 })
    expect(codes(refused.userErrors)).toEqual(['INVALID_LIMIT discount.usageLimit'])
    expect((await update(discount.id, 1, { code, usageLimit: 2 })).discount).toMatchObject({ uses: 2 })
  })
})
