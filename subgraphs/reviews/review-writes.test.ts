import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toId } from '../kit/ids.ts'
import { type As, startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { insertReviews, miscounted, type NewReview } from './test-data.ts'

let subgraph: Awaited<ReturnType<typeof start>>
const start = () => startTestSubgraph(reviews)
beforeAll(async () => {
  subgraph = await start()
})
afterAll(async () => {
  expect(await miscounted(subgraph.databaseUrl, ['ratings', 'dimensions', 'sorts'])).toEqual({})
  await subgraph.stop()
})

const moderator: As = { roles: ['moderator'] }
const staff: As = { roles: ['staff'] }
const somebody = (): As => ({ customerId: randomUUID() })

const shown = `review {
  id rating title body version status editedAt author { displayName } photos { url altText }
  dimensionRatings { dimension { key label } rating }
  answer { body version editedAt } rejection { concern note }
  product { rating { count average dimensions { dimension { key } count average } } reviews { totalCount } }
}`

/** Sends a mutation with a key of its own unless one is given. */
async function write(name: string, input: Record<string, unknown>, as: As, selection = shown) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const { data, errors } = await subgraph.query(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
    as,
  )
  return { ...data?.[name], errors }
}

const codes = ({ userErrors, errors }: Awaited<ReturnType<typeof write>>) => {
  expect(errors).toEqual([])
  return userErrors.map(({ code, field }: { code: string; field: string[] }) => [code, field.join('.')])
}

async function writtenReview(review: NewReview = {}) {
  const [written] = await insertReviews(subgraph.databaseUrl, [review])
  if (written === undefined) throw new Error('no review was written')
  return { ...written, reviewId: toId('rev', written.id), author: { customerId: written.customerId } }
}

const photo = (name: string) => ({ url: `https://photos.arcade.example/${name}.jpg`, altText: `A ${name}` })

async function submit(content: Record<string, unknown> = {}, as = somebody()) {
  const input = { productId: toId('prod', randomUUID()), rating: 4, title: 'Warm', body: 'Soft.', ...content }
  return write('submitReview', input, as)
}

async function read(reviewId: string, selection: string, as: As) {
  const { data, errors } = await subgraph.query(`{ review(id: "${reviewId}") { ${selection} } }`, {}, as)
  return { review: data?.review, errors }
}

