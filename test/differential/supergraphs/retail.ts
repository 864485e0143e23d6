import type { SupergraphSource } from '../supergraph-facts.ts'

/** Several, composite and nested keys; fields computed from others': simple, chained, nested and of lists. */
export const retail: SupergraphSource = {
  name: 'retail',
  subgraphs: {
    catalogue: `
      type Query {
        product(id: ID!): Product
        products(first: Int = 2, only: ProductFilter): [Product]
        shelves: [[Product!]]!
        featured: Product!
        search(text: String, kinds: [Kind!] = [LAMP]): [Found]
        site: Site @shareable
      }
      enum Kind { LAMP DESK CHAIR }
      input ProductFilter { kinds: [Kind!], price: PriceRange = { min: 1 }, text: String }
      input PriceRange { min: Int! = 0, max: Int }
      union Found = Product | Maker | Article
      interface Named { name(locale: String = "en"): String }
      type Article { slug: String!, about: [Named], lead: Product }
      type Product implements Named @key(fields: "id") @key(fields: "sku maker { id }") {
        id: ID!
        sku: String!
        name(locale: String = "en"): String
        title: String!
        kind: Kind!
        tags: [String!]
        sizes: [[Int]!]
        dimensions: Dimensions
        price(currency: String! = "EUR"): Money
        maker: Maker!
        alike(first: Int): [Product!]
      }
      type Dimensions @shareable { width: Int!, height: Int, depth: Float }
      type Money @shareable { minor: Int!, currency: String }
      type Maker implements Named @key(fields: "id") {
        id: ID!
        name(locale: String = "en"): String
        country: String!
        products: [Product]!
      }
      type Site @key(fields: "host") { host: String!, locale: String, hero: Product }
    `,
    stock: `
      type Query { warehouse(code: String!): Warehouse, site: Site @shareable }
      type Product @key(fields: "sku maker { id }") {
        sku: String!
        maker: Maker!
        inStock: Int
        stockByWarehouse: [StockLevel!]
        weight: Float!
        fragile: Boolean
      }
      type Maker @key(fields: "id", resolvable: false) { id: ID! }
      type StockLevel { warehouse: Warehouse!, count: Int!, product: Product }
      type Warehouse @key(fields: "code") { code: String!, city: String, levels: [StockLevel] }
      type Site @key(fields: "host") { host: String!, warehouses: [Warehouse] }
    `,
    shipping: `
      type Query { carriers: [Carrier!], carrier(name: String!): Carrier }
      type Carrier { name: String!, carries: [Product], rate(weight: Float!): Money! }
      type Money @shareable { minor: Int!, currency: String }
      type Dimensions @shareable { width: Int!, height: Int, depth: Float }
      type Warehouse @key(fields: "code") { code: String!, carriers: [Carrier!]! }
      type Product @key(fields: "id") {
        id: ID!
        weight: Float! @external
        fragile: Boolean @external
        dimensions: Dimensions @external
        sizes: [[Int]!] @external
        maker: Maker! @external
        box: String @requires(fields: "dimensions { width height } sizes")
        shipping(express: Boolean = false): Money @requires(fields: "weight fragile")
        origin: String! @requires(fields: "maker { country }")
      }
      type Maker @key(fields: "id") { id: ID!, country: String! @external, local: Boolean @requires(fields: "country") }
    `,
    offers: `
      type Query { offers(kind: OfferKind): [Offer!] }
      type Mutation {
        makeOffer(input: OfferInput!): OfferPayload
        endOffer(id: ID!): OfferPayload
      }
      enum OfferKind { SALE BUNDLE }
      input OfferInput { productIds: [ID!]!, kind: OfferKind = SALE, note: String }
      type OfferPayload { offer: Offer, problems: [String!]! }
      type Offer @key(fields: "id") { id: ID!, kind: OfferKind, products: [Product!]!, best: Product }
      type Money @shareable { minor: Int!, currency: String }
      type Product @key(fields: "id") {
        id: ID!
        origin: String! @external
        box: String @external
        offer: Offer
        duty: Money @requires(fields: "origin box")
        wrapping: String @requires(fields: "box")
      }
    `,
  },
}
