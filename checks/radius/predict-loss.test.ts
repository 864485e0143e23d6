import { parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'
import { compose } from '../compose/compose.ts'
import { InputError } from '../finding.ts'
import { composeSchemas, sourcesOf } from '../test-schemas.ts'
import { createRadius, type Loss } from './predict-loss.ts'
import { readSubgraphSchemas } from './subgraph-schemas.ts'

const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports
    .map((name) => `"@${name}"`)
    .join(', ')}])`

/** A loss in a line: where, `< ` what could not be had where that is elsewhere, and what it depends on. */
function lineOf({ path, from, types, when, overrides, isCertain }: Loss): string {
  const place = path.join('.') || '(data)'
  return [
    isCertain ? place : `${place}?`,
    ...(from.length === path.length ? [] : [`< ${from.join('.')}`]),
    ...types.map(({ at, types: names }) => `on ${names.join('|')} at ${at}`),
    ...when.map(({ variable, is }) => `if ${is ? '' : '!'}$${variable}`),
    ...overrides.map(({ label, isMoved }) => `if ${isMoved ? '' : '!'}${label}`),
  ].join(' ')
}

/** What an operation loses, by subgraphs and those that fail. */
function losses(schemas: Record<string, string>, query: string, ...failed: string[]): readonly Loss[] {
  const { supergraphSdl } = composeSchemas(schemas)
  const document = parse(query)
  expect(validate(readSubgraphSchemas(supergraphSdl).apiSchema, document)).toEqual([])
  return createRadius(supergraphSdl).predictLoss({ document, failed: new Set(failed) })
}

const lines = (...given: Parameters<typeof losses>) => losses(...given).map(lineOf)

const shop = {
  products: `
    type Query { product: Product products: [Product] search: [Found!] strict: Strict }
    type Product @key(fields: "id") { id: ID! title: String maker: Maker }
    type Article { slug: String }
    union Found = Product | Article
    type Maker { name: String! }
    type Strict @key(fields: "id") { id: ID! title: String }`,
  reviews: `
    type Query { topRated: [Product] }
    type Product @key(fields: "id") { id: ID! rating: Int! reviews: [Review!] }
    type Strict @key(fields: "id") { id: ID! stars: Int! }
    type Review { text: String! product: Product }`,
}

describe('a field', () => {
  test.each([
    ['of the lost subgraph is lost', '{ topRated { id } product { id title } }', ['topRated']],
    ['that others have is not', '{ product { id title maker { name } } }', []],
    [
      'that may not be null takes its object, and the object its list where it has to',
      '{ products { rating } search { ... on Product { id rating } } strict { title stars } }',
      ['products.* < products.*.rating', 'search < search.*.rating on Product at 2', 'strict < strict.stars'],
    ],
    ['is told by its response key', '{ p: product { r: reviews { text } } }', ['p.r']],
    [
      'is found in fragments',
      '{ ...A } fragment A on Query { product { ... on Product { ...B } } } fragment B on Product { reviews { text } }',
      ['product.reviews'],
    ],
    [
      'is asked for once, however often it is selected',
      '{ product { reviews { text } } product { reviews { text } } }',
      ['product.reviews'],
    ],
    [
      'of introspection is never lost',
      '{ __schema { types { name } } __typename product { __typename } }',
      [],
    ],
  ])('%s', (_, query, expected) => {
    expect(lines(shop, query, 'reviews')).toEqual(expected)
  })

  test('is lost with all of the data where nothing around it may be null', () => {
    const schemas = { a: 'type Query { a: Int! }', b: 'type Query { b: Int }' }
    expect(lines(schemas, '{ a b __typename }', 'a')).toEqual(['(data) < a'])
    expect(lines(schemas, '{ a b __typename }', 'a', 'b')).toEqual(['(data) < a', 'b'])
  })

  test('below a lost one is not told', () => {
    expect(lines(shop, '{ product { title } topRated { title } }', 'products')).toEqual([
      'product',
      'topRated.*.title',
    ])
  })
})

describe('conditions', () => {
  const query = (selections: string) =>
    `query ($a: Boolean!, $b: Boolean!) { product { id ${selections} } again: product { id @include(if: $a) @skip(if: $b) } }`

  test.each([
    [
      'a literal settles',
      'reviews @include(if: false) { text } rated: reviews @skip(if: false) { text }',
      ['product.rated'],
    ],
    ['a variable is told', 'reviews @include(if: $a) { text }', ['product.reviews if $a']],
    [
      'those around hold as well',
      '... @skip(if: $b) { reviews @include(if: $a) { text } }',
      ['product.reviews if !$b if $a'],
    ],
    ['what can never hold is dropped', '... @skip(if: $a) { reviews @include(if: $a) { text } }', []],
    [
      'each way to ask for it counts',
      'reviews @include(if: $a) { text } reviews @skip(if: $b) { text }',
      ['product.reviews if $a', 'product.reviews if !$b'],
    ],
    [
      'what is always asked for depends on nothing',
      'reviews @include(if: $a) { text } ... @include(if: $b) { reviews @include(if: $a) { text } } reviews { text }',
      ['product.reviews'],
    ],
    [
      'each selection of a merged field brings its own',
      '... @include(if: $a) { m: maker { name } } ... @include(if: $b) { r: reviews { text } }',
      ['product.r if $b'],
    ],
  ])('%s', (_, selections, expected) => {
    expect(lines(shop, query(selections), 'reviews')).toEqual(expected)
  })

  test('are those of the selection below a field that is asked for several times', () => {
    const nested = `query ($a: Boolean!, $b: Boolean!) {
      topRated @include(if: $a) { title } topRated @include(if: $b) { title maker { name } } }`
    expect(lines(shop, nested, 'products')).toEqual([
      'topRated.*.title if $a',
      'topRated.*.title if $b',
      'topRated.*.maker if $b',
    ])
  })
})

describe('runtime types', () => {
  const library = {
    library: `
      type Query { found: [Found] media: [Media!]! }
      union Found = Book | Film | Page
      interface Media { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String author: Person }
      type Film implements Media @key(fields: "id") { id: ID! title: String director: Person }
      type Page { text: String }
      type Person @key(fields: "id") { id: ID! }`,
    people: 'type Person @key(fields: "id") { id: ID! name: String! }',
    prices: 'type Book @key(fields: "id") { id: ID! price: Int! } type Query { free: [Book] }',
  }

  test('are told where only some lose a field', () => {
    const query = '{ found { ... on Book { price } ... on Film { title } ... on Page { text } } }'
    expect(lines(library, query, 'prices')).toEqual(['found.* < found.*.price on Book at 2'])
  })

  test('are told for each step of the way, also above what they depend on', () => {
    const query =
      '{ media { title ... on Book { by: author { name } } ... on Film { by: director { name } } } }'
    expect(lines(library, query, 'people')).toEqual([
      'media.*.by < media.*.by.name on Book at 2',
      'media.*.by < media.*.by.name on Film at 2',
    ])
  })

  test('are not told where all of them lose it', () => {
    const both = {
      library: `type Query { media: [Media] } interface Media { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! } type Film implements Media @key(fields: "id") { id: ID! }`,
      titles: `type Book @key(fields: "id") { id: ID! title: String } type Film @key(fields: "id") { id: ID! title: String }
        type Query { x: Int }`,
    }
    const query = '{ media { ... on Book { title } ... on Film { title } } }'
    expect(lines(both, query, 'titles')).toEqual(['media.*.title on Book at 2', 'media.*.title on Film at 2'])
  })
})

describe('another way', () => {
  test('to a root field that several have is enough', () => {
    const me = {
      a: `${link('key', 'shareable')} type Query { me: User @shareable } type User @key(fields: "id") { id: ID! cart: Int }`,
      b: `${link('key', 'shareable')} type Query { me: User @shareable } type User @key(fields: "id") { id: ID! mail: String }`,
    }
    expect(lines(me, '{ me { id cart mail } }', 'a')).toEqual(['me.cart'])
    expect(lines(me, '{ me { cart } }', 'a')).toEqual(['me.cart'])
    expect(lines(me, '{ me { id cart mail } }', 'a', 'b')).toEqual(['me'])
  })

  test('through a third subgraph that knows both keys is the only one, or one of two', () => {
    const start = 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }'
    const bridge = 'type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }'
    const stock = 'type Item @key(fields: "sku") { sku: ID! stock: Int }'
    const shared = (sdl: string) =>
      `${link('key', 'shareable')} ${sdl.replace('sku: ID! }', 'sku: ID! @shareable }')}`
    expect(lines({ start, bridge, stock }, '{ item { stock } }', 'bridge')).toEqual(['item.stock'])
    const two = { start, bridge: shared(bridge), other: shared(bridge), stock }
    expect(lines(two, '{ item { stock sku } }', 'bridge')).toEqual([])
    expect(lines(two, '{ item { stock sku } }', 'bridge', 'other')).toEqual(['item.stock', 'item < item.sku'])
  })

  test('by a key that nests another object needs that object, and who has it', () => {
    const schemas = {
      start: `type Query { seat: Seat } type Seat @key(fields: "id") { id: ID! }`,
      rows: 'type Seat @key(fields: "id") { id: ID! row: Row } type Row { number: Int! hall: Hall } type Hall @key(fields: "id") { id: ID! }',
      prices: `${link('key', 'shareable', 'external')}
        type Seat @key(fields: "row { number hall { id } }") { row: Row @external price: Int }
        type Row { number: Int! @external hall: Hall @external } type Hall @key(fields: "id", resolvable: false) { id: ID! }`,
    }
    expect(lines(schemas, '{ seat { id price } }', 'rows')).toEqual(['seat.price'])
    expect(lines(schemas, '{ seat { id price } }', 'prices')).toEqual(['seat.price'])
    expect(lines(schemas, '{ seat { id price } }', 'start')).toEqual(['seat'])
  })

  test('does not lead into a subgraph whose key cannot be resolved', () => {
    const schemas = {
      products: 'type Query { product: Product } type Product @key(fields: "id") { id: ID! title: String }',
      cart: `${link('key', 'shareable')}
        type Query { line: Line } type Line { product: Product }
        type Product @key(fields: "id", resolvable: false) { id: ID! }`,
    }
    expect(lines(schemas, '{ line { product { id title } } product { id title } }', 'products')).toEqual([
      'line.product.title',
      'product',
    ])
    expect(lines(schemas, '{ product { id title } }', 'cart')).toEqual([])
  })

  test('is what @provides gives, at its path alone', () => {
    const schemas = {
      products: `${link('key', 'shareable')} type Query { product: Product } type Product @key(fields: "id") { id: ID! title: String @shareable }`,
      cart: `${link('key', 'provides', 'external')}
        type Query { best: Product @provides(fields: "title") worst: Product }
        type Product @key(fields: "id") { id: ID! title: String @external }`,
    }
    expect(lines(schemas, '{ best { id title } worst { id title } }', 'products')).toEqual(['worst.title'])
  })

  test('goes on below what @provides gives, also for some members of a union', () => {
    const schemas = {
      people: `${link('key', 'shareable')} type Query { x: Int } type Band @key(fields: "id") { id: ID! name: String @shareable leader: Person @shareable }
        type Clown @key(fields: "id") { id: ID! name: String @shareable } type Person @key(fields: "id") { id: ID! name: String @shareable age: Int }`,
      stage: `${link('key', 'provides', 'external')}
        union Act = Band | Clown
        type Query { act: Act @provides(fields: "... on Band { name leader { name } }") }
        type Band @key(fields: "id") { id: ID! name: String @external leader: Person @external }
        type Clown @key(fields: "id") { id: ID! }
        type Person @key(fields: "id") { id: ID! name: String @external }`,
    }
    const query = '{ act { ... on Band { name leader { name age } } ... on Clown { name } } }'
    expect(lines(schemas, query, 'people')).toEqual(['act.leader.age on Band at 1', 'act.name on Clown at 1'])
  })

  test('may be what requires something that @provides gives: if the operation asks for that, too', () => {
    const schemas = {
      people: `${link('key', 'shareable')} type Query { x: Int }
        type Person @key(fields: "id") { id: ID! nick: String @shareable }`,
      stage: `${link('key', 'provides', 'external')}
        type Query { star: Person @provides(fields: "nick") }
        type Person @key(fields: "id") { id: ID! nick: String @external }`,
      greetings: `${link('key', 'requires', 'external')}
        type Person @key(fields: "id") { id: ID! nick: String @external greeting: String @requires(fields: "nick") }`,
    }
    expect(lines(schemas, '{ star { greeting } }', 'people')).toEqual(['star.greeting?'])
  })

  test('leads through value types that several have', () => {
    const schemas = {
      a: `${link('key', 'shareable')} type Query { page: Page @shareable } type Page @shareable { title: String size: Size } type Size @shareable { w: Int h: Int }`,
      b: `${link('key', 'shareable')} type Query { page: Page @shareable x: Int } type Page @shareable { title: String size: Size } type Size { w: Int @shareable d: Int }`,
    }
    const query = '{ page { title size { w h d } } }'
    expect(lines(schemas, query.replace(' d', ''), 'b')).toEqual([])
    expect(lines(schemas, query, 'a')).toEqual(['page.size.h'])
    expect(lines(schemas, query, 'b')).toEqual(['page.size.d'])
  })

  test('goes by a key that clients do not see', () => {
    const schemas = {
      a: `${link('key', 'inaccessible')} type Query { item: Item } type Item @key(fields: "key") { key: ID! @inaccessible title: String }`,
      b: `${link('key', 'inaccessible')} type Item @key(fields: "key") { key: ID! @inaccessible stock: Int }`,
    }
    expect(lines(schemas, '{ item { title stock } }', 'b')).toEqual(['item.stock'])
    expect(lines(schemas, '{ item { title stock } }', 'a')).toEqual(['item'])
  })

  test('begins anew where a field leads to the root of queries', () => {
    const schemas = {
      a: 'type Query { a: Int } type Mutation { write: Payload } type Payload { ok: Boolean query: Query }',
      b: 'type Query { b: Int }',
    }
    expect(lines(schemas, 'mutation { write { ok query { a b } } }', 'b')).toEqual(['write.query.b'])
  })
})

describe('@requires', () => {
  const schemas = {
    start: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
    prices:
      'type Item @key(fields: "id") { id: ID! price: Int parts: [Part!] box: Box! } type Part { grams: Int } type Box @key(fields: "id") { id: ID! }',
    boxes: 'type Box @key(fields: "id") { id: ID! grams: Int }',
    shipping: `${link('key', 'requires', 'external')}
      type Item @key(fields: "id") {
        id: ID! price: Int @external box: Box! @external
        fee: Int @requires(fields: "price") weight: Int @requires(fields: "box { grams }") }
      type Box @key(fields: "id") { id: ID! @external grams: Int @external }`,
    taxes: `${link('key', 'requires', 'external')}
      type Item @key(fields: "id") { id: ID! fee: Int @external tax: Int @requires(fields: "fee") }`,
  }

  test.each([
    ['prices', ['item.fee', 'item.weight', 'item.tax', 'item.price']],
    ['boxes', ['item.weight']],
    ['shipping', ['item.fee', 'item.weight', 'item.tax']],
    ['taxes', ['item.tax']],
  ])('without %s costs what needs it, however far away', (failed, expected) => {
    const found = losses(schemas, '{ item { id fee weight tax price } }', failed)
    expect(found.map(lineOf)).toEqual(expected)
    expect(found.map(({ subgraphs }) => subgraphs)).toEqual(expected.map(() => [failed]))
  })

  test('is not certain where what it needs may not be there to be asked about', () => {
    const optional = {
      start:
        'type Query { item: Item } type Item @key(fields: "id") { id: ID! box: Box } type Box @key(fields: "id") { id: ID! }',
      boxes: 'type Box @key(fields: "id") { id: ID! grams: Int }',
      shipping: `${link('key', 'requires', 'external')}
        type Item @key(fields: "id") { id: ID! box: Box @external weight: Int @requires(fields: "box { grams }") }
        type Box @key(fields: "id") { id: ID! @external grams: Int @external }`,
    }
    expect(lines(optional, '{ item { id weight } }', 'boxes')).toEqual(['item.weight?'])
    expect(lines(optional, '{ item { id weight } }', 'shipping')).toEqual(['item.weight'])
  })
})

describe('@override', () => {
  const shopItem = 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }'
  const schemas = (label: string) => ({
    old: `${link('key')} type Query { item: Item } type Item @key(fields: "id") { id: ID! stock: Int }`,
    new: `${link('key', 'override')} type Item @key(fields: "id") { id: ID! stock: Int @override(from: "old"${label}) }`,
  })

  test.each([
    ['no label', '', ['item.stock']],
    ['all requests', ', label: "percent(100)"', ['item.stock']],
    ['no request', ', label: "percent(0)"', []],
    ['a label on which nobody decides', ', label: "mine"', []],
    ['some requests', ', label: "percent(20)"', ['item.stock if percent(20)']],
  ])('with %s tells whose the field is', (_, label, expected) => {
    expect(lines(schemas(label), '{ item { id stock } }', 'new')).toEqual(expected)
  })

  test('of some requests is told for those, and not for the others', () => {
    const moving = schemas(', label: "percent(20)"')
    const apart = { ...moving, old: moving.old.replace('type Query { item: Item }', ''), start: shopItem }
    expect(lines(apart, '{ item { id stock } }', 'old')).toEqual(['item.stock if !percent(20)'])
    expect(lines(apart, '{ item { id stock } }', 'new')).toEqual(['item.stock if percent(20)'])
    expect(lines(apart, '{ item { id stock } }', 'new', 'old')).toEqual(['item.stock'])
  })
})

describe('an interface object', () => {
  const schemas = {
    library: `
      type Query { media: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String }`,
    ratings: `${link('key', 'interfaceObject')}
      type Query { topRated: [Media] top: Media }
      type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int! }`,
  }

  test.each([
    ['adds to every type', '{ media { title rating } }', 'ratings', ['media.* < media.*.rating']],
    [
      'adds to each type',
      '{ media { ... on Book { rating } } }',
      'ratings',
      ['media.* < media.*.rating on Book at 2'],
    ],
    ['needs nobody for its own', '{ topRated { id rating } }', 'library', []],
    ['needs others for theirs', '{ topRated { title rating } }', 'library', ['topRated.*.title']],
    ['cannot say what it is', '{ top { __typename rating } }', 'library', ['top < top.__typename']],
    [
      'cannot be answered where that matters',
      'query ($is: Boolean!) { topRated { rating ... on Book @include(if: $is) { pages } } top { ... on Media { rating } } }',
      'library',
      ['topRated.* if $is', 'topRated.*.pages on Book at 2 if $is'],
    ],
  ])('%s', (_, query, failed, expected) => {
    expect(lines(schemas, query, failed)).toEqual(expected)
  })

  test('cannot say what it is even where there is only one type that it can be', () => {
    const one = { ...schemas, library: schemas.library.replace(/type Film .*/, '') }
    expect(lines(one, '{ top { ... on Book { rating } } }', 'library')).toEqual(['top'])
  })
})

describe('a mutation', () => {
  const schemas = {
    a: `${link('key', 'shareable')} type Query { a: Int } type Mutation { a: Payload both: Payload @shareable } type Payload @shareable { item: Item } type Item @key(fields: "id") { id: ID! x: Int! }`,
    b: `${link('key', 'shareable')} type Mutation { b: Int both: Payload @shareable } type Payload @shareable { item: Item } type Item @key(fields: "id") { id: ID! y: Int }`,
  }

  test('loses the fields whose writer is down, and of the others what they read from it', () => {
    expect(lines(schemas, 'mutation { b a { item { id y } } }', 'b')).toEqual(['b', 'a.item.y'])
    expect(lines(schemas, 'mutation { b a { item { id y } } }', 'a')).toEqual(['a'])
  })

  test('that several can do is not certain to be done', () => {
    const query = 'mutation { both { item { id x } } }'
    expect(lines(schemas, query, 'a')).toEqual(['both?', 'both.item < both.item.x'])
    expect(lines(schemas, query, 'b')).toEqual(['both?'])
    expect(lines(schemas, query, 'a', 'b')).toEqual(['both'])
  })
})

describe('the names in an error', () => {
  test('begin with the one whose failure alone would have done it', () => {
    const schemas = {
      start: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
      bridge: `${link('key', 'shareable')} type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! @shareable }`,
      other: `${link('key', 'shareable')} type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! @shareable }`,
      stock: 'type Item @key(fields: "sku") { sku: ID! stock: Int }',
    }
    const [loss, ...others] = losses(schemas, '{ item { id stock } }', 'bridge', 'stock')
    expect(others).toEqual([])
    expect(loss?.subgraphs).toEqual(['stock', 'bridge'])
  })

  test('are none of those that are not there', () => {
    const found = losses(shop, '{ product { id title rating } topRated { title } }', 'nobody', 'reviews')
    expect(found.map(({ subgraphs }) => subgraphs)).toEqual([['reviews'], ['reviews']])
  })
})

describe('a document', () => {
  const document = parse('query A { product { title } } query B { topRated { id } }')
  const { predictLoss } = createRadius(composeSchemas(shop).supergraphSdl)
  const failed = new Set(['reviews'])

  test('of several operations takes the name of one', () => {
    expect(predictLoss({ document, operationName: 'A', failed })).toEqual([])
    expect(predictLoss({ document, operationName: 'B', failed }).map(lineOf)).toEqual(['topRated'])
    expect(() => predictLoss({ document, failed })).toThrow('Must provide operation name')
    expect(() => predictLoss({ document, operationName: 'C', failed })).toThrow('Unknown operation named "C"')
  })
})

describe('a supergraph', () => {
  test.each([
    ['that is none', 'type Query { a: Int }'],
    ['that is no GraphQL', 'type Query {'],
  ])('%s is refused', (_, sdl) => {
    expect(() => createRadius(sdl)).toThrow(InputError)
  })

  test('with contexts is refused, for they depend on more than the place', () => {
    const { composed } = compose(
      sourcesOf({
        a: `${link('key', 'context', 'fromContext')} type Query { shop: Shop }
          type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! good: Good! }
          type Good @key(fields: "id") { id: ID! price(currency: String @fromContext(field: "$shop { currency }")): Int }`,
      }),
    )
    expect(() => createRadius(composed?.supergraphSdl ?? '')).toThrow(/a uses @fromContext/)
  })
})
