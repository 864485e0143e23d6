import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type HttpService, sendJson, startHttpService } from '../../service/http.ts'
import { silentLogger } from '../../service/log.ts'
import { toId } from '../kit/ids.ts'
import { generateServiceKeys, startTestSubgraph, testConfig } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews, miscounted } from './test-data.ts'

interface Change {
  kind: string
  entityId: string
  payload: unknown
}

/** Cart's side of the feed: gives what is in `changes`, numbered from 1, and never changes its past. */
async function startCart() {
  const cart = { feed: randomUUID(), changes: [] as Change[], url: '', stop: async () => {} }
  const service: HttpService = await startHttpService({
    port: 0,
    host: '127.0.0.1',
    log: silentLogger(),
    drainTimeoutMs: 0,
    routes: {
      '/changes': {
        methods: ['GET'],
        handle(_, response, url) {
          const after = Number(url.searchParams.get('after'))
          const page = cart.changes.map((change, index) => ({
            ...change,
            sequence: String(index + 1),
            at: '2026-10-01T12:00:00.000Z',
          }))
          sendJson(response, 200, {
            feed: cart.feed,
            head: String(cart.changes.length),
            changes: page.slice(after, after + Number(url.searchParams.get('limit'))),
          })
        },
      },
    },
  })
  return Object.assign(cart, { url: service.url, stop: () => service.stop() })
}

let cart: Awaited<ReturnType<typeof startCart>>
let subgraph: Awaited<ReturnType<typeof start>>

async function start(cartUrl: string) {
  const serviceKeys = await generateServiceKeys()
  const { feedUrls } = testConfig(serviceKeys)
  return startTestSubgraph(reviews, { serviceKeys, config: { feedUrls: { ...feedUrls, cart: cartUrl } } })
}

beforeAll(async () => {
  cart = await startCart()
  subgraph = await start(cart.url)
})
afterAll(async () => {
  await subgraph.stop()
  await cart.stop()
})

interface Line {
  productId: string
}

const placed = (entityId: string, customerId: string | null, lines: Line[]): Change => ({
  kind: 'order.placed',
  entityId,
  payload: {
    customerId,
    site: 'main',
    placedAt: '2026-09-30T12:00:00.000Z',
    lines: lines.map((line) => ({ ...line, variantId: randomUUID(), quantity: 1 })),
  },
})
const cancelled = (entityId: string): Change => ({ kind: 'order.cancelled', entityId, payload: {} })

async function writtenReview() {
  const [review] = await insertReviews(subgraph.databaseUrl, [{}])
  if (review === undefined) throw new Error('no review was written')
  return review
}

async function isVerified(reviewId: string): Promise<boolean> {
  const { data } = await subgraph.query(`{ review(id: "${toId('rev', reviewId)}") { verifiedPurchase } }`)
  return data.review.verifiedPurchase
}

const patience = { timeout: 20_000 }

/** Waits until everything that cart has told was applied. */
const caughtUp = () =>
  vi.waitFor(async () => {
    const response = await fetch(`${subgraph.url}/health/ready`)
    expect(await response.json()).toMatchObject({
      cartFeed: { state: 'current', sequence: String(cart.changes.length) },
    })
  }, patience)

test('a review is verified from when its purchase arrives, and no more once the order is cancelled', async () => {
  const review = await writtenReview()
  const order = randomUUID()
  expect(await isVerified(review.id)).toBe(false)

  const lines = [review, review, { productId: randomUUID() }].map(({ productId }) => ({ productId }))
  cart.changes.push(placed(order, review.customerId, lines))
  await caughtUp()
  expect(await isVerified(review.id)).toBe(true)

  cart.changes.push(cancelled(order))
  await caughtUp()
  expect(await isVerified(review.id)).toBe(false)
})

test.each([
  [{ refundId: randomUUID(), amount: 100, whole: true }, false],
  [{ refundId: randomUUID(), amount: 100, whole: false }, true],
  [{ something: 'else' }, true],
  [null, true],
])('after a refund of %j, verified is %s', async (payload, verified) => {
  const review = await writtenReview()
  const order = randomUUID()
  cart.changes.push(placed(order, review.customerId, [{ productId: review.productId }]), {
    kind: 'order.refunded',
    entityId: order,
    payload,
  })
  await caughtUp()
  expect(await isVerified(review.id)).toBe(verified)
})

