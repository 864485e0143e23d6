import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withConnection } from '../kit/database/migrate.ts'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertPurchase, insertReviews, miscounted } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(() => subgraph.stop())

const staff: As = { roles: ['staff'] }

async function send(name: string, input: Record<string, unknown>, as: As, selection: string) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const { data, errors } = await subgraph.query(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field } } }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
    as,
  )
  return { ...data?.[name], errors }
}

const erase = (input: Record<string, unknown>, as: As) =>
  send('reviewDataErase', input, as, 'erasedAt reviewCount')

/** A customer of whom there is something of every kind, all of it with a word that is nobody else's. */
async function knownCustomer() {
  const customerId = randomUUID()
  const word = `Quill${customerId.slice(0, 8)}`
  const as: As = { customerId, name: `${word} Zebedee` }
  const [other] = await insertReviews(subgraph.databaseUrl, [{}])
  if (other === undefined) throw new Error('no review was written')
  const productId = randomUUID()
  await insertPurchase(subgraph.databaseUrl, { customerId, productId })
  const submitted = {
    productId: toId('prod', productId),
    rating: 5,
    title: word,
    body: 'Warm.',
    idempotencyKey: randomUUID(),
  }
  const { review } = await send('submitReview', submitted, as, 'review { id verifiedPurchase }')
  expect(review.verifiedPurchase).toBe(true)
  await send('reviewUpdate', { reviewId: review.id, version: 1, body: `${word} too.` }, as, 'review { id }')
  const theirs = { reviewId: toId('rev', other.id) }
  await send('voteReview', { ...theirs, idempotencyKey: undefined, helpful: true }, as, 'review { id }')
  await send('reviewReport', { ...theirs, concern: 'OTHER', comment: `${word}, that.` }, as, 'reportedAt')
  // Somebody else found theirs helpful.
  await send(
    'voteReview',
    { reviewId: review.id, idempotencyKey: undefined, helpful: true },
    { customerId: randomUUID() },
    'review { id }',
  )
  return { as, customerId, word, productId, other, submitted, reviewId: review.id }
}

async function exported(as: As, args = ''): Promise<{ kind: string; data: Record<string, unknown> }[]> {
  const records: { kind: string; data: Record<string, unknown> }[] = []
  let after = 'null'
  for (;;) {
    const { data, errors } = await subgraph.query(
      `{ reviewDataExport(first: 2, after: ${after} ${args}) { nodes { kind writtenAt data } pageInfo { hasNextPage endCursor } } }`,
      {},
      as,
    )
    expect(errors).toEqual([])
    records.push(...data.reviewDataExport.nodes)
    if (!data.reviewDataExport.pageInfo.hasNextPage) return records
    after = JSON.stringify(data.reviewDataExport.pageInfo.endCursor)
  }
}

/** Where the database still names the customer: in any column of any table. */
const traces = (customerId: string, word: string) =>
  withConnection(subgraph.databaseUrl, async (connection) => {
    const { rows: tables } = await connection.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const { rows } = await connection.query(
        `SELECT FROM "${name}" AS line WHERE strpos(line::text, $1) > 0 OR strpos(line::text, $2) > 0`,
        [customerId, word],
      )
      if (rows.length > 0) found.push(name)
    }
    return found.sort()
  })

test('a customer gets all that is kept of them, page by page, and staff the same', async () => {
  const { as, customerId, word } = await knownCustomer()
  const own = await exported(as)
  expect(own.map(({ kind }) => kind).sort()).toEqual(['PURCHASE', 'REPORT', 'REVIEW', 'REVISION', 'VOTE'])
  const byKind = new Map(own.map(({ kind, data }) => [kind, data]))
  expect(byKind.get('REVIEW')).toMatchObject({
    title: word,
    body: `${word} too.`,
    authorName: `${word} Z.`,
  })
  expect(byKind.get('REVISION')).toMatchObject({ body: 'Warm.', version: 1 })
  expect(await exported(staff, `customerId: "${toId('cus', customerId)}"`)).toEqual(own)
  expect(await exported({ customerId: randomUUID() })).toEqual([])
})

