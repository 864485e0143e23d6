import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { type As, signedHeaders, startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts, type NewPrice } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
})
afterAll(() => subgraph.stop())

const cart: As = { service: 'cart' }
const staff: As = { roles: ['staff'] }

const answer = `reservation { id status expiresAt lines {
  variantId quantity price { amount currency } compareAtPrice { amount } backOrdered
} } shortages { variantId requested available } userErrors { code field message }`
const documents = {
  stockReserve: `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { ${answer} } }`,
  stockCommit: `mutation ($input: StockCommitInput!) { stockCommit(input: $input) { ${answer} } }`,
  stockRelease: `mutation ($input: StockReleaseInput!) { stockRelease(input: $input) { ${answer} } }`,
  stockReturn: `mutation ($input: StockReturnInput!) { stockReturn(input: $input) { ${answer} } }`,
}
type Field = keyof typeof documents

async function send(field: Field, input: object, as: As = cart) {
  const { data, errors } = await subgraph.query(documents[field], { input }, as)
  expect(errors).toEqual([])
  return data[field]
}

interface Line {
  variantId: string
  quantity: number
}
const reserve = (reservationId: string, lines: Line[], input: object = {}) =>
  send('stockReserve', { reservationId, site: 'main', lines, ...input })
const commit = (reservationId: string) => send('stockCommit', { reservationId })
const release = (reservationId: string) => send('stockRelease', { reservationId })
const giveBack = (returnId: string, reservationId: string, lines: Line[]) =>
  send('stockReturn', { returnId, reservationId, lines })

const setStock = async (variantId: string, quantity: number) => {
  const { data } = await subgraph.query(
    'mutation ($input: VariantStockSetInput!) { variantStockSet(input: $input) { userErrors { code } } }',
    { input: { variantId, quantity, idempotencyKey: randomUUID() } },
    staff,
  )
  expect(data.variantStockSet.userErrors).toEqual([])
}

const query = <Row>(sql: string, values: unknown[] = []) =>
  withConnection(
    subgraph.databaseUrl,
    async (connection) => (await connection.query(sql, values)).rows as Row[],
  )

interface NewStock {
  stock?: number
  backOrderLimit?: number
  prices?: NewPrice[]
}
async function newVariants(...variants: NewStock[]) {
  const [product] = await insertProducts(subgraph.databaseUrl, [
    { variants: variants.map(({ backOrderLimit: _, ...variant }) => variant) },
  ])
  for (const [index, { id }] of (product?.variants ?? []).entries()) {
    const { backOrderLimit = 0 } = variants[index] ?? {}
    if (backOrderLimit > 0)
      await query(`UPDATE "Variant" SET "backOrderLimit" = $2 WHERE "id" = $1`, [id, backOrderLimit])
  }
  return (product?.variants ?? []).map(({ id }) => ({ uuid: id, variantId: toId('var', id) }))
}
async function newVariant(variant: NewStock = {}) {
  const [made] = await newVariants(variant)
  if (!made) throw new Error('no variant was made')
  return made
}

const availabilityOf = async (variantId: string) => {
  const { data } = await subgraph.entities(
    [{ __typename: 'Variant', id: variantId }],
    '... on Variant { availability product { availability } }',
  )
  return data._entities[0].availability
}

/** What the change feed tells other subgraphs of a variant's availability, the earliest first. */
async function toldOf(uuid: string): Promise<string[]> {
  const headers = await signedHeaders(subgraph.serviceKeys, { service: 'cart' })
  const [head] = await query<{ sequence: string }>(
    'SELECT coalesce(max("sequence"), 0)::text AS "sequence" FROM "Change"',
  )
  const after = Math.max(0, Number(head?.sequence) - 1000)
  const response = await fetch(`${subgraph.url}/changes?after=${after}&limit=1000`, { headers })
  const { changes } = (await response.json()) as {
    changes: { entityId: string; payload: { availability: string } }[]
  }
  return changes.filter(({ entityId }) => entityId === uuid).map(({ payload }) => payload.availability)
}

