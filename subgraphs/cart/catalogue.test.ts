import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { freePort } from '../../service/free-ports.ts'
import { startHttpService } from '../../service/http.ts'
import { silentLogger } from '../../service/log.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { workerPorts } from '../../test/set-up/worker-ports.ts'
import { appendChanges, changesRoute } from '../kit/change-feed.ts'
import { openDatabase } from '../kit/database/open.ts'
import { newUuid, toId } from '../kit/ids.ts'
import { generateServiceKeys, startTestSubgraph } from '../kit/test-subgraph.ts'
import { cart } from './cart.ts'
import { applyCatalogueChanges } from './catalogue.ts'
import { payloadOf, type TestVariant } from './test-catalogue.ts'

const patience = { timeout: 20_000, interval: 20 }
const cleanUp: (() => Promise<unknown>)[] = []
let products: Awaited<ReturnType<typeof startProductsFeed>>
let subgraph: Awaited<ReturnType<typeof startTestSubgraph<never, object>>>

beforeEach(async () => {
  const serviceKeys = await generateServiceKeys()
  products = await startProductsFeed(serviceKeys)
  const nobody = 'http://127.0.0.1:1'
  subgraph = await startTestSubgraph(cart, {
    serviceKeys,
    config: { feedUrls: { products: products.url, reviews: nobody, cart: nobody, chat: nobody } },
  })
  cleanUp.push(() => subgraph.stop())
})
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

/** A stand-in for products that serves nothing but its change feed, from a database with the same tables. */
async function startProductsFeed(serviceKeys: Awaited<ReturnType<typeof generateServiceKeys>>) {
  const database = await createTestDatabase('cart')
  const opened = openDatabase({ url: database.url, createClient: (adapter) => new PrismaClient({ adapter }) })
  const prisma = opened.client
  cleanUp.push(async () => {
    await opened.close()
    await database.drop()
  })
  const listen = (port: number) =>
    startHttpService({
      port,
      host: '127.0.0.1',
      log: silentLogger(),
      routes: changesRoute({ prisma, config: { serviceKeys } }),
      drainTimeoutMs: 0,
    })
  const port = await freePort(workerPorts)
  let service = await listen(port)
  cleanUp.push(() => service.stop())
  const { url } = service

  const tell = (kind: string, entityId: string, payload: unknown) =>
    prisma.$transaction((tx) => appendChanges(tx, [{ kind, entityId, payload }]))
  return {
    url,
    prisma,
    stop: () => service.stop(),
    async start() {
      service = await listen(port)
    },
    update: (variant: { uuid: string; productId: string }, changes: TestVariant) =>
      tell('variant.updated', variant.uuid, payloadOf(changes, variant.productId)),
    remove: ({ uuid }: { uuid: string }) => tell('variant.removed', uuid, {}),
    other: () => tell('product.painted', newUuid(), { colour: 'sage' }),
  }
}

const newVariant = () => ({ uuid: newUuid(), productId: newUuid() })

/** What a guest is told who puts the variant into a new cart: its title and price, or why it can not be. */
async function offer({ uuid }: { uuid: string }): Promise<string> {
  const { data } = await subgraph.query(
    `mutation ($input: CartCreateInput!) { cartCreate(input: $input) {
      cart { lines { title unitPrice { amount } } } userErrors { code }
    } }`,
    { input: { lines: [{ variantId: toId('var', uuid) }], idempotencyKey: newUuid() } },
  )
  const { cart: made, userErrors } = data.cartCreate
  return made ? `${made.lines[0].title} ${made.lines[0].unitPrice.amount}` : userErrors[0].code
}
const eventually = (variant: { uuid: string }, expected: string) =>
  expect.poll(() => offer(variant), patience).toBe(expected)

const ready = async () => {
  const response = await fetch(`${subgraph.url}/health/ready`)
  const { status, productsFeed } = await response.json().then((body) => Object(body))
  return { status, ...productsFeed }
}

test('what products tells is for sale, at its price, until it is removed', async () => {
  const jug = newVariant()
  expect(await offer(jug)).toBe('VARIANT_NOT_FOUND')
  await products.update(jug, { title: 'Jug' })
  await eventually(jug, 'Jug 2000')
  await products.update(jug, { title: 'Great jug', prices: { main: { amount: 2500 } } })
  await eventually(jug, 'Great jug 2500')
  await products.remove(jug)
  await eventually(jug, 'VARIANT_NOT_FOUND')
  await products.update(jug, { title: 'Jug, again' })
  await eventually(jug, 'Jug, again 2000')
})

