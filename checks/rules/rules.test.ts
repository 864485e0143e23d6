import { describe, expect, test } from 'vitest'
import { compose, readSubgraphs } from '../compose/compose.ts'
import { readSupergraphConfig } from '../compose/supergraph-config.ts'
import { readSettings } from '../settings.ts'
import { composeSchemas } from '../test-schemas.ts'
import { allRules } from './all-rules.ts'
import { runRules } from './run-rules.ts'

type Schemas = Record<string, string>

interface Example {
  /** Subgraphs that keep the rule. */
  keeps: Schemas[]
  /** Subgraphs that break it, and the coordinates at which they do. */
  breaks: [schemas: Schemas, coordinates: string[]][]
}

const shop = (sdl: string): Schemas => ({ shop: sdl })
const aQuery = 'type Query { hello: String }'
const money = 'type Money { amount: Int! currency: CurrencyCode! } enum CurrencyCode { EUR USD }'
const userError =
  'type BuyUserError { code: BuyCode! message: String! field: [String!] } enum BuyCode { SOLD_OUT }'
const pageInfo = 'type PageInfo { hasNextPage: Boolean! endCursor: String }'
const connection = `${pageInfo}
  type Product @key(fields: "id") { id: ID! }
  type ProductConnection { edges: [ProductEdge!]! nodes: [Product]! pageInfo: PageInfo! }
  type ProductEdge { node: Product cursor: String! }`

