import type { Suite } from '../suite.ts'

export default {
  about: 'enums whose values are not the same in every subgraph',
  resolvers: {
    a: {
      Query: {
        users: () => [
          { id: 'u1', role: 'ADMIN', secret: 'OPEN' },
          { id: 'u2', role: 'GUEST', secret: 'HIDDEN' },
        ],
        sorted: (_, { by }) => `${by}2`,
        given: (_, { kind }) => kind,
      },
      User: { __resolveReference: ({ id }) => ({ id, role: 'GUEST', secret: 'OPEN' }) },
    },
    b: {
      Query: {
        owners: () => [{ id: 'u3', altRole: 'OWNER', secrets: ['OPEN'], strict: 'OPEN' }],
        shuffled: (_, { by, list = [] }) => [by, ...list].join(' '),
      },
      User: {
        __resolveReference: ({ id }) => ({
          id,
          altRole: 'OWNER',
          secrets: ['OPEN', 'HIDDEN', null],
          strict: id === 'u2' ? 'HIDDEN' : 'OPEN',
        }),
      },
    },
  },
  cases: [
    {
      promise: 'an enum of answers has every value that any subgraph gives',
      query: '{ users { role altRole } owners { altRole role } }',
      data: {
        users: [
          { role: 'ADMIN', altRole: 'OWNER' },
          { role: 'GUEST', altRole: 'OWNER' },
        ],
        owners: [{ altRole: 'OWNER', role: 'GUEST' }],
      },
    },
    {
      promise: 'an enum of arguments has the values that every subgraph takes',
      query: 'query ($by: Sort!, $list: [Sort!]) { sorted(by: UP) shuffled(by: $by, list: $list) }',
      variables: { by: 'UP', list: ['UP', 'UP'] },
      data: { sorted: 'UP2', shuffled: 'UP UP UP' },
    },
    {
      promise: 'a value that only one of them takes is refused, also to that one',
      query: '{ sorted(by: DOWN) }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
    {
      promise: 'it is refused as a variable too',
      query: 'query ($by: Sort!) { shuffled(by: $by) }',
      variables: { by: 'RANDOM' },
      errors: ['BAD_USER_INPUT'],
    },
    {
      promise: 'a default of the schema comes to its subgraph',
      query: '{ sorted given(kind: TWO) }',
      data: { sorted: 'UP2', given: 'TWO' },
    },
    {
      promise: 'a value that clients may not see is null to them, in lists too',
      query: '{ users { secret secrets } }',
      data: {
        users: [
          { secret: 'OPEN', secrets: ['OPEN', null, null] },
          { secret: null, secrets: ['OPEN', null, null] },
        ],
      },
    },
    {
      promise: 'it takes its object where the field may not be null',
      query: '{ users { id strict } }',
      data: { users: [{ id: 'u1', strict: 'OPEN' }, null] },
      errors: ['users.1 SUBGRAPH_BAD_RESPONSE'],
    },
  ],
} satisfies Suite
