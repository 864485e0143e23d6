import type { SupergraphSource } from '../supergraph-facts.ts'

/** Unions and interfaces whose members each subgraph knows others of, and fields computed from abstract ones. */
export const magazine: SupergraphSource = {
  name: 'magazine',
  subgraphs: {
    editors: `
      type Query { issue(year: Int!, number: Int! = 1): Issue, page: Page, latest(first: Int! = 2): [Content!]!, who: [Contributor] }
      interface Page { path: String! }
      interface Content { headline: String, by: Contributor, related: [Page], section: Section }
      union Contributor = Writer | Agency
      type Issue @key(fields: "volume { year } number") { volume: Volume!, number: Int!, contents: [Content], cover: Picture, name: String }
      type Volume @shareable { year: Int! }
      type Section @key(fields: "slug") { slug: String!, name: String, lead: Content, pages: [[Page!]!] }
      type Story implements Page & Content @key(fields: "path") {
        path: String!, related: [Page], section: Section!, headline: String!, by: Contributor, words: Int
        pictures: [Picture!]
      }
      type Video implements Page & Content @key(fields: "path") {
        path: String!, related: [Page], section: Section, headline: String, by: Contributor!, seconds: Int!, words: [String!]
      }
      type Picture @key(fields: "id") { id: ID!, alt: String, by: Contributor, author: Writer }
      type Writer @key(fields: "id") { id: ID!, name: String!, wrote: [Content!] }
      type Agency { name: String, pictures: [Picture] }
    `,
    adverts: `
      type Query { adverts(slot: Slot): [Placed], popular: [Page!] }
      enum Slot { TOP SIDE }
      interface Page { path: String! }
      type Advert implements Page @key(fields: "path") { path: String!, sponsor: String!, shown: [Placed!] }
      union Placed = Advert | Story | Section
      type Story implements Page @key(fields: "path") {
        path: String!
        by: Contributor @external
        pictures: [Picture!] @external
        adverts(slot: Slot! = TOP): [Advert]
        fee: Int @requires(fields: "by { ... on Writer { name } ... on Agency { name } } pictures { alt }")
      }
      union Contributor = Writer | Agency
      type Writer @key(fields: "id") { id: ID!, name: String! @external, rate: Float }
      type Agency { name: String @external }
      type Picture @key(fields: "id") { id: ID!, alt: String @external }
      type Section @key(fields: "slug") { slug: String!, adverts: [Advert!]! }
    `,
    readers: `
      type Query { reader(id: ID!): Reader, feed: [Liked] }
      type Mutation { like(path: String!): Liked, unlike(path: String!): Boolean, subscribe(reader: ID!, issues: [IssueInput!]! = [{ year: 2020 }]): Reader }
      input IssueInput { year: Int!, number: Int = 1 }
      union Liked = Story | Video | Writer
      type Reader @key(fields: "id") { id: ID!, likes: [Liked!], issues: [Issue]!, friend: Reader, notes: [[Note]] }
      type Note { on: Liked, text: String! }
      type Issue @key(fields: "volume { year } number") { volume: Volume!, number: Int!, readers: [Reader!] }
      type Volume @shareable { year: Int! }
      type Story @key(fields: "path") { path: String!, likes: Int!, likedBy(first: Int): [Reader!]! }
      type Video @key(fields: "path") { path: String!, likes: Int, likedBy(first: Int): [Reader!]! }
      type Writer @key(fields: "id") { id: ID!, fans: [Reader] }
    `,
  },
}
