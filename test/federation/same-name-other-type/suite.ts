import type { Suite } from '../suite.ts'

export default {
  about: 'one response name for fields of different types in different members',
  resolvers: {
    people: {
      Query: {
        guests: () => [{ id: null, name: null }],
        accounts: () => [
          { __typename: 'Guest', id: 'g1', name: null, number: null },
          { __typename: 'Admin', id: 'a1', name: 'Root' },
          { __typename: 'Bot', number: 7 },
        ],
      },
      Admin: { __resolveReference: ({ id }) => ({ id, name: 'Root' }) },
      Bot: { __resolveReference: (bot) => bot },
    },
    extra: {
      Query: {
        things: () => [
          { __typename: 'Shoe', id: 's1', size: 42, price: [1, null], colour: null },
          { __typename: 'Box', id: 'b1', size: [1, 2], price: { amount: 5 }, colour: 'red' },
        ],
      },
      Admin: { __resolveReference: ({ id }) => ({ id, photos: ['p'], size: 1 }) },
      Bot: { __resolveReference: ({ number }) => ({ number, model: `model ${number}` }) },
    },
    shapes: {
      Shoe: { __resolveReference: (shoe) => shoe, fit: ({ size }) => `shoe of ${size}` },
      Box: { __resolveReference: (box) => box, fit: ({ size }) => `box of ${size.join('x')}` },
    },
  },
  cases: [
    {
      promise: 'a key of one member does not disturb a field of the same name, that may be null, of another',
      query: '{ accounts { ... on Admin { photos } ... on Guest { id number } ... on Bot { model } } }',
      data: { accounts: [{ id: 'g1', number: null }, { photos: ['p'] }, { model: 'model 7' }] },
      representations: {
        extra: [
          { __typename: 'Admin', id: 'a1' },
          { __typename: 'Bot', number: 7 },
        ],
      },
    },
    {
      promise: 'a name that is never null in one subgraph only can be asked of all members',
      query: '{ accounts { ... on Guest { name } ... on Admin { name photos } } guests { id name } }',
      data: {
        accounts: [{ name: null }, { name: 'Root', photos: ['p'] }, {}],
        guests: [{ id: null, name: null }],
      },
    },
    {
      promise: 'the client may use the name of a key for another field',
      query: '{ accounts { ... on Admin { id: name photos } ... on Bot { number: model } } }',
      data: { accounts: [{}, { id: 'Root', photos: ['p'] }, { number: 'model 7' }] },
    },
    {
      promise: 'a null that one type allows and another does not',
      query: '{ things { ... on Shoe { colour } ... on Box { colour } } }',
      data: { things: [{ colour: null }, { colour: 'red' }] },
    },
    {
      promise: 'fields of different types under different names',
      query: '{ things { ... on Shoe { s: size p: price } ... on Box { t: size q: price { amount } } } }',
      data: {
        things: [
          { s: 42, p: [1, null] },
          { t: [1, 2], q: { amount: 5 } },
        ],
      },
    },
    {
      promise: 'two members that each require a field of one name and of different types',
      query: '{ things { ... on Shoe { fit } ... on Box { fit id } } }',
      data: { things: [{ fit: 'shoe of 42' }, { fit: 'box of 1x2', id: 'b1' }] },
    },
    {
      promise: 'a name for two types that no client could tell apart is refused',
      query: '{ things { ... on Shoe { fit size } ... on Box { fit size: id } } }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
  ],
} satisfies Suite
