import type { SupergraphSource } from '../supergraph-facts.ts'

/** Few allow null: what is lost takes much with it, through the subgraphs' answers and through what joins them. */
export const music: SupergraphSource = {
  name: 'music',
  subgraphs: {
    songs: `
      type Query { song(id: ID!): Song!, songs: [Song!]!, charts: [[Song!]!]!, artist: Artist, playable: [Playable!] }
      union Playable = Song | Album | Station
      type Station { name: String!, song: Song!, maybe: Song }
      type Song @key(fields: "id") { id: ID!, name: String!, seconds: Int!, artist: Artist!, albums: [Album!]!, mood: Mood }
      type Mood @shareable { name: String!, tempo: Tempo! }
      type Tempo @shareable { bpm: Int!, marking: String! }
      type Album @key(fields: "code") { code: String!, name: String!, songs: [Song!] }
      type Artist @key(fields: "id") { id: ID!, name: String!, songs: [Song!]!, best: Song! }
    `,
    lyrics: `
      type Query { lyrics(text: String! = "la"): [Lyrics!] }
      type Song @key(fields: "id") { id: ID!, lyrics: Lyrics!, languages: [[String!]!]!, mood: Mood @external, accent: String! @requires(fields: "mood { tempo { marking } }") }
      type Mood @shareable { name: String!, tempo: Tempo! }
      type Tempo @shareable { bpm: Int!, marking: String! }
      type Lyrics { song: Song!, lines: [Line!]!, poet: Artist! }
      type Line { text: String!, words: [[String!]]! }
      type Artist @key(fields: "id") { id: ID!, poems: [Lyrics!]!, language: String! }
    `,
    rights: `
      type Query { owner(of: ID): Owner!, fees: [Fee!] }
      type Song @key(fields: "id") {
        id: ID!
        seconds: Int! @external
        accent: String! @external
        owners: [Owner!]!
        fee(in: [Country!]! = [DE]): Fee! @requires(fields: "seconds")
        label: String! @requires(fields: "accent seconds")
      }
      enum Country { DE FR }
      interface Owner { share: Int!, songs: [Song!] }
      type Label implements Owner { share: Int!, songs: [Song!]!, name: String!, albums: [Album!]! }
      type Heir implements Owner { share: Int!, songs: [Song!], of: Artist!, name: Int }
      type Album @key(fields: "code") { code: String!, label: Label!, fee: Fee }
      type Artist @key(fields: "id") { id: ID!, heirs: [Heir!], label: Label! }
      type Fee { cents: Int!, to: Owner! }
    `,
  },
}
