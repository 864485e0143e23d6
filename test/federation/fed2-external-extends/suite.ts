import type { Suite } from '../suite.ts'

const someone = { id: 'm1', nick: 'Zoe', mail: 'zoe@example.com' }

export default {
  about: 'the ways of Federation 1 in Federation 2, and directives under other names',
  resolvers: {
    profiles: { Query: { someone: () => someone }, Member: { __resolveReference: () => someone } },
    badges: {
      Query: { member: () => ({ id: 'm1' }), known: () => ({ id: 'm1', nick: 'Zoe' }) },
      Member: { __resolveReference: ({ id }) => ({ id }), badge: () => 12 },
    },
    greetings: {
      Member: { __resolveReference: (member) => member, greeting: ({ nick }) => `hello ${nick}` },
    },
  },
  cases: [
    {
      promise: 'an extending subgraph gives its own fields and the owner the others',
      query: '{ member { mail badge id nick } }',
      data: { member: { mail: 'zoe@example.com', badge: 12, id: 'm1', nick: 'Zoe' } },
    },
    {
      promise: 'what is provided is not asked of its owner',
      query: '{ known { nick badge } }',
      data: { known: { nick: 'Zoe', badge: 12 } },
      asks: { profiles: 0 },
    },
    {
      promise: 'what is provided is enough for a field that requires it',
      query: '{ known { greeting } member { greeting } }',
      data: { known: { greeting: 'hello Zoe' }, member: { greeting: 'hello Zoe' } },
    },
    {
      promise:
        'what a field requires is asked of its owner, and is lost with it, though others provide it elsewhere',
      query: '{ known { greeting mail } }',
      down: ['profiles'],
      data: { known: { greeting: null, mail: null } },
      errors: ['known.greeting SUBGRAPH_UNAVAILABLE', 'known.mail SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
