import type { SupergraphSource } from '../supergraph-facts.ts'

/** An interface that is an entity, of which other subgraphs know no members; interfaces and unions of entities. */
export const library: SupergraphSource = {
  name: 'library',
  subgraphs: {
    holdings: `
      type Query {
        item(id: ID!): Item
        items: [Item]
        books(genres: [Genre]): [Book!]
        newest: Item!
        node(id: ID!): Node
        finds: [Find]!
      }
      enum Genre { CRIME POETRY SCIENCE }
      scalar Marc
      interface Node { id: ID! }
      interface Item implements Node @key(fields: "id") { id: ID!, title: String!, year: Int, copies: [Copy!], record: Marc, sequel: Item }
      type Book implements Item & Node @key(fields: "id") {
        id: ID!, title: String!, year: Int!, copies: [Copy!], record: Marc, sequel: Item
        pages: Int, genre: Genre, author: Person
      }
      type Film implements Item & Node @key(fields: "id") {
        id: ID!, title: String!, year: Int, copies: [Copy!], record: Marc, sequel: Item
        minutes: Int!, cast: [Person], pages: String
      }
      type Score implements Item & Node @key(fields: "id") {
        id: ID!, title: String!, year: Int, copies: [Copy!], record: Marc, sequel: Item
        key: String, composer: Person!
      }
      type Copy @key(fields: "barcode") { barcode: String!, shelf: String, item: Item! }
      type Person implements Node @key(fields: "id") { id: ID!, name: String, made: [Item!] }
      union Find = Book | Person | Copy
    `,
    reviews: `
      type Query { bestRated(limit: Int! = 3): [Item!], critics: [Person] }
      type Mutation { review(item: ID!, stars: Int!, text: String): Review, forget(id: ID!): Boolean }
      type Item @key(fields: "id") @interfaceObject { id: ID!, stars: Float, reviews(first: Int): [Review!], rank: Int! }
      type Review @key(fields: "id") { id: ID!, text: String, item: Item, critic: Person! }
      type Person @key(fields: "id") { id: ID!, reviews: [Review]! }
    `,
    loans: `
      type Query { reader(card: String!): Reader, overdue: [Loan] }
      type Mutation { lend(barcode: String!, card: String!): Loan }
      type Reader @key(fields: "card") { card: String!, loans: [Loan!], wishes: [Item], fines: [[Int!]!] }
      type Loan { copy: Copy, reader: Reader!, due: String!, history: [Holder!] }
      union Holder = Reader | Branch
      type Branch { name: String!, keeper: Person, copies: [Copy] }
      type Copy @key(fields: "barcode") { barcode: String!, onLoan: Boolean, loans: [Loan!]! }
      type Item @key(fields: "id") @interfaceObject {
        id: ID!, title: String! @external, year: Int @external
        waiting: Int!, label: String @requires(fields: "title"), age: Int @requires(fields: "year")
      }
      type Person @key(fields: "id", resolvable: false) { id: ID! }
    `,
  },
}