test('the shop goes on selling while products is down, and says how far behind it is', async () => {
  const [jug, cup] = [newVariant(), newVariant()]
  await products.update(jug, { title: 'Jug' })
  await eventually(jug, 'Jug 2000')
  await vi.waitFor(
    async () => expect(await ready()).toMatchObject({ owner: 'products', lag: 0, state: 'current' }),
    patience,
  )

  await products.stop()
  await vi.waitFor(
    async () => expect(await ready()).toMatchObject({ status: 'ready', state: 'unreachable' }),
    patience,
  )
  expect(await offer(jug)).toBe('Jug 2000')
  await products.update(cup, { title: 'Cup' })
  await products.start()
  await eventually(cup, 'Cup 2000')
})

test('a replay mends the copy, and never shows an older state on the way', async () => {
  const [jug, cup, last] = [newVariant(), newVariant(), newVariant()]
  for (const amount of [1000, 2000, 3000]) await products.update(jug, { prices: { main: { amount } } })
  await products.update(cup, {})
  await products.remove(cup)
  await products.other()
  await products.update(last, { title: 'Last' })
  await eventually(last, 'Last 2000')

  const opened = openDatabase({
    url: subgraph.databaseUrl,
    createClient: (adapter) => new PrismaClient({ adapter }),
  })
  cleanUp.push(() => opened.close())
  const copy = () => opened.client.catalogueVariant.findMany({ orderBy: { id: 'asc' } })
  const before = await copy()
  await opened.client.catalogueVariant.update({ where: { id: jug.uuid }, data: { title: 'Damaged' } })
  await opened.client.catalogueVariant.delete({ where: { id: last.uuid } })
  await opened.client.feedPosition.update({ where: { owner: 'products' }, data: { sequence: 0 } })
  await eventually(last, 'Last 2000')
  expect(await copy()).toEqual(before)

  // As a replay by pages of one change each would.
  const older = {
    kind: 'variant.updated',
    entityId: jug.uuid,
    payload: payloadOf({ title: 'Older' }, jug.productId),
  }
  await opened.client.$transaction((tx) =>
    applyCatalogueChanges(tx, [{ ...older, sequence: 1n, at: new Date() }]),
  )
  await opened.client.$transaction((tx) =>
    applyCatalogueChanges(tx, [{ ...older, kind: 'variant.removed', sequence: 2n, at: new Date() }]),
  )
  expect(await copy()).toEqual(before)
})

test('a change of a kind that is not known hides nothing of what was told before it', async () => {
  const { client, close } = openDatabase({
    url: subgraph.databaseUrl,
    createClient: (adapter) => new PrismaClient({ adapter }),
  })
  cleanUp.push(() => close())
  const jug = newVariant()
  const at = new Date()
  await client.$transaction((tx) =>
    applyCatalogueChanges(tx, [
      {
        kind: 'variant.updated',
        entityId: jug.uuid,
        payload: payloadOf({}, jug.productId),
        sequence: 1n,
        at,
      },
      { kind: 'variant.pictured', entityId: jug.uuid, payload: {}, sequence: 2n, at },
    ]),
  )
  expect(await offer(jug)).toBe('Jug 2000')
})

test('when products’ database was made anew, only what the new one tells is for sale', async () => {
  const [jug, cup] = [newVariant(), newVariant()]
  await products.update(jug, { title: 'Jug' })
  await products.update(jug, { title: 'Jug' })
  await eventually(jug, 'Jug 2000')
  await products.prisma.$transaction([
    products.prisma.$executeRaw`TRUNCATE "Change" RESTART IDENTITY`,
    products.prisma.$executeRaw`UPDATE "Feed" SET "id" = gen_random_uuid()`,
  ])
  await products.update(cup, { title: 'Cup' })
  await eventually(cup, 'Cup 2000')
  expect(await offer(jug)).toBe('VARIANT_NOT_FOUND')
})

test('a change that is not one is not passed over: the copy stays, and the readiness answer says so', async () => {
  const jug = newVariant()
  await products.update(jug, { title: 'Jug' })
  await eventually(jug, 'Jug 2000')
  await products.update(jug, { prices: { main: { amount: -1 } } })
  await vi.waitFor(
    async () => expect(await ready()).toMatchObject({ status: 'ready', state: 'failing', lag: 1 }),
    patience,
  )
  expect(await offer(jug)).toBe('Jug 2000')
})
