import type { Suite } from '../suite.ts'

export default {
  about: 'what clients may not see, and the gateway still uses; and tags, which nobody notices',
  resolvers: {
    ages: {
      Query: { users: () => [{ id: 'u1', age: 30, number: 77 }], internal: () => 'no' },
      User: { __resolveReference: ({ id }) => ({ id, age: 31, number: 78 }) },
    },
    friends: {
      Query: {
        popular: () => [{ id: 'u2', kind: 'FAMILY' }],
        found: () => ({ __typename: 'Bond', strength: 3 }),
      },
      User: {
        __resolveReference: (user) => ({ ...user, kind: 'FRIEND' }),
        friends: (_, { kind, limit }) => [{ id: `${kind}-${limit}` }],
        card: ({ number }) => `card ${number}`,
      },
    },
  },
  cases: [
    {
      promise: 'a hidden field can be required',
      query: '{ users { card age } popular { card age } }',
      data: { users: [{ card: 'card 77', age: 30 }], popular: [{ card: 'card 78', age: 31 }] },
    },
    {
      promise: 'a hidden field can not be asked for',
      query: '{ users { number } }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
    {
      promise: 'a hidden argument has its default, and the others can be given',
      query: '{ users { friends { id } few: friends(limit: 1) { id } } }',
      data: { users: [{ friends: [{ id: 'FAMILY-5' }], few: [{ id: 'FAMILY-1' }] }] },
    },
    {
      promise: 'a hidden argument can not be given',
      query: '{ users { friends(kind: FRIEND) { id } } }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
    {
      promise: 'a hidden value is null',
      query: '{ popular { id kind } users { kind } }',
      data: { popular: [{ id: 'u2', kind: null }], users: [{ kind: 'FRIEND' }] },
    },
    {
      promise: 'an object of a hidden type is null',
      query: '{ found { __typename ... on User { id } } }',
      data: { found: null },
    },
    {
      promise: 'introspection shows nothing hidden',
      query:
        '{ user: __type(name: "User") { fields { name args { name } } } kind: __type(name: "Kind") { enumValues { name } } bond: __type(name: "Bond") { name } found: __type(name: "Found") { possibleTypes { name } } }',
      data: {
        user: {
          fields: [
            { name: 'id', args: [] },
            { name: 'age', args: [] },
            { name: 'friends', args: [{ name: 'limit' }] },
            { name: 'card', args: [] },
            { name: 'kind', args: [] },
          ],
        },
        kind: { enumValues: [{ name: 'FRIEND' }] },
        bond: null,
        found: { possibleTypes: [{ name: 'User' }] },
      },
      asks: { ages: 0, friends: 0 },
    },
  ],
} satisfies Suite
