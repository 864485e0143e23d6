import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof startTestSubgraph>>
let warehouse: string
beforeAll(async () => {
  subgraph = await startTestSubgraph(products)
  const { data } = await subgraph.query('{ stockLocations { id handle } }', {}, staff)
  warehouse = data.stockLocations[0].id
})
afterAll(() => subgraph.stop())

const staff: As = { roles: ['staff'] }

const stock = `stock { available onHand held owed backOrderLimit levels { location { id } onHand } }`
const variant = `variant { id availability storeAvailability { store { id name } availability pickUpNote } ${stock} }`
const location = 'location { id handle name position shipsOrders pickUpSites pickUpNote version }'
const userErrors = 'userErrors { code field message version }'
const documents = {
  variantStockSet: `mutation ($input: VariantStockSetInput!) { variantStockSet(input: $input) { ${variant} ${userErrors} } }`,
  variantStockAdjust: `mutation ($input: VariantStockAdjustInput!) { variantStockAdjust(input: $input) { ${variant} ${userErrors} } }`,
  variantStockMove: `mutation ($input: VariantStockMoveInput!) { variantStockMove(input: $input) { ${variant} ${userErrors} } }`,
  variantBackOrderLimitSet: `mutation ($input: VariantBackOrderLimitSetInput!) { variantBackOrderLimitSet(input: $input) { ${variant} ${userErrors} } }`,
  stockLocationCreate: `mutation ($input: StockLocationCreateInput!) { stockLocationCreate(input: $input) { ${location} ${userErrors} } }`,
  stockLocationUpdate: `mutation ($input: StockLocationUpdateInput!) { stockLocationUpdate(input: $input) { ${location} ${userErrors} } }`,
}
type Field = keyof typeof documents

async function write(field: Field, input: object) {
  const sent = { idempotencyKey: randomUUID(), ...input }
  const { data, errors } = await subgraph.query(documents[field], { input: sent }, staff)
  expect(errors).toEqual([])
  return data[field]
}

async function newVariant(stock = 10) {
  const [product] = await insertProducts(subgraph.databaseUrl, [
    { variants: [{ stock, prices: [{ amount: 1000 }, { site: 'outlet', amount: 900 }] }] },
  ])
  return toId('var', product?.variants[0]?.id ?? '')
}

const newStore = async (input: object = {}) => {
  const handle = `store-${randomUUID()}`
  const made = { handle, name: 'Quay', shipsOrders: false, pickUpSites: ['main'], ...input }
  return (await write('stockLocationCreate', made)).location
}

const reserve = async (variantId: string, quantity: number) => {
  const input = { reservationId: randomUUID(), site: 'main', lines: [{ variantId, quantity }] }
  const document = `mutation ($input: StockReserveInput!) { stockReserve(input: $input) { reservation { id } } }`
  return (await subgraph.query(document, { input }, { service: 'cart' })).data.stockReserve
}

test.each([
  ['variantStockAdjust', { variantId: '', quantity: 1, reason: 'RECEIVED' }],
  ['variantStockMove', { variantId: '', quantity: 1, fromLocationId: '', toLocationId: '' }],
  ['variantBackOrderLimitSet', { variantId: '', limit: 1 }],
  ['stockLocationCreate', { handle: 'here', name: 'Here', shipsOrders: false }],
  ['stockLocationUpdate', { id: '', version: 1 }],
] satisfies [Field, object][])('%s is for staff alone', async (field, values) => {
  const input = { idempotencyKey: randomUUID(), ...values }
  for (const [as, code] of [
    [{}, 'UNAUTHENTICATED'],
    [{ customerId: randomUUID() }, 'FORBIDDEN'],
    [{ roles: ['agent'] }, 'FORBIDDEN'],
  ] satisfies [As, string][]) {
    const { data, errors } = await subgraph.query(documents[field], { input }, as)
    expect(data).toEqual({ [field]: null })
    expect(errors).toMatchObject([{ path: [field], extensions: { code } }])
  }
})

test('how many there are is for staff alone', async () => {
  const variantId = await newVariant()
  const ask = (as: As) =>
    subgraph.query(
      'query ($r: [_Any!]!) { stockLocations { id } _entities(representations: $r) { ... on Variant { id stock { onHand } } } }',
      { r: [{ __typename: 'Variant', id: variantId }] },
      as,
    )
  expect((await ask(staff)).data).toMatchObject({ _entities: [{ stock: { onHand: 10 } }] })
  const { data, errors } = await ask({ customerId: randomUUID() })
  expect(data).toEqual({ stockLocations: null, _entities: [{ id: variantId, stock: null }] })
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
})

