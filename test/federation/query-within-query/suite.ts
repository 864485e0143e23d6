import type { Suite } from '../suite.ts'

export default {
  about: 'the root again, further down',
  resolvers: {
    a: {
      Query: {
        self: () => ({}),
        viewer: () => ({ query: {}, name: 'Vi' }),
        pages: () => [{ id: 'p1' }, { id: 'p2' }],
        a: () => 'a',
      },
    },
    b: {
      Query: { b: () => 'b', bThing: (_, { of }) => ({ id: of, text: `text ${of}` }), again: () => ({}) },
      Page: { __resolveReference: ({ id }) => ({ id, text: `text ${id}` }), site: () => ({}) },
    },
  },
  cases: [
    {
      promise: 'it has the fields of every subgraph',
      query: '{ self { a b __typename } viewer { name query { b a } } }',
      data: {
        self: { a: 'a', b: 'b', __typename: 'Query' },
        viewer: { name: 'Vi', query: { b: 'b', a: 'a' } },
      },
    },
    {
      promise: 'again and again, over both',
      query: '{ self { again { self { b again { a } } a } } again { viewer { query { again { b } } } } }',
      data: {
        self: { again: { self: { b: 'b', again: { a: 'a' } }, a: 'a' } },
        again: { viewer: { query: { again: { b: 'b' } } } },
      },
    },
    {
      promise: 'entities and arguments below it, and it below entities of a list',
      query:
        'query ($of: String!) { self { bThing(of: $of) { text } pages { text site { a b pages { id } } } } }',
      variables: { of: 'x' },
      data: {
        self: {
          bThing: { text: 'text x' },
          pages: [
            { text: 'text p1', site: { a: 'a', b: 'b', pages: [{ id: 'p1' }, { id: 'p2' }] } },
            { text: 'text p2', site: { a: 'a', b: 'b', pages: [{ id: 'p1' }, { id: 'p2' }] } },
          ],
        },
      },
    },
    {
      promise: 'introspection stands beside it',
      query: '{ self { __typename b } __typename t: __type(name: "Viewer") { name } }',
      data: { self: { __typename: 'Query', b: 'b' }, __typename: 'Query', t: { name: 'Viewer' } },
    },
    {
      promise: 'introspection is there as well, for it is a field of that type',
      query: '{ self { a t: __type(name: "Viewer") { name } again { __schema { queryType { name } } b } } }',
      data: {
        self: {
          a: 'a',
          t: { name: 'Viewer' },
          again: { __schema: { queryType: { name: 'Query' } }, b: 'b' },
        },
      },
    },
    {
      promise:
        'introspection further down tells of the graph, and nothing of the subgraph that is asked there',
      query:
        '{ self { a s: __type(name: "_Service") { name } } viewer { query { b: __type(name: "Page") { fields { name } } } } }',
      data: {
        self: { a: 'a', s: null },
        viewer: { query: { b: { fields: [{ name: 'id' }, { name: 'text' }, { name: 'site' }] } } },
      },
    },
    {
      promise: 'what is lost below it is lost there',
      query: '{ self { a b } viewer { query { b } name } }',
      data: { self: { a: 'a', b: null }, viewer: { query: { b: null }, name: 'Vi' } },
      down: ['b'],
      errors: ['self.b SUBGRAPH_UNAVAILABLE', 'viewer.query.b SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
