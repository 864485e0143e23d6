import type { Suite } from '../suite.ts'

export default {
  about: 'introspection beside data',
  resolvers: {
    a: {
      Query: { pot: () => ({ id: 'p1' }) },
      Mutation: { fill: () => ({ id: 'p2' }) },
    },
    b: { Pot: { __resolveReference: ({ id }) => ({ id, litres: 2.5, age: 7 }) } },
  },
  cases: [
    {
      promise: 'it comes in its place among the fields',
      query:
        '{ a: pot { id } __schema { queryType { name description } mutationType { name } } b: pot { litres } }',
      data: {
        a: { id: 'p1' },
        __schema: {
          queryType: { name: 'Query', description: 'What can be read.' },
          mutationType: { name: 'Mutation' },
        },
        b: { litres: 2.5 },
      },
    },
    {
      promise: 'alone it asks nobody',
      query: '{ __type(name: "Pot") { name kind } }',
      data: { __type: { name: 'Pot', kind: 'OBJECT' } },
      asks: { a: 0, b: 0 },
    },
    {
      promise: 'aliases, fragments and variables work in it',
      query: `query ($name: String!, $all: Boolean = false) {
        ...Both
        none: __type(name: "Nothing") { name }
      }
      fragment Both on Query {
        kind: __type(name: $name) { ...Type }
        pot { age }
        query: __type(name: "Query") { __typename fields(includeDeprecated: $all) { n: name args { name defaultValue } } }
      }
      fragment Type on __Type { name enumValues(includeDeprecated: true) { name isDeprecated } __typename }`,
      variables: { name: 'Kind' },
      data: {
        kind: {
          name: 'Kind',
          enumValues: [
            { name: 'SMALL', isDeprecated: false },
            { name: 'LARGE', isDeprecated: true },
          ],
          __typename: '__Type',
        },
        pot: { age: 7 },
        query: {
          __typename: '__Type',
          fields: [
            {
              n: 'pot',
              args: [
                { name: 'size', defaultValue: '3' },
                { name: 'kind', defaultValue: 'SMALL' },
              ],
            },
          ],
        },
        none: null,
      },
    },
    {
      promise: 'it shows nothing of how the graph is put together',
      query: `{
        query: __type(name: "Query") { fields(includeDeprecated: true) { name } }
        pot: __type(name: "Pot") { fields { name description } interfaces { name } }
        any: __type(name: "_Any") { name }
        entity: __type(name: "_Entity") { name }
        service: __type(name: "_Service") { name }
        fieldSet: __type(name: "federation__FieldSet") { name }
        import: __type(name: "link__Import") { name }
        graph: __type(name: "join__Graph") { name }
      }`,
      data: {
        query: { fields: [{ name: 'pot' }, { name: 'oldPot' }] },
        pot: {
          fields: [
            { name: 'id', description: null },
            { name: 'litres', description: null },
            { name: 'age', description: 'How old it is.' },
          ],
          interfaces: [],
        },
        any: null,
        entity: null,
        service: null,
        fieldSet: null,
        import: null,
        graph: null,
      },
    },
    {
      promise: 'it comes although the subgraphs are down',
      query: '{ pot { id } __type(name: "Kind") { name } }',
      data: { pot: null, __type: { name: 'Kind' } },
      down: ['a', 'b'],
      errors: ['pot SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'a mutation has no introspection but its type',
      query: 'mutation { __typename fill { litres __typename } }',
      data: { __typename: 'Mutation', fill: { litres: 2.5, __typename: 'Pot' } },
    },
  ],
} satisfies Suite
