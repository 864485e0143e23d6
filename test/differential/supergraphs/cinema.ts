import type { SupergraphSource } from '../supergraph-facts.ts'

/** What more than one subgraph can answer: shared root fields, shared value types, parts that come along. */
export const cinema: SupergraphSource = {
  name: 'cinema',
  subgraphs: {
    films: `
      type Query {
        me: Viewer @shareable
        film(id: ID!): Film @shareable
        films: [Film!]! @shareable
        hall(number: Int!): Hall @shareable
        channel: Channel! @shareable
      }
      type Film @key(fields: "id") @key(fields: "imdb") {
        id: ID!, imdb: ID!
        title: String @shareable
        length: Length @shareable
        posters: [Image!] @shareable
        director: Artist @shareable
        cast(lead: Boolean): [Artist!]
      }
      type Length @shareable { minutes: Int!, text(long: Boolean! = true): String }
      type Image @shareable { url: String!, width: Int, frames: [[Frame!]] }
      type Frame @shareable { at: Float, rgb: [Int!]! }
      type Artist @key(fields: "id") { id: ID!, name: String! @shareable, films: [Film] }
      type Viewer @key(fields: "id") { id: ID!, favourite: Film }
      type Hall @shareable { number: Int!, seats: Int, film: Film }
      type Channel @shareable { name: String!, now: Slot, lineup: [Slot!] }
      type Slot @shareable { at: String, film: Film! }
    `,
    showings: `
      type Query {
        me: Viewer @shareable
        film(id: ID!): Film @shareable
        hall(number: Int!): Hall @shareable
        showings(on: String): [Showing]
        channel: Channel! @shareable
      }
      type Film @key(fields: "id") {
        id: ID!
        title: String @shareable
        length: Length @shareable
        director: Artist @external
        showings: [Showing!]!
      }
      type Length @shareable { minutes: Int!, text(long: Boolean! = true): String }
      type Viewer @key(fields: "id") { id: ID!, tickets: [Ticket!], next: Showing }
      type Hall @shareable { number: Int!, seats: Int, film: Film }
      type Ticket { seat: String!, showing: Showing! }
      type Artist @key(fields: "id") { id: ID!, name: String! @external }
      type Showing @key(fields: "id") {
        id: ID!, at: String, hall: Hall!
        film: Film @provides(fields: "director { name }")
        host: Artist @provides(fields: "name")
        guests: [Artist!]
      }
      type Channel @shareable { name: String!, now: Slot, lineup: [Slot!] }
      type Slot @shareable { at: String, film: Film! }
    `,
    ratings: `
      type Query {
        me: Viewer @shareable
        films: [Film!]! @shareable
        top(of: Int = 2): [Film]
      }
      type Mutation {
        rate(film: ID!, stars: Int! = 3): Film
        rateAll(ratings: [RatingInput!]!): [Rating]
      }
      input RatingInput { film: ID!, stars: [Int], why: String = "because" }
      type Film @key(fields: "imdb") {
        imdb: ID!
        posters: [Image!] @shareable
        rating: Rating
        ratings: [Rating]
      }
      type Image @shareable { url: String!, width: Int, frames: [[Frame!]] }
      type Frame @shareable { at: Float, rgb: [Int!]! }
      type Rating { stars: Int!, by: Viewer, film: Film! }
      type Viewer @key(fields: "id") { id: ID!, nick: String!, ratings: [Rating!]! }
    `,
  },
}
