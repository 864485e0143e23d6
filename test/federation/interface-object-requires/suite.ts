import type { Suite } from '../suite.ts'

const people = [
  { __typename: 'Person', id: 'p1', name: 'Ada', age: 30 },
  { __typename: 'Robot', id: 'r1', name: 'Bip', model: 'X' },
]
const find = ({ id }: { id: string }) => people.find((person) => person.id === id) ?? null

export default {
  about: 'a field that is added to an interface and requires one of the interface',
  resolvers: {
    people: {
      Query: { people: () => people },
      Named: { __resolveReference: find },
      Person: { __resolveReference: find },
      Robot: { __resolveReference: find },
    },
    handles: {
      Query: { known: () => [{ id: 'r1' }, { id: 'p1' }] },
      Named: { __resolveReference: (named) => named, handle: ({ name }) => `@${name}` },
    },
  },
  cases: [
    {
      promise: 'it is worked out for every type',
      query: '{ people { handle id } }',
      data: {
        people: [
          { handle: '@Ada', id: 'p1' },
          { handle: '@Bip', id: 'r1' },
        ],
      },
    },
    {
      promise: 'from the subgraph that adds it the way leads to its requirement and back',
      query: '{ known { handle } }',
      data: { known: [{ handle: '@Bip' }, { handle: '@Ada' }] },
    },
    {
      promise: 'together with fields of the types, inside of fragments and outside',
      query:
        '{ known { ... on Person { age id name handle } id name } people { ... on Robot { handle model } } }',
      data: {
        known: [
          { id: 'r1', name: 'Bip' },
          { age: 30, id: 'p1', name: 'Ada', handle: '@Ada' },
        ],
        people: [{}, { handle: '@Bip', model: 'X' }],
      },
    },
    {
      promise: 'a fragment on one type alone has only that one',
      query: '{ known { ... on Person { age } } }',
      data: { known: [{}, { age: 30 }] },
    },
  ],
} satisfies Suite
