import type { Suite } from '../suite.ts'

export default {
  about: 'one response name for fields of different types in different members',
  resolvers: {
    people: {
      Query: {
        guests: () => [{ id: null, name: null }],
        accounts: () => [
          { __typename: 'Guest', id: 'g1', name: null },
          { __typename: 'Admin', id: 'a1', name: 'Root' },
        ],
      },
      Admin: { __resolveReference: ({ id }) => ({ id, name: 'Root' }) },
    },
    extra: {
      Query: {
        things: () => [
          { __typename: 'Shoe', id: 's1', size: 42, price: [1, null] },
          { __typename: 'Box', id: 'b1', size: [1, 2], price: { amount: 5 } },
        ],
      },
      Admin: { __resolveReference: ({ id }) => ({ id, photos: ['p'], size: 1 }) },
    },
    shapes: {
      Shoe: { __resolveReference: ({ id }) => ({ id, colour: null }) },
      Box: { __resolveReference: ({ id }) => ({ id, colour: 'red' }) },
    },
  },
  cases: [
    {
      promise: 'a key that may be null in one member and not in another shows as itself',
      query: '{ accounts { ... on Admin { id } ... on Guest { id name } } }',
      data: { accounts: [{ id: 'g1', name: null }, { id: 'a1' }] },
    },
    {
      promise: 'also with an entity behind one of them',
      query: '{ accounts { ... on Guest { name id } ... on Admin { photos name id } } guests { id name } }',
      data: {
        accounts: [
          { name: null, id: 'g1' },
          { photos: ['p'], name: 'Root', id: 'a1' },
        ],
        guests: [{ id: null, name: null }],
      },
    },
    {
      promise: 'a null that one type allows and another does not',
      query: '{ things { ... on Shoe { colour } ... on Box { colour } } }',
      data: { things: [{ colour: null }, { colour: 'red' }] },
    },
    {
      promise: 'other types by other names, whichever member',
      query: '{ things { ... on Shoe { s: size p: price } ... on Box { t: size q: price { amount } } } }',
      data: {
        things: [
          { s: 42, p: [1, null] },
          { t: [1, 2], q: { amount: 5 } },
        ],
      },
    },
  ],
} satisfies Suite