test('nobody else gets it, nor erases it', async () => {
  const customerId = toId('cus', randomUUID())
  const reads = `{ reviewDataExport(customerId: "${customerId}") { nodes { kind } } }`
  for (const as of [{ customerId: randomUUID() }, { roles: ['moderator'] }] satisfies As[]) {
    expect((await subgraph.query(reads, {}, as)).errors[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await erase({ customerId }, as)).errors[0]?.extensions.code).toBe('FORBIDDEN')
  }
  for (const query of [reads, '{ reviewDataExport { nodes { kind } } }']) {
    expect((await subgraph.query(query)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  }
  expect((await erase({}, {})).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  const { userErrors } = await erase({ customerId: 'nonsense' }, staff)
  expect(userErrors).toEqual([{ code: 'INVALID_CUSTOMER', field: ['input', 'customerId'] }])
})

test.each(['the customer', 'staff'])(
  'erased by %s, nothing tells of them, and every count is right',
  async (by) => {
    const { as, customerId, word, productId, other, reviewId } = await knownCustomer()
    expect((await traces(customerId, word)).length).toBeGreaterThan(3)
    const input = { customerId: toId('cus', customerId), idempotencyKey: randomUUID() }
    const who = by === 'staff' ? staff : as

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => erase(input, who)))
    for (const outcome of [...outcomes, await erase(input, who)]) {
      expect(outcome).toMatchObject({ errors: [], userErrors: [], reviewCount: 1 })
      expect(outcome.erasedAt).toBe(outcomes[0]?.erasedAt)
    }
    expect(await traces(customerId, word)).toEqual([])
    expect(await exported(as)).toEqual([])
    expect(await miscounted(subgraph.databaseUrl)).toEqual({})
    const { data } = await subgraph.query(
      `{ review(id: "${reviewId}") { id } other: review(id: "${toId('rev', other.id)}") { helpfulCount reportCount } }`,
      {},
      { roles: ['moderator'] },
    )
    expect(data).toEqual({ review: null, other: { helpfulCount: 0, reportCount: 0 } })
    const entities = await subgraph.entities(
      [{ __typename: 'Product', id: toId('prod', productId) }],
      '... on Product { rating { count } reviews { totalCount } }',
    )
    expect(entities.data._entities).toEqual([{ rating: { count: 0 }, reviews: { totalCount: 0 } }])
    // With another key it is done again, and there is nothing left.
    expect(await erase({ ...input, idempotencyKey: randomUUID() }, who)).toMatchObject({ reviewCount: 0 })
  },
)

test('a write that is sent again after the erasure brings nothing back, and a new one is welcome', async () => {
  const { as, submitted, productId } = await knownCustomer()
  await erase({}, as)
  const again = await send('submitReview', submitted, as, 'review { id }')
  expect(again).toMatchObject({ review: null, userErrors: [{ code: 'REVIEW_NOT_FOUND' }] })
  const anew = await send(
    'submitReview',
    { ...submitted, idempotencyKey: randomUUID() },
    as,
    'review { verifiedPurchase }',
  )
  expect(anew).toMatchObject({ review: { verifiedPurchase: false }, userErrors: [] })
  expect(await exported(as)).toMatchObject([{ kind: 'REVIEW', data: { productId } }])
})

test('what a customer sends while they are erased is written whole or erased whole', async () => {
  const as: As = { customerId: randomUUID() }
  const sends = Array.from({ length: 8 }, (_, index) =>
    index === 4
      ? erase({}, as)
      : send(
          'submitReview',
          { productId: toId('prod', randomUUID()), rating: 3, title: 'T', body: 'B' },
          as,
          'review { id }',
        ),
  )
  for (const { errors } of await Promise.all(sends)) expect(errors).toEqual([])
  expect(await miscounted(subgraph.databaseUrl)).toEqual({})
})
