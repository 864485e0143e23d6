import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { silentLogger } from '../../../service/log.ts'
import { createTestDatabase } from '../../../test/set-up/databases.ts'
import { waitUntil } from '../../../test/set-up/wait-until.ts'
import type { SubgraphConfig } from '../../kit/config.ts'
import { bundle } from '../../kit/database/fixtures/run-script.ts'
import { startSubgraph } from '../../kit/subgraph.ts'
import {
  type As,
  type GraphqlAnswer,
  generateServiceKeys,
  signedHeaders,
  testConfig,
} from '../../kit/test-subgraph.ts'
import { defineCart } from '../cart.ts'
import { type PaymentProvider, PaymentsUnavailable } from '../payments/payment-provider.ts'
import { openCatalogue } from '../test-catalogue.ts'
import { checkoutSteps } from './checkout-steps.ts'
import type { ShopOptions } from './shop-services.ts'
import { quickTimes, sendAnywhere, shopperOf } from './test-shop.ts'
import { type Outage, type StockCall, startTestStock, stockCalls } from './test-stock.ts'

// Whatever fails at whatever step: nobody is charged twice or for nothing, no order is lost, no stock is stranded.
// Every checkout is for one piece at 20.00.

const price = 2000
const steps = checkoutSteps.map(({ name }) => name)
const slug = (name: string) => name.toLowerCase().replaceAll(' ', '-')

let keys: Awaited<ReturnType<typeof generateServiceKeys>>
let database: Awaited<ReturnType<typeof createTestDatabase>>
let stock: Awaited<ReturnType<typeof startTestStock>>
let catalogue: ReturnType<typeof openCatalogue>
let config: SubgraphConfig
let variants: Record<'ordinary' | 'shortAtCommit', string>
const processes: { stop(): Promise<unknown> }[] = []

beforeAll(async () => {
  keys = await generateServiceKeys()
  database = await createTestDatabase('cart')
  stock = await startTestStock()
  catalogue = openCatalogue(database.url)
  await sendAnywhere(catalogue.prisma)
  config = testConfig(keys, { feedUrls: { products: stock.url }, maxDatabaseConnections: 30 })
  const [ordinary, short] = [await catalogue.add(), await catalogue.add()]
  stock.shortAtCommit.add(short.id)
  variants = { ordinary: ordinary.id, shortAtCommit: short.id }
})
afterAll(async () => {
  await Promise.all(processes.map(({ stop }) => stop()))
  await catalogue?.close()
  await stock?.stop()
  await database?.drop()
})

const queryAt =
  (url: string) =>
  async (query: string, variables: Record<string, unknown> = {}, as: As = {}): Promise<GraphqlAnswer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await signedHeaders(keys, as)) },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors = [] }: Partial<GraphqlAnswer> = JSON.parse(await response.text())
    return { status: response.status, data, errors }
  }

async function startProcess(options: ShopOptions = {}) {
  const definition = defineCart({ env: {}, ...options, times: { ...quickTimes, ...options.times } })
  const subgraph = await startSubgraph(definition, { config, databaseUrl: database.url, log: silentLogger() })
  processes.push(subgraph)
  return { ...subgraph, shopper: shopperOf(queryAt(subgraph.url)) }
}

