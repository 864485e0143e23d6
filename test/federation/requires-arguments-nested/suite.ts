import { graphqlError } from '../../../service/errors.ts'
import type { Suite } from '../suite.ts'

const size = ({ id }: { id: string }, { unit }: { unit: string }) => id.length * (unit === 'CM' ? 10 : 4)

export default {
  about: 'requirements whose arguments stand further down, or are objects and lists',
  resolvers: {
    goods: {
      Query: {
        good: () => ({ id: 'g1' }),
        things: () => [
          { __typename: 'Tool', id: 't123' },
          { __typename: 'Good', id: 'g1' },
        ],
      },
      Good: {
        __resolveReference: ({ id }) => ({ id }),
        size,
        box: (_, { kind }) => ({ kind, label: `label ${kind}` }),
        part: () => ({ __typename: 'Tool', id: 't12' }),
        within: (_, { range: { from, to, words }, units }) => from + to + words.length + units.length,
        secret() {
          throw graphqlError('FORBIDDEN')
        },
      },
      Tool: { __resolveReference: ({ id }) => ({ id }), size },
      Box: { edge: ({ kind }, { unit }) => kind.length * (unit === 'CM' ? 10 : 4) },
    },
    freight: {
      Query: { sent: () => [{ id: 'g1' }, { id: 'g2' }] },
      Good: {
        __resolveReference: (good) => good,
        crate: ({ box }) => `${box.edge} ${box.label}`,
        plain: ({ box }) => `${box.edge}`,
        fits: ({ within }) => within,
        partInches: ({ part }) => part.size,
        partCm: ({ part }) => part.size,
        told: ({ secret }) => secret ?? null,
        easy: () => 1,
      },
    },
  },
  cases: [
    {
      promise: 'arguments of an object and of what is in it',
      query: '{ good { crate } }',
      data: { good: { crate: '20 label a "b"' } },
    },
    {
      promise: 'the same object with other arguments for another field',
      query: '{ good { plain crate } sent { crate plain } }',
      data: {
        good: { plain: '50', crate: '20 label a "b"' },
        sent: [
          { crate: '20 label a "b"', plain: '50' },
          { crate: '20 label a "b"', plain: '50' },
        ],
      },
    },
    {
      promise: 'the same object with the client’s own arguments',
      query:
        'query ($k: String) { good { box(kind: $k) { edge(unit: CM) label } crate other: box { edge } plain } }',
      variables: { k: 'z' },
      data: {
        good: {
          box: { edge: 10, label: 'label z' },
          crate: '20 label a "b"',
          other: { edge: 50 },
          plain: '50',
        },
      },
    },
    {
      promise: 'arguments that are objects and lists',
      query: '{ sent { fits } good { fits within(range: { from: 5, words: [] }, units: CM) } }',
      data: { sent: [{ fits: 14 }, { fits: 14 }], good: { fits: 14, within: 15 } },
    },
    {
      promise: 'arguments of a field of an interface, and the same field with others',
      query: '{ good { partInches part { size } } sent { partCm partInches } }',
      data: {
        good: { partInches: 12, part: { size: 30 } },
        sent: [
          { partCm: 30, partInches: 12 },
          { partCm: 30, partInches: 12 },
        ],
      },
    },
    {
      promise: 'through an interface that the client goes along',
      query: '{ things { size ... on Good { partInches crate size } } }',
      data: { things: [{ size: 40 }, { size: 20, partInches: 12, crate: '20 label a "b"' }] },
    },
    {
      promise: 'an error of what is required stands at what requires it',
      query: '{ sent { told easy } good { told fits } }',
      data: {
        sent: [
          { told: null, easy: 1 },
          { told: null, easy: 1 },
        ],
        good: { told: null, fits: 14 },
      },
      errors: ['good.told FORBIDDEN', 'sent.0.told FORBIDDEN', 'sent.1.told FORBIDDEN'],
    },
    {
      promise:
        'without the subgraph of what is required, what requires it is lost, and each loss is told once',
      query: '{ sent { crate plain easy fits } }',
      data: {
        sent: [
          { crate: null, plain: null, easy: 1, fits: null },
          { crate: null, plain: null, easy: 1, fits: null },
        ],
      },
      down: ['goods'],
      errors: [
        'sent.0.crate SUBGRAPH_UNAVAILABLE',
        'sent.0.fits SUBGRAPH_UNAVAILABLE',
        'sent.0.plain SUBGRAPH_UNAVAILABLE',
        'sent.1.crate SUBGRAPH_UNAVAILABLE',
        'sent.1.fits SUBGRAPH_UNAVAILABLE',
        'sent.1.plain SUBGRAPH_UNAVAILABLE',
      ],
    },
    {
      promise: 'clients see no other fields than there are',
      query: '{ __type(name: "Box") { fields { name } } good { __typename } }',
      data: { __type: { fields: [{ name: 'edge' }, { name: 'label' }] }, good: { __typename: 'Good' } },
    },
  ],
} satisfies Suite
