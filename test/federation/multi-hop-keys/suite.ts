import type { Suite } from '../suite.ts'

const suffix = (text: string) => text.slice(-1)

export default {
  about: 'keys that lead from one subgraph to the next, over several',
  resolvers: {
    a: {
      Query: { parcel: () => ({ one: 'one-1' }), parcels: () => [{ one: 'one-1' }, null, { one: 'one-2' }] },
    },
    b: {
      Parcel: {
        __resolveReference: ({ one, two }) => ({ n: suffix(one ?? two) }),
        one: ({ n }) => `one-${n}`,
        two: ({ n }) => `two-${n}`,
        fromB: ({ n }) => `b${n}`,
      },
    },
    c: {
      Parcel: {
        __resolveReference: ({ two, three }) => ({ n: suffix(two ?? three.text) }),
        two: ({ n }) => `two-${n}`,
        three: ({ n }) => ({ text: `three-${n}` }),
        fromC: ({ n }) => `c${n}`,
      },
    },
    d: {
      Parcel: {
        __resolveReference: ({ three }) => ({ three }),
        fromD: ({ three }) => `d${suffix(three.text)}`,
        receiver: ({ three }) => ({ id: `r${suffix(three.text)}` }),
      },
    },
    e: {
      Receiver: {
        __resolveReference: ({ id }) => ({ id }),
        name: ({ id }) => `receiver ${id}`,
        parcels: () => [{ one: 'one-2' }],
      },
    },
  },
  cases: [
    {
      promise: 'a field three keys away is reached, and none of the keys shows',
      query: '{ parcel { fromD } }',
      data: { parcel: { fromD: 'd1' } },
      asks: { a: 1, b: 1, c: 1, d: 1 },
      representations: { d: [{ __typename: 'Parcel', three: { text: 'three-1' } }] },
    },
    {
      promise: 'what lies on the way is had in the same requests',
      query: '{ parcels { fromC fromD fromB three { text } } }',
      data: {
        parcels: [
          { fromC: 'c1', fromD: 'd1', fromB: 'b1', three: { text: 'three-1' } },
          null,
          { fromC: 'c2', fromD: 'd2', fromB: 'b2', three: { text: 'three-2' } },
        ],
      },
      asks: { a: 1, b: 1, c: 1, d: 1 },
    },
    {
      promise: 'another entity behind them leads on, and back again',
      query: '{ parcel { receiver { name parcels { fromC receiver { name } } } } }',
      data: {
        parcel: {
          receiver: { name: 'receiver r1', parcels: [{ fromC: 'c2', receiver: { name: 'receiver r2' } }] },
        },
      },
    },
    {
      promise: 'a link that is down costs what lies behind it',
      query: '{ parcel { fromB fromC fromD } }',
      data: { parcel: { fromB: 'b1', fromC: null, fromD: null } },
      down: ['c'],
      errors: ['parcel.fromC SUBGRAPH_UNAVAILABLE', 'parcel.fromD SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
