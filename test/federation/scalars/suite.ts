import type { Suite } from '../suite.ts'

const meta = { __typename: 'Query', id: 7, list: [1, null, { deep: [[]] }], ref: null, ['__proto__']: 'p' }
const doc = { ref: { shop: 1, path: ['a', 'b'] }, meta, lists: [[meta, null], null, []], made: '2026-01-01' }
const numbers = { id: 'n1', ids: ['a', null], ratio: 0.5, ratios: [1.5], whole: 3, flag: true, text: 't' }

export default {
  about: 'scalars: those of the schema, which may be anything, and those of GraphQL',
  resolvers: {
    a: {
      Query: {
        echo: (_, { value, list, dates }) => ({ value, list, dates }),
        doc: () => doc,
        docs: () => [doc, { ...doc, meta: null }],
        numbers: () => numbers,
      },
    },
    b: {
      Doc: {
        __resolveReference: (reference) => reference,
        size: ({ meta: required }) => (required === null ? null : Object.keys(required).length),
        extra: ({ ref }, { of }) => ({ ref, of }),
      },
      Numbers: { __resolveReference: ({ id }) => ({ id, half: 1, parent: `parent of ${id}` }) },
    },
  },
  cases: [
    {
      promise: 'objects and lists come as they are, whatever their keys',
      query: '{ doc { meta lists made } }',
      data: { doc: { meta, lists: [[meta, null], null, []], made: '2026-01-01' } },
    },
    {
      promise: 'they can be keys',
      query: '{ doc { extra(of: [1, { a: "b" }]) ref } }',
      data: { doc: { extra: { ref: { shop: 1, path: ['a', 'b'] }, of: [1, { a: 'b' }] }, ref: doc.ref } },
    },
    {
      promise: 'they can be required',
      query: '{ docs { size } }',
      data: { docs: [{ size: 5 }, { size: null }] },
    },
    {
      promise: 'they can be given, as literals and as variables, and with variables in literals',
      query: `query ($v: JSON, $n: Int) {
        a: echo(value: $v, list: [$v, 1, null], dates: "2026-01-02")
        b: echo(value: { number: $n, list: [$v, "x", ENUM], nothing: null, float: 1.5 })
        c: echo(value: "text", list: 3)
      }`,
      variables: { v: { x: [true, { y: null }] }, n: 4 },
      data: {
        a: {
          value: { x: [true, { y: null }] },
          list: [{ x: [true, { y: null }] }, 1, null],
          dates: ['2026-01-02'],
        },
        b: {
          value: { number: 4, list: [{ x: [true, { y: null }] }, 'x', 'ENUM'], nothing: null, float: 1.5 },
        },
        c: { value: 'text', list: [3] },
      },
    },
    {
      promise: 'an ID that is given as a number is a string, and identifies as well',
      query: '{ numbers { id ids parent } }',
      data: { numbers: { id: '7', ids: ['8', null], parent: 'parent of 7' } },
      says: { a: () => ({ numbers: { __typename: 'Numbers', id: 7, ids: [8, null] } }) },
    },
    {
      promise: 'a Float that is given as a whole number is that number',
      query: '{ numbers { ratio ratios half } }',
      data: { numbers: { ratio: 2, ratios: [1, 2.5], half: 1 } },
      says: { a: () => ({ numbers: { __typename: 'Numbers', id: 'n', ratio: 2, ratios: [1, 2.5] } }) },
    },
    {
      promise: 'text of any kind comes as it was said',
      query: '{ numbers { text } doc { meta } }',
      data: {
        numbers: { text: '"\\\n\u2028\u0000😀\ud800</script>' },
        doc: { meta: { '"\n': '\udfff', '': ['\u2029'] } },
      },
      says: {
        a: () => ({
          numbers: { __typename: 'Numbers', text: '"\\\n\u2028\u0000😀\ud800</script>' },
          doc: { __typename: 'Doc', meta: { '"\n': '\udfff', '': ['\u2029'] } },
        }),
      },
    },
    {
      promise: 'numbers of any size come as they were said',
      query: '{ numbers { ratio ratios whole } }',
      data: {
        numbers: { ratio: 1e21, ratios: [-0.000001, 1.7976931348623157e308, 5e-324], whole: -2147483648 },
      },
      says: {
        a: () => ({
          numbers: { ratio: 1e21, ratios: [-0.000001, 1.7976931348623157e308, 5e-324], whole: -2147483648 },
        }),
      },
    },
    {
      promise: 'what no scalar of that name can be is lost, and nothing else',
      query: '{ numbers { whole flag text ratio ids } }',
      data: { numbers: { whole: null, flag: null, text: null, ratio: null, ids: ['a', null] } },
      says: {
        a: () => ({
          numbers: { __typename: 'Numbers', whole: 1.5, flag: 'yes', text: 5, ratio: '1', ids: ['a', true] },
        }),
      },
      errors: [
        'numbers.flag SUBGRAPH_BAD_RESPONSE',
        'numbers.ids.1 SUBGRAPH_BAD_RESPONSE',
        'numbers.ratio SUBGRAPH_BAD_RESPONSE',
        'numbers.text SUBGRAPH_BAD_RESPONSE',
        'numbers.whole SUBGRAPH_BAD_RESPONSE',
      ],
    },
    {
      promise: 'a whole number beyond 32 bits is no Int',
      query: '{ numbers { whole ratio } }',
      data: { numbers: { whole: null, ratio: 3000000000 } },
      says: { a: () => ({ numbers: { whole: 3000000000, ratio: 3000000000 } }) },
      errors: ['numbers.whole SUBGRAPH_BAD_RESPONSE'],
    },
  ],
} satisfies Suite
