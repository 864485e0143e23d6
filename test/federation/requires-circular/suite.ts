import type { Suite } from '../suite.ts'

export default {
  about: 'two subgraphs that require of each other',
  resolvers: {
    posts: {
      Query: { posts: () => [{ id: 'p1' }, { id: 'p2' }] },
      Post: { __resolveReference: (post) => post, byExpert: ({ byBeginner }) => !byBeginner },
    },
    people: {
      Post: {
        __resolveReference: (post) => post,
        writer: ({ id, writer }) => writer ?? { id: id === 'p1' ? 'w1' : 'w2' },
        byBeginner: ({ writer }) => writer.years < 5,
      },
      Writer: { __resolveReference: (writer) => writer },
    },
    careers: { Writer: { __resolveReference: ({ id }) => ({ id, years: id === 'w1' ? 1 : 20 }) } },
  },
  cases: [
    {
      promise: 'a field requires what its own subgraph begins and another completes',
      query: '{ posts { byBeginner } }',
      data: { posts: [{ byBeginner: true }, { byBeginner: false }] },
    },
    {
      promise: 'and a field of the first subgraph requires that one',
      query: '{ posts { byExpert id byBeginner } }',
      data: {
        posts: [
          { byExpert: false, id: 'p1', byBeginner: true },
          { byExpert: true, id: 'p2', byBeginner: false },
        ],
      },
    },
  ],
} satisfies Suite