/** The same subgraph in a process of its own. @returns what it prints, and how to kill it. */
async function startProcessToKill() {
  const script = await bundle('subgraphs/cart/checkout/fixtures/checkouts-to-kill.ts')
  const folder = await mkdtemp(path.resolve('node_modules/.kill-'))
  const file = path.join(folder, 'options.json')
  await writeFile(
    file,
    JSON.stringify({ config, databaseUrl: database.url, times: { ...quickTimes, answerMs: 1 } }),
  )
  const child: ChildProcess = spawn(process.execPath, [script.file, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    await script.remove()
    await rm(folder, { recursive: true, force: true })
  }
  processes.push({ stop })
  const seen = new Set<string>()
  if (child.stdout === null) throw new Error('the process has no output')
  createInterface({ input: child.stdout }).on('line', (line) => seen.add(line))
  await waitUntil(() => [...seen].some((line) => line.startsWith('http')), { until: 'it does not listen' })
  const url = [...seen].find((line) => line.startsWith('http')) ?? ''
  return { seen, kill: stop, shopper: shopperOf(queryAt(url)) }
}

const nothingIsLeftToDo = () =>
  waitUntil(
    async () => {
      const [left] = await catalogue.prisma.$queryRaw<{ count: number }[]>`
        SELECT ((SELECT count(*) FROM "Checkout" WHERE "dueAt" IS NOT NULL)
              + (SELECT count(*) FROM "OrderEffect" WHERE "dueAt" IS NOT NULL))::int AS "count"`
      return left?.count === 0
    },
    { until: 'something is still left to do' },
  )

interface Ledger {
  checkoutId: string
  email: string
  status: string
  outcome: string
  order: string | null
  captures: number
  /** What was taken and not given back, and what is held and was neither taken nor let go of. */
  taken: number
  held: number
  placed: number
  cancelled: number
  reservation: string
}

/** What every ledger says of each checkout. */
const ledgers = () => catalogue.prisma.$queryRaw<Ledger[]>`
  SELECT checkout."id" AS "checkoutId", checkout."state"->'request'->>'email' AS "email", checkout."status"::text,
         checkout."outcome"->>'type' AS "outcome", placed."status"::text AS "order",
         checkout."state"->>'reservationId' AS "reservation",
         coalesce(money."captures", 0)::int AS "captures", coalesce(money."taken", 0)::int AS "taken",
         coalesce(money."held", 0)::int AS "held",
         (SELECT count(*)::int FROM "Change" WHERE "kind" = 'order.placed' AND "entityId" = placed."id") AS "placed",
         (SELECT count(*)::int FROM "Change" WHERE "kind" = 'order.cancelled' AND "entityId" = placed."id") AS "cancelled"
  FROM "Checkout" checkout
  LEFT JOIN "Order" placed ON placed."id" = (checkout."state"->>'orderId')::uuid
  LEFT JOIN "TestPayment" payment ON payment."key" = checkout."state"->>'paymentId'
  LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE "kind" = 'capture') AS "captures",
           coalesce(sum("amount") FILTER (WHERE "kind" = 'capture'), 0)
             - coalesce(sum("amount") FILTER (WHERE "kind" = 'refund'), 0) AS "taken",
           CASE WHEN payment."status" IN ('AUTHORISED', 'PROCESSING', 'ACTION_NEEDED', 'OPEN') THEN payment."amount" ELSE 0 END AS "held"
    FROM "TestPaymentEntry" WHERE "paymentId" = payment."id"
  ) money ON true`

/** Holds every ledger against every other. @returns how many checkouts have come to which outcome. */
async function checkLedgers() {
  const all = await ledgers()
  const outcomes: Record<string, number> = {}
  for (const ledger of all) {
    const { status, outcome, order, captures, reservation } = ledger
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const stockStatus = stock.reservations.get(reservation)
    const sold =
      stockStatus?.status === 'COMMITTED'
        ? stockStatus.lines.reduce((sum, { quantity }) => sum + quantity, 0) -
          [...stockStatus.returned.values()].reduce((sum, quantity) => sum + quantity, 0)
        : 0
    const bought = outcome === 'order placed'
    expect({ ...ledger, sold, stock: stockStatus?.status }).toMatchObject(
      bought
        ? { status: 'COMPLETED', order: 'PLACED', captures: 1, taken: price, held: 0, placed: 1, sold: 1 }
        : { status: 'UNDONE', taken: 0, held: 0, placed: 0, sold: 0 },
    )
    expect(stockStatus?.status).not.toBe('HELD')
    if (!bought) expect([null, 'CANCELLED']).toContain(order)
    expect(captures).toBeLessThanOrEqual(1)
    expect(status).not.toBe('RUNNING')
  }
  const { held } = stock.sums()
  expect(held).toBe(0)
  // No order but by a checkout, no payment but for one.
  const [strays] = await catalogue.prisma.$queryRaw<{ orders: number; payments: number }[]>`
    SELECT (SELECT count(*)::int FROM "Order" WHERE "checkoutId" IS NULL OR "status" = 'PENDING') AS "orders",
           (SELECT count(*)::int FROM "TestPayment" WHERE "key" NOT IN (SELECT "id"::text FROM "Payment")) AS "payments"`
  expect(strays).toEqual({ orders: 0, payments: 0 })
  return outcomes
}

test('a process that is killed at any step, forward or back, leaves nothing that the next one does not end', async () => {
  const victim = await startProcessToKill()
  const forward = steps.flatMap((step) => ['begun', 'acted', 'recorded'].map((point) => `${step} ${point}`))
  const back = steps
    .filter((step) => step !== 'placeOrder')
    .flatMap((step) => ['undoing', 'taken back'].map((point) => `${step} ${point}`))
  // Who writes to the change feed holds others up until it is written: that one comes last.
  const last = 'placeOrder acted'
  const points = [...forward.filter((point) => point !== last), ...back]
  const sent: { input: { idempotencyKey: string }; point: string }[] = []
  const send = async (point: string) => {
    const variant = back.includes(point) ? variants.shortAtCommit : variants.ordinary
    const cart = await victim.shopper.fill(variant)
    const input = victim.shopper.inputFor(cart, { email: `${slug(point)}@example.com` })
    sent.push({ input, point })
    await victim.shopper.complete(input)
  }
  await Promise.all(points.map(send))
  const arrived = (all: string[]) =>
    waitUntil(() => all.every((point) => victim.seen.has(slug(point))), {
      until: () => `nobody came to ${all.filter((point) => !victim.seen.has(slug(point)))}`,
    })
  await arrived(points)
  await send(last)
  await arrived([last])
  await victim.kill()

  // Two take over at once.
  const [first, second] = await Promise.all([startProcess(), startProcess()])
  await nothingIsLeftToDo()
  expect(await checkLedgers()).toEqual({ 'order placed': forward.length, 'out of stock': back.length })

  // Whoever sends again gets what became of it, and no second one.
  const again = await Promise.all(sent.map(({ input }) => first.shopper.complete(input)))
  expect(again.map(({ outcome }) => outcome.__typename)).toEqual(
    sent.map(({ point }) => (back.includes(point) ? 'CheckoutOutOfStock' : 'CheckoutOrderPlaced')),
  )
  expect(await ledgers()).toHaveLength(sent.length)
  await Promise.all([first.stop(), second.stop()])
}, 120_000)

const paymentCalls = ['open', 'authorise', 'look', 'capture', 'cancel', 'refund'] as const
type PaymentCall = (typeof paymentCalls)[number]
type Call = StockCall | PaymentCall

/** What goes wrong for one checkout: which calls, how, and whether once or until all is well again. */
interface Plan {
  faults: Partial<Record<Call, Outage>>
  lasting: boolean
  variant: keyof typeof variants
}

test('products or the payment provider down, hung or late at any call: once, or until they are back', async () => {
  const outages: Outage[] = ['down', 'hung', 'late']
  const both = [false, true]
  const plans: Plan[] = outages.flatMap((outage) =>
    both.flatMap((lasting): Plan[] => [
      ...(['stockReserve', 'stockCommit', 'open', 'authorise', 'capture'] as const).map((call) => ({
        faults: { [call]: outage },
        lasting,
        variant: 'ordinary' as const,
      })),
      // What is undone after the money was taken, and what is undone while it is only held.
      ...(['refund', 'stockRelease', 'cancel'] as const).map((call) => ({
        faults: { [call]: outage },
        lasting,
        variant: 'shortAtCommit' as const,
      })),
      ...(['cancel', 'stockRelease'] as const).map((call) => ({
        faults: { authorise: 'late' as const, look: 'down' as const, [call]: outage },
        lasting: true,
        variant: 'ordinary' as const,
      })),
    ]),
  )
  let isWell = false
  const planOf = new Map<string, { plan: Plan; left: Set<Call> }>()
  const outageOf = (call: Call, id: string): Outage | null => {
    const found = planOf.get(id)
    const outage = found?.plan.faults[call]
    if (found === undefined || outage === undefined || isWell) return null
    if (!found.plan.lasting && !found.left.delete(call)) return null
    return outage
  }
  stock.failWhen((call, { reservationId }) => outageOf(call, reservationId))

  const never = () => new Promise<never>(() => {})
  const idOfReference = new Map<string, string>()
  async function troubled<Answer>(
    call: PaymentCall,
    id: string,
    work: () => Promise<Answer>,
  ): Promise<Answer> {
    const outage = outageOf(call, id)
    if (outage === 'down') throw new PaymentsUnavailable('down')
    if (outage === 'hung') return never()
    const answer = await work()
    return outage === 'late' ? never() : answer
  }
  const { shopper, ...process } = await startProcess({
    env: { PAYMENT_TIMEOUT_MS: '300' },
    times: { answerMs: 50, stockTimeoutMs: 300 },
    around: {
      provider: (provider: PaymentProvider): PaymentProvider => ({
        ...provider,
        open: (request) =>
          troubled('open', request.paymentId, async () => {
            const opened = await provider.open(request)
            idOfReference.set(opened.reference, request.paymentId)
            return opened
          }),
        look: (reference) =>
          troubled('look', idOfReference.get(reference) ?? '', () => provider.look(reference)),
        authorise: (payment) => troubled('authorise', payment.paymentId, () => provider.authorise(payment)),
        capture: (payment) => troubled('capture', payment.paymentId, () => provider.capture(payment)),
        cancel: (payment) => troubled('cancel', payment.paymentId, () => provider.cancel(payment)),
        refund: (refund) =>
          troubled('refund', idOfReference.get(refund.reference) ?? '', () => provider.refund(refund)),
      }),
    },
    async checkpoint(name, { state }) {
      if (name !== 'claimDiscounts begun') return
      const plan = plans[Number(/^plan-(\d+)@/.exec(state.request.email)?.[1])]
      if (plan === undefined || planOf.has(state.paymentId)) return
      const planned = { plan, left: new Set<Call>([...stockCalls, ...paymentCalls]) }
      planOf.set(state.paymentId, planned).set(state.reservationId, planned)
    },
  })
  const before = await checkLedgers()
  const inputs = await Promise.all(
    plans.map(async ({ variant }, index) => {
      const cart = await shopper.fill(variants[variant])
      return shopper.inputFor(cart, { email: `plan-${index}@example.com` })
    }),
  )
  await Promise.all(inputs.map((input) => shopper.complete(input)))

  // What can be ended without them is, while they are still away.
  await waitUntil(
    async () => {
      const all = (await ledgers()).filter(({ email }) => email.startsWith('plan-'))
      return all.filter(({ outcome }) => outcome !== null).length >= plans.length - unknownTillWell(plans)
    },
    { until: 'shoppers are still kept waiting' },
  )
  // They are back, and this process is gone: another one takes over.
  isWell = true
  await process.stop()
  await startProcess()
  await nothingIsLeftToDo()
  stock.failWhen(() => null)

  const after = await checkLedgers()
  const more = Object.fromEntries(
    Object.entries(after).map(([outcome, count]) => [outcome, count - (before[outcome] ?? 0)]),
  )
  // A machine that is busy may answer too late where nothing was to go wrong: then more are told to come back.
  expect(more.unavailable).toBeGreaterThanOrEqual(plans.filter(isGivenUp).length)
  expect(Object.values(more).reduce((sum, count) => sum + count, 0)).toBe(plans.length)

  // Who was told to come back comes back with the same key, and gets it.
  const { shopper: later } = await startProcess()
  const wanted = plans.map(({ variant }) =>
    variant === 'ordinary' ? 'CheckoutOrderPlaced' : 'CheckoutOutOfStock',
  )
  let told: string[] = []
  await waitUntil(
    async () => {
      const again = await Promise.all(inputs.map((input) => later.complete(input)))
      told = again.map(({ outcome }) => outcome.__typename)
      return told.every((type, index) => type === wanted[index])
    },
    { until: () => `the shoppers were told ${told}`, timeoutMs: 60_000 },
  )
  await nothingIsLeftToDo()
  await checkLedgers()
}, 120_000)

/** What can't be had before the money is taken. An authorisation that was only not answered is found by asking. */
const isGivenUp = ({ faults, lasting }: Plan) =>
  lasting &&
  ('stockReserve' in faults ||
    'open' in faults ||
    'look' in faults ||
    (faults.authorise ?? 'late') !== 'late')

/** After the money may have been taken, nobody can be told anything before it is known. */
const unknownTillWell = (plans: readonly Plan[]) =>
  plans.filter(({ faults, lasting }) => lasting && ('capture' in faults || 'stockCommit' in faults)).length
