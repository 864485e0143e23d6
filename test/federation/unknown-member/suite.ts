import type { Suite } from '../suite.ts'

export default {
  about: 'a union of entities that other subgraphs know one by one',
  resolvers: {
    search: {
      Query: {
        search: () => [
          { __typename: 'Page', text: 'p' },
          { __typename: 'Good', id: 'g1' },
          { __typename: 'Vendor', id: 'v1' },
          null,
          { __typename: 'Good', id: 'g2' },
        ],
      },
    },
    stock: { Good: { __resolveReference: ({ id }) => ({ id, name: `good ${id}`, stock: 3 }) } },
    vendors: {
      Vendor: { __resolveReference: ({ id }) => ({ id, name: `vendor ${id}`, best: { id: 'g9' } }) },
      Good: { __resolveReference: ({ id }) => ({ id, vendor: { id: 'v2', name: 'vendor v2' } }) },
    },
  },
  cases: [
    {
      promise: 'each subgraph is asked about the members that it knows, and they stay in their places',
      query: '{ search { ... on Good { stock } ... on Vendor { name } ... on Page { text } } }',
      data: { search: [{ text: 'p' }, { stock: 3 }, { name: 'vendor v1' }, null, { stock: 3 }] },
      asks: { stock: 1, vendors: 1 },
      representations: {
        stock: [
          { __typename: 'Good', id: 'g1' },
          { __typename: 'Good', id: 'g2' },
        ],
        vendors: [{ __typename: 'Vendor', id: 'v1' }],
      },
    },
    {
      promise: 'one name may stand for fields of different types in different members',
      query:
        '{ search { ... on Vendor { x: best { x: name } } ... on Good { y: name v: vendor { y: name } } } }',
      data: {
        search: [
          {},
          { y: 'good g1', v: { y: 'vendor v2' } },
          { x: { x: 'good g9' } },
          null,
          { y: 'good g2', v: { y: 'vendor v2' } },
        ],
      },
    },
    {
      promise: 'an error stands at the place of its member',
      query: '{ search { ... on Vendor { name } ... on Good { stock } ... on Page { text } } }',
      data: { search: [{ text: 'p' }, { stock: null }, { name: 'vendor v1' }, null, { stock: null }] },
      down: ['stock'],
      errors: ['search.1.stock SUBGRAPH_UNAVAILABLE', 'search.4.stock SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'a member whose field may not be null is lost as a whole',
      query: '{ search { ... on Vendor { id name } ... on Good { id } } }',
      data: { search: [{}, { id: 'g1' }, null, null, { id: 'g2' }] },
      down: ['vendors'],
      errors: ['search.2 SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
