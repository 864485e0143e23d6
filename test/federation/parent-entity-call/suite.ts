import type { Suite } from '../suite.ts'

const family = { id: 'rosaceae', details: 'with five petals', name: 'Rose' }

export default {
  about: 'a value whose parts can only be had through the entity above it',
  resolvers: {
    a: {
      Query: {
        plants: () => [
          { id: 'p1', code: 'x' },
          { id: 'p2', code: 'y' },
        ],
        plantInA: (_, { id }) => ({ id, code: 'x' }),
      },
      Plant: { __resolveReference: (plant) => plant },
    },
    b: {
      Plant: { __resolveReference: ({ id, code }) => ({ id, code, family: id === 'p1' ? family : null }) },
    },
    c: {
      Plant: { __resolveReference: ({ id, code }) => ({ id, code, family: id === 'p1' ? family : null }) },
    },
  },
  cases: [
    {
      promise: 'both parts of a value without a key come together, each from its subgraph',
      query: '{ plants { id family { name details id } } }',
      data: {
        plants: [
          { id: 'p1', family: { name: 'Rose', details: 'with five petals', id: 'rosaceae' } },
          { id: 'p2', family: null },
        ],
      },
      asks: { b: 1, c: 1 },
    },
    {
      promise: 'one part asks one of them',
      query: '{ plantInA(id: "p1") { family { details } } }',
      data: { plantInA: { family: { details: 'with five petals' } } },
      asks: { b: 1, c: 0 },
    },
    {
      promise: 'a part that is lost leaves the other',
      query: '{ plantInA(id: "p1") { family { name details } } }',
      data: { plantInA: { family: { name: 'Rose', details: null } } },
      down: ['b'],
      errors: ['plantInA.family.details SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
