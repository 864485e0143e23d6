import { expect } from 'vitest'
import type { Suite } from '../suite.ts'

const sky = (count: number, kinds: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `s${index % kinds}`, seenAs: index }))

export default {
  about: 'a thousand entities, some of them the same',
  resolvers: {
    stars: { Query: { sky: (_, { count, kinds }) => sky(count, kinds) } },
    measures: {
      Star: {
        __resolveReference: ({ id }) => ({ id }),
        mass: ({ id }) => Number(id.slice(1)) * 2,
        twin: () => ({ id: 's0' }),
      },
    },
  },
  cases: [
    {
      promise: 'each of a thousand entities is asked about, in one request',
      query: '{ sky(count: 1000, kinds: 1000) { mass } }',
      data: { sky: sky(1000, 1000).map(({ seenAs }) => ({ mass: seenAs * 2 })) },
      asks: { measures: 1 },
      requests: (received) => expect(received('measures')[0]?.variables.representations).toHaveLength(1000),
    },
    {
      promise: 'what stands in a list many times is asked about once, and comes at each of its places',
      query: '{ sky(count: 1000, kinds: 10) { seenAs mass } }',
      data: { sky: sky(1000, 10).map(({ seenAs }) => ({ seenAs, mass: (seenAs % 10) * 2 })) },
      asks: { measures: 1 },
      requests: (received) => expect(received('measures')[0]?.variables.representations).toHaveLength(10),
    },
    {
      promise: 'what many entities lead to is one object for each of them',
      query: '{ sky(count: 3, kinds: 3) { twin { id mass } } }',
      data: { sky: sky(3, 3).map(() => ({ twin: { id: 's0', mass: 0 } })) },
    },
  ],
} satisfies Suite
