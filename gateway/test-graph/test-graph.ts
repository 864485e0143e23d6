import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { startTestSubgraph, type TestSubgraph } from './test-subgraph.ts'

const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports.map((name) => `"${name}"`).join(', ')}])`

const catalogue = parse(`
  ${link('@key', '@shareable')}
  type Query {
    product(id: ID!): Product
    products: [Product]
    search: [Found]
    strict: Strict
  }
  union Found = Article | Product
  type Article { slug: String }
  type Strict @key(fields: "id") { id: ID! title: String! }
  type Product @key(fields: "id") { id: ID! title: String price: Int tags: [String!] maker: Maker }
  type Maker { name: String! country: Country }
  enum Country { FR DE }
`)

const reviews = parse(`
  ${link('@key', '@shareable')}
  type Query { me: Customer @shareable topRated: [Product] }
  type Mutation { review(text: String!): ReviewPayload }
  type ReviewPayload { review: Review }
  type Product @key(fields: "id") { id: ID! rating: Int reviews: [Review!] }
  type Strict @key(fields: "id") { id: ID! stars: Int! }
  type Customer @key(fields: "id") { id: ID! reviews: [Review] }
  type Review { text: String product: Product }
`)

const orders = parse(`
  ${link('@key', '@shareable', '@requires', '@external')}
  type Query { me: Customer @shareable order(number: Int!): Order ordersToday: Int! }
  type Mutation { order(productId: ID!): OrderPayload }
  type OrderPayload { order: Order product: Product }
  type Customer @key(fields: "id") { id: ID! orders: [Order] }
  type Order { number: Int! product: Product }
  type Product @key(fields: "id") { id: ID! price: Int @external shipping: Int @requires(fields: "price") }
`)

const lamp = {
  __typename: 'Product',
  id: 'lamp',
  title: 'Lamp',
  price: 40,
  tags: ['new'],
  maker: { name: 'Lux', country: 'FR' },
}
const desk = {
  __typename: 'Product',
  id: 'desk',
  title: 'Desk',
  price: 90,
  tags: [],
  maker: { name: 'Holz', country: 'DE' },
}
const find = (id: unknown) => [lamp, desk].find((product) => product.id === id) ?? null
const ratings: Record<string, number> = { lamp: 5, desk: 3 }

interface Reference {
  id: string
  price?: number
}

/** Starts the subgraphs of a small shop: three of them, whose entities span each other. */
export async function startTestGraph() {
  const started = await Promise.all([
    startTestSubgraph('catalogue', catalogue, {
      Query: {
        product: (_: unknown, { id }: { id: string }) => find(id),
        products: () => [lamp, desk],
        search: () => [
          { __typename: 'Article', slug: 'how-to-light' },
          desk,
          { __typename: 'Article', slug: 'desks' },
          lamp,
        ],
        strict: () => ({ id: 'strict', title: 'Strict' }),
      },
      Product: { __resolveReference: ({ id }: Reference) => find(id) },
      Strict: { __resolveReference: ({ id }: Reference) => ({ id, title: 'Strict' }) },
    }),
    startTestSubgraph('reviews', reviews, {
      Query: { me: () => ({ id: 'ada' }), topRated: () => [{ id: 'lamp' }, null, { id: 'desk' }] },
      Mutation: {
        review: (_: unknown, { text }: { text: string }) => ({ review: { text, product: { id: 'lamp' } } }),
      },
      Product: {
        __resolveReference: ({ id }: Reference) => ({ id }),
        rating: ({ id }: Reference) => ratings[id],
        reviews: ({ id }: Reference) => [{ text: `the ${id} is good`, product: { id } }],
      },
      Strict: { __resolveReference: ({ id }: Reference) => ({ id, stars: 4 }) },
      Customer: {
        __resolveReference: ({ id }: Reference) => ({ id }),
        reviews: () => [{ text: 'fine', product: { id: 'desk' } }],
      },
    }),
    startTestSubgraph('orders', orders, {
      Query: {
        me: () => ({ id: 'ada' }),
        ordersToday: () => 3,
        order: (_: unknown, { number }: { number: number }) => ({ number, product: { id: 'lamp' } }),
      },
      Mutation: {
        order: (_: unknown, { productId }: { productId: string }) => ({
          order: { number: 8, product: { id: productId } },
          product: { id: productId },
        }),
      },
      Customer: {
        __resolveReference: ({ id }: Reference) => ({ id }),
        orders: () => [{ number: 7, product: { id: 'lamp' } }],
      },
      Product: {
        __resolveReference: ({ id, price }: Reference) => ({ id, price }),
        shipping: ({ price = 0 }: Reference) => price / 10,
      },
    }),
  ])
  const [first, second, third] = started
  return {
    catalogue: first,
    reviews: second,
    orders: third,
    all: started,
    /** All is well again, and nothing has been asked. */
    async recover() {
      for (const subgraph of started) {
        await subgraph.recover()
        subgraph.requests.length = 0
      }
    },
    stop: () => Promise.all(started.map((subgraph) => subgraph.stop())),
  }
}

export type TestGraph = Awaited<ReturnType<typeof startTestGraph>>

/** The supergraph of some subgraphs. */
export function compose(subgraphs: readonly Pick<TestSubgraph, 'name' | 'url' | 'typeDefs'>[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, typeDefs }) => ({ name, url, typeDefs })),
  )
  if (!supergraphSdl) throw new Error(`the test's subgraphs do not compose: ${errors}`)
  return supergraphSdl
}
