import type { Suite } from '../suite.ts'

const good = (id: string) => ({ id, label: { text: `label ${id}`, language: 'en' } })
const stands = [
  { id: 's1', goods: [good('g1'), good('g2')] },
  { id: 's2', goods: [] },
]

export default {
  about: 'what a field provides several objects deep',
  resolvers: {
    fair: { Query: { stands: () => stands, quick: () => stands.map(({ id }) => ({ id })) } },
    goods: {
      Stand: { __resolveReference: ({ id }) => stands.find((stand) => stand.id === id) ?? null },
      Good: { __resolveReference: ({ id }) => good(id) },
    },
    weights: { Good: { __resolveReference: ({ id }) => ({ id, grams: Number(id.slice(1)) * 100 }) } },
  },
  cases: [
    {
      promise: 'what is provided several objects deep is asked of nobody else',
      query: '{ stands { goods { label { text } id } } }',
      data: {
        stands: [
          {
            goods: [
              { label: { text: 'label g1' }, id: 'g1' },
              { label: { text: 'label g2' }, id: 'g2' },
            ],
          },
          { goods: [] },
        ],
      },
      asks: { fair: 1, goods: 0 },
    },
    {
      promise: 'beside what is provided, the rest of the object comes from its owner',
      query: '{ stands { goods { grams label { language text } } } }',
      data: {
        stands: [
          {
            goods: [
              { grams: 100, label: { language: 'en', text: 'label g1' } },
              { grams: 200, label: { language: 'en', text: 'label g2' } },
            ],
          },
          { goods: [] },
        ],
      },
    },
    {
      promise: 'under other names, what is provided is provided as well',
      query: '{ stands { things: goods { label: id id: label { label: text } } } }',
      data: {
        stands: [
          {
            things: [
              { label: 'g1', id: { label: 'label g1' } },
              { label: 'g2', id: { label: 'label g2' } },
            ],
          },
          { things: [] },
        ],
      },
      asks: { fair: 1, goods: 0 },
    },
    {
      promise: 'without its owner, an object that is provided is there without what is not',
      query: '{ stands { goods { label { __typename language } } } }',
      down: ['goods'],
      data: {
        stands: [
          {
            goods: [
              { label: { __typename: 'Label', language: null } },
              { label: { __typename: 'Label', language: null } },
            ],
          },
          { goods: [] },
        ],
      },
      errors: [
        'stands.0.goods.0.label.language SUBGRAPH_UNAVAILABLE',
        'stands.0.goods.1.label.language SUBGRAPH_UNAVAILABLE',
      ],
    },
    {
      promise: 'where nothing is provided, the owner is asked',
      query: '{ quick { goods { label { text } } } }',
      data: {
        quick: [{ goods: [{ label: { text: 'label g1' } }, { label: { text: 'label g2' } }] }, { goods: [] }],
      },
      asks: { fair: 1, goods: 1 },
    },
  ],
} satisfies Suite
