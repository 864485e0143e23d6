import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { miscounted } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const who = fc.integer({ min: 0, max: 5 })
const product = fc.integer({ min: 0, max: 1 })
const content = fc.record({
  rating: fc.integer({ min: 1, max: 5 }),
  body: fc.constantFrom('Warm.', 'See www.shady.example'),
  dimensionRatings: fc.uniqueArray(
    fc.record({ dimension: fc.constantFrom('quality', 'value'), rating: fc.integer({ min: 1, max: 5 }) }),
    { maxLength: 2, selector: ({ dimension }) => dimension },
  ),
  photos: fc.constantFrom([], [{ url: 'https://photos.arcade.example/1.jpg' }]),
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('submit' as const), who, product, content }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), who, product, content }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('moderate' as const),
      who,
      product,
      status: fc.constantFrom('PUBLISHED', 'REJECTED', 'PENDING'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('vote' as const),
      who,
      product,
      by: who,
      helpful: fc.option(fc.boolean()),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('report' as const), who, product, by: who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), who }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A little world of its own: two products, six customers, and whoever does what. */
async function openWorld() {
  const products = [randomUUID(), randomUUID()]
  const customers = Array.from({ length: 6 }, () => randomUUID())
  const at = (list: string[], index: number) => list[index] ?? ''
  const outcomes = new Set<string>()

  async function send(name: string, input: Record<string, unknown>, as: As) {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
    const { data, errors } = await subgraph.query(
      `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`,
      { input },
      as,
    )
    // A refusal is an outcome; an error is none that these steps may have.
    expect(errors).toEqual([])
    outcomes.add(`${name} ${data[name].userErrors[0]?.code ?? 'written'}`)
  }

  async function reviewOf(customer: number, product: number) {
    const { rows } = await withConnection(subgraph.databaseUrl, (connection) =>
      connection.query<{ id: string; version: number }>(
        'SELECT "id", "version" FROM "Review" WHERE "productId" = $1 AND "customerId" = $2',
        [at(products, product), at(customers, customer)],
      ),
    )
    const [row] = rows
    return { reviewId: toId('rev', row?.id ?? randomUUID()), version: row?.version ?? 1 }
  }

  async function take(step: Step): Promise<void> {
    const customer: As = { customerId: at(customers, step.who) }
    const idempotencyKey = randomUUID()
    if (step.kind === 'erase') return send('reviewDataErase', { idempotencyKey }, customer)
    if (step.kind === 'submit') {
      const productId = toId('prod', at(products, step.product))
      return send('submitReview', { productId, title: 'A title', idempotencyKey, ...step.content }, customer)
    }
    const { reviewId, version } = await reviewOf(step.who, step.product)
    if (step.kind === 'edit') {
      return send('reviewUpdate', { reviewId, version, idempotencyKey, ...step.content }, customer)
    }
    if (step.kind === 'moderate') {
      const concern = step.status === 'REJECTED' ? 'SPAM' : null
      const decision = { reviewId, version, status: step.status, concern, idempotencyKey }
      return send('reviewModerate', decision, { roles: ['moderator'] })
    }
    const by: As = { customerId: at(customers, step.by) }
    if (step.kind === 'vote') return send('voteReview', { reviewId, helpful: step.helpful }, by)
    return send('reviewReport', { reviewId, concern: 'SPAM', idempotencyKey }, by)
  }

  return { take, outcomes }
}

test('whatever customers, moderators and erasures do, at once or in turn, every count equals a recount', async () => {
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        const world = await openWorld()
        for (const round of rounds) {
          await Promise.all(round.map(world.take))
          expect(await miscounted(subgraph.databaseUrl)).toEqual({})
        }
        for (const outcome of world.outcomes) outcomes.add(outcome)
      },
    ),
    { numRuns: 25 },
  )
  // It went through what it is about, not past it.
  for (const name of [
    'submitReview',
    'reviewUpdate',
    'reviewModerate',
    'voteReview',
    'reviewReport',
    'reviewDataErase',
  ]) {
    expect(outcomes).toContain(`${name} written`)
  }
}, 60_000)