describe('variantStockAdjust', () => {
  test('adds and takes off, once for each key, and the ledger tells why', async () => {
    const variantId = await newVariant()
    const input = {
      variantId,
      quantity: -7,
      reason: 'DAMAGED',
      reference: ' Wet  cellar ',
      idempotencyKey: randomUUID(),
    }
    const answers = await Promise.all(Array.from({ length: 6 }, () => write('variantStockAdjust', input)))
    for (const { variant } of answers) {
      expect(variant).toMatchObject({
        availability: 'LOW_STOCK',
        stock: { available: 3, onHand: 3, held: 0 },
      })
    }
    await write('variantStockAdjust', { variantId, quantity: 20, reason: 'RECEIVED', locationId: warehouse })
    const page = async (after: string | null) => {
      const { data } = await subgraph.query(
        `query ($r: [_Any!]!, $after: String) { _entities(representations: $r) { ... on Variant { stock {
          movements(first: 2, after: $after) { nodes { quantity reason reference actor location { id } } pageInfo { hasNextPage endCursor } }
        } } } }`,
        { r: [{ __typename: 'Variant', id: variantId }], after },
        { ...staff, customerId: '018ae888-e400-7705-8602-fc72eafbd081' },
      )
      return data._entities[0].stock.movements
    }
    const first = await page(null)
    expect(first).toMatchObject({
      nodes: [
        { quantity: 20, reason: 'RECEIVED', reference: null, location: { id: warehouse } },
        { quantity: -7, reason: 'DAMAGED', reference: 'Wet cellar', actor: 'staff:' },
      ],
      pageInfo: { hasNextPage: true },
    })
    expect(await page(first.pageInfo.endCursor)).toMatchObject({
      nodes: [{ quantity: 10, reason: 'OPENING', actor: 'system' }],
      pageInfo: { hasNextPage: false },
    })
  })

  test.each([
    [{ quantity: 0 }, 'INVALID_QUANTITY', ['quantity']],
    [{ quantity: -11 }, 'INSUFFICIENT_STOCK', ['quantity']],
    [{ quantity: 1_000_000 }, 'INVALID_QUANTITY', ['quantity']],
    [{ quantity: 1_000_001 }, 'INVALID_QUANTITY', ['quantity']],
    [{ reference: 'x'.repeat(201) }, 'INVALID_TEXT', ['reference']],
    [{ locationId: toId('loc', randomUUID()) }, 'LOCATION_NOT_FOUND', ['locationId']],
    [{ locationId: 'nonsense' }, 'LOCATION_NOT_FOUND', ['locationId']],
    [{ variantId: toId('var', randomUUID()) }, 'VARIANT_NOT_FOUND', ['variantId']],
  ])('refuses %j', async (values, code, field) => {
    const variantId = await newVariant()
    const input = { variantId, quantity: 1, reason: 'CORRECTION', ...values }
    expect(await write('variantStockAdjust', input)).toMatchObject({
      variant: null,
      userErrors: [{ code, field: ['input', ...field] }],
    })
  })
})

describe('variantStockMove', () => {
  test('brings stock to a store, where shoppers of its sites see it and the web shop does not sell it', async () => {
    const variantId = await newVariant()
    const store = await newStore({ pickUpNote: 'Usually ready in 2 hours' })
    const elsewhere = await newStore({ pickUpSites: ['outlet'] })
    const input = {
      variantId,
      quantity: 6,
      fromLocationId: warehouse,
      toLocationId: store.id,
      idempotencyKey: randomUUID(),
    }
    for (const { variant } of [
      await write('variantStockMove', input),
      await write('variantStockMove', input),
    ]) {
      expect(variant).toMatchObject({
        availability: 'LOW_STOCK',
        stock: {
          ...{ available: 4, onHand: 10 },
          levels: [
            { location: { id: warehouse }, onHand: 4 },
            { location: { id: store.id }, onHand: 6 },
          ],
        },
      })
      expect(variant.storeAvailability).toContainEqual({
        store: { id: store.id, name: 'Quay' },
        ...{ availability: 'IN_STOCK', pickUpNote: 'Usually ready in 2 hours' },
      })
      expect(JSON.stringify(variant.storeAvailability)).not.toContain(elsewhere.id)
    }
    const { data } = await subgraph.entities(
      [{ __typename: 'Variant', id: variantId }],
      '... on Variant { storeAvailability { store { id } availability } }',
      { site: 'outlet' },
    )
    expect(data._entities[0].storeAvailability).toContainEqual({
      store: { id: elsewhere.id },
      availability: 'SOLD_OUT',
    })
    // Back again: the web shop has it at once.
    const back = { variantId, quantity: 6, fromLocationId: store.id, toLocationId: warehouse }
    expect((await write('variantStockMove', back)).variant).toMatchObject({
      availability: 'IN_STOCK',
      stock: { available: 10 },
    })
  })

  test('never takes away what a checkout holds', async () => {
    const variantId = await newVariant(5)
    const store = await newStore()
    await reserve(variantId, 3)
    const input = { variantId, fromLocationId: warehouse, toLocationId: store.id }
    expect(await write('variantStockMove', { ...input, quantity: 3 })).toMatchObject({
      variant: null,
      userErrors: [{ code: 'INSUFFICIENT_STOCK', field: ['input', 'quantity'] }],
    })
    expect(await write('variantStockMove', { ...input, quantity: 2 })).toMatchObject({
      variant: { availability: 'SOLD_OUT', stock: { available: 0, onHand: 5, held: 3 } },
      userErrors: [],
    })
  })

  test('refuses what makes no sense', async () => {
    const variantId = await newVariant()
    const store = await newStore()
    const input = { variantId, quantity: 1, fromLocationId: warehouse, toLocationId: store.id }
    for (const [values, code, field] of [
      [{ quantity: 0 }, 'INVALID_QUANTITY', 'quantity'],
      [{ toLocationId: warehouse }, 'LOCATION_NOT_FOUND', 'toLocationId'],
      [{ toLocationId: 'nonsense' }, 'LOCATION_NOT_FOUND', 'toLocationId'],
      [{ fromLocationId: toId('loc', randomUUID()) }, 'LOCATION_NOT_FOUND', 'fromLocationId'],
      [{ fromLocationId: store.id, toLocationId: warehouse }, 'INSUFFICIENT_STOCK', 'quantity'],
    ] as const) {
      expect(await write('variantStockMove', { ...input, ...values })).toMatchObject({
        variant: null,
        userErrors: [{ code, field: ['input', field] }],
      })
    }
  })
})

