import type { Suite } from '../suite.ts'

export default {
  about: 'requirements with fragments on unions and interfaces',
  resolvers: {
    a: {
      Query: {
        cases: () => [
          {
            id: 'c1',
            proof: { __typename: 'Photo', width: 7, size: { mb: 2 } },
            witness: { __typename: 'Person', name: 'Ada', age: 30 },
          },
          {
            id: 'c2',
            proof: { __typename: 'Letter', words: 90 },
            witness: { __typename: 'Camera', name: 'Door', model: 'X' },
          },
          { id: 'c3', proof: null, witness: null },
        ],
      },
    },
    b: {
      Case: {
        __resolveReference: (reference) => reference,
        weight: ({ proof }) => (proof === null ? null : (proof.words ?? proof.width * proof.size.mb)),
        trust: ({ witness }) =>
          witness === null ? null : `${witness.__typename} ${witness.name} ${witness.age ?? witness.model}`,
      },
    },
  },
  cases: [
    {
      promise: 'of each member of a union, that is handed on which is required of it',
      query: '{ cases { weight } }',
      data: { cases: [{ weight: 14 }, { weight: 90 }, { weight: null }] },
      asks: { b: 1 },
    },
    {
      promise: 'of each type of an interface, its name with its fields',
      query: '{ cases { trust } }',
      data: { cases: [{ trust: 'Person Ada 30' }, { trust: 'Camera Door X' }, { trust: null }] },
    },
    {
      promise: 'the client selects in its own way beside it',
      query: `{ cases {
        proof { kind: __typename ... on Photo { w: width } }
        weight
        witness { ... on Camera { name: model } ... on Person { name } }
      } }`,
      data: {
        cases: [
          { proof: { kind: 'Photo', w: 7 }, weight: 14, witness: { name: 'Ada' } },
          { proof: { kind: 'Letter' }, weight: 90, witness: { name: 'X' } },
          { proof: null, weight: null, witness: null },
        ],
      },
    },
    {
      promise: 'a name that the client gives another field of one type does not reach the requirement',
      query: '{ cases { witness { ... on Camera { name: model } } trust } }',
      data: {
        cases: [
          { witness: {}, trust: 'Person Ada 30' },
          { witness: { name: 'X' }, trust: 'Camera Door X' },
          { witness: null, trust: null },
        ],
      },
    },
  ],
} satisfies Suite
