// The four subgraphs of the field's public gateway benchmark (graphql-hive/graphql-gateways-benchmark): the types,
// keys, @requires and @provides are the same.

const link = (...directives: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ${JSON.stringify(directives)})`

export interface SubgraphSource {
  name: string
  sdl: string
}

const accounts: SubgraphSource = {
  name: 'accounts',
  sdl: `${link('@key', '@shareable')}
    type Query {
      me: User
      user(id: ID!): User
      users: [User]
    }
    type User @key(fields: "id") {
      id: ID!
      name: String
      username: String @shareable
      birthday: Int
    }`,
}

const inventory: SubgraphSource = {
  name: 'inventory',
  sdl: `${link('@key', '@external', '@requires')}
    type Product @key(fields: "upc") {
      upc: String!
      weight: Int @external
      price: Int @external
      inStock: Boolean
      shippingEstimate: Int @requires(fields: "price weight")
    }`,
}

const products: SubgraphSource = {
  name: 'products',
  sdl: `${link('@key')}
    type Query {
      topProducts(first: Int = 5): [Product]
    }
    type Product @key(fields: "upc") {
      upc: String!
      name: String
      price: Int
      weight: Int
    }`,
}

const reviews: SubgraphSource = {
  name: 'reviews',
  sdl: `${link('@key', '@external', '@provides')}
    type Review @key(fields: "id") {
      id: ID!
      body: String
      product: Product
      author: User @provides(fields: "username")
    }
    type User @key(fields: "id") {
      id: ID!
      username: String @external
      reviews: [Review]
    }
    type Product @key(fields: "upc") {
      upc: String!
      reviews: [Review]
    }`,
}

const warehouseCount = 100

/** Fields of one product that are in as many subgraphs: nobody can ask for them in fewer requests. */
const warehouses = Array.from({ length: warehouseCount }, (_, index): SubgraphSource => {
  const number = String(index + 1).padStart(3, '0')
  return {
    name: `warehouse${number}`,
    sdl: `${link('@key')}
      type Product @key(fields: "upc") {
        upc: String!
        stock${number}: Int
      }`,
  }
})

export const stockFields = warehouses.map(({ name }) => name.replace('warehouse', 'stock'))

/** The subgraphs that one supergraph is composed of. */
export const graphs = {
  shop: [accounts, inventory, products, reviews],
  wide: [products, ...warehouses],
} satisfies Record<string, SubgraphSource[]>

export type GraphName = keyof typeof graphs

/** Every subgraph, each once. */
export const allSubgraphs: SubgraphSource[] = [...new Set([...graphs.shop, ...graphs.wide])]