test('a customer who was erased stays erased when the feed is told again, and buys anew', async () => {
  const review = await writtenReview()
  const as = { customerId: review.customerId }
  const lines = [{ productId: review.productId }]
  const before = placed(randomUUID(), review.customerId, lines)
  cart.changes.push(before)
  await caughtUp()
  const { errors } = await subgraph.query(
    `mutation { reviewDataErase(input: { idempotencyKey: "${randomUUID()}" }) { erasedAt } }`,
    {},
    as,
  )
  expect(errors).toEqual([])

  const kept = async () => {
    const { data } = await subgraph.query('{ reviewDataExport { nodes { kind } } }', {}, as)
    return data.reviewDataExport.nodes
  }
  cart.changes.push(before)
  await caughtUp()
  expect(await kept()).toEqual([])
  cart.feed = randomUUID()
  await caughtUp()
  expect(await kept()).toEqual([])

  const later = new Date(Date.now() + 60_000).toISOString()
  const anew = placed(randomUUID(), review.customerId, lines)
  cart.changes.push({ ...anew, payload: { ...Object(anew.payload), placedAt: later } })
  await caughtUp()
  expect(await kept()).toEqual([{ kind: 'PURCHASE' }])
})

test('a review that is written while its purchase arrives is verified, whichever comes first', async () => {
  const buyers = Array.from({ length: 20 }, () => ({ customerId: randomUUID(), productId: randomUUID() }))
  const written = await Promise.all(
    buyers.map(async ({ customerId, productId }) => {
      cart.changes.push(placed(randomUUID(), customerId, [{ productId }]))
      const { data } = await subgraph.query(
        'mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { review { id } } }',
        {
          input: {
            productId: toId('prod', productId),
            rating: 4,
            title: 'T',
            body: 'B',
            idempotencyKey: randomUUID(),
          },
        },
        { customerId },
      )
      return data.submitReview.review.id
    }),
  )
  await caughtUp()
  expect(written).toHaveLength(20)
  expect(await miscounted(subgraph.databaseUrl, ['verified', 'sorts'])).toEqual({})
})

test('a purchase in another order still counts when one is cancelled', async () => {
  const review = await writtenReview()
  const [first, second] = [randomUUID(), randomUUID()]
  const lines = [{ productId: review.productId }]
  cart.changes.push(
    placed(first, review.customerId, lines),
    placed(second, review.customerId, lines),
    cancelled(first),
  )
  await caughtUp()
  expect(await isVerified(review.id)).toBe(true)
})

test('neither a guest’s order nor another customer’s verifies a review, nor a change of a kind unknown', async () => {
  const review = await writtenReview()
  const lines = [{ productId: review.productId }]
  cart.changes.push(placed(randomUUID(), null, lines), placed(randomUUID(), randomUUID(), lines), {
    kind: 'order.gift-wrapped',
    entityId: randomUUID(),
    payload: { customerId: review.customerId, lines },
  })
  await caughtUp()
  expect(await isVerified(review.id)).toBe(false)
})

test('a feed that starts over is read from its start, and what it does not tell is forgotten', async () => {
  const [kept, lost] = [await writtenReview(), await writtenReview()]
  const keptOrder = placed(randomUUID(), kept.customerId, [{ productId: kept.productId }])
  cart.changes.push(keptOrder, placed(randomUUID(), lost.customerId, [{ productId: lost.productId }]))
  await caughtUp()
  expect([await isVerified(kept.id), await isVerified(lost.id)]).toEqual([true, true])

  cart.feed = randomUUID()
  cart.changes.splice(0, Number.POSITIVE_INFINITY, keptOrder)
  await vi.waitFor(async () => {
    expect([await isVerified(kept.id), await isVerified(lost.id)]).toEqual([true, false])
  }, patience)
})

test('the same changes again come to the same state', async () => {
  const review = await writtenReview()
  const order = randomUUID()
  const order2 = placed(randomUUID(), review.customerId, [{ productId: review.productId }])
  const told = [placed(order, review.customerId, [{ productId: review.productId }]), cancelled(order), order2]
  cart.changes.push(...told, ...told)
  await caughtUp()
  expect(await isVerified(review.id)).toBe(true)
  cart.changes.push(cancelled(order2.entityId), ...told.slice(0, 2))
  await caughtUp()
  expect(await isVerified(review.id)).toBe(false)
})
