import type { Suite } from '../suite.ts'

const readers = [
  { id: 'r1', name: 'Ines' },
  { id: 'r2', name: 'Tariq' },
]

export default {
  about: 'an entity by one key',
  resolvers: {
    accounts: {
      Query: {
        reader: (_, { id }) => readers.find((reader) => reader.id === id) ?? null,
        readers: () => readers,
      },
    },
    loans: {
      Reader: {
        __resolveReference: ({ id }) => ({ id }),
        loans: ({ id }) => (id === 'r1' ? ['Momo', 'Emma'] : []),
        overdue: (_, { days }) => 10 - days,
      },
    },
  },
  cases: [
    {
      promise: 'fields of two subgraphs come as one object, in the order of the query',
      query: '{ reader { loans name id } }',
      data: { reader: { loans: ['Momo', 'Emma'], name: 'Ines', id: 'r1' } },
      asks: { accounts: 1, loans: 1 },
      representations: { loans: [{ __typename: 'Reader', id: 'r1' }] },
    },
    {
      promise: 'a key that nobody asked for does not show',
      query: '{ reader { loans } }',
      data: { reader: { loans: ['Momo', 'Emma'] } },
    },
    {
      promise: 'a subgraph whose fields nobody asked for is not asked',
      query: '{ reader { id name } }',
      data: { reader: { id: 'r1', name: 'Ines' } },
      asks: { accounts: 1, loans: 0 },
    },
    {
      promise: 'where there is no entity, nobody is asked about it',
      query: '{ reader(id: "nobody") { name loans } }',
      data: { reader: null },
      asks: { loans: 0 },
    },
    {
      promise: 'one request asks about all entities of a list',
      query: '{ readers { loans name } }',
      data: {
        readers: [
          { loans: ['Momo', 'Emma'], name: 'Ines' },
          { loans: [], name: 'Tariq' },
        ],
      },
      asks: { loans: 1 },
      representations: {
        loans: [
          { __typename: 'Reader', id: 'r1' },
          { __typename: 'Reader', id: 'r2' },
        ],
      },
    },
    {
      promise: 'a field can be had several times, with other arguments under other names',
      query:
        '{ a: reader { late: overdue(days: 3) n: name name overdue } b: reader(id: "r2") { overdue(days: 9) } }',
      data: { a: { late: 7, n: 'Ines', name: 'Ines', overdue: 10 }, b: { overdue: 1 } },
    },
    {
      promise: 'a field that is asked for twice comes once, where it stood first',
      query: '{ reader { loans id } reader { name loans } }',
      data: { reader: { loans: ['Momo', 'Emma'], id: 'r1', name: 'Ines' } },
    },
  ],
} satisfies Suite