const passTime = (reservationId: string) =>
  query(
    `WITH line AS (
       UPDATE "StockReservationLine" SET "heldUntil" = now() - interval '1 second'
       WHERE "reservationId" = $1 AND "heldUntil" IS NOT NULL
     )
     UPDATE "StockReservation" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`,
    [reservationId],
  )

/** The same with the reservation locked all the while, so that it is not swept. */
async function withoutSweep<Result>(reservationId: string, work: () => Promise<Result>): Promise<Result> {
  return withConnection(subgraph.databaseUrl, async (connection) => {
    await connection.query('BEGIN')
    await connection.query('SELECT FROM "StockReservation" WHERE "id" = $1 FOR SHARE', [reservationId])
    try {
      return await work()
    } finally {
      await connection.query('ROLLBACK')
    }
  })
}

/** Where a balance is not what the ledger and the reservations sum up to. */
const discrepancies = () =>
  query(`
    SELECT 'level' AS "of", level."variantId"::text, level."onHand" AS "is", coalesce(sum(movement."quantity"), 0)::int AS "ought"
    FROM "StockLevel" level LEFT JOIN "StockMovement" movement USING ("variantId", "locationId")
    GROUP BY level."variantId", level."locationId" HAVING level."onHand" <> coalesce(sum(movement."quantity"), 0)
    UNION ALL
    SELECT 'stock', variant."id"::text, variant."stock", coalesce(shelf."onHand", 0) - coalesce(line."gone", 0)
    FROM "Variant" variant
    LEFT JOIN (
      SELECT level."variantId", sum(level."onHand")::int AS "onHand"
      FROM "StockLevel" level JOIN "StockLocation" location ON location."id" = level."locationId"
      WHERE location."shipsOrders" GROUP BY 1
    ) shelf ON shelf."variantId" = variant."id"
    LEFT JOIN (
      SELECT "variantId", sum(CASE WHEN "heldUntil" IS NULL THEN "owed" ELSE "quantity" END)::int AS "gone"
      FROM "StockReservationLine" GROUP BY 1
    ) line ON line."variantId" = variant."id"
    WHERE variant."stock" <> coalesce(shelf."onHand", 0) - coalesce(line."gone", 0)
    UNION ALL
    SELECT 'sold', line."reservationId"::text, line."taken", -coalesce(sum(movement."quantity"), 0)::int
    FROM "StockReservationLine" line LEFT JOIN "StockMovement" movement
      ON movement."reference" = line."reservationId"::text AND movement."variantId" = line."variantId"
    GROUP BY line."reservationId", line."variantId" HAVING line."taken" <> -coalesce(sum(movement."quantity"), 0)`)

const onHand = async (uuid: string) => {
  const rows = await query<{ onHand: number }>('SELECT "onHand" FROM "StockLevel" WHERE "variantId" = $1', [
    uuid,
  ])
  return rows.reduce((sum, row) => sum + row.onHand, 0)
}

describe.each(Object.keys(documents) as Field[])('%s', (field) => {
  const lines = [{ variantId: toId('var', randomUUID()), quantity: 1 }]
  const inputs = {
    stockReserve: { reservationId: randomUUID(), site: 'main', lines },
    stockCommit: { reservationId: randomUUID() },
    stockRelease: { reservationId: randomUUID() },
    stockReturn: { reservationId: randomUUID(), returnId: randomUUID(), lines },
  }

  test.each([
    ['a guest', {}],
    ['a customer', { customerId: randomUUID() }],
    ['staff', staff],
    ['another subgraph', { service: 'reviews' }],
  ] satisfies [string, As][])('is not for %s', async (_, as) => {
    const { data, errors } = await subgraph.query(documents[field], { input: inputs[field] }, as)
    expect(data).toEqual({ [field]: null })
    expect(errors).toEqual([expect.objectContaining({ path: [field], extensions: { code: 'FORBIDDEN' } })])
  })

  test.each(Object.keys(inputs[field]).filter((name) => name.endsWith('Id')))(
    'refuses a %s that is no UUID',
    async (name) => {
      for (const id of ['', 'nonsense', '\0']) {
        const { errors } = await subgraph.query(
          documents[field],
          { input: { ...inputs[field], [name]: id } },
          cart,
        )
        expect(errors).toEqual([
          expect.objectContaining({ path: [field], extensions: { code: 'BAD_USER_INPUT' } }),
        ])
        expect(errors[0]?.message).toContain(name)
      }
    },
  )
})

