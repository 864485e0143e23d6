import type { Suite } from '../suite.ts'

export default {
  about: 'requirements of a field that is an interface',
  resolvers: {
    a: {
      Query: { customers: () => [{ id: 'c1' }, { id: 'c2' }] },
      Customer: {
        __resolveReference: (customer) => customer,
        city: ({ address }) => `city of ${address.id}`,
        country: ({ address }) => `country ${address.country ?? 'unknown'}`,
      },
    },
    b: {
      Customer: {
        __resolveReference: ({ id }) => ({ id }),
        address: ({ id }) =>
          id === 'c1'
            ? { __typename: 'HomeAddress', id: 'home' }
            : { __typename: 'WorkAddress', id: 'work', floor: 3 },
      },
      HomeAddress: { __resolveReference: ({ id }) => ({ id }) },
      WorkAddress: { __resolveReference: ({ id }) => ({ id, floor: 3 }) },
    },
    c: { HomeAddress: { __resolveReference: ({ id }) => ({ id, country: 'Norway' }) } },
  },
  cases: [
    {
      promise: 'a field of the interface is required of every type',
      query: '{ customers { city } }',
      data: { customers: [{ city: 'city of home' }, { city: 'city of work' }] },
    },
    {
      promise: 'a field of one type is required from where that type has it',
      query: '{ customers { country } }',
      data: { customers: [{ country: 'country Norway' }, { country: 'country unknown' }] },
    },
    {
      promise: 'and the client selects of the same field what it likes',
      query: '{ customers { address { __typename ... on WorkAddress { floor } } country id city } }',
      data: {
        customers: [
          {
            address: { __typename: 'HomeAddress' },
            country: 'country Norway',
            id: 'c1',
            city: 'city of home',
          },
          {
            address: { __typename: 'WorkAddress', floor: 3 },
            country: 'country unknown',
            id: 'c2',
            city: 'city of work',
          },
        ],
      },
    },
  ],
} satisfies Suite