test('variantStockSet counts at the location that is named', async () => {
  const variantId = await newVariant()
  const store = await newStore()
  expect(await write('variantStockSet', { variantId, locationId: store.id, quantity: 3 })).toMatchObject({
    variant: {
      stock: { available: 10, levels: [{ onHand: 10 }, { location: { id: store.id }, onHand: 3 }] },
    },
  })
  expect(await write('variantStockSet', { variantId, locationId: 'nonsense', quantity: 3 })).toMatchObject({
    userErrors: [{ code: 'LOCATION_NOT_FOUND', field: ['input', 'locationId'] }],
  })
})

test('variantBackOrderLimitSet lets more be sold than there is', async () => {
  const variantId = await newVariant(0)
  expect(await write('variantBackOrderLimitSet', { variantId, limit: 2 })).toMatchObject({
    variant: { availability: 'BACK_ORDER', stock: { backOrderLimit: 2 } },
  })
  expect((await reserve(variantId, 2)).reservation).not.toBeNull()
  for (const limit of [-1, 1_000_001]) {
    expect(await write('variantBackOrderLimitSet', { variantId, limit })).toMatchObject({
      userErrors: [{ code: 'INVALID_QUANTITY', field: ['input', 'limit'] }],
    })
  }
})

describe('locations', () => {
  test('are made once for each key, and changed by who knows their version', async () => {
    const handle = `depot-${randomUUID()}`
    const input = { handle, name: 'Depot', shipsOrders: true, idempotencyKey: randomUUID() }
    const made = await Promise.all(Array.from({ length: 4 }, () => write('stockLocationCreate', input)))
    const [{ location }] = made
    for (const answer of made) expect(answer).toEqual({ location, userErrors: [] })
    expect(location).toMatchObject({ handle, pickUpSites: [], pickUpNote: null, version: 1 })

    const change = {
      id: location.id,
      version: 1,
      name: 'Big depot',
      pickUpSites: ['outlet', 'main'],
      pickUpNote: 'Tomorrow',
    }
    const changed = await Promise.all([0, 1].map(() => write('stockLocationUpdate', change)))
    expect(changed.filter(({ location }) => location?.version === 2)).toHaveLength(1)
    expect(changed.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: 'STALE_VERSION', version: 2 },
    ])
    const { data } = await subgraph.query(
      '{ stockLocations { handle name pickUpSites pickUpNote } }',
      {},
      staff,
    )
    expect(data.stockLocations).toContainEqual({
      handle,
      name: 'Big depot',
      pickUpSites: ['main', 'outlet'],
      pickUpNote: 'Tomorrow',
    })
    expect(
      (await write('stockLocationUpdate', { id: location.id, version: 2, pickUpNote: '' })).location,
    ).toMatchObject({
      ...{ name: 'Big depot', pickUpNote: null, version: 3 },
    })
  })

  test('are refused where something is wrong with them, all of it at once', async () => {
    const bad = { handle: 'Not A Handle', name: ' ', shipsOrders: false, pickUpSites: ['main', 'nowhere'] }
    const { userErrors } = await write('stockLocationCreate', bad)
    expect(
      userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field.join('.')]).sort(),
    ).toEqual([
      ['INVALID_TEXT', 'input.handle'],
      ['INVALID_TEXT', 'input.name'],
      ['SITE_NOT_FOUND', 'input.pickUpSites.1'],
    ])
    expect(
      await write('stockLocationCreate', { handle: 'warehouse', name: 'Again', shipsOrders: true }),
    ).toMatchObject({
      location: null,
      userErrors: [{ code: 'ALREADY_TAKEN', field: ['input', 'handle'] }],
    })
    expect(await write('stockLocationUpdate', { id: 'nonsense', version: 1 })).toMatchObject({
      userErrors: [{ code: 'LOCATION_NOT_FOUND', field: ['input', 'id'] }],
    })
  })
})
