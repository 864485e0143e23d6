import type { Suite } from '../suite.ts'

export default {
  about: 'a field that has moved to another subgraph',
  resolvers: {
    old: {
      Query: { account: () => ({ id: 'a1' }), oldest: () => [{ id: 'a1' }], moved: () => 'old' },
      Account: {
        __resolveReference: ({ id }) => ({ id }),
        since() {
          throw new Error('this field has moved')
        },
        plan: () => 'basic',
      },
    },
    new: {
      Query: { newest: () => ({ id: 'a2' }), moved: () => 'new', oldest: () => [{ id: 'a1' }] },
      Account: {
        __resolveReference: ({ id }) => ({ id }),
        since: ({ id }) => `new ${id}`,
        badge: () => 'gold',
      },
    },
  },
  cases: [
    {
      promise: 'the field comes from where it has moved to, whoever begins',
      query: '{ account { since plan } newest { plan since } oldest { since } }',
      data: {
        account: { since: 'new a1', plan: 'basic' },
        newest: { plan: 'basic', since: 'new a2' },
        oldest: [{ since: 'new a1' }],
      },
    },
    {
      promise: 'a field that was taken over from a subgraph which is gone comes as any other',
      query: '{ account { badge } }',
      data: { account: { badge: 'gold' } },
    },
    {
      promise: 'a root field can move as well',
      query: '{ moved }',
      data: { moved: 'new' },
      asks: { old: 0 },
    },
    {
      promise: 'what has not moved is asked where it was',
      query: '{ account { plan id } }',
      data: { account: { plan: 'basic', id: 'a1' } },
      asks: { new: 0 },
    },
  ],
} satisfies Suite
