import type { Suite } from '../suite.ts'

export default {
  about: 'requirements that have requirements',
  resolvers: {
    start: { Query: { start: () => ({ id: 's' }) } },
    a: {
      Query: { sum: () => ({ id: 's', one: 1 }) },
      Sum: {
        __resolveReference: (sum) => ({ one: 1, ...sum }),
        three: ({ two }) => two + 1,
        five: ({ four }) => four + 1,
      },
    },
    b: {
      Sum: { __resolveReference: (sum) => sum, two: ({ one }) => one + 1, four: ({ three }) => three + 1 },
    },
    c: { Sum: { __resolveReference: (sum) => sum, six: ({ five }) => five + 1 } },
  },
  cases: [
    {
      promise: 'a field requires one that requires one, from elsewhere',
      query: '{ start { two } sum { three } }',
      data: { start: { two: 2 }, sum: { three: 3 } },
    },
    {
      promise: 'each waits for what it requires, back and forth, from elsewhere',
      query: '{ start { six } }',
      data: { start: { six: 6 } },
    },
    {
      promise: 'each waits for what it requires, back and forth, from one of the two',
      query: '{ sum { six } }',
      data: { sum: { six: 6 } },
    },
    {
      promise: 'what a field requires is worked out again in the subgraph where the way began',
      query: '{ sum { four } }',
      data: { sum: { four: 4 } },
    },
    {
      promise: 'all of the chain can be asked for, in any order',
      query: '{ sum { six two five one four three } }',
      data: { sum: { six: 6, two: 2, five: 5, one: 1, four: 4, three: 3 } },
    },
    {
      promise: 'the end of the chain is lost with its beginning, and each loss is told once',
      query: '{ sum { one six two } }',
      data: { sum: { one: 1, six: null, two: null } },
      down: ['b'],
      errors: ['sum.six SUBGRAPH_UNAVAILABLE', 'sum.two SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
