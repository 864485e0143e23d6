import type { Suite } from '../suite.ts'

const cup = (id: string) => ({
  __typename: 'Cup',
  id,
  label: `cup ${id}`,
  twins: [{ id: `${id}1` }, { id: `${id}2` }],
})

export default {
  about: 'an interface that leads to itself, with fields of two subgraphs',
  resolvers: {
    a: {
      Query: { item: () => cup('c') },
      Cup: { __resolveReference: ({ id }) => cup(id), twins: ({ id }) => [cup(`${id}1`)] },
    },
    b: { Cup: { __resolveReference: ({ id }) => cup(id), twins: ({ id }) => [cup(`${id}1`)] } },
  },
  cases: [
    {
      promise: 'each turn has the fields of both',
      query: '{ item { twins { id label twins { label } } label } }',
      data: {
        item: { twins: [{ id: 'c1', label: 'cup c1', twins: [{ label: 'cup c11' }] }], label: 'cup c' },
      },
    },
    {
      promise: 'through fragments, three turns deep',
      query: '{ item { ... on Cup { id twins { twins { ... on Item { twins { id } } } } } } }',
      data: { item: { id: 'c', twins: [{ twins: [{ twins: [{ id: 'c111' }] }] }] } },
    },
  ],
} satisfies Suite