const examples: Record<string, Example> = {
  'root-fields-nullable': {
    keeps: [shop('type Query { a: String b: [Int!] } type Mutation { c: Int } type Subscription { d: Int }')],
    breaks: [
      [shop('type Query { a: String! b: [Int]! c: Int }'), ['Query.a', 'Query.b']],
      [
        shop(`${aQuery} type Mutation { a: Int! } type Subscription { b: Int! }`),
        ['Mutation.a', 'Subscription.b'],
      ],
      [shop('schema { query: Root } type Root { a: Int! }'), ['Query.a']],
    ],
  },
  'shared-entity-fields-nullable': {
    keeps: [
      { products: `${aQuery} type Product @key(fields: "id") { id: ID! title: String! }` },
      {
        products: `${aQuery} type Product @key(fields: "id") { id: ID! title: String }`,
        reviews: 'type Product @key(fields: "id") { id: ID! rating: Int }',
      },
      {
        products: `${aQuery} type Money { amount: Int! } type Product @key(fields: "id") { id: ID! price: Money }`,
        cart: 'type Line { a: Product } type Product @key(fields: "id", resolvable: false) { id: ID! } type Query { line: Line }',
      },
    ],
    breaks: [
      [
        {
          products: `${aQuery} type Product @key(fields: "id") { id: ID! title: String! }`,
          reviews: 'type Product @key(fields: "id") { id: ID! rating: Int! reviews: [String]! }',
        },
        ['Product.title', 'Product.rating', 'Product.reviews'],
      ],
      [
        {
          products: `${aQuery} type Product @key(fields: "id") { id: ID! title: String! }`,
          cart: 'type Product @key(fields: "id", resolvable: false) { id: ID! } type Query { popular: [Product] }',
        },
        ['Product.title'],
      ],
    ],
  },
  'references-nullable': {
    keeps: [
      {
        products: `${aQuery} type Product @key(fields: "id") { id: ID! }`,
        reviews: `type Product @key(fields: "id") { id: ID! reviews: [Review!] }
          type Review @key(fields: "id") { id: ID! product: Product similar: [Product]! }`,
      },
    ],
    breaks: [
      [
        {
          products: `${aQuery} type Product @key(fields: "id") { id: ID! twins: [[Product!]] }`,
          reviews: `type Product @key(fields: "id") { id: ID! }
            type Review @key(fields: "id") { id: ID! product: Product! similar: [Product!] } type Query { r: Review }`,
        },
        ['Product.twins', 'Review.product', 'Review.similar'],
      ],
    ],
  },
  'payload-self-contained': {
    keeps: [
      {
        cart: `${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { cart: Cart ok: Boolean! }
          type Cart { lines: [Line!]! } type Line { product: Product }
          type Product @key(fields: "id", resolvable: false) { id: ID! }`,
        products: 'type Product @key(fields: "id") { id: ID! title: String! } type Query { p: Product }',
      },
    ],
    breaks: [
      [
        {
          cart: `${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { product: Product line: Line }
            type Line { product: Product! } type Product @key(fields: "id", resolvable: false) { id: ID! }`,
          products: 'type Product @key(fields: "id") { id: ID! title: String! } type Query { p: Product }',
        },
        ['BuyPayload.product', 'BuyPayload.line'],
      ],
      [
        {
          cart: `${aQuery} type Mutation { buy: Answer } type Answer @shareable { ok: Boolean }`,
          chat: 'type Query { say: Answer } type Answer @shareable { ok: Boolean }',
        },
        ['Mutation.buy'],
      ],
    ],
  },
  'payload-user-errors': {
    keeps: [
      shop(
        `${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { userErrors: [BuyUserError!]! } ${userError}`,
      ),
    ],
    breaks: [
      [shop(`${aQuery} type Mutation { buy: Boolean }`), ['Mutation.buy']],
      [shop(`${aQuery} type Mutation { buy: Bought } type Bought { ok: Boolean }`), ['Mutation.buy']],
      [shop(`${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { ok: Boolean }`), ['BuyPayload']],
      [
        shop(
          `${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { userErrors: [BuyUserError!] } ${userError}`,
        ),
        ['BuyPayload.userErrors'],
      ],
      [
        shop(`${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { userErrors: [BuyUserError!]! }
          type BuyUserError { code: String! message: String! field: [String!] }`),
        ['BuyUserError'],
      ],
      [
        shop(`${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { userErrors: [BuyUserError!]! }
          type BuyUserError { code: BuyCode! message: String field: [String!] } enum BuyCode { SOLD_OUT }`),
        ['BuyUserError'],
      ],
      [
        shop(`${aQuery} type Mutation { buy: BuyPayload } type BuyPayload { userErrors: [String!]! }`),
        ['String'],
      ],
    ],
  },
  'idempotency-key': {
    keeps: [
      shop(
        `${aQuery} type Mutation { buy(input: BuyInput!): Int } input BuyInput { idempotencyKey: String! }`,
      ),
      shop(`${aQuery} type Mutation { buy(idempotencyKey: String!): Int }`),
    ],
    breaks: [
      [shop(`${aQuery} type Mutation { buy: Int }`), ['Mutation.buy']],
      [
        shop(
          `${aQuery} type Mutation { buy(input: BuyInput!): Int } input BuyInput { idempotencyKey: String }`,
        ),
        ['Mutation.buy'],
      ],
    ],
  },
  'entity-key': {
    keeps: [
      shop(`${aQuery} type Product @key(fields: "id") { id: ID! }`),
      shop(`${aQuery} type Money { id: Int }`),
    ],
    breaks: [
      [
        shop(`${aQuery} type Product @key(fields: "id") @key(fields: "slug") { id: ID! slug: String }`),
        ['Product'],
      ],
      [shop(`${aQuery} type Product @key(fields: "sku") { sku: ID! }`), ['Product']],
      [shop(`${aQuery} type Product @key(fields: "id") { id: String! }`), ['Product']],
    ],
  },
  'identical-value-types': {
    keeps: [
      {
        a: 'type Query { a: Money } "Money." type Money @shareable { "How much." amount: Int! }',
        b: 'type Query { b: Money } "Money." type Money @shareable { "How much." amount: Int! }',
      },
      {
        a: 'type Query { a: Product } "One." type Product @key(fields: "id") { id: ID! a: Int }',
        b: '"Two." type Product @key(fields: "id") { id: ID! b: Int }',
      },
    ],
    breaks: [
      [
        {
          a: 'type Query { a: Money } type Money @shareable { "How much." amount: Int }',
          b: 'type Query { b: Money } type Money @shareable { "How much?" amount: Int }',
        },
        ['Money'],
      ],
      [
        {
          a: 'type Query { a: Money } type Money @shareable { amount(in: String): Int! }',
          b: 'type Query { b: Money } type Money @shareable { amount: Int }',
        },
        ['Money'],
      ],
      [
        {
          a: 'type Query { a: Side } enum Side { LEFT RIGHT }',
          b: 'type Query { b: Side } enum Side { LEFT }',
        },
        ['Side'],
      ],
      [
        {
          a: 'type Query { a(filter: Filter): Int } input Filter { from: Int = 1 }',
          b: 'type Query { b(filter: Filter): Int } input Filter { from: Int = 1 to: Int }',
        },
        ['Filter'],
      ],
      [
        { a: 'type Query { a: Time } "An instant." scalar Time', b: 'type Query { b: Time } scalar Time' },
        ['Time'],
      ],
    ],
  },
  'requires-without-arguments': {
    keeps: [
      {
        a: `${aQuery} type Product @key(fields: "id") { id: ID! size: Int }`,
        b: 'type Product @key(fields: "id") { id: ID! size: Int @external b: Int @requires(fields: "size") }',
      },
    ],
    breaks: [
      [
        {
          a: `${aQuery} type Product @key(fields: "id") { id: ID! size(unit: Int): Int box: Box } type Box @shareable { height(unit: Int): Int }`,
          b: `type Product @key(fields: "id") { id: ID! size(unit: Int): Int @external box: Box @external
            b: Int @requires(fields: "size(unit: 1)") c: Int @requires(fields: "box { height(unit: 2) }") }
            type Box @shareable { height(unit: Int): Int }`,
        },
        ['Product.b', 'Product.c'],
      ],
    ],
  },
  'relay-connections': {
    keeps: [
      shop(`type Query { products(first: Int! = 20, after: String): ProductConnection } ${connection}`),
    ],
    breaks: [
      [
        shop(
          `type Query { products(first: Int!, after: String): ProductConnection all: ProductConnection } ${connection}`,
        ),
        ['Query.products(first:)', 'Query.all', 'Query.all'],
      ],
      [
        shop(`type Query { products(first: Int! = 20, after: ID): ProductConnection } ${connection}`),
        ['Query.products(after:)'],
      ],
      [
        shop(`${aQuery} ${pageInfo} type ProductConnection { edges: [ProductEdge] pageInfo: PageInfo }
          type ProductEdge { node: Int cursor: String }`),
        ['ProductConnection.edges', 'ProductConnection.pageInfo', 'ProductEdge.cursor', 'ProductConnection'],
      ],
      [
        shop(`${aQuery} ${pageInfo} type ProductConnection { edges: [ProductEdge!]! nodes: [Int!]! pageInfo: PageInfo! }
          type ProductEdge { node: Int cursor: String! }`),
        ['ProductConnection.nodes'],
      ],
      [
        shop(`${aQuery} ${pageInfo} type ProductConnection { edges: [ProductEdge!]! nodes: [Int!]! pageInfo: PageInfo! }
          type ProductEdge { cursor: String! }`),
        ['ProductEdge'],
      ],
      [
        shop(`${aQuery} type ProductConnection { total: Int }`),
        ['ProductConnection', 'ProductConnection', 'ProductConnection'],
      ],
    ],
  },
  'bounded-lists': {
    keeps: [
      shop(`type Query { "The latest. \`first\` is 1 to 50." latest(first: Int! = 12): [Product] "At the top, at most 3." top: [Product] "Tags." tags: [String] }
        type Product @key(fields: "id") { id: ID! }`),
      shop(
        `type Query { "All. \`first\` is 1 to 100." products(first: Int! = 20, after: String): ProductConnection } ${connection}`,
      ),
    ],
    breaks: [
      [
        shop(
          `type Query { "The latest." latest(first: Int! = 12): [Product] "All." all: [Product!]! } type Product @key(fields: "id") { id: ID! }`,
        ),
        ['Query.latest', 'Query.all'],
      ],
      [shop('type Query { names(offset: Int, limit: Int): [String] }'), ['Query.names(offset:)']],
    ],
  },
  'list-size': {
    keeps: [
      shop(`type Query {
        products(first: Int! = 20, after: String): ProductConnection @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
        latest(first: Int! = 12): [Product] @listSize(slicingArguments: ["first"]) } ${connection}`),
    ],
    breaks: [
      [
        shop(`type Query {
          products(first: Int! = 20, after: String): ProductConnection @listSize(slicingArguments: ["first"], sizedFields: ["edges"])
          latest(first: Int! = 12): [Product] } ${connection}`),
        ['Query.products', 'Query.latest'],
      ],
      [
        {
          old: 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3") type Query { a(first: Int): [Int] }',
        },
        ['Query.a'],
      ],
    ],
  },
  'no-floats': {
    keeps: [shop('type Query { a(b: Int): Int }')],
    breaks: [
      [
        shop('type Query { a(b: [Float!]): [Float] c(d: In): Int } input In { e: Float! }'),
        ['Query.a', 'In.e', 'Query.a(b:)'],
      ],
    ],
  },
  'money-type': {
    keeps: [
      shop(
        `type Query { totalCount: Int product: Product } type Product { price: Money priceless: Int total: Total } type Total { sum: Money } ${money}`,
      ),
    ],
    breaks: [
      [
        shop(`${aQuery} type Money { amount: String! currency: CurrencyCode! } enum CurrencyCode { EUR }`),
        ['Money'],
      ],
      [
        shop(`${aQuery} type Product { price: Int unitPrice: String shippingCost: Int }`),
        ['Product.price', 'Product.unitPrice', 'Product.shippingCost'],
      ],
    ],
  },
  'time-type': {
    keeps: [shop('scalar DateTime type Query { createdAt: DateTime format: String update: Int }')],
    breaks: [
      [
        shop('type Query { createdAt: String a(startDate: Int, b: In): Int } input In { endTime: String }'),
        ['Query.createdAt', 'In.endTime', 'Query.a(startDate:)'],
      ],
    ],
  },
  'lookup-by-one-key': {
    keeps: [
      shop(`type Query { order(id: ID!): Product "By id or slug: give exactly one." product(id: ID, slug: String): Product me: Product }
        type Product @key(fields: "id") { id: ID! }`),
    ],
    breaks: [
      [
        shop(
          `type Query { order(id: ID): Product product(id: ID!, slug: String): Product } type Product @key(fields: "id") { id: ID! }`,
        ),
        ['Query.order(id:)', 'Query.product(id:)', 'Query.product'],
      ],
    ],
  },
  descriptions: {
    keeps: [
      shop(
        'type Query { "Hello." hello(a: Int): Hello } "A greeting." type Hello { "It." it: Side } "A side." enum Side { "Left." LEFT }',
      ),
    ],
    breaks: [
      [
        shop(
          'type Query { hello(b: In): Hello } type Hello { "" it: Side } enum Side { LEFT } input In { c: Int } scalar Time',
        ),
        ['Query.hello', 'Hello', 'Hello.it', 'Side', 'Side.LEFT', 'In', 'In.c', 'Time'],
      ],
    ],
  },
}