describe('an edit', () => {
  test('changes what it names, marks the review as edited, and keeps what it said before', async () => {
    const { reviewId, author } = await writtenReview({ rating: 2, photos: [photo('jumper')] })
    const first = await write('reviewUpdate', { reviewId, version: 1, rating: 5, title: ' Warmer ' }, author)
    expect(codes(first)).toEqual([])
    expect(first.review).toMatchObject({
      rating: 5,
      title: 'Warmer',
      body: 'Warm and soft.',
      version: 2,
      status: 'PUBLISHED',
      photos: [photo('jumper')],
      product: { rating: { count: 1, average: '5.00' } },
    })
    expect(first.review.editedAt).not.toBeNull()
    await write('reviewUpdate', { reviewId, version: 2, photos: [] }, author)

    const history =
      'revisions(first: 1) { nodes { version rating title photos { url } writtenAt } pageInfo { hasNextPage endCursor } }'
    for (const as of [author, moderator]) {
      const { review } = await read(reviewId, history, as)
      expect(review.revisions.nodes).toMatchObject([{ version: 2, rating: 5, title: 'Warmer' }])
      const next = history.replace('first: 1', `first: 9, after: "${review.revisions.pageInfo.endCursor}"`)
      expect((await read(reviewId, next, as)).review.revisions).toMatchObject({
        nodes: [{ version: 1, rating: 2, title: 'Warm', photos: [{ url: photo('jumper').url }] }],
        pageInfo: { hasNextPage: false },
      })
    }
    const stranger = await read(reviewId, `title ${history}`, somebody())
    expect(stranger.review).toEqual({ title: 'Warmer', revisions: null })
    expect(stranger.errors[0]?.extensions.code).toBe('FORBIDDEN')
  })

  test('that changes nothing leaves version and history alone', async () => {
    const { reviewId, author } = await writtenReview()
    const { review } = await write('reviewUpdate', { reviewId, version: 1, title: 'Warm' }, author)
    expect(review).toMatchObject({ version: 1, editedAt: null })
  })

  test('to another version than there is, is refused: of ten at once, one is written', async () => {
    const { reviewId, author } = await writtenReview()
    const edits = Array.from({ length: 10 }, (_, index) =>
      write('reviewUpdate', { reviewId, version: 1, title: `Edit ${index}` }, author),
    )
    const outcomes = (await Promise.all(edits)).flatMap(codes)
    expect(outcomes).toEqual(Array(9).fill(['VERSION_CONFLICT', 'input.version']))
    expect((await read(reviewId, 'version', author)).review.version).toBe(2)
  })

  test('that is sent ten times at once and again later is one edit', async () => {
    const { reviewId, author } = await writtenReview()
    const input = { reviewId, version: 1, title: 'Once', idempotencyKey: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => write('reviewUpdate', input, author)))
    for (const answer of [...answers, await write('reviewUpdate', input, author)]) {
      expect(codes(answer)).toEqual([])
      expect(answer.review).toMatchObject({ title: 'Once', version: 2 })
    }
    const other = await write('reviewUpdate', { ...input, title: 'Twice' }, author)
    expect(codes(other)).toEqual([['IDEMPOTENCY_KEY_REUSED', 'input.idempotencyKey']])
  })

  test('is for the author alone, and says all that is wrong with it', async () => {
    const { reviewId, author } = await writtenReview()
    const stranger = await write('reviewUpdate', { reviewId, version: 1, title: 'Mine' }, somebody())
    expect(codes(stranger)).toEqual([['REVIEW_NOT_FOUND', 'input.reviewId']])
    expect((await write('reviewUpdate', { reviewId, version: 1 }, {})).errors[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    )
    const wrong = { rating: 6, title: ' ', body: '\u0007', displayName: 'L'.repeat(61) }
    expect(codes(await write('reviewUpdate', { reviewId, version: 1, ...wrong }, author))).toEqual([
      ['INVALID_RATING', 'input.rating'],
      ['INVALID_TITLE', 'input.title'],
      ['INVALID_BODY', 'input.body'],
      ['INVALID_DISPLAY_NAME', 'input.displayName'],
    ])
  })
})

describe('the filter', () => {
  const link = 'Cheaper at https://shady.example/jumpers'

  test('holds a review, which counts from when a moderator publishes it', async () => {
    const author = somebody()
    const { review } = await submit({ body: link }, author)
    expect(review).toMatchObject({ status: 'PENDING', product: { rating: { count: 0 } } })
    const held = await read(review.id, 'holdReasons reportCount version', moderator)
    expect(held.review.holdReasons).toEqual(['LINKS'])
    expect((await read(review.id, 'holdReasons', author)).errors[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await read(review.id, 'id', somebody())).review).toBeNull()

    const input = { reviewId: review.id, version: held.review.version, status: 'PUBLISHED' }
    const published = await write('reviewModerate', input, moderator)
    expect(published.review).toMatchObject({
      status: 'PUBLISHED',
      product: { rating: { count: 1 }, reviews: { totalCount: 1 } },
    })
  })

  test('holds a published review when an edit brings a link, and lets it go when the next takes it out', async () => {
    const { reviewId, author } = await writtenReview()
    const held = await write('reviewUpdate', { reviewId, version: 1, body: link }, author)
    expect(held.review).toMatchObject({ status: 'PENDING', product: { rating: { count: 0 } } })
    const mended = await write('reviewUpdate', { reviewId, version: 2, body: 'Not dear.' }, author)
    expect(mended.review).toMatchObject({ status: 'PUBLISHED', product: { rating: { count: 1 } } })
  })

  test('is not all that an edit has to pass: what a moderator or reports hold stays held', async () => {
    for (const holdReasons of [
      ['REPORTS'],
      ['MODERATOR'],
      ['WORDS', 'REPORTS'],
      [],
    ] as NewReview['holdReasons'][]) {
      const { reviewId, author } = await writtenReview({ status: 'PENDING', holdReasons })
      const { review } = await write('reviewUpdate', { reviewId, version: 1, title: 'Mended' }, author)
      expect(review.status).toBe('PENDING')
    }
  })
})

