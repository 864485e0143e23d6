import type { Suite } from '../suite.ts'

const someone = { id: 'm1', nick: 'Zoe', mail: 'zoe@example.com' }

export default {
  about: 'subgraphs of Federation 1, by @extends and by extend type',
  resolvers: {
    profiles: { Query: { someone: () => someone }, Member: { __resolveReference: () => someone } },
    badges: {
      Query: { member: () => ({ id: 'm1' }), known: () => ({ id: 'm1', nick: 'Zoe' }) },
      Member: { __resolveReference: ({ id }) => ({ id }), badge: () => 12 },
    },
    greetings: {
      Member: {
        __resolveReference: (member) => member,
        greeting: ({ nick }, { loud }) => (loud ? `HELLO ${nick}` : `hello ${nick}`),
      },
    },
  },
  cases: [
    {
      promise: 'an extending subgraph gives its own fields and the owner the others',
      query: '{ member { mail badge id nick } }',
      data: { member: { mail: 'zoe@example.com', badge: 12, id: 'm1', nick: 'Zoe' } },
      asks: { badges: 1, profiles: 1 },
    },
    {
      promise: 'the owner leads to the extending subgraph',
      query: '{ someone { badge } }',
      data: { someone: { badge: 12 } },
    },
    {
      promise: 'what is provided is not asked of its owner',
      query: '{ known { nick badge } }',
      data: { known: { nick: 'Zoe', badge: 12 } },
      asks: { badges: 1, profiles: 0 },
    },
    {
      promise: "an external field that is only a key, or not used at all, gets in nobody's way",
      query: '{ known { greeting mail loud: greeting(loud: true) } }',
      data: { known: { greeting: 'hello Zoe', mail: 'zoe@example.com', loud: 'HELLO Zoe' } },
    },
  ],
} satisfies Suite
