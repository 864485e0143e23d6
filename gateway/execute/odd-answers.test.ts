import fc from 'fast-check'
import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose } from '../test-graph/test-graph.ts'
import { startTestSubgraph, type TestSubgraph } from '../test-graph/test-subgraph.ts'

// Answers are read as bytes. However a subgraph chooses to write its JSON, it has to come to the same.

let library: TestSubgraph
let gateway: TestGateway

beforeAll(async () => {
  library = await startTestSubgraph(
    'library',
    parse(`
      type Query { books: [Book!] odd: [[Int]] }
      type Book { id: ID! title: String pages: Int price: Float isNew: Boolean kind: Kind tags: [String] any: Any next: Book }
      enum Kind { NOVEL POEM }
      scalar Any
    `),
    {},
  )
  gateway = await startTestGateway(compose([library]))
})
afterAll(async () => {
  await gateway.stop()
  await library.stop()
})

const nullable = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { freq: 4 })

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\u2028', '🙂', ''),
)

const { book } = fc.letrec((tie) => ({
  book: fc.record({
    id: text,
    title: nullable(text),
    pages: nullable(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    price: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
    isNew: nullable(fc.boolean()),
    kind: nullable(fc.constantFrom('NOVEL', 'POEM')),
    tags: nullable(fc.array(nullable(text), { maxLength: 3 })),
    any: fc.jsonValue({ maxDepth: 2 }),
    next: fc.option(tie('book'), { freq: 1, depthSize: 'small' }),
  }),
}))

/** Writes a value as JSON in one of the many ways that there are. */
function writeOddly(value: unknown, choose: (count: number) => number, isScalar = false): string {
  const space = () => ['', '', ' ', '\n\t', '\r\n  '][choose(5)] ?? ''
  const writeText = (said: string) =>
    `"${[
      ...JSON.stringify(said)
        .slice(1, -1)
        .matchAll(/\\u[0-9a-f]{4}|\\.|./gsu),
    ]
      .map(([unit]) =>
        unit.startsWith('\\') || choose(4) > 0
          ? unit
          : [...Array(unit.length).keys()]
              .map((index) => `\\u${unit.charCodeAt(index).toString(16).padStart(4, '0')}`)
              .join(''),
      )
      .join('')}"`
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => writeOddly(item, choose, isScalar)).join(`${space()},${space()}`)}${space()}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) =>
        `${writeText(key)}${space()}:${space()}${writeOddly(member, choose, isScalar || key === 'any')}`,
    )
    if (choose(3) === 0) members.reverse()
    if (!isScalar && choose(3) === 0)
      members.splice(choose(members.length + 1), 0, '"unasked":{"a":[1,"}"],"b":null}')
    return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`
  }
  return typeof value === 'string' ? writeText(value) : JSON.stringify(value)
}

const fields = 'id title pages price isNew kind tags any'
const query = `{ books { ${fields} next { ${fields} next { ${fields} next { id } } } } }`

/** What of a book was asked for. */
function asked(value: unknown, depth: number): unknown {
  if (value === null || value === undefined) return null
  const { next, ...own } = Object(value)
  if (depth === 3) return { id: own.id }
  return { ...own, next: asked(next, depth + 1) }
}

test('however an answer is written, it comes to the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(book, { maxLength: 3 }),
      fc.infiniteStream(fc.nat(1000)),
      async (books, numbers) => {
        const said = JSON.parse(JSON.stringify({ data: { books } }))
        const choose = (count: number) => (numbers.next().value ?? 0) % count
        const body = writeOddly(said, choose)
        library.behave((response) => void response.writeHead(200).end(body))
        const answer = await gateway.ask(query)
        expect(answer.errors).toEqual([])
        expect(answer.data).toEqual({ books: said.data.books.map((each: unknown) => asked(each, 0)) })
      },
    ),
    { numRuns: 200 },
  )
})

test.each([
  ['a raw line break in a string', '{"data":{"books":[{"id":"a\nb"}]}}'],
  ['an escape that is none', '{"data":{"books":[{"id":"\\x"}]}}'],
  ['half an escape', '{"data":{"books":[{"id":"\\u12"}]}}'],
  ['a comma too many', '{"data":{"books":[{"id":"1"},]}}'],
  ['text behind its end', '{"data":{"books":[{"id":"1"}]}} x'],
  ['a number with a leading zero', '{"data":{"books":[{"id":"1","extra":01}]}}'],
  ['half a number', '{"data":{"books":[{"id":"1","extra":1.}]}}'],
  ['a word that is none', '{"data":{"books":[{"id":"1","extra":nul}]}}'],
  ['no end', '{"data":{"books":[{"id":"1"'],
])('an answer with %s is no JSON, and is not passed on', async (_, body) => {
  library.behave((response) => void response.writeHead(200).end(body))
  const { data, errors } = await gateway.ask('{ books { id } }')
  expect(data).toEqual({ books: null })
  expect(errors).toMatchObject([{ path: ['books'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE' } }])
})

test.each([
  ['lists', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['lists with a value in each', `${'[0,'.repeat(200_000)}0${']'.repeat(200_000)}`],
  ['objects', `${'{"next":'.repeat(100_000)}null${'}'.repeat(100_000)}`],
])('%s that are nested without an end cost their field alone', async (_, deep) => {
  const errors = ',"errors":[{"message":"no","path":["books"]}]'
  for (const more of ['', errors]) {
    for (const field of ['books', 'odd', 'extra']) {
      library.behave((response) => void response.writeHead(200).end(`{"data":{"${field}":${deep}}${more}}`))
      const answer = await gateway.ask('{ books { id next { id } } odd }')
      expect(answer.status).toBe(200)
      expect(answer.data).toEqual({ books: null, odd: null })
    }
  }
})

test('lists in lists come as they are, holes included', async () => {
  library.behave((response) => void response.writeHead(200).end('{"data":{"odd":[[1,null],null,[]]}}'))
  expect((await gateway.ask('{ odd }')).data).toEqual({ odd: [[1, null], null, []] })
})

test('bytes that are no UTF-8 do not reach a client as they are', async () => {
  const body = Buffer.concat([
    Buffer.from('{"data":{"books":[{"id":"'),
    Buffer.from([0xff]),
    Buffer.from('"}]}}'),
  ])
  library.behave((response) => void response.writeHead(200).end(body))
  expect((await gateway.ask('{ books { id } }')).data).toEqual({ books: [{ id: '\ufffd' }] })
})
