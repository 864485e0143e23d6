import type { Suite } from '../suite.ts'

function unwanted(): never {
  throw new Error('nobody asked for this here')
}

export default {
  about: 'what a field provides is an offer',
  resolvers: {
    notes: {
      Query: { note: () => ({ id: 'n1', title: 'One' }), notes: () => [{ id: 'n1', title: 'One' }] },
      Note: { body: unwanted },
    },
    archive: {
      Note: { __resolveReference: ({ id }) => ({ id, year: 1990 }), title: unwanted, body: unwanted },
    },
  },
  cases: [
    {
      promise: 'of what is provided, only what the client wants is asked for',
      query: '{ note { title } notes { id title } }',
      data: { note: { title: 'One' }, notes: [{ id: 'n1', title: 'One' }] },
      asks: { archive: 0 },
    },
    {
      promise: 'what has to come from the owner comes alone',
      query: '{ note { title year } notes { year } }',
      data: { note: { title: 'One', year: 1990 }, notes: [{ year: 1990 }] },
    },
  ],
} satisfies Suite
