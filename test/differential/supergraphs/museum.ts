import type { SupergraphSource } from '../supergraph-facts.ts'

/** Keys that clients don't see, fields that have moved, custom scalars, and fields computed with arguments. */
export const museum: SupergraphSource = {
  name: 'museum',
  subgraphs: {
    archive: `
      type Query { object(number: Int!): Exhibit, objects(where: Where = { any: true }): [Exhibit], storage: [Room!] }
      input Where { any: Boolean, room: RoomInput, meta: Meta, tags: [[String!]!] }
      input RoomInput { floor: Int! = 1, wing: Wing! }
      enum Wing { NORTH SOUTH VAULT @inaccessible }
      scalar Meta
      scalar Day
      type Exhibit @key(fields: "serial") @key(fields: "number") {
        serial: ID! @inaccessible
        number: Int!
        name: String
        made: Day
        meta(deep: Boolean = false): Meta
        metas: [[Meta!]]
        worth(currency: Currency! = EUR, on: Day): Worth
        room: Room
        secret: String @inaccessible
        parts: [Part]
        story: String
        weight(unit: Unit = KG): Float
      }
      enum Currency { EUR USD }
      enum Unit { KG LB }
      type Worth { amount: Int!, currency: Currency!, on: Day }
      union Part = Exhibit | Fragment | Note
      type Fragment { of: Exhibit!, size: Int, name: String! }
      type Note @inaccessible { text: String }
      type Room @key(fields: "wing floor number") { wing: Wing!, floor: Int!, number: Int!, exhibits: [Exhibit!], climate: Meta }
    `,
    insurance: `
      type Query { policies: [Policy] }
      type Exhibit @key(fields: "serial") {
        serial: ID!
        secret: String @external
        worth(currency: Currency! = EUR, on: Day): Worth @external
        weight(unit: Unit = KG): Float @external
        policy: Policy
        premium: Int @requires(fields: "worth(currency: USD) { amount currency }")
        freight: Float @requires(fields: "weight(unit: LB)")
        alarm: Boolean! @requires(fields: "secret")
      }
      enum Currency { EUR USD }
      enum Unit { KG LB }
      scalar Day
      type Worth { amount: Int! @external, currency: Currency! @external }
      type Policy @key(fields: "id") { id: ID!, covers: [Exhibit!]!, until: Day, terms: [[String]!]! }
    `,
    guides: `
      type Query { tours(first: Int, after: Day): [Tour!], guide(name: String): Guide }
      type Mutation {
        book(tour: ID!, people: Int! = 1, meta: Meta): Booking
        cancel(booking: ID!, why: Reason = OTHER): Booking
        note(text: String!, day: Day): String
      }
      enum Reason { ILL OTHER }
      scalar Meta
      scalar Day
      type Booking { tour: Tour, people: Int!, meta: Meta, stops: [Stop!] }
      interface Stop { minutes: Int, at: Exhibit }
      type Talk implements Stop { minutes: Int, at: Exhibit, guide: Guide!, topic: String! }
      type Look implements Stop { minutes: Int!, at: Exhibit, topic: [String] }
      type Tour @key(fields: "id") { id: ID!, stops: [Stop], guide: Guide, rooms: [Room] }
      type Guide { name: String!, tours: [Tour!]!, likes: Exhibit }
      type Exhibit @key(fields: "number") {
        number: Int!
        story: String @override(from: "archive")
        tours: [Tour!]
        premium: Int @external
        freight: Float @external
        pitch: String @requires(fields: "premium freight")
      }
      type Room @key(fields: "wing floor number") { wing: Wing!, floor: Int!, number: Int!, guide: Guide }
      enum Wing { NORTH SOUTH VAULT @inaccessible }
    `,
  },
}
