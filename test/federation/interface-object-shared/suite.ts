import type { Suite } from '../suite.ts'

const types: Record<string, string> = { a1: 'Admin', r1: 'Regular' }
const known = ({ id }: { id: string }) => {
  const __typename = types[id]
  return __typename ? { __typename, id, isMain: id === 'a1', isActive: true } : null
}
const active = (id: string) => ({
  id,
  name: `name ${id}`,
  isActive: true,
})

export default {
  about:
    'a field that the object for an interface and the interface’s types share, and a root that knows no types',
  resolvers: {
    accounts: {
      Account: { __resolveReference: known },
      Admin: { __resolveReference: known },
      Regular: { __resolveReference: known },
    },
    activity: {
      Query: { accounts: () => [active('a1'), null, active('r1')], account: (_, { id }) => active(id) },
      Account: {
        __resolveReference: ({ id }) => active(id),
        friend: () => ({ id: 'a1', name: 'friend', isActive: true }),
      },
    },
  },
  cases: [
    {
      promise: 'outside of fragments it comes from the object',
      query: '{ accounts { id name isActive } }',
      data: {
        accounts: [
          { id: 'a1', name: 'name a1', isActive: true },
          null,
          { id: 'r1', name: 'name r1', isActive: true },
        ],
      },
      asks: { accounts: 0 },
    },
    {
      promise: 'within a fragment on a type, it is there for that type',
      query: '{ accounts { ... on Admin { isActive } } }',
      data: { accounts: [{ isActive: true }, null, {}] },
    },
    {
      promise: 'with the types’ names',
      query:
        '{ accounts { __typename isActive ... on Admin { isMain name } ... on Regular { name main: isMain } } }',
      data: {
        accounts: [
          { __typename: 'Admin', isActive: true, isMain: true, name: 'name a1' },
          null,
          { __typename: 'Regular', isActive: true, name: 'name r1', main: false },
        ],
      },
    },
    {
      promise: 'types only',
      query: '{ accounts { __typename } account(id: "r1") { kind: __typename } }',
      data: {
        accounts: [{ __typename: 'Admin' }, null, { __typename: 'Regular' }],
        account: { kind: 'Regular' },
      },
    },
    {
      promise: 'one behind the other, types at both or at one of them',
      query: `{
        account(id: "r1") { friend { name ... on Admin { isMain } } }
        other: account(id: "r1") { __typename friend { name } }
        third: account(id: "r1") { friend { friend { id } } }
      }`,
      data: {
        account: { friend: { name: 'friend', isMain: true } },
        other: { __typename: 'Regular', friend: { name: 'friend' } },
        third: { friend: { friend: { id: 'a1' } } },
      },
    },
    {
      promise: 'what has to be known of a type is lost without the subgraph that knows it, and nothing else',
      query: '{ accounts { name } account(id: "r1") { isActive ... on Regular { isMain } } }',
      data: {
        accounts: [{ name: 'name a1' }, null, { name: 'name r1' }],
        account: null,
      },
      down: ['accounts'],
      errors: ['account SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
