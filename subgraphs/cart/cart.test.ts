import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newUuid, toId, toUuid } from '../kit/ids.ts'
import { type As, type GraphqlAnswer, startTestSubgraph } from '../kit/test-subgraph.ts'
import { cart } from './cart.ts'
import { openCatalogue } from './test-catalogue.ts'

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

const cartFields = `
  id totalQuantity createdAt updatedAt
  cost { subtotal { amount currency } total { amount currency } }
  lines {
    id title variantTitle quantity available priceChanged
    variant { id } product { id }
    unitPrice { amount currency } unitPriceWhenAdded { amount } subtotal { amount }
  }`
const payloadFields = `cart { ${cartFields} } userErrors { code message field } warnings { code message lineId }`
const mutation = (name: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${payloadFields} } }`

type Input = Record<string, unknown>

/** Sends a mutation with a key of its own, unless it has one, and gives its payload. */
async function send(name: string, input: Input, as: As = {}) {
  const answer = await subgraph.query(
    mutation(name),
    { input: { idempotencyKey: randomUUID(), ...input } },
    as,
  )
  expect(answer.errors).toEqual([])
  return answer.data[name]
}
const create = (lines: Input[] = [], as: As = {}) => send('cartCreate', { lines }, as)
const add = (cartId: string, lines: Input[], as: As = {}) => send('cartLinesAdd', { cartId, lines }, as)
const update = (cartId: string, lines: Input[], as: As = {}) => send('cartLinesUpdate', { cartId, lines }, as)
const remove = (cartId: string, lineIds: string[], as: As = {}) =>
  send('cartLinesRemove', { cartId, lineIds }, as)
const read = async (id: string, as: As = {}) => {
  const { data, errors } = await subgraph.query(
    `query ($id: ID!) { cart(id: $id) { ${cartFields} } }`,
    { id },
    as,
  )
  expect(errors).toEqual([])
  return data.cart
}
const codes = (errors: { code: string; field: string[] }[]) =>
  errors.map(({ code, field }) => `${code} ${field.join('.')}`)

describe('a guest’s cart', () => {
  test('is made, filled, changed and emptied', async () => {
    const jug = await catalogue.add({
      title: 'Jug',
      variantTitle: 'M / Sage',
      prices: { main: { amount: 1999 } },
    })
    const cup = await catalogue.add({ title: 'Cup', variantTitle: null, prices: { main: { amount: 501 } } })

    const made = await create([{ variantId: jug.id, quantity: 2 }])
    expect(made).toMatchObject({
      userErrors: [],
      warnings: [],
      cart: {
        totalQuantity: 2,
        cost: { subtotal: { amount: 3998, currency: 'EUR' }, total: { amount: 3998, currency: 'EUR' } },
        lines: [
          {
            title: 'Jug',
            variantTitle: 'M / Sage',
            quantity: 2,
            available: true,
            priceChanged: false,
            variant: { id: jug.id },
            product: { id: jug.productId },
            unitPrice: { amount: 1999, currency: 'EUR' },
            unitPriceWhenAdded: { amount: 1999 },
            subtotal: { amount: 3998 },
          },
        ],
      },
    })
    const { id } = made.cart
    const [jugLine] = made.cart.lines

    const added = await add(id, [{ variantId: cup.id, quantity: 3 }, { variantId: jug.id }])
    expect(added.cart.lines).toMatchObject([
      { id: jugLine.id, quantity: 3 },
      { title: 'Cup', variantTitle: null, quantity: 3 },
    ])
    expect(added.cart.cost.total.amount).toBe(3 * 1999 + 3 * 501)

    const updated = await update(id, [
      { lineId: jugLine.id, quantity: 0 },
      { lineId: added.cart.lines[1].id, quantity: 9 },
    ])
    expect(updated.cart.lines).toMatchObject([{ title: 'Cup', quantity: 9 }])
    const emptied = await remove(id, [updated.cart.lines[0].id, updated.cart.lines[0].id])
    expect(emptied).toMatchObject({
      userErrors: [],
      cart: { lines: [], totalQuantity: 0, cost: { total: { amount: 0 } } },
    })
    expect(await read(id)).toEqual(emptied.cart)
    expect(emptied.cart.updatedAt > emptied.cart.createdAt).toBe(true)
  })

  test('has an id that tells nothing and can not be guessed', async () => {
    const ids = [(await create()).cart.id, (await create()).cart.id]
    for (const id of ids) expect(toUuid('cart', id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    expect(new Set(ids).size).toBe(2)
  })

  test('is open to whoever knows its id, on its own site', async () => {
    const { cart: made } = await create()
    expect(await read(made.id, { customerId: newUuid() })).toEqual(made)
    expect(await read(made.id, { site: 'outlet' })).toBeNull()
    const jug = await catalogue.add()
    const refused = await add(made.id, [{ variantId: jug.id }], { site: 'outlet' })
    expect(codes(refused.userErrors)).toEqual(['CART_NOT_FOUND cartId'])
  })

  test('is null when there is none, and when the id is no id', async () => {
    for (const id of [toId('cart', randomUUID()), toId('ord', randomUUID()), 'nonsense', '', "' OR 1=1"]) {
      expect(await read(id)).toBeNull()
    }
  })
})

describe('a customer’s cart', () => {
  test('is one on each site, and is given again to who makes another', async () => {
    const customerId = newUuid()
    const jug = await catalogue.add()
    const main = await create([{ variantId: jug.id, quantity: 1 }], { customerId })
    const again = await create([{ variantId: jug.id, quantity: 2 }], { customerId })
    expect(again.cart).toMatchObject({ id: main.cart.id, totalQuantity: 3 })
    const outlet = await create([{ variantId: jug.id }], { customerId, site: 'outlet' })
    expect(outlet.cart.id).not.toBe(main.cart.id)
    expect(outlet.cart.cost.total).toEqual({ amount: 2200, currency: 'USD' })

    const mine = async (as: As) => (await subgraph.query('{ me { id cart { id } } }', {}, as)).data.me
    expect(await mine({ customerId })).toEqual({ id: toId('cus', customerId), cart: { id: main.cart.id } })
    expect(await mine({ customerId, site: 'outlet' })).toMatchObject({ cart: { id: outlet.cart.id } })
    expect(await mine({ customerId: newUuid() })).toMatchObject({ cart: null })
    expect(await mine({})).toBeNull()
  })

  test('is the same one however many requests make it at once, and holds what all of them put in', async () => {
    const customerId = newUuid()
    const variants = await Promise.all(Array.from({ length: 8 }, () => catalogue.add()))
    const made = await Promise.all(variants.map(({ id }) => create([{ variantId: id }], { customerId })))
    expect(new Set(made.map((payload) => payload.cart.id)).size).toBe(1)
    expect(await read(made[0].cart.id, { customerId })).toMatchObject({ totalQuantity: 8 })
  })

  test('is nobody else’s, whatever they know and whoever they are', async () => {
    const customerId = newUuid()
    const jug = await catalogue.add()
    const { cart: made } = await create([{ variantId: jug.id }], { customerId })
    const strangers: As[] = [{}, { customerId: newUuid() }, { roles: ['staff'] }]
    for (const stranger of strangers) {
      expect(await read(made.id, stranger)).toBeNull()
      const refused = [
        await add(made.id, [{ variantId: jug.id }], stranger),
        await update(made.id, [{ lineId: made.lines[0].id, quantity: 5 }], stranger),
        await remove(made.id, [made.lines[0].id], stranger),
      ]
      for (const payload of refused) {
        expect(payload.cart).toBeNull()
        expect(codes(payload.userErrors)).toEqual(['CART_NOT_FOUND cartId'])
      }
      const { data, errors } = await subgraph.entities(
        [{ __typename: 'Cart', id: made.id }],
        '... on Cart { id }',
        stranger,
      )
      expect([data._entities, errors]).toEqual([[null], []])
    }
    expect(await read(made.id, { customerId })).toEqual(made)
  })

  test('is forbidden to others as a field of the customer, and costs them that field only', async () => {
    const customerId = newUuid()
    await create([], { customerId })
    const ask = (as: As) =>
      subgraph.entities(
        [{ __typename: 'Customer', id: toId('cus', customerId) }],
        '... on Customer { id cart { id } }',
        as,
      )
    for (const stranger of [{}, { customerId: newUuid() }, { roles: ['staff' as const] }]) {
      const { data, errors } = await ask(stranger)
      expect(data._entities).toEqual([{ id: toId('cus', customerId), cart: null }])
      expect(errors).toMatchObject([{ path: ['_entities', 0, 'cart'], extensions: { code: 'FORBIDDEN' } }])
    }
    expect((await ask({ customerId })).errors).toEqual([])
  })
})

describe('prices', () => {
  test('are those of the moment, and a line tells when its own has changed', async () => {
    const hourMs = 3_600_000
    const at = (ms: number) => new Date(Date.now() + ms).toISOString()
    const jug = await catalogue.add({
      prices: { main: { amount: 3000, saleAmount: 2000, saleStartsAt: at(-hourMs), saleEndsAt: at(hourMs) } },
    })
    const { cart: made } = await create([{ variantId: jug.id, quantity: 2 }])
    expect(made.lines).toMatchObject([{ unitPrice: { amount: 2000 }, priceChanged: false }])

    await jug.change({
      prices: {
        main: { amount: 3000, saleAmount: 2000, saleStartsAt: at(-2 * hourMs), saleEndsAt: at(-hourMs) },
      },
    })
    expect((await read(made.id)).lines).toMatchObject([
      {
        unitPrice: { amount: 3000 },
        unitPriceWhenAdded: { amount: 2000 },
        priceChanged: true,
        subtotal: { amount: 6000 },
      },
    ])
    const added = await add(made.id, [{ variantId: jug.id }])
    expect(added.warnings).toMatchObject([{ code: 'PRICE_CHANGED', lineId: made.lines[0].id }])
    expect(added.cart.lines).toMatchObject([{ quantity: 3, unitPriceWhenAdded: { amount: 2000 } }])
  })

  test('are never the client’s to say', async () => {
    const jug = await catalogue.add()
    const input = { lines: [{ variantId: jug.id, unitPrice: 1 }], idempotencyKey: randomUUID() }
    const { errors } = await subgraph.query(mutation('cartCreate'), { input })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  test('and titles stay with a line when the variant goes, which then can not be had', async () => {
    const jug = await catalogue.add({ title: 'Old jug' })
    const { cart: made } = await create([{ variantId: jug.id }])
    await jug.remove()
    expect((await read(made.id)).lines).toMatchObject([
      { title: 'Old jug', available: false, unitPrice: { amount: 2000 }, priceChanged: false },
    ])
    await catalogue.prisma.$executeRaw`DELETE FROM "CatalogueVariant" WHERE "id" = ${jug.uuid}::uuid`
    expect((await read(made.id)).lines).toMatchObject([
      { title: 'Old jug', available: false, unitPrice: { amount: 2000 } },
    ])
  })

  test('that could not be charged at once are refused', async () => {
    const palace = await catalogue.add({ prices: { main: { amount: 100_000_000 } } })
    const refused = await create([{ variantId: palace.id, quantity: 22 }])
    expect(codes(refused.userErrors)).toEqual(['TOTAL_TOO_LARGE lines'])
    expect((await create([{ variantId: palace.id, quantity: 21 }])).cart.cost.total.amount).toBe(
      2_100_000_000,
    )
  })

  test('whose prices rise beyond what can be charged at once lose those sums, and nothing else', async () => {
    const palace = await catalogue.add({ prices: { main: { amount: 1_000_000 } } })
    const { cart: made } = await create([{ variantId: palace.id, quantity: 99 }])
    await palace.change({ prices: { main: { amount: 100_000_000 } } })
    const { data, errors } = await subgraph.query(
      '{ cart(id: "' +
        made.id +
        '") { cost { total { amount } } lines { quantity unitPrice { amount } subtotal { amount } } } }',
    )
    expect(errors).toEqual([])
    expect(data.cart).toEqual({
      cost: null,
      lines: [{ quantity: 99, unitPrice: { amount: 100_000_000 }, subtotal: null }],
    })
  })
})

describe('what is sold out', () => {
  test('can be put into a cart, with a warning', async () => {
    const jug = await catalogue.add({ title: 'Rare jug', availability: 'SOLD_OUT' })
    const made = await create([{ variantId: jug.id }])
    expect(made.warnings).toMatchObject([{ code: 'SOLD_OUT', lineId: made.cart.lines[0].id }])
    expect(made.warnings[0].message).toContain('Rare jug')
    expect(made.cart.lines).toMatchObject([{ quantity: 1, available: false }])
  })
})

describe('bad input', () => {
  test('is told of by code, field and in words, and nothing is written', async () => {
    const jug = await catalogue.add()
    const gone = await catalogue.add()
    await gone.remove()
    const elsewhere = await catalogue.add({ prices: { outlet: { amount: 1 } } })
    const { cart: made } = await create([{ variantId: jug.id }])

    const refusals: [
      Promise<{ cart: unknown; userErrors: { code: string; field: string[]; message: string }[] }>,
      string[],
    ][] = [
      [
        add(made.id, [
          { variantId: jug.id, quantity: 1 },
          { variantId: jug.id, quantity: 0 },
          { variantId: jug.id, quantity: 100 },
        ]),
        ['INVALID_QUANTITY lines.1.quantity', 'INVALID_QUANTITY lines.2.quantity'],
      ],
      [
        add(made.id, [
          { variantId: jug.id },
          { variantId: 'jug' },
          { variantId: toId('var', newUuid()) },
          { variantId: jug.productId },
        ]),
        [
          'VARIANT_NOT_FOUND lines.1.variantId',
          'VARIANT_NOT_FOUND lines.2.variantId',
          'VARIANT_NOT_FOUND lines.3.variantId',
        ],
      ],
      [add(made.id, [{ variantId: gone.id }]), ['VARIANT_NOT_FOUND lines.0.variantId']],
      [add(made.id, [{ variantId: elsewhere.id }]), ['VARIANT_NOT_FOUND lines.0.variantId']],
      [add(made.id, []), ['NO_LINES lines']],
      [add(made.id, Array(101).fill({ variantId: jug.id })), ['TOO_MANY_LINES lines']],
      [add('cart', [{ variantId: jug.id }]), ['CART_NOT_FOUND cartId']],
      [add(toId('cart', randomUUID()), [{ variantId: jug.id }]), ['CART_NOT_FOUND cartId']],
      [create([{ variantId: jug.id, quantity: -1 }]), ['INVALID_QUANTITY lines.0.quantity']],
      [
        update(made.id, [
          { lineId: made.lines[0].id, quantity: 5 },
          { lineId: toId('line', newUuid()), quantity: 1 },
        ]),
        ['LINE_NOT_FOUND lines.1.lineId'],
      ],
      [update(made.id, [{ lineId: 'line', quantity: 1 }]), ['LINE_NOT_FOUND lines.0.lineId']],
      [update(made.id, [{ lineId: made.lines[0].id, quantity: 100 }]), ['INVALID_QUANTITY lines.0.quantity']],
      [remove(made.id, ['line', made.lines[0].id]), ['LINE_NOT_FOUND lineIds.0']],
      [remove(made.id, []), ['NO_LINES lineIds']],
    ]
    for (const [refusal, expected] of refusals) {
      const payload = await refusal
      expect(payload.cart).toBeNull()
      expect(codes(payload.userErrors)).toEqual(expected)
      expect(payload.userErrors.every(({ message }) => message.length > 10)).toBe(true)
    }
    expect(await read(made.id)).toEqual(made)
  })

  test('that asks for more than 99 in all gives 99, with a warning', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create([{ variantId: jug.id, quantity: 60 }])
    const added = await add(made.id, [{ variantId: jug.id, quantity: 60 }])
    expect(added.cart.totalQuantity).toBe(99)
    expect(added.warnings).toMatchObject([{ code: 'QUANTITY_CAPPED', lineId: made.lines[0].id }])
  })
})

describe('a write that is sent again', () => {
  test('takes effect once, and gives its first answer again', async () => {
    const jug = await catalogue.add({ availability: 'SOLD_OUT' })
    const key = { idempotencyKey: randomUUID(), lines: [{ variantId: jug.id, quantity: 2 }] }
    const first = await send('cartCreate', key)
    expect(await send('cartCreate', key)).toEqual(first)
    const addition = { ...key, cartId: first.cart.id }
    const added = await send('cartLinesAdd', addition)
    expect(await send('cartLinesAdd', addition)).toEqual(added)
    expect(added.cart.totalQuantity).toBe(4)
  })

  test('takes effect once also when all sends come at once', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create()
    const input = {
      cartId: made.id,
      lines: [{ variantId: jug.id, quantity: 2 }],
      idempotencyKey: randomUUID(),
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('cartLinesAdd', input)))
    for (const answer of answers) expect(answer).toMatchObject({ userErrors: [], cart: { totalQuantity: 2 } })
  })

  test('with other input is refused', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create()
    const idempotencyKey = randomUUID()
    const lines = [{ variantId: jug.id, quantity: 1 }]
    await send('cartLinesAdd', { cartId: made.id, lines, idempotencyKey })
    const other = await send('cartLinesAdd', { cartId: made.id, lines: [...lines, ...lines], idempotencyKey })
    expect(codes(other.userErrors)).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey'])
    expect((await read(made.id)).totalQuantity).toBe(1)
  })

  test('may have the key of a write that was refused', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create()
    const idempotencyKey = randomUUID()
    const input = { cartId: made.id, idempotencyKey }
    const refused = await send('cartLinesAdd', { ...input, lines: [{ variantId: toId('var', newUuid()) }] })
    expect(refused.cart).toBeNull()
    const mended = await send('cartLinesAdd', { ...input, lines: [{ variantId: jug.id }] })
    expect(mended.cart.totalQuantity).toBe(1)
  })

  test('takes effect once also when its guest has signed in meanwhile', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create()
    const input = { cartId: made.id, lines: [{ variantId: jug.id }], idempotencyKey: randomUUID() }
    await send('cartLinesAdd', input)
    const again = await send('cartLinesAdd', input, { customerId: newUuid() })
    expect(again).toMatchObject({ userErrors: [], cart: { totalQuantity: 1 } })
  })

  test('tells nothing to whoever may not use the cart', async () => {
    const jug = await catalogue.add()
    const mine = { customerId: newUuid() }
    const { cart: made } = await create([], mine)
    const input = { cartId: made.id, lines: [{ variantId: jug.id }], idempotencyKey: randomUUID() }
    await send('cartLinesAdd', input, mine)
    for (const as of [{}, { customerId: newUuid() }, { ...mine, site: 'outlet' as const }]) {
      for (const lines of [input.lines, [...input.lines, ...input.lines]]) {
        const refused = await send('cartLinesAdd', { ...input, lines }, as)
        expect(refused.cart).toBeNull()
        expect(codes(refused.userErrors)).toEqual(['CART_NOT_FOUND cartId'])
      }
    }
  })

  test('by somebody else is another write', async () => {
    const input = { idempotencyKey: randomUUID() }
    const [mine, theirs] = [{ customerId: newUuid() }, { customerId: newUuid() }]
    const first = await send('cartCreate', input, mine)
    expect((await send('cartCreate', input, theirs)).cart.id).not.toBe(first.cart.id)
  })

  test('needs a key of 8 to 100 characters', async () => {
    for (const idempotencyKey of ['short', 'x'.repeat(101)]) {
      const { data, errors } = await subgraph.query(mutation('cartCreate'), { input: { idempotencyKey } })
      expect(data.cartCreate).toBeNull()
      expect(errors).toMatchObject([{ path: ['cartCreate'], extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })
})

describe('many at once', () => {
  test('50 additions to one cart lose nothing', async () => {
    const variants = await Promise.all(Array.from({ length: 5 }, () => catalogue.add()))
    const { cart: made } = await create()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        add(made.id, [{ variantId: variants[index % 5]?.id, quantity: 1 }]),
      ),
    )
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([])
    const { lines, totalQuantity } = await read(made.id)
    expect(totalQuantity).toBe(50)
    expect(lines.map(({ quantity }: { quantity: number }) => quantity)).toEqual([10, 10, 10, 10, 10])
  })

  test('several writes in one request each see what the one before did', async () => {
    const jug = await catalogue.add()
    const { cart: made } = await create()
    const input = (key: string) =>
      `{ cartId: "${made.id}", lines: [{ variantId: "${jug.id}" }], idempotencyKey: "${key}" }`
    const fields = 'cart { totalQuantity lines { quantity } }'
    const { data } = await subgraph.query(`mutation {
      first: cartLinesAdd(input: ${input(randomUUID())}) { ${fields} }
      second: cartLinesAdd(input: ${input(randomUUID())}) { ${fields} }
    }`)
    expect(data).toMatchObject({
      first: { cart: { totalQuantity: 1 } },
      second: { cart: { totalQuantity: 2 } },
    })
  })
})

describe('reading by the batch', () => {
  test('takes one statement for the carts and one for all of their lines', async () => {
    const jug = await catalogue.add()
    const ids: string[] = []
    for (let count = 0; count < 20; count++) ids.push((await create([{ variantId: jug.id }])).cart.id)
    const representations = [...ids, 'nonsense', toId('cart', randomUUID())].map((id) => ({
      __typename: 'Cart',
      id,
    }))

    subgraph.statements.length = 0
    const { data, errors }: GraphqlAnswer = await subgraph.entities(
      representations,
      `... on Cart { ${cartFields} }`,
    )
    expect(errors).toEqual([])
    expect(data._entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual([
      ...ids,
      null,
      null,
    ])
    expect(data._entities[0].lines).toHaveLength(1)
    expect(
      subgraph.statements.filter((sql) => /"Cart"|"CartLine"|"CatalogueVariant"/.test(sql)),
    ).toHaveLength(2)
  })
})