describe('stockReserve', () => {
  test('holds all lines at the prices of the site and the moment', async () => {
    const [one, other] = await newVariants(
      {
        stock: 5,
        prices: [
          { amount: 1000, saleAmount: 700 },
          { site: 'outlet', amount: 900 },
        ],
      },
      { stock: 5 },
    )
    const id = randomUUID()
    const lines = [
      { variantId: other?.variantId ?? '', quantity: 1 },
      { variantId: one?.variantId ?? '', quantity: 2 },
      { variantId: other?.variantId ?? '', quantity: 1 },
    ]
    const before = Date.now()
    const { reservation, shortages, userErrors } = await reserve(id, lines, { expiresInSeconds: 60 })
    expect([shortages, userErrors]).toEqual([[], []])
    expect(reservation).toMatchObject({ id, status: 'HELD' })
    expect(Date.parse(reservation.expiresAt)).toBeGreaterThanOrEqual(before + 59_000)
    expect(reservation.lines).toHaveLength(2)
    expect(reservation.lines).toEqual(
      expect.arrayContaining([
        {
          ...{ variantId: one?.variantId, quantity: 2, backOrdered: false },
          ...{ price: { amount: 700, currency: 'EUR' }, compareAtPrice: { amount: 1000 } },
        },
        {
          ...{ variantId: other?.variantId, quantity: 2, backOrdered: false },
          ...{ price: { amount: 1000, currency: 'EUR' }, compareAtPrice: null },
        },
      ]),
    )
    const elsewhere = await reserve(randomUUID(), [{ variantId: one?.variantId ?? '', quantity: 1 }], {
      site: 'outlet',
    })
    expect(elsewhere.reservation.lines).toMatchObject([{ price: { amount: 900, currency: 'USD' } }])
  })

  test('holds nothing where one line is short, and says of which there is too little', async () => {
    const [one, other] = await newVariants({ stock: 5 }, { stock: 1 })
    const lines = [
      { variantId: one?.variantId ?? '', quantity: 5 },
      { variantId: other?.variantId ?? '', quantity: 2 },
    ]
    const id = randomUUID()
    expect(await reserve(id, lines)).toEqual({
      reservation: null,
      shortages: [{ variantId: other?.variantId, requested: 2, available: 1 }],
      userErrors: [],
    })
    // Nothing was kept of it: the id can be used with what there is.
    const less = [{ variantId: one?.variantId ?? '', quantity: 5 }]
    expect(await reserve(id, less)).toMatchObject({ reservation: { status: 'HELD' } })
  })

  test('sent many times at once, or again later, holds once and answers the same', async () => {
    const { uuid, variantId } = await newVariant({ stock: 10 })
    const id = randomUUID()
    const lines = [{ variantId, quantity: 3 }]
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserve(id, lines)))
    answers.push(await reserve(id, lines, { expiresInSeconds: 5 }))
    for (const outcome of answers) expect(outcome).toEqual(answers[0])
    expect(answers[0].reservation.status).toBe('HELD')
    expect(await query('SELECT "stock" FROM "Variant" WHERE "id" = $1', [uuid])).toEqual([{ stock: 7 }])
  })

  test('with an id that was used for other lines is refused', async () => {
    const { variantId } = await newVariant()
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 1 }])
    for (const [lines, site] of [
      [[{ variantId, quantity: 2 }], 'main'],
      [[{ variantId, quantity: 1 }], 'outlet'],
    ]) {
      expect(await send('stockReserve', { reservationId: id, site, lines })).toMatchObject({
        reservation: null,
        userErrors: [{ code: 'RESERVATION_CONFLICT', field: ['input', 'reservationId'] }],
      })
    }
  })

  test('of what the site does not sell, or of no sensible number, says so', async () => {
    const { variantId } = await newVariant()
    const good = { variantId, quantity: 1 }
    for (const [input, code, field] of [
      [
        { lines: [good, { variantId: 'nonsense', quantity: 1 }] },
        'VARIANT_NOT_FOUND',
        ['lines', '1', 'variantId'],
      ],
      [
        { lines: [good, { variantId: toId('var', randomUUID()), quantity: 1 }] },
        'VARIANT_NOT_FOUND',
        ['lines', '1', 'variantId'],
      ],
      [{ site: 'outlet' }, 'VARIANT_NOT_FOUND', ['lines', '0', 'variantId']],
      [{ site: 'nowhere' }, 'SITE_NOT_FOUND', ['site']],
      [{ lines: [{ variantId, quantity: 0 }] }, 'INVALID_QUANTITY', ['lines', '0', 'quantity']],
      [{ lines: [good, { variantId, quantity: 1_000_000 }] }, 'INVALID_QUANTITY', ['lines', '1', 'quantity']],
    ] as const) {
      expect(await reserve(randomUUID(), [good], input)).toMatchObject({
        reservation: null,
        userErrors: [{ code, field: ['input', ...field] }],
      })
    }
    for (const input of [
      { lines: [] },
      { lines: Array(251).fill(good) },
      { expiresInSeconds: 0 },
      { expiresInSeconds: 86_401 },
    ]) {
      const all = { reservationId: randomUUID(), site: 'main', lines: [good], ...input }
      const { errors } = await subgraph.query(documents.stockReserve, { input: all }, cart)
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    }
  })

  test('changes what shoppers and the change feed are told, only where that changes', async () => {
    const { uuid, variantId } = await newVariant({ stock: 7 })
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const
    await reserve(ids[0], [{ variantId, quantity: 1 }])
    expect(await toldOf(uuid)).toEqual([])
    await reserve(ids[1], [{ variantId, quantity: 3 }])
    expect(await availabilityOf(variantId)).toBe('LOW_STOCK')
    await reserve(ids[2], [{ variantId, quantity: 3 }])
    expect(await availabilityOf(variantId)).toBe('SOLD_OUT')
    await commit(ids[2])
    await release(ids[0])
    await release(ids[1])
    expect(await toldOf(uuid)).toEqual(['LOW_STOCK', 'SOLD_OUT', 'LOW_STOCK'])
  })
})