describe('a moderator', () => {
  test('rejects with a concern, which the author sees, and looks at it again after an edit', async () => {
    const { reviewId, author } = await writtenReview()
    const decision = {
      reviewId,
      version: 1,
      status: 'REJECTED',
      concern: 'OFF_TOPIC',
      note: 'About the parcel.',
    }
    const rejected = await write('reviewModerate', decision, moderator)
    expect(rejected.review).toMatchObject({
      status: 'REJECTED',
      version: 2,
      product: { rating: { count: 0 } },
    })
    expect((await read(reviewId, 'rejection { concern note }', author)).review.rejection).toEqual({
      concern: 'OFF_TOPIC',
      note: 'About the parcel.',
    })
    const edited = await write('reviewUpdate', { reviewId, version: 2, body: 'It is warm.' }, author)
    expect(edited.review).toMatchObject({ status: 'PENDING', rejection: null })
    expect((await read(reviewId, 'holdReasons', moderator)).review.holdReasons).toEqual([
      'EDITED_AFTER_REJECTION',
    ])
  })

  test('never publishes what they have not read', async () => {
    const { reviewId, author } = await writtenReview({ status: 'PENDING', holdReasons: ['MODERATOR'] })
    await write('reviewUpdate', { reviewId, version: 1, body: 'Something else.' }, author)
    const late = await write('reviewModerate', { reviewId, version: 1, status: 'PUBLISHED' }, moderator)
    expect(codes(late)).toEqual([['VERSION_CONFLICT', 'input.version']])
  })

  test.each([
    [{ status: 'REJECTED' }, 'INVALID_CONCERN'],
    [{ status: 'PUBLISHED', concern: 'SPAM' }, 'INVALID_CONCERN'],
    [{ status: 'PENDING', note: 'Hm.' }, 'INVALID_NOTE'],
    [{ status: 'REJECTED', concern: 'SPAM', note: 'n'.repeat(501) }, 'INVALID_NOTE'],
    [{ status: 'PUBLISHED', reviewId: 'nonsense' }, 'REVIEW_NOT_FOUND'],
  ])('is told what is wrong with %j', async (decision, code) => {
    const { reviewId } = await writtenReview()
    const refused = await write('reviewModerate', { reviewId, version: 1, ...decision }, moderator)
    expect(codes(refused).map(([found]: string[]) => found)).toEqual([code])
  })

  test('is who decides: nobody else does, nor sees the queue', async () => {
    const { reviewId, author } = await writtenReview()
    for (const as of [author, { roles: ['agent'] } satisfies As, staff]) {
      const refused = await write('reviewModerate', { reviewId, version: 1, status: 'PENDING' }, as)
      expect(refused.errors[0]?.extensions.code).toBe('FORBIDDEN')
      const queue = await subgraph.query('{ reviewQueue { nodes { id } } }', {}, as)
      expect([queue.data.reviewQueue, queue.errors[0]?.extensions.code]).toEqual([null, 'FORBIDDEN'])
    }
  })

  test('finds what waits in the queue, the longest first, each once, also by reason', async () => {
    const heldAt = (hour: number) => new Date(Date.UTC(2020, 0, 1, hour))
    const productId = randomUUID()
    const waiting = await insertReviews(
      subgraph.databaseUrl,
      [3, 1, 1, 2].map((hour, index) => ({
        productId,
        status: 'PENDING',
        heldAt: heldAt(hour),
        holdReasons: index === 3 ? ['REPORTS', 'LINKS'] : ['WORDS'],
      })),
    )
    const expected = waiting
      .sort((a, b) => Number(a.heldAt) - Number(b.heldAt) || (a.id < b.id ? -1 : 1))
      .map(({ id }) => toId('rev', id))
    const page = async (args: string) => {
      const { data, errors } = await subgraph.query(
        `{ reviewQueue(${args}) { nodes { id author { displayName } } pageInfo { endCursor } } }`,
        {},
        moderator,
      )
      expect(errors).toEqual([])
      return data.reviewQueue
    }
    const seen: string[] = []
    let after = ''
    for (let count = 0; count < 2; count++) {
      const { nodes, pageInfo } = await page(`first: 2 ${after}`)
      seen.push(...nodes.map(({ id }: { id: string }) => id))
      after = `after: "${pageInfo.endCursor}"`
    }
    expect(seen).toEqual(expected)
    const reported = await page('reason: LINKS, first: 100')
    expect(reported.nodes.map(({ id }: { id: string }) => id)).toContain(
      toId('rev', waiting.find(({ holdReasons }) => holdReasons.length === 2)?.id ?? ''),
    )
    expect(reported.nodes.map(({ id }: { id: string }) => id)).not.toContain(expected[0])
  })
})

