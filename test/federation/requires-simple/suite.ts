import type { Suite } from '../suite.ts'

const goods = [
  { id: 'g1', name: 'Anvil', price: 100, weight: 50 },
  { id: 'g2', name: 'Feather', price: null, weight: 1 },
]

export default {
  about: 'fields that are worked out of those of another subgraph',
  resolvers: {
    shelves: { Query: { shelved: () => [{ id: 'g1' }, { id: 'g2' }] } },
    goods: {
      Query: { goods: () => goods },
      Good: { __resolveReference: ({ id }) => goods.find((good) => good.id === id) ?? null },
    },
    freight: {
      Query: { lastSent: () => ({ id: 'g1' }) },
      Good: {
        __resolveReference: (good) => good,
        freight: ({ price, weight }) =>
          price === undefined || weight === undefined ? -1 : (price ?? 0) + weight,
        freightText: ({ price, weight }) => `${price} for ${weight}`,
        insured: ({ price }) => (price === null ? null : price > 50),
        sent: () => 3,
      },
    },
  },
  cases: [
    {
      promise: 'what is required comes first and does not show',
      query: '{ goods { freight } }',
      data: { goods: [{ freight: 150 }, { freight: 1 }] },
      asks: { goods: 1, freight: 1 },
    },
    {
      promise: 'what is required and null is handed on as null',
      query: '{ goods { insured freightText } }',
      data: {
        goods: [
          { insured: true, freightText: '100 for 50' },
          { insured: null, freightText: 'null for 1' },
        ],
      },
      asks: { freight: 1 },
      representations: {
        freight: [
          // What requires less is told less, so that it is lost with nothing else, in the same request.
          { __typename: 'Good', price: 100, id: 'g1' },
          { __typename: 'Good', price: null, id: 'g2' },
          { __typename: 'Good', price: 100, weight: 50, id: 'g1' },
          { __typename: 'Good', price: null, weight: 1, id: 'g2' },
        ],
      },
    },
    {
      promise: 'a client may want what is required as well, anywhere',
      query: '{ goods { weight freight sent price name } }',
      data: {
        goods: [
          { weight: 50, freight: 150, sent: 3, price: 100, name: 'Anvil' },
          { weight: 1, freight: 1, sent: 3, price: null, name: 'Feather' },
        ],
      },
      asks: { freight: 1 },
    },
    {
      promise: 'a subgraph is left and entered again for what its field requires',
      query: '{ lastSent { sent freight } }',
      data: { lastSent: { sent: 3, freight: 150 } },
      asks: { freight: 2, goods: 1 },
    },
    {
      promise: 'where what is required is lost, so is what requires it, and nothing else',
      query: '{ lastSent { sent freight insured name } }',
      data: { lastSent: { sent: 3, freight: null, insured: null, name: null } },
      down: ['goods'],
      errors: [
        'lastSent.freight SUBGRAPH_UNAVAILABLE',
        'lastSent.insured SUBGRAPH_UNAVAILABLE',
        'lastSent.name SUBGRAPH_UNAVAILABLE',
      ],
    },
    {
      promise: 'from a third subgraph, what requires something and what does not come together',
      query: '{ shelved { sent freight name } }',
      data: {
        shelved: [
          { sent: 3, freight: 150, name: 'Anvil' },
          { sent: 3, freight: 1, name: 'Feather' },
        ],
      },
    },
    {
      promise: 'what requires nothing is not lost with what its neighbour requires',
      query: '{ shelved { sent freight name } }',
      data: {
        shelved: [
          { sent: 3, freight: null, name: null },
          { sent: 3, freight: null, name: null },
        ],
      },
      down: ['goods'],
      errors: [
        'shelved.0.freight SUBGRAPH_UNAVAILABLE',
        'shelved.0.name SUBGRAPH_UNAVAILABLE',
        'shelved.1.freight SUBGRAPH_UNAVAILABLE',
        'shelved.1.name SUBGRAPH_UNAVAILABLE',
      ],
    },
    {
      promise: 'what one of two fields requires may be lost, and the other is not',
      query: '{ shelved { insured freightText } }',
      data: {
        shelved: [
          { insured: true, freightText: null },
          { insured: null, freightText: 'null for 1' },
        ],
      },
      says: {
        goods: () => ({
          _entities: [
            { __typename: 'Good', price: 100, weight: 'heavy' },
            { __typename: 'Good', price: null, weight: 1 },
          ],
        }),
      },
      errors: ['shelved.0.freightText SUBGRAPH_BAD_RESPONSE'],
    },
  ],
} satisfies Suite
