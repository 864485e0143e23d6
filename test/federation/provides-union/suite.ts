import type { Suite } from '../suite.ts'

const band = { __typename: 'Band', id: 'b1', title: 'Brass' }
const clown = { __typename: 'Clown', id: 'c1', title: 'Coco' }

export default {
  about: 'what is provided for some members of a union',
  resolvers: {
    stage: {
      Query: {
        acts: () => [
          { __typename: 'Band', id: 'b1' },
          { __typename: 'Clown', id: 'c1' },
        ],
        best: () => band,
      },
    },
    names: {
      Query: { acts: () => [band, clown] },
      Band: { __resolveReference: () => band },
      Clown: { __resolveReference: () => clown },
    },
  },
  cases: [
    {
      promise: 'the member for which a field is provided asks nobody else',
      query: '{ best { ... on Band { title } } }',
      data: { best: { title: 'Brass' } },
      asks: { stage: 1, names: 0 },
    },
    {
      promise: 'another member is asked of its owner only where there is one',
      query: '{ best { ... on Band { title id } ... on Clown { title } } }',
      data: { best: { title: 'Brass', id: 'b1' } },
      asks: { names: 0 },
    },
    {
      promise: 'a root field that two subgraphs share is asked of the one that knows more',
      query: '{ acts { ... on Band { title } ... on Clown { id title } } }',
      data: { acts: [{ title: 'Brass' }, { id: 'c1', title: 'Coco' }] },
    },
  ],
} satisfies Suite
