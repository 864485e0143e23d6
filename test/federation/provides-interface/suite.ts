import type { Suite } from '../suite.ts'

const bear = { __typename: 'Bear', id: 'b1', name: 'Bruno', age: 6 }
const heron = { __typename: 'Heron', id: 'h1', name: 'Hedda', age: 2 }

export default {
  about: 'what is provided for some types of an interface',
  resolvers: {
    zoo: {
      Query: {
        tour: () => ({ id: 't1', animals: [bear, { __typename: 'Heron', id: 'h1' }] }),
        house: () => ({ id: 'h1', animal: { __typename: 'Bear', id: 'b1' } }),
      },
    },
    keepers: { Bear: { __resolveReference: () => bear }, Heron: { __resolveReference: () => heron } },
  },
  cases: [
    {
      promise: 'the type for which a field is provided asks nobody else',
      query: '{ tour { animals { id ... on Bear { name } } } }',
      data: { tour: { animals: [{ id: 'b1', name: 'Bruno' }, { id: 'h1' }] } },
      asks: { zoo: 1, keepers: 0 },
    },
    {
      promise: 'a field of all types comes provided for some, and from its owner for the others',
      query: '{ tour { animals { name } } }',
      data: { tour: { animals: [{ name: 'Bruno' }, { name: 'Hedda' }] } },
    },
    {
      promise: 'where nothing is provided, the owner is asked',
      query: '{ house { animal { name ... on Bear { age } } } }',
      data: { house: { animal: { name: 'Bruno', age: 6 } } },
      asks: { keepers: 1 },
    },
  ],
} satisfies Suite