test('200 buyers at once get 50 pieces: 50 of them one each, and nobody one that is not there', async () => {
  const { uuid, variantId } = await newVariant({ stock: 50 })
  const buy = async () => {
    const reservationId = randomUUID()
    const { reservation, shortages } = await reserve(reservationId, [{ variantId, quantity: 1 }])
    if (reservation === null) return shortages
    return (await commit(reservationId)).reservation.status
  }
  const outcomes = await Promise.all(Array.from({ length: 200 }, buy))
  expect(outcomes.filter((outcome) => outcome === 'COMMITTED')).toHaveLength(50)
  expect(outcomes.filter((outcome) => outcome !== 'COMMITTED')).toEqual(
    Array(150).fill([{ variantId, requested: 1, available: 0 }]),
  )
  expect(await onHand(uuid)).toBe(0)
  expect(await discrepancies()).toEqual([])
  expect((await toldOf(uuid)).at(-1)).toBe('SOLD_OUT')
}, 30_000)

test('checkouts that want the same variants in any order do not block each other', async () => {
  const variants = await newVariants({ stock: 500 }, { stock: 500 }, { stock: 500 }, { stock: 3 })
  const ids = Array.from({ length: 24 }, () => randomUUID())
  const outcomes = await Promise.all(
    ids.map(async (id, index) => {
      const lines = variants.map(({ variantId }) => ({ variantId, quantity: 1 }))
      const turned = [...lines.slice(index % 4), ...lines.slice(0, index % 4)]
      const { reservation } = await reserve(id, index % 2 ? turned : turned.reverse())
      if (reservation === null) return 'SHORT'
      const { reservation: ended } = await (index % 3 ? commit(id) : release(id))
      return ended.status
    }),
  )
  expect(outcomes.filter((outcome) => outcome === 'COMMITTED').length).toBeLessThanOrEqual(3)
  expect(await discrepancies()).toEqual([])
})

