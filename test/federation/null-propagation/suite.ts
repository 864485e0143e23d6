import { graphqlError } from '../../../service/errors.ts'
import type { Suite } from '../suite.ts'

const leaf = (id: string) => ({ id, colour: 'green' })

export default {
  about: 'a null that may not be, and how far up it goes',
  resolvers: {
    a: {
      Query: {
        root: () => ({
          id: 'n1',
          name: 'node',
          leaf: leaf('ok'),
          loose: leaf('gone'),
          leaves: [leaf('ok'), leaf('ok')],
          some: [leaf('ok'), leaf('gone')],
          any: [leaf('gone'), leaf('ok'), leaf('bad')],
        }),
        strictRoot: () => ({ id: 'n2', leaf: leaf('gone') }),
        matrix: () => [[leaf('ok')], [leaf('ok'), leaf('bad')]],
        wrapped: () => ({ one: { leaf: leaf('gone'), other: leaf('gone') }, two: 'two' }),
      },
    },
    b: {
      Leaf: {
        __resolveReference: ({ id }) => (id === 'gone' ? null : { id }),
        weight({ id }) {
          if (id === 'bad') throw graphqlError('FORBIDDEN')
          return 3
        },
        shape: () => ({ sides: 4, name: 'square' }),
        note: () => 'note',
      },
      Node: { __resolveReference: ({ id }) => ({ id, owner: { id: 'o1' }, tags: ['x'] }) },
    },
    c: { Owner: { __resolveReference: ({ id }) => ({ id, mail: 'o@example.com', town: 'Ulm' }) } },
  },
  cases: [
    {
      promise: 'it stops at the next field that may be null',
      query: '{ root { name loose { colour weight } leaf { weight } } }',
      data: { root: { name: 'node', loose: null, leaf: { weight: 3 } } },
      errors: ['root.loose SUBGRAPH_BAD_RESPONSE'],
    },
    {
      promise: 'it takes a list whose items may not be null, and only an item where they may',
      query: '{ root { some { id weight } any { id shape { sides } } } }',
      data: {
        root: {
          some: null,
          any: [null, { id: 'ok', shape: { sides: 4 } }, { id: 'bad', shape: { sides: 4 } }],
        },
      },
      errors: ['root.any.0 SUBGRAPH_BAD_RESPONSE', 'root.some SUBGRAPH_BAD_RESPONSE'],
    },
    {
      promise: 'it goes through lists of lists',
      query: '{ matrix { weight } root { name } }',
      data: { matrix: null, root: { name: 'node' } },
      errors: ['matrix FORBIDDEN'],
    },
    {
      promise: 'it goes through objects, and leaves what stands beside the highest',
      query: '{ wrapped { two one { leaf { weight } other { note } } } root { id } }',
      data: { wrapped: null, root: { id: 'n1' } },
      errors: ['wrapped SUBGRAPH_BAD_RESPONSE'],
    },
    {
      promise: 'a field that may be null loses nothing but itself',
      query: '{ wrapped { one { other { note } } } }',
      data: { wrapped: { one: { other: { note: null } } } },
    },
    {
      promise: 'to the root, it takes all of the data',
      query: '{ strictRoot { leaf { shape { name } } } root { id } }',
      data: null,
      errors: ['strictRoot SUBGRAPH_BAD_RESPONSE'],
    },
    {
      promise: 'over two subgraphs, the loss is told once at the highest',
      query: '{ root { name owner { mail } tags } strict: wrapped { two } }',
      data: { root: null, strict: { two: 'two' } },
      down: ['c'],
      errors: ['root SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'what may be null of the lost one stays null below what came',
      query: '{ root { owner { town id } } }',
      data: { root: { owner: { town: null, id: 'o1' } } },
      down: ['c'],
      errors: ['root.owner.town SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'an error of a subgraph has its code at the highest null',
      query: '{ root { any { colour weight note } } }',
      data: { root: { any: [null, { colour: 'green', weight: 3, note: 'note' }, null] } },
      errors: ['root.any.0 SUBGRAPH_BAD_RESPONSE', 'root.any.2 FORBIDDEN'],
    },
  ],
} satisfies Suite
