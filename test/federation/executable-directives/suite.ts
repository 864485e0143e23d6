import type { Suite } from '../suite.ts'

export default {
  about: 'directives of the graph’s own in operations',
  resolvers: {
    a: { Query: { a: () => ({ id: 't1' }) } },
    b: { Query: { b: () => 'b' }, Thing: { __resolveReference: ({ id }) => ({ id, name: 'thing' }) } },
  },
  cases: [
    {
      promise: 'with the defaults of its arguments',
      query: 'query @show { a @show { id name @show } b @show }',
      data: { a: { id: 't1', name: 'thing' }, b: 'b' },
    },
    {
      promise: 'with arguments, literal and variable, on fragments too',
      query:
        'query ($n: Int) { a { ...Name @show(to: STAFF) ... @show(times: $n) { id } } b @show(times: 3) } fragment Name on Thing { name @show(to: STAFF, times: $n) }',
      variables: { n: 2 },
      data: { a: { name: 'thing', id: 't1' }, b: 'b' },
    },
    {
      promise: 'with an argument that it does not take it is refused',
      query: '{ b @show(to: NOBODY) }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
  ],
} satisfies Suite
