import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { customerIdFor } from '../../../prisma/shop-data/index.ts'
import { newUuid, toId } from '../../kit/ids.ts'
import { type As, startTestSubgraph } from '../../kit/test-subgraph.ts'
import { cart } from '../cart.ts'
import { openCatalogue } from '../test-catalogue.ts'
import { type NewOrder, recordOrder } from './record-order.ts'

const dayMs = 86_400_000
const ada = customerIdFor('ada')
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

/** What was sent for requests; the follower of products' feed asks for its position beside them. */
const statements = () => subgraph.statements.filter((sql) => !sql.includes('FeedPosition'))

const newOrder = (changes: Partial<NewOrder> = {}): NewOrder => ({
  customerId: newUuid(),
  site: 'main',
  delivery: 490,
  placedAt: new Date(),
  lines: [
    {
      variantId: newUuid(),
      productId: newUuid(),
      sku: 'JUG-M',
      title: 'Jug',
      variantTitle: 'M / Sage',
      quantity: 2,
      unitPrice: 1999,
    },
  ],
  ...changes,
})
const record = (changes: Partial<NewOrder> = {}) =>
  catalogue.prisma.$transaction((tx) => recordOrder(tx, newOrder(changes)))

const orderFields = `
  id number status placedAt
  cost { subtotal { amount currency } delivery { amount } total { amount } }
  lines { id title variantTitle quantity unitPrice { amount currency } subtotal { amount } product { id } variant { id } }`
const ordersOf = async (as: As, first = 10, after: string | null = null) => {
  const { data, errors } = await subgraph.query(
    `query ($first: Int!, $after: String) { me { orders(first: $first, after: $after) {
      totalCount nodes { ${orderFields} } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }`,
    { first, after },
    as,
  )
  return { orders: data?.me.orders, errors }
}

