import type { Suite } from '../suite.ts'

export default {
  about: 'a field that requires one that requires one, from each of three subgraphs',
  resolvers: {
    shop: {
      Query: { goods: () => [{ id: 'g1', price: 100 }] },
      Good: { __resolveReference: ({ id }) => ({ id, price: 100 }) },
    },
    stock: {
      Query: { inStock: () => ({ id: 'g1' }) },
      Good: { __resolveReference: (good) => good, freight: ({ price }) => price / 10 },
    },
    taxes: {
      Query: { taxed: () => ({ id: 'g1' }) },
      Good: {
        __resolveReference: (good) => good,
        tax: ({ freight }) => freight / 2,
        whole: ({ freight, price }) => freight + price,
      },
    },
  },
  cases: [
    {
      promise: 'from the subgraph of the first',
      query: '{ goods { tax } }',
      data: { goods: [{ tax: 5 }] },
      asks: { shop: 1, stock: 1, taxes: 1 },
    },
    {
      promise: 'from the subgraph of the one between',
      query: '{ inStock { tax } }',
      data: { inStock: { tax: 5 } },
    },
    {
      promise: 'from the subgraph of the one between, which is asked for as well',
      query: '{ inStock { freight tax } }',
      data: { inStock: { freight: 10, tax: 5 } },
    },
    {
      promise: 'from the subgraph of the last',
      query: '{ taxed { tax } }',
      data: { taxed: { tax: 5 } },
    },
    {
      promise: 'one field that requires the first and the second',
      query: '{ goods { whole tax price } taxed { whole freight } }',
      data: { goods: [{ whole: 110, tax: 5, price: 100 }], taxed: { whole: 110, freight: 10 } },
    },
  ],
} satisfies Suite
