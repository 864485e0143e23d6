import type { Suite } from '../suite.ts'

export default {
  about: 'external fields that nothing uses, and external keys of a type that nobody extends',
  resolvers: {
    a: {
      Query: { lamp: () => ({ id: 'l1', name: 'Lux' }) },
      Lamp: { __resolveReference: () => ({ id: 'l1', name: 'Lux' }) },
    },
    b: {
      Query: { cheapest: () => ({ id: 'l1' }) },
      Lamp: { __resolveReference: ({ id }) => ({ id }), price: () => 3 },
    },
    c: { Lamp: { __resolveReference: ({ id }) => ({ id }), watts: () => 40 } },
  },
  cases: [
    {
      promise: 'the owner is asked for a field that another only mentions',
      query: '{ cheapest { name price } }',
      data: { cheapest: { name: 'Lux', price: 3 } },
      asks: { a: 1, b: 1 },
    },
    {
      promise: 'an external key identifies as any other does',
      query: '{ lamp { watts price } cheapest { watts id } }',
      data: { lamp: { watts: 40, price: 3 }, cheapest: { watts: 40, id: 'l1' } },
    },
  ],
} satisfies Suite