const only = (name: string) => allRules.filter((rule) => rule.name === name)
const ourSettings = readSettings('checks.yaml')
const ourGraph = compose(readSubgraphs(readSupergraphConfig('supergraph.yaml')))

test('every rule is shown both kept and broken', () => {
  expect(Object.keys(examples).toSorted()).toEqual(allRules.map(({ name }) => name).toSorted())
})

describe.each(Object.entries(examples))('%s', (name, { keeps, breaks }) => {
  test.each(keeps)('lets example %# through', (schemas) => {
    expect(runRules(composeSchemas(schemas).subgraphs, { rules: only(name) })).toEqual([])
  })

  test.each(breaks)('refuses example %#', (schemas, coordinates) => {
    const findings = runRules(composeSchemas(schemas).subgraphs, { rules: only(name) })
    expect(findings.map(({ coordinate }) => coordinate).toSorted()).toEqual(coordinates.toSorted())
    for (const { rule, severity, message, mend, subgraph, location } of findings) {
      expect({ rule, severity, file: location?.file }).toEqual({
        rule: name,
        severity: 'error',
        file: `${subgraph}.graphql`,
      })
      expect(message).not.toBe('')
      expect(mend).not.toBe('')
    }
  })

  test('is kept by our own graph, but for what is excused with a reason', () => {
    const exceptions = new Map([...ourSettings.exceptions].filter(([rule]) => rule === name))
    expect(runRules(ourGraph.composed?.subgraphs ?? [], { rules: only(name), exceptions })).toEqual([])
    expect(ourGraph.errors).toBeNull()
  })
})

