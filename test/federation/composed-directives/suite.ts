import type { Suite } from '../suite.ts'

export default {
  about: 'directives for operations that subgraphs compose by a link of their own',
  resolvers: {
    a: { Query: { a: () => ({ id: 't1' }) } },
    b: { Query: { b: () => 'b' }, Thing: { __resolveReference: ({ id }) => ({ id, name: 'thing' }) } },
  },
  cases: [
    {
      promise: 'can be used, with the defaults of their arguments',
      query: '{ a @show { id name @show } b @show }',
      data: { a: { id: 't1', name: 'thing' }, b: 'b' },
    },
    {
      promise: 'change nothing where nobody uses them',
      query: '{ a { id name } b }',
      data: { a: { id: 't1', name: 'thing' }, b: 'b' },
    },
  ],
} satisfies Suite
