import type { Suite } from '../suite.ts'

export default {
  about: 'a child that depends on what is known of its parent in a third subgraph',
  resolvers: {
    a: {
      Product: {
        __resolveReference: ({ id, pid }) => ({ id, pid }),
        category: ({ pid }) => ({ id: 'c3', details: `because of ${pid}` }),
      },
    },
    b: { Product: { __resolveReference: ({ id }) => ({ id, pid: `${id}-pid` }) } },
    c: { Category: { __resolveReference: ({ id }) => ({ id, name: `category ${id}` }) } },
    d: { Query: { productOfD: (_, { id }) => ({ id, name: `product ${id}` }) } },
  },
  cases: [
    {
      promise: 'the way to the child leads through its parent, and the child leads on',
      query: '{ productOfD(id: "1") { id name category { id name details } } }',
      data: {
        productOfD: {
          id: '1',
          name: 'product 1',
          category: { id: 'c3', name: 'category c3', details: 'because of 1-pid' },
        },
      },
      asks: { a: 1, b: 1, c: 1, d: 1 },
    },
  ],
} satisfies Suite