describe('a customer’s orders', () => {
  test('come by pages, the latest first, each once and all of them', async () => {
    const { orders: all } = await ordersOf({ customerId: ada }, 100)
    expect(all.totalCount).toBe(all.nodes.length)
    expect(all.nodes.length).toBeGreaterThan(3)
    const times = all.nodes.map(({ placedAt }: { placedAt: string }) => placedAt)
    expect(times).toEqual(times.toSorted().reverse())

    const seen: string[] = []
    let after: string | null = null
    for (;;) {
      const { orders }: Awaited<ReturnType<typeof ordersOf>> = await ordersOf({ customerId: ada }, 3, after)
      seen.push(...orders.nodes.map(({ id }: { id: string }) => id))
      expect(orders.pageInfo.hasPreviousPage).toBe(after !== null)
      if (!orders.pageInfo.hasNextPage) break
      after = orders.pageInfo.endCursor
    }
    expect(seen).toEqual(all.nodes.map(({ id }: { id: string }) => id))
  })

  test('are paged rightly when several were placed at one moment', async () => {
    const customerId = newUuid()
    const placedAt = new Date('2026-03-01T12:00:00.123Z')
    const ids = []
    for (let count = 0; count < 5; count++) ids.push(toId('ord', (await record({ customerId, placedAt })).id))
    const { orders: head } = await ordersOf({ customerId }, 2)
    const { orders: rest } = await ordersOf({ customerId }, 10, head.pageInfo.endCursor)
    const seen = [...head.nodes, ...rest.nodes].map(({ id }: { id: string }) => id)
    expect(seen.toSorted()).toEqual(ids.toSorted())
    expect(rest.pageInfo.hasNextPage).toBe(false)
  })

  test('are for that customer and for staff; others lose that field only', async () => {
    const representation = { __typename: 'Customer', id: toId('cus', ada) }
    const ask = (as: As) =>
      subgraph.entities([representation], '... on Customer { id orders(first: 1) { totalCount } }', as)
    for (const as of [{ customerId: ada }, { roles: ['staff' as const] }]) {
      const { data, errors } = await ask(as)
      expect(errors).toEqual([])
      expect(data._entities[0].orders.totalCount).toBeGreaterThan(3)
    }
    for (const as of [{}, { customerId: newUuid() }, { roles: ['agent' as const] }]) {
      const { data, errors } = await ask(as)
      expect(data._entities).toEqual([{ id: representation.id, orders: null }])
      expect(errors).toMatchObject([{ path: ['_entities', 0, 'orders'], extensions: { code: 'FORBIDDEN' } }])
    }
  })

  test('take 1 to 100 at once, after a cursor of theirs', async () => {
    const bad: [number, string | null][] = [
      [0, null],
      [101, null],
      [1, 'nonsense'],
      [1, Buffer.from('["2026","x"]').toString('base64url')],
      [1, Buffer.from(JSON.stringify(['0000-01-01T00:00:00.000Z', newUuid()])).toString('base64url')],
      [
        1,
        Buffer.from(JSON.stringify([`2026-01-01T00:00:00.${'1'.repeat(200)}Z`, newUuid()])).toString(
          'base64url',
        ),
      ],
    ]
    for (const [first, after] of bad) {
      const { orders, errors } = await ordersOf({ customerId: ada }, first, after)
      expect(orders).toBeNull()
      expect(errors).toMatchObject([{ path: ['me', 'orders'], extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })

  test('of a customer who has none are an empty page', async () => {
    const { orders } = await ordersOf({ customerId: newUuid() })
    expect(orders).toMatchObject({
      totalCount: 0,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    })
  })
})

describe('an order', () => {
  const read = async (id: string, as: As) => {
    const { data, errors } = await subgraph.query(
      `query ($id: ID!) { order(id: $id) { ${orderFields} } }`,
      { id },
      as,
    )
    expect(errors).toEqual([])
    return data.order
  }

  test('is told wholly to who placed it and to staff, and is null to all others', async () => {
    const order = newOrder()
    const { id: uuid, number } = await record(order)
    const id = toId('ord', uuid)
    const [line] = order.lines
    const told = await read(id, { customerId: order.customerId ?? '' })
    expect(told).toMatchObject({
      id,
      number: `A-${number}`,
      status: 'PLACED',
      placedAt: order.placedAt.toISOString(),
      cost: {
        subtotal: { amount: 3998, currency: 'EUR' },
        delivery: { amount: 490 },
        total: { amount: 4488 },
      },
      lines: [
        {
          title: 'Jug',
          variantTitle: 'M / Sage',
          quantity: 2,
          unitPrice: { amount: 1999, currency: 'EUR' },
          subtotal: { amount: 3998 },
          product: { id: toId('prod', line?.productId ?? '') },
          variant: { id: toId('var', line?.variantId ?? '') },
        },
      ],
    })
    expect(await read(id, { roles: ['staff'] })).toEqual(told)
    for (const stranger of [{}, { customerId: newUuid() }, { roles: ['moderator' as const] }]) {
      expect(await read(id, stranger)).toBeNull()
    }
  })

  test('is null when there is none, and when the id is no id', async () => {
    for (const id of [toId('ord', newUuid()), toId('cart', newUuid()), 'A-100001', '']) {
      expect(await read(id, { customerId: ada })).toBeNull()
    }
  })

  test('has a number of its own, after those of the seed', async () => {
    const numbers = await Promise.all(Array.from({ length: 10 }, () => record()))
    expect(new Set(numbers.map(({ number }) => number)).size).toBe(10)
  })

  test('is written together with its change, or not at all', async () => {
    const order = newOrder()
    const { id } = await record(order)
    const changes = await catalogue.prisma.change.findMany({ where: { entityId: id } })
    expect(changes).toMatchObject([
      {
        kind: 'order.placed',
        payload: {
          customerId: order.customerId,
          site: 'main',
          placedAt: order.placedAt.toISOString(),
          lines: order.lines.map(({ productId, variantId, quantity }) => ({
            productId,
            variantId,
            quantity,
          })),
        },
      },
    ])

    const counts = async () => [await catalogue.prisma.order.count(), await catalogue.prisma.change.count()]
    const before = await counts()
    await expect(
      catalogue.prisma.$transaction(async (tx) => {
        await recordOrder(tx, newOrder())
        throw new Error('changed its mind')
      }),
    ).rejects.toThrow('changed its mind')
    expect(await counts()).toEqual(before)
  })
})

describe('reading by the batch', () => {
  test('takes one statement for the orders and one for all of their lines', async () => {
    const { orders } = await ordersOf({ customerId: ada }, 100)
    const ids: string[] = orders.nodes.map(({ id }: { id: string }) => id)
    subgraph.statements.length = 0
    const { data, errors } = await subgraph.entities(
      [...ids, 'nonsense'].map((id) => ({ __typename: 'Order', id })),
      `... on Order { ${orderFields} }`,
      { customerId: ada },
    )
    expect(errors).toEqual([])
    expect(data._entities).toEqual([...orders.nodes, null])
    expect(statements()).toHaveLength(2)
  })

  test('takes one statement for the orders of many customers, one for their lines and one to count', async () => {
    const customers = ['ada', 'grace', 'linus'].map((name) => toId('cus', customerIdFor(name)))
    subgraph.statements.length = 0
    const { data, errors } = await subgraph.entities(
      customers.map((id) => ({ __typename: 'Customer', id })),
      `... on Customer { orders(first: 3) { totalCount nodes { ${orderFields} } } }`,
      { roles: ['staff'] },
    )
    expect(errors).toEqual([])
    for (const { orders } of data._entities) expect(orders.nodes).toHaveLength(3)
    expect(statements()).toHaveLength(3)
  })
})

describe('what is popular', () => {
  const popular = async (first: number, as: As = {}) => {
    const { data, errors } = await subgraph.query(
      'query ($first: Int!) { popular(first: $first) { id } }',
      { first },
      as,
    )
    return { ids: data?.popular?.map(({ id }: { id: string }) => id), errors }
  }

  test('is what sold most on the site in the last 90 days, by one statement', async () => {
    const productId = newUuid()
    const [line] = newOrder().lines
    if (line === undefined) throw new Error('there is no line')
    const many = { lines: [{ ...line, productId, quantity: 9_000 }] }
    await record({ ...many, placedAt: new Date(Date.now() - 91 * dayMs) })
    expect((await popular(50)).ids).not.toContain(toId('prod', productId))

    const cancelled = await record(many)
    await catalogue.prisma.order.update({
      where: { id: cancelled.id },
      data: { status: 'CANCELLED', cancelledAt: new Date() },
    })
    expect((await popular(50)).ids).not.toContain(toId('prod', productId))

    await record({ ...many, placedAt: new Date(Date.now() - 89 * dayMs) })
    subgraph.statements.length = 0
    expect((await popular(12)).ids[0]).toBe(toId('prod', productId))
    expect(statements()).toHaveLength(1)
    expect((await popular(50, { site: 'outlet' })).ids).not.toContain(toId('prod', productId))
  })

  test('is a full shelf on both sites, each product once', async () => {
    for (const site of ['main', 'outlet'] as const) {
      const { ids } = await popular(12, { site })
      expect(new Set(ids).size).toBe(12)
    }
  })

  test('is taken from all time where nothing was sold in the last 90 days', async () => {
    await catalogue.prisma.$executeRaw`
      UPDATE "Order" SET "placedAt" = "placedAt" - interval '200 days' WHERE "site" = 'outlet'`
    expect((await popular(12, { site: 'outlet' })).ids).toHaveLength(12)
  })

  test('takes 1 to 50 at once', async () => {
    for (const first of [0, 51, -1]) {
      const { errors } = await popular(first)
      expect(errors).toMatchObject([{ path: ['popular'], extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })
})