describe('an expired reservation', () => {
  test('holds nothing, before it has been swept', async () => {
    const { variantId } = await newVariant({ stock: 1 })
    const [late, quick] = [randomUUID(), randomUUID()]
    const lines = [{ variantId, quantity: 1 }]
    await reserve(late, lines)
    await withoutSweep(late, async () => {
      expect((await reserve(quick, lines)).shortages).toHaveLength(1)
    })
    await passTime(late)
    await withoutSweep(late, async () => {
      expect((await reserve(quick, lines)).reservation.status).toBe('HELD')
    })
    expect((await reserve(late, lines)).reservation.status).toBe('EXPIRED')
    expect(await commit(late)).toEqual({
      ...{ reservation: null, userErrors: [] },
      shortages: [{ variantId, requested: 1, available: 0 }],
    })
    expect((await commit(quick)).reservation.status).toBe('COMMITTED')
    await expect.poll(discrepancies).toEqual([])
  })

  test('is ended by itself, and shoppers and the change feed are told', async () => {
    const { uuid, variantId } = await newVariant({ stock: 3 })
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 3 }])
    expect(await availabilityOf(variantId)).toBe('SOLD_OUT')
    await passTime(id)
    await expect.poll(() => availabilityOf(variantId), { timeout: 10_000 }).toBe('LOW_STOCK')
    expect(await toldOf(uuid)).toEqual(['SOLD_OUT', 'LOW_STOCK'])
    expect(await query('SELECT "status" FROM "StockReservation" WHERE "id" = $1', [id])).toEqual([
      { status: 'EXPIRED' },
    ])
    const ready = await fetch(`${subgraph.url}/health/ready`)
    expect(await ready.json()).toMatchObject({
      stockExpiry: { state: 'current', sweptAt: expect.any(String) },
    })
  })

  test.each([
    ['not yet swept', false],
    ['swept', true],
  ])('%s is committed where there is still enough', async (_, swept) => {
    const { uuid, variantId } = await newVariant({ stock: 4 })
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 3 }])
    await passTime(id)
    if (swept) await expect.poll(() => toldOf(uuid), { timeout: 10_000 }).toEqual([])
    if (swept) {
      await expect
        .poll(() => query('SELECT "status" FROM "StockReservation" WHERE "id" = $1', [id]), {
          timeout: 10_000,
        })
        .toEqual([{ status: 'EXPIRED' }])
    }
    const first = await commit(id)
    expect(first.reservation.status).toBe('COMMITTED')
    expect(await commit(id)).toEqual(first)
    expect(await onHand(uuid)).toBe(1)
    expect(await discrepancies()).toEqual([])
  })
})

describe('stockCommit', () => {
  test('sent many times at once, or again later, takes once', async () => {
    const { uuid, variantId } = await newVariant({ stock: 10 })
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 4 }])
    const answers = await Promise.all(Array.from({ length: 8 }, () => commit(id)))
    answers.push(await commit(id))
    for (const outcome of answers) expect(outcome).toEqual(answers[0])
    expect(answers[0].reservation.status).toBe('COMMITTED')
    expect(await onHand(uuid)).toBe(6)
    expect(
      await query(
        'SELECT "quantity", "reason", "reference", "actor" FROM "StockMovement" WHERE "variantId" = $1 ORDER BY "sequence" DESC LIMIT 1',
        [uuid],
      ),
    ).toEqual([{ quantity: -4, reason: 'SOLD', reference: id, actor: 'service:cart' }])
  })

  test('of what is not there, or was released, is refused', async () => {
    const { variantId } = await newVariant()
    const id = randomUUID()
    expect(await commit(id)).toMatchObject({ userErrors: [{ code: 'RESERVATION_NOT_FOUND' }] })
    await reserve(id, [{ variantId, quantity: 1 }])
    await release(id)
    expect(await commit(id)).toMatchObject({
      reservation: null,
      userErrors: [{ code: 'RESERVATION_RELEASED' }],
    })
  })

  test('of more than a count has left takes what there is, and owes the rest', async () => {
    const { uuid, variantId } = await newVariant({ stock: 5 })
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 5 }])
    await setStock(variantId, 2)
    expect(await availabilityOf(variantId)).toBe('SOLD_OUT')
    expect((await commit(id)).reservation).toMatchObject({
      status: 'COMMITTED',
      lines: [{ backOrdered: true }],
    })
    expect(await onHand(uuid)).toBe(0)
    await setStock(variantId, 10)
    expect(await onHand(uuid)).toBe(7)
    expect(await discrepancies()).toEqual([])
  })
})

