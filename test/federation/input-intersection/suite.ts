import type { Suite } from '../suite.ts'

const told = (_: unknown, args: object) => JSON.stringify(args)

export default {
  about: 'input objects whose fields are not the same in every subgraph',
  resolvers: { a: { Query: { inA: told, nested: told } }, b: { Query: { inB: told } } },
  cases: [
    {
      promise: 'what both have reaches both',
      query: 'query ($f: Filter!) { inA(filter: $f) inB(filter: $f) }',
      variables: { f: { first: 2, text: 'x' } },
      data: { inA: '{"filter":{"first":2,"text":"x"}}', inB: '{"filter":{"first":2,"text":"x"}}' },
    },
    {
      promise: 'what one of them needs is needed for both',
      query: '{ inB(filter: { text: "x" }) }',
      errors: ['GRAPHQL_VALIDATION_FAILED'],
    },
    {
      promise: 'what only one of them has is refused',
      query: 'query ($f: Filter!) { inA(filter: $f) }',
      variables: { f: { first: 2, onlyA: 'x' } },
      errors: ['BAD_USER_INPUT'],
    },
    {
      promise: 'defaults of arguments and of input fields are filled in',
      query: '{ inB a: inB(filter: { first: 1 }) inA(filter: null) }',
      data: {
        inB: '{"filter":{"first":7,"text":"all"}}',
        a: '{"filter":{"first":1,"text":"all"}}',
        inA: '{"filter":null}',
      },
    },
    {
      promise: 'inputs in lists and in inputs arrive as they were given, variables among literals',
      query:
        'query ($n: Int!, $t: String) { nested(filters: [{ first: $n }, { first: 2, text: $t }], deep: { list: [[{ first: $n, text: null }, null]] }) }',
      variables: { n: 5 },
      data: {
        nested:
          '{"filters":[{"first":5,"text":"all"},{"first":2,"text":"all"}],"deep":{"list":[[{"first":5,"text":null},null]]}}',
      },
    },
    {
      promise: 'one value where a list is wanted is a list of it',
      query: 'query ($f: [Filter!]!) { nested(filters: $f) other: nested(filters: { first: 1 }) }',
      variables: { f: { first: 3 } },
      data: {
        nested: '{"filters":[{"first":3,"text":"all"}]}',
        other: '{"filters":[{"first":1,"text":"all"}]}',
      },
    },
  ],
} satisfies Suite
