import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestSubgraph } from '../kit/test-subgraph.ts'
import { reviews } from './reviews.ts'
import { shopFilter, wordAndLinkFilter } from './word-and-link-filter.ts'

const written = (text: string) => ({
  authorName: 'Ada L.',
  rating: 4,
  title: 'Warm',
  body: text,
  dimensionRatings: {},
  photos: [],
})
const reasons = (text: string, filter = shopFilter) => {
  const verdict = filter(written(text))
  return verdict.decision === 'hold' ? verdict.reasons : []
}

const noToads = wordAndLinkFilter(['toad', 'bass'])

describe('a held word is seen', () => {
  test.each([
    'What a toad!',
    'What a TOAD.',
    'töåd',
    't\u200boad',
    'ｔｏａｄ',
    '𝐭𝐨𝐚𝐝',
    'tоаd', // o and a of the Cyrillic alphabet
    't0ad',
    'T0@D!!',
    'toooaaad',
    't o a d',
    't.o.a.d',
    'to-ad',
    't_o_a_d',
    'It is a t o a d really',
    't*ad',
    'to**',
    '(toad)',
    '“toad”',
    'toad/frog',
    'My—toad—jumper',
    'basss',
  ])('in %j', (text) => {
    expect(reasons(text, noToads)).toEqual(['WORDS'])
  })

  test('in the title, the name and what describes a photo', () => {
    const plain = written('Warm.')
    const photo = { url: 'https://photos.arcade.example/1.jpg', altText: 'A toad' }
    for (const change of [{ title: 'Toad' }, { authorName: 'Toad L.' }, { photos: [photo] }]) {
      expect(noToads({ ...plain, ...change })).toEqual({ decision: 'hold', reasons: ['WORDS'] })
    }
  })
})

test.each([
  'Toadstools on the wallpaper', // a word of its own
  'bas-relief, and 8455 of them',
  'I love it! ** five stars **',
  'A size M. I wear it daily. t o',
  'Tod and Toda',
])('%j holds no held word', (text) => {
  expect(reasons(text, noToads)).toEqual([])
})

test('without any held words, none is held', () => {
  expect(reasons('', wordAndLinkFilter([]))).toEqual([])
  expect(reasons('Any text * at all', wordAndLinkFilter([]))).toEqual([])
})

describe('a link is seen', () => {
  test.each([
    'See https://shady.example/x',
    'HTTP://shady.example',
    'hxxps://shady',
    'www.shady.example',
    'www . shady',
    'cheaper at shady.com',
    'Cheaper at shady-wool.co.uk.',
    'shady dot com',
    'shady (dot) com',
    'bit.ly/abc',
    'ｓｈａｄｙ．ｃｏｍ',
    'shady。com'.replace('。', '．'),
  ])('in %j', (text) => {
    expect(reasons(text)).toEqual(['LINKS'])
  })
})

describe('contact details are seen', () => {
  test.each([
    'Write to ada@example.com',
    'ada (at) example (dot) com',
    'Call +44 20 7946 0958',
    'Call 0171-23 45 678',
    'ada.l@mail.example and ada@example.org',
  ])('in %j', (text) => {
    expect(reasons(text)).toEqual(['CONTACT_DETAILS'])
  })
})

test.each([
  'Washed at 40 degrees.Then dried. 100 % wool, 1.20 m by 2.40 m, since 2024-2025.',
  'Ordered the 12 x 15 one; it has held 3 years/winters now.',
  'It dot-dashes along; the dot on it is neat.',
  'Worth every cent... really',
])('%j is published', (text) => {
  expect(reasons(text)).toEqual([])
})

test('no text makes it fail', () => {
  const nasty = fc.constantFrom(' ', '.', '-', 'a', '1', 'dot', '@', '*', 't ', 'www', '\u0301', '(', '𝐭')
  fc.assert(
    fc.property(fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { maxLength: 60 }), (parts) => {
      expect(['publish', 'hold']).toContain(shopFilter(written(parts.join(''))).decision)
    }),
  )
  for (const part of ['a', 'a ', '1', '-', 'a-', '. ', 'dot ', 'a@', '*', 'a*', 's h i t', '\u0301']) {
    expect(['publish', 'hold']).toContain(shopFilter(written(part.repeat(5000 / part.length))).decision)
  }
})

describe('the shop’s own reviews', () => {
  let subgraph: Awaited<ReturnType<typeof start>>
  const start = () => startTestSubgraph(reviews, { seeded: true })
  beforeAll(async () => {
    subgraph = await start()
  })
  afterAll(() => subgraph.stop())

  test('are all published', async () => {
    const { data } = await subgraph.query(
      `{ topRated(first: 50) { reviews(first: 100) { nodes { title body author { displayName } photos { altText } } } } }`,
    )
    type Shown = { title: string; body: string; author: { displayName: string } }
    const shown: Shown[] = data.topRated.flatMap(
      (product: { reviews: { nodes: Shown[] } }) => product.reviews.nodes,
    )
    expect(shown.length).toBeGreaterThan(1000)
    const held = shown.filter(
      ({ title, body, author }) =>
        shopFilter({ ...written(body), title, authorName: author.displayName }).decision === 'hold',
    )
    expect(held).toEqual([])
  })
})
