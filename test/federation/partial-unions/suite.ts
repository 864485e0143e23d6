import type { Suite } from '../suite.ts'

const both = { __typename: 'Both', label: 'both' }
const onlyA = { __typename: 'OnlyA', a: 'a' }
const onlyB = { __typename: 'OnlyB', id: 'b1', b: 'b' }

export default {
  about: 'a union of which each subgraph knows some members',
  resolvers: {
    a: {
      Query: {
        fromA: () => [both, onlyA],
        wrapped: () => ({ acts: [onlyA], other: { id: 'o' } }),
        page: () => ({ acts: [both] }),
      },
    },
    b: {
      Query: { fromB: () => [onlyB, both], page: () => ({ acts: [both] }) },
      Other: { __resolveReference: ({ id }) => ({ id, acts: [both, onlyB] }) },
      OnlyB: { __resolveReference: () => onlyB },
    },
  },
  cases: [
    {
      promise: 'a fragment on a member that a subgraph does not know is empty there',
      query: '{ fromA { ... on OnlyB { b } } }',
      data: { fromA: [{}, {}] },
    },
    {
      promise: 'each subgraph is asked for the members that it knows',
      query: `{ fromA { ...All } fromB { ...All } }
        fragment All on Act { __typename ... on Both { label } ... on OnlyA { a } ... on OnlyB { b } }`,
      data: {
        fromA: [
          { __typename: 'Both', label: 'both' },
          { __typename: 'OnlyA', a: 'a' },
        ],
        fromB: [
          { __typename: 'OnlyB', b: 'b' },
          { __typename: 'Both', label: 'both' },
        ],
      },
    },
    {
      promise: 'behind objects and entities too',
      query: `{ wrapped {
        acts { ... on OnlyB { b } ... on OnlyA { a } }
        other { acts { ... on OnlyA { a } ... on Both { label } ... on OnlyB { b id } } }
      } }`,
      data: { wrapped: { acts: [{ a: 'a' }], other: { acts: [{ label: 'both' }, { b: 'b', id: 'b1' }] } } },
    },
    {
      promise: 'a field that both resolve gives what both know',
      query: '{ page { acts { __typename ... on Both { label } ... on OnlyA { a } ... on OnlyB { b } } } }',
      data: { page: { acts: [{ __typename: 'Both', label: 'both' }] } },
    },
  ],
} satisfies Suite