describe('stockRelease', () => {
  test('gives back once, however often it is sent', async () => {
    const { uuid, variantId } = await newVariant({ stock: 10 })
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 4 }])
    for (const { reservation } of await Promise.all(Array.from({ length: 8 }, () => release(id)))) {
      expect(reservation).toMatchObject({ id, status: 'RELEASED' })
    }
    expect(await query('SELECT "stock" FROM "Variant" WHERE "id" = $1', [uuid])).toEqual([{ stock: 10 }])
    expect(await onHand(uuid)).toBe(10)
  })

  test('of one that is not known is remembered: a reservation that comes late holds nothing', async () => {
    const { uuid, variantId } = await newVariant({ stock: 10 })
    const id = randomUUID()
    expect(await release(id)).toMatchObject({
      reservation: { id, status: 'RELEASED', lines: [] },
      userErrors: [],
    })
    expect(await reserve(id, [{ variantId, quantity: 1 }])).toMatchObject({
      reservation: null,
      userErrors: [{ code: 'RESERVATION_RELEASED' }],
    })
    expect(await query('SELECT "stock" FROM "Variant" WHERE "id" = $1', [uuid])).toEqual([{ stock: 10 }])
  })

  test('at the same moment as its reservation leaves nothing held, or the reservation alone refused', async () => {
    const { uuid, variantId } = await newVariant({ stock: 100 })
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const id = randomUUID()
        const [, ended] = await Promise.all([reserve(id, [{ variantId, quantity: 1 }]), release(id)])
        expect(ended.reservation.status).toBe('RELEASED')
      }),
    )
    expect(await query('SELECT "stock" FROM "Variant" WHERE "id" = $1', [uuid])).toEqual([{ stock: 100 }])
  })

  test('of what was committed is refused', async () => {
    const { variantId } = await newVariant()
    const id = randomUUID()
    await reserve(id, [{ variantId, quantity: 1 }])
    await commit(id)
    expect(await release(id)).toMatchObject({
      reservation: null,
      userErrors: [{ code: 'RESERVATION_COMMITTED' }],
    })
  })
})

describe('stockReturn', () => {
  test('puts back once for each returnId, and never more than was taken', async () => {
    const { uuid, variantId } = await newVariant({ stock: 5 })
    const [id, first, second] = [randomUUID(), randomUUID(), randomUUID()]
    await reserve(id, [{ variantId, quantity: 4 }])
    const three = [{ variantId, quantity: 3 }]
    expect(await giveBack(first, id, three)).toMatchObject({ userErrors: [{ code: 'RETURN_TOO_MANY' }] })
    await commit(id)
    const answers = await Promise.all(Array.from({ length: 8 }, () => giveBack(first, id, three)))
    for (const outcome of answers) expect(outcome).toMatchObject({ reservation: { id, status: 'COMMITTED' } })
    expect(await onHand(uuid)).toBe(4)
    expect(await giveBack(second, id, [{ variantId, quantity: 2 }])).toMatchObject({
      reservation: null,
      userErrors: [{ code: 'RETURN_TOO_MANY', field: ['input', 'lines', '0', 'quantity'] }],
    })
    expect(await giveBack(first, id, [{ variantId, quantity: 1 }])).toMatchObject({
      userErrors: [{ code: 'RESERVATION_CONFLICT', field: ['input', 'returnId'] }],
    })
    expect(await giveBack(second, id, [{ variantId, quantity: 1 }])).toMatchObject({ userErrors: [] })
    expect(await onHand(uuid)).toBe(5)
    expect(await giveBack(randomUUID(), randomUUID(), three)).toMatchObject({
      userErrors: [{ code: 'RESERVATION_NOT_FOUND' }],
    })
    expect(await discrepancies()).toEqual([])
  })
})

