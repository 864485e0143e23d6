import type { Suite } from '../suite.ts'

/** The index does not know t3, and t4 has no number. */
const toys: Record<string, { number: string | null; model: string; variant: string | null }> = {
  t1: { number: 'n1', model: 'car', variant: 'big' },
  t2: { number: 'n2', model: 'car', variant: null },
  t4: { number: null, model: 'doll', variant: null },
}

export default {
  about: 'entities that are not found on the way, and keys that are null',
  resolvers: {
    shop: { Query: { boxes: () => ['t1', 't2', 't3', 't4'].map((barcode) => ({ toy: { barcode } })) } },
    index: {
      Toy: {
        __resolveReference: ({ barcode }) => {
          const toy = toys[barcode]
          return toy ? { barcode, ...toy } : null
        },
      },
    },
    makers: {
      Toy: {
        __resolveReference({ number }) {
          if (typeof number !== 'string') throw new Error('a toy has no number')
          return { number, maker: { name: `maker of ${number}` } }
        },
      },
    },
    colours: {
      Toy: {
        __resolveReference: ({ model, variant }) => ({
          model,
          variant,
          colour: `colour of ${model} ${variant}`,
        }),
      },
    },
  },
  cases: [
    {
      promise: 'what lies behind an entity that is not found is null, and so is what lies behind a null key',
      query: '{ boxes { toy { barcode maker { name } } } }',
      data: {
        boxes: [
          { toy: { barcode: 't1', maker: { name: 'maker of n1' } } },
          { toy: { barcode: 't2', maker: { name: 'maker of n2' } } },
          { toy: { barcode: 't3', maker: null } },
          { toy: { barcode: 't4', maker: null } },
        ],
      },
      representations: {
        makers: [
          { __typename: 'Toy', number: 'n1' },
          { __typename: 'Toy', number: 'n2' },
        ],
      },
    },
    {
      promise: 'the field itself is null for an entity that is not found',
      query: '{ boxes { toy { number } } }',
      data: {
        boxes: [
          { toy: { number: 'n1' } },
          { toy: { number: 'n2' } },
          { toy: { number: null } },
          { toy: { number: null } },
        ],
      },
    },
    {
      promise: 'a null belongs to a key whose field may be null where it leads to',
      query: '{ boxes { toy { colour } } }',
      data: {
        boxes: [
          { toy: { colour: 'colour of car big' } },
          { toy: { colour: 'colour of car null' } },
          { toy: { colour: null } },
          { toy: { colour: 'colour of doll null' } },
        ],
      },
    },
    {
      promise: 'an entity that is not found takes its object where the field may not be null',
      query: '{ boxes { toy { barcode model } } }',
      data: {
        boxes: [
          { toy: { barcode: 't1', model: 'car' } },
          { toy: { barcode: 't2', model: 'car' } },
          { toy: null },
          { toy: { barcode: 't4', model: 'doll' } },
        ],
      },
      errors: ['boxes.2.toy SUBGRAPH_BAD_RESPONSE'],
    },
  ],
} satisfies Suite