describe('a finding', () => {
  test('stands at the line and column of what is to be mended, also in an extension', () => {
    const { subgraphs } = composeSchemas({ shop: 'type Query { a: Int }\nextend type Query {\n  b: Int!\n}' })
    const [finding] = runRules(subgraphs, { rules: only('root-fields-nullable') })
    expect(finding?.location).toEqual({ file: 'shop.graphql', line: 5, column: 3 })
  })

  test('knows directives by what they are, not by what a subgraph calls them', () => {
    const { composed } = compose([
      {
        name: 'shop',
        url: 'http://127.0.0.1',
        file: 'shop.graphql',
        sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@key", as: "@entity" }])
          type Query { a: Int } type Product @entity(fields: "slug") { slug: ID! }`,
      },
    ])
    const findings = runRules(composed?.subgraphs ?? [], { rules: only('entity-key') })
    expect(findings.map(({ coordinate }) => coordinate)).toEqual(['Product'])
  })
})

describe('an exception', () => {
  const { subgraphs } = composeSchemas({ shop: 'type Query { a: Int! b: Int! }' })
  const rules = only('root-fields-nullable')
  const excuse = (coordinate: string) =>
    new Map([['root-fields-nullable', new Map([[coordinate, 'a reason']])]])

  test('lets one coordinate through and no other', () => {
    const findings = runRules(subgraphs, { rules, exceptions: excuse('Query.a') })
    expect(findings.map(({ coordinate }) => coordinate)).toEqual(['Query.b'])
  })

  test('that excuses nothing is refused, so that none outlives its reason', () => {
    const findings = runRules(subgraphs, { rules, exceptions: excuse('Query.gone') })
    expect(findings.map(({ coordinate }) => coordinate)).toEqual(['Query.a', 'Query.b', 'Query.gone'])
  })
})