describe('a variant that may be back-ordered', () => {
  test('is sold beyond what there is, up to its limit, and sent when it comes', async () => {
    const { uuid, variantId } = await newVariant({ stock: 2, backOrderLimit: 5 })
    const ids = [randomUUID(), randomUUID(), randomUUID()] as const
    expect((await reserve(ids[0], [{ variantId, quantity: 2 }])).reservation.lines).toMatchObject([
      { backOrdered: false },
    ])
    expect(await availabilityOf(variantId)).toBe('BACK_ORDER')
    expect((await reserve(ids[1], [{ variantId, quantity: 3 }])).reservation.lines).toMatchObject([
      { backOrdered: true },
    ])
    expect((await reserve(ids[2], [{ variantId, quantity: 3 }])).shortages).toEqual([
      { variantId, requested: 3, available: 2 },
    ])
    expect((await reserve(ids[2], [{ variantId, quantity: 2 }])).reservation.status).toBe('HELD')
    expect(await availabilityOf(variantId)).toBe('SOLD_OUT')
    // What the first holds is not given to who comes to commit before.
    await commit(ids[1])
    await commit(ids[2])
    expect(await onHand(uuid)).toBe(2)
    expect((await commit(ids[0])).reservation.lines).toMatchObject([{ backOrdered: false }])
    expect(await onHand(uuid)).toBe(0)
    await setStock(variantId, 4)
    expect(
      await query('SELECT "owed" FROM "StockReservationLine" WHERE "variantId" = $1 ORDER BY "owed"', [uuid]),
    ).toEqual([{ owed: 0 }, { owed: 0 }, { owed: 1 }])
    // What has not come yet and is not wanted any more is not waited for.
    expect(await giveBack(randomUUID(), ids[2], [{ variantId, quantity: 2 }])).toMatchObject({
      userErrors: [],
    })
    expect(await onHand(uuid)).toBe(1)
    expect(await toldOf(uuid)).toEqual(['BACK_ORDER', 'SOLD_OUT', 'BACK_ORDER', 'LOW_STOCK'])
    expect(await discrepancies()).toEqual([])
  })
})

test('whatever happens to stock, the balances are what the ledger sums up to', async () => {
  const pool = await newVariants(
    { stock: 6 },
    { stock: 3, backOrderLimit: 4 },
    { stock: 0, backOrderLimit: 2 },
  )
  // Ids are of one run: what an earlier one left behind stays, and has to fit as well.
  let ids: string[] = []
  const idOf = (index: number) => ids[index] ?? ''
  const index = fc.nat({ max: 4 })
  const lines = fc.array(
    fc.record({
      variantId: fc.constantFrom(...pool.map(({ variantId }) => variantId)),
      quantity: fc.integer({ min: 1, max: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  const counted = fc.tuple(fc.constantFrom(...pool), fc.integer({ min: 0, max: 8 }))
  const step = fc.oneof(
    fc.tuple(index, lines).map(
      ([index, lines]) =>
        () =>
          reserve(idOf(index), lines),
    ),
    index.map((index) => () => commit(idOf(index))),
    index.map((index) => () => release(idOf(index))),
    index.map((index) => () => passTime(idOf(index))),
    fc.tuple(index, index, lines).map(
      ([one, index, lines]) =>
        () =>
          giveBack(idOf(one), idOf(index), lines),
    ),
    counted.map(
      ([{ variantId }, quantity]) =>
        () =>
          setStock(variantId, quantity),
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 4, maxLength: 10 }),
      async (rounds) => {
        ids = Array.from({ length: 5 }, () => randomUUID())
        for (const round of rounds) await Promise.all(round.map((act) => act()))
        expect(await discrepancies()).toEqual([])
      },
    ),
    { numRuns: 15 },
  )
}, 60_000)

test('the ledger can be added to, and not changed', async () => {
  const { uuid } = await newVariant()
  for (const sql of [
    'UPDATE "StockMovement" SET "quantity" = 0 WHERE "variantId" = $1',
    'DELETE FROM "StockMovement" WHERE "variantId" = $1',
  ]) {
    await expect(query(sql, [uuid])).rejects.toThrow('never changed')
  }
  await expect(query('UPDATE "StockLevel" SET "onHand" = -1 WHERE "variantId" = $1', [uuid])).rejects.toThrow(
    'onHand_check',
  )
})
