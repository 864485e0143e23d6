import type { Suite } from '../suite.ts'

const shelves = [
  { aisle: 'A', number: 1, label: 'tools' },
  { aisle: 'A', number: 2, label: 'paint' },
]

export default {
  about: 'keys of several fields, of fields of fields, and of lists',
  resolvers: {
    warehouse: {
      Query: {
        shelves: () => shelves,
        bins: () => [
          { shelf: shelves[0], slot: { code: { text: 'x' } }, capacity: 5 },
          { shelf: shelves[1], slot: { code: { text: 'y' } }, capacity: 6 },
        ],
        bundles: () => [
          { parts: [{ id: 'p1' }, { id: 'p2' }], name: 'set' },
          { parts: [], name: 'nothing' },
        ],
      },
    },
    counting: {
      Shelf: {
        __resolveReference: (shelf) => shelf,
        counted: ({ aisle, number }) => (aisle === 'A' ? number * 10 : null),
      },
      Bin: {
        __resolveReference: (bin) => bin,
        items: ({ shelf, slot }) => shelf.number + (slot.code.text === 'x' ? 100 : 200),
      },
      Bundle: {
        __resolveReference: (bundle) => bundle,
        total: ({ parts }) => parts.length,
      },
      Part: { __resolveReference: (part) => part, price: () => 4 },
    },
  },
  cases: [
    {
      promise: 'a key of two fields identifies by both',
      query: '{ shelves { counted label } }',
      data: {
        shelves: [
          { counted: 10, label: 'tools' },
          { counted: 20, label: 'paint' },
        ],
      },
      representations: {
        counting: [
          { __typename: 'Shelf', aisle: 'A', number: 1 },
          { __typename: 'Shelf', aisle: 'A', number: 2 },
        ],
      },
    },
    {
      promise: 'a key may reach into objects',
      query: '{ bins { items } }',
      data: { bins: [{ items: 101 }, { items: 202 }] },
    },
    {
      promise: 'what a key reaches into can be selected beside it in part, and be extended itself',
      query: '{ bins { items shelf { number counted } slot { code { t: text } } capacity } }',
      data: {
        bins: [
          { items: 101, shelf: { number: 1, counted: 10 }, slot: { code: { t: 'x' } }, capacity: 5 },
          { items: 202, shelf: { number: 2, counted: 20 }, slot: { code: { t: 'y' } }, capacity: 6 },
        ],
      },
    },
    {
      promise: 'a key may go through a list, also an empty one',
      query: '{ bundles { total name } }',
      data: {
        bundles: [
          { total: 2, name: 'set' },
          { total: 0, name: 'nothing' },
        ],
      },
      representations: {
        counting: [
          { __typename: 'Bundle', parts: [{ id: 'p1' }, { id: 'p2' }] },
          { __typename: 'Bundle', parts: [] },
        ],
      },
    },
    {
      promise: 'the list of a key can be extended item by item',
      query: '{ bundles { parts { price } total } }',
      data: {
        bundles: [
          { parts: [{ price: 4 }, { price: 4 }], total: 2 },
          { parts: [], total: 0 },
        ],
      },
    },
  ],
} satisfies Suite