describe('reports', () => {
  const report = (reviewId: string, as: As, more: Record<string, unknown> = {}) =>
    write('reviewReport', { reviewId, concern: 'SPAM', ...more }, as, 'reportedAt')

  test('count once for each customer; the third takes a review back, and a decision begins anew', async () => {
    const { reviewId } = await writtenReview()
    const [ada, grace, linus, ...others] = Array.from({ length: 6 }, somebody)
    const key = randomUUID()
    const sends = Array.from({ length: 5 }, () => report(reviewId, ada ?? {}, { idempotencyKey: key }))
    for (const { reportedAt, userErrors } of await Promise.all(sends)) {
      expect([typeof reportedAt, userErrors]).toEqual(['string', []])
    }
    expect(codes(await report(reviewId, ada ?? {}))).toEqual([['ALREADY_REPORTED', 'input.reviewId']])
    await report(reviewId, grace ?? {}, { comment: 'An advertisement.', concern: 'OTHER' })
    expect((await read(reviewId, 'status', {})).review.status).toBe('PUBLISHED')
    await report(reviewId, linus ?? {})

    const { review } = await read(
      reviewId,
      'status version holdReasons reportCount reports { nodes { concern comment } }',
      moderator,
    )
    expect(review).toMatchObject({ status: 'PENDING', version: 2, holdReasons: ['REPORTS'], reportCount: 3 })
    expect(review.reports.nodes).toEqual([
      { concern: 'SPAM', comment: null },
      { concern: 'OTHER', comment: 'An advertisement.' },
      { concern: 'SPAM', comment: null },
    ])
    await write('reviewModerate', { reviewId, version: 2, status: 'PUBLISHED' }, moderator)
    for (const as of others.slice(0, 2)) await report(reviewId, as)
    const again = await read(reviewId, 'status reportCount', moderator)
    expect(again.review).toEqual({ status: 'PUBLISHED', reportCount: 2 })
  })

  test('of many at once are all counted', async () => {
    const { reviewId } = await writtenReview()
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => report(reviewId, somebody())))
    expect(outcomes.filter(({ reportedAt }) => reportedAt !== null)).toHaveLength(3)
    expect((await read(reviewId, 'status reportCount', moderator)).review).toEqual({
      status: 'PENDING',
      reportCount: 3,
    })
  })

  test('are told what is wrong with them, and are seen by moderators alone', async () => {
    const { reviewId, author } = await writtenReview()
    const pending = await writtenReview({ status: 'PENDING' })
    expect(codes(await report(reviewId, author))).toEqual([['OWN_REVIEW', 'input.reviewId']])
    expect(codes(await report(pending.reviewId, somebody()))).toEqual([
      ['REVIEW_NOT_FOUND', 'input.reviewId'],
    ])
    expect(codes(await report(reviewId, somebody(), { comment: ' ' }))).toEqual([
      ['INVALID_COMMENT', 'input.comment'],
    ])
    expect((await report(reviewId, {})).errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    const { review, errors } = await read(reviewId, 'id reports { nodes { concern } } reportCount', author)
    expect(review).toMatchObject({ reports: null, reportCount: null })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  })
})

