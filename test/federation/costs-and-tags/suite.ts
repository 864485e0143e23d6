import type { Suite } from '../suite.ts'

export default {
  about: 'directives that say something of the schema',
  resolvers: {
    a: {
      Query: {
        songs: (_, { first }) => ['a', 'b', 'c'].slice(0, first).map((id) => ({ id, title: `song ${id}` })),
      },
    },
    b: { Song: { __resolveReference: ({ id }) => ({ id, plays: 5 }) } },
  },
  cases: [
    {
      promise: 'they change no answer',
      query: '{ songs { title plays } one: songs(first: 1) { id } }',
      data: {
        songs: [
          { title: 'song a', plays: 5 },
          { title: 'song b', plays: 5 },
        ],
        one: [{ id: 'a' }],
      },
    },
  ],
} satisfies Suite
