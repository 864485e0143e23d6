import type { Suite } from '../suite.ts'

const record = { id: 'x1', ean: '978', title: 'Blue', number: 'n-1', price: 9.5 }

export default {
  about: 'a type of Federation 1 that is extended by a key its owner has not',
  resolvers: {
    catalogue: { Query: { fromCatalogue: () => record }, Record: { __resolveReference: () => record } },
    prices: {
      Query: { fromPrices: () => ({ id: 'x1', number: 'n-1', price: 9.5 }) },
      Record: { __resolveReference: () => record },
    },
  },
  cases: [
    {
      promise: 'all of it comes, from whichever side it is begun',
      query: '{ fromPrices { id number price ean title } fromCatalogue { price ean } }',
      data: {
        fromPrices: { id: 'x1', number: 'n-1', price: 9.5, ean: '978', title: 'Blue' },
        fromCatalogue: { price: 9.5, ean: '978' },
      },
    },
  ],
} satisfies Suite