describe('the shop’s answer', () => {
  const answer = (reviewId: string, version: number, body: string, as = staff) =>
    write('reviewAnswerSet', { reviewId, version, body }, as)

  test('is written, changed and taken away, each to the version that was read', async () => {
    const { reviewId } = await writtenReview()
    const first = await answer(reviewId, 0, ' Thank you! ')
    expect(first.review.answer).toEqual({ body: 'Thank you!', version: 1, editedAt: null })
    expect(codes(await answer(reviewId, 0, 'Thanks'))).toEqual([['VERSION_CONFLICT', 'input.version']])
    const second = await answer(reviewId, 1, 'Thank you, Ada!')
    expect(second.review.answer).toMatchObject({ body: 'Thank you, Ada!', version: 2 })
    expect(second.review.answer.editedAt).not.toBeNull()

    const remove = (version: number) => write('reviewAnswerRemove', { reviewId, version }, staff)
    expect(codes(await remove(1))).toEqual([['VERSION_CONFLICT', 'input.version']])
    expect((await remove(2)).review.answer).toBeNull()
    expect(codes(await remove(2))).toEqual([['ANSWER_NOT_FOUND', 'input.reviewId']])
    // Who read the second version can't take the next one for it.
    expect(codes(await answer(reviewId, 2, 'Late'))).toEqual([['VERSION_CONFLICT', 'input.version']])
    expect((await answer(reviewId, 0, 'Anew')).review.answer).toEqual({
      body: 'Anew',
      version: 3,
      editedAt: null,
    })
  })

  test('of two at once is one, and the other is told', async () => {
    const { reviewId } = await writtenReview()
    const outcomes = await Promise.all(['Hello', 'Good day'].map((body) => answer(reviewId, 0, body)))
    expect(outcomes.flatMap(codes)).toEqual([['VERSION_CONFLICT', 'input.version']])
  })

  test('is for staff alone, and has bounds', async () => {
    const { reviewId, author } = await writtenReview()
    expect((await answer(reviewId, 0, 'Me', author)).errors[0]?.extensions.code).toBe('FORBIDDEN')
    for (const body of [' ', 'a'.repeat(2001)]) {
      expect(codes(await answer(reviewId, 0, body))).toEqual([['INVALID_ANSWER', 'input.body']])
    }
    const nowhere = await answer(toId('rev', randomUUID()), 0, 'Hello?')
    expect(codes(nowhere)).toEqual([['REVIEW_NOT_FOUND', 'input.reviewId']])
  })
})

describe('photos', () => {
  test('come with a review, are found by the filter, and always have an alternative text', async () => {
    const productId = toId('prod', randomUUID())
    const photos = [photo('jumper'), { url: photo('cuff').url }]
    const { review } = await submit({ productId, photos }, { customerId: randomUUID(), name: 'Ada Lovelace' })
    expect(review.photos).toEqual([photo('jumper'), { url: photo('cuff').url, altText: 'Photo by Ada L.' }])
    await submit({ productId })
    const { data } = await subgraph.entities(
      [{ __typename: 'Product', id: productId }],
      `... on Product {
        with: reviews(filter: { withPhotos: true }) { totalCount nodes { id } }
        without: reviews(filter: { withPhotos: false, ratings: [4] }) { totalCount }
      }`,
    )
    expect(data._entities).toEqual([
      { with: { totalCount: 1, nodes: [{ id: review.id }] }, without: { totalCount: 1 } },
    ])
  })

  test.each([
    'http://photos.arcade.example/1.jpg',
    '//photos.arcade.example/1.jpg',
    'https://photos.arcade.example',
    'https://photos.arcade.example/',
    'https://evil.example/1.jpg',
    'https://photos.arcade.example.evil.example/1.jpg',
    'https://evil.example/photos.arcade.example/1.jpg',
    'https://evil.example#@photos.arcade.example/1.jpg',
    'https://photos.arcade.example@evil.example/1.jpg',
    'https://ada:secret@photos.arcade.example/1.jpg',
    'https://photos.arcade.example:8443/1.jpg',
    'https://photos.arcade.example:443/1.jpg',
    'https://photos.arcade.example./1.jpg',
    'https://photos.arcade.example\\@evil.example/1.jpg',
    'https:\\\\photos.arcade.example/1.jpg',
    'https:///photos.arcade.example/1.jpg',
    'https://127.0.0.1/1.jpg',
    'https://2130706433/1.jpg',
    'https://[::1]/1.jpg',
    'https://photоs.arcade.example/1.jpg', // an o of the Cyrillic alphabet
    'https://xn--phots-sye.arcade.example/1.jpg',
    'https://photos。arcade.example/1.jpg',
    'https://%70hotos.arcade.example/1.jpg',
    'https://photos.arcade.example/1.jpg\n',
    ' https://photos.arcade.example/1.jpg',
    'https://photos.arcade.example/\t1.jpg',
    'https://photos.arcade.example/1.jpg#top',
    'javascript:alert(1)//photos.arcade.example/',
    'data:image/png;base64,AAAA',
    `https://photos.arcade.example/${'a'.repeat(500)}.jpg`,
    '',
  ])('at %j are refused', async (url) => {
    expect(codes(await submit({ photos: [{ url }] }))).toEqual([['INVALID_PHOTO', 'input.photos.0.url']])
  })

  test('are on a trusted host, whatever the address is made of', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        'https://',
        '@',
        ':',
        '/',
        '\\',
        '.',
        '#',
        '?',
        'evil.example',
        'photos.arcade.example',
        '%40',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
        const { review } = await submit({ photos: [{ url: `https://${parts.join('')}` }] })
        if (review === null) return
        const url = new URL(review.photos[0].url)
        expect([url.protocol, url.host, url.username]).toEqual(['https:', 'photos.arcade.example', ''])
      }),
      { numRuns: 60 },
    )
  })

  test('are at most five, each once, with an alternative text of at most 200 characters', async () => {
    const many = Array.from({ length: 6 }, (_, index) => photo(`jumper-${index}`))
    expect(codes(await submit({ photos: many }))).toEqual([['INVALID_PHOTO', 'input.photos']])
    const bad = [photo('one'), photo('one'), { ...photo('two'), altText: 'a'.repeat(201) }]
    expect(codes(await submit({ photos: bad }))).toEqual([
      ['INVALID_PHOTO', 'input.photos.1.url'],
      ['INVALID_PHOTO', 'input.photos.2.altText'],
    ])
    expect(codes(await submit({ photos: many.slice(0, 5) }))).toEqual([])
  })
})

describe('a product’s sides', () => {
  const kindSet = (productId: string, kind: string, as = staff) =>
    write('productKindSet', { productId, kind }, as, 'product { id ratingDimensions { key } }')

  test('are those of its kind; ratings of them are summed up for themselves', async () => {
    const productId = toId('prod', randomUUID())
    const set = await kindSet(productId, 'clothing')
    expect(set.product.ratingDimensions.map(({ key }: { key: string }) => key)).toEqual([
      'fit',
      'comfort',
      'quality',
      'value',
    ])
    const rate = (ratings: Record<string, number>) =>
      submit({
        productId,
        dimensionRatings: Object.entries(ratings).map(([dimension, rating]) => ({ dimension, rating })),
      })
    await rate({ value: 2, fit: 5 })
    const { review } = await rate({ fit: 4 })
    expect(review.dimensionRatings).toEqual([{ dimension: { key: 'fit', label: 'Fit' }, rating: 4 }])
    expect(review.product.rating.dimensions).toEqual([
      { dimension: { key: 'fit' }, count: 2, average: '4.50' },
      { dimension: { key: 'comfort' }, count: 0, average: null },
      { dimension: { key: 'quality' }, count: 0, average: null },
      { dimension: { key: 'value' }, count: 1, average: '2.00' },
    ])
  })

  test('that a product does not have, are rated twice or not from 1 to 5, are refused by their place', async () => {
    const rated = (...list: [string, number][]) =>
      submit({ dimensionRatings: list.map(([dimension, rating]) => ({ dimension, rating })) })
    expect(codes(await rated(['fit', 4], ['value', 6]))).toEqual([
      ['INVALID_DIMENSION_RATING', 'input.dimensionRatings.0.dimension'],
      ['INVALID_DIMENSION_RATING', 'input.dimensionRatings.1.rating'],
    ])
    expect(codes(await rated(['value', 4], ['value', 4]))).toEqual([
      ['INVALID_DIMENSION_RATING', 'input.dimensionRatings.1.dimension'],
    ])
    const many = await rated(['value', 4], ['quality', 4], ['__proto__', 3])
    expect(codes(many)).toEqual([['INVALID_DIMENSION_RATING', 'input.dimensionRatings']])
  })

  test('are set by staff, to a kind that there is', async () => {
    const productId = toId('prod', randomUUID())
    expect((await kindSet(productId, 'clothing', moderator)).errors[0]?.extensions.code).toBe('FORBIDDEN')
    expect(codes(await kindSet(productId, 'clouds'))).toEqual([['KIND_NOT_FOUND', 'input.kind']])
    expect(codes(await kindSet('nonsense', 'home'))).toEqual([['INVALID_PRODUCT', 'input.productId']])
  })
})
