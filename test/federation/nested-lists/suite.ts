import type { Suite } from '../suite.ts'

const tile = (id: string) => ({ id, neighbours: [[{ id: 'n' }, null], null, []] })

export default {
  about: 'lists of lists, and nulls and emptiness at any depth of them',
  resolvers: {
    board: {
      Query: {
        rows: () => [[tile('a'), null, tile('b')], null, [], [tile('a')]],
        cube: () => [[[tile('a')], [tile('c'), tile('b')]], null, []],
        none: () => null,
        nothing: () => [],
      },
    },
    paint: {
      Tile: {
        __resolveReference: ({ id }) => (id === 'c' ? null : { id }),
        colour: ({ id }) => `colour ${id}`,
        palette: () => [[1, null], null, []],
      },
    },
  },
  cases: [
    {
      promise: 'entities in lists of lists are found at their places',
      query: '{ rows { colour id } }',
      data: {
        rows: [
          [{ colour: 'colour a', id: 'a' }, null, { colour: 'colour b', id: 'b' }],
          null,
          [],
          [{ colour: 'colour a', id: 'a' }],
        ],
      },
      asks: { paint: 1 },
    },
    {
      promise: 'three lists deep, and one that is not found',
      query: '{ cube { id colour } }',
      data: {
        cube: [
          [
            [{ id: 'a', colour: 'colour a' }],
            [
              { id: 'c', colour: null },
              { id: 'b', colour: 'colour b' },
            ],
          ],
          null,
          [],
        ],
      },
    },
    {
      promise: 'lists of lists in entities of lists of lists',
      query: '{ rows { neighbours { colour } palette } }',
      data: {
        rows: [
          [
            { neighbours: [[{ colour: 'colour n' }, null], null, []], palette: [[1, null], null, []] },
            null,
            { neighbours: [[{ colour: 'colour n' }, null], null, []], palette: [[1, null], null, []] },
          ],
          null,
          [],
          [{ neighbours: [[{ colour: 'colour n' }, null], null, []], palette: [[1, null], null, []] }],
        ],
      },
    },
    {
      promise: 'null and empty lists ask nobody',
      query: '{ none { colour } nothing { colour } }',
      data: { none: null, nothing: [] },
      asks: { paint: 0 },
    },
    {
      promise: 'the errors of a list of lists have the places of their items',
      query: '{ rows { colour } }',
      data: { rows: [[{ colour: null }, null, { colour: null }], null, [], [{ colour: null }]] },
      down: ['paint'],
      errors: [
        'rows.0.0.colour SUBGRAPH_UNAVAILABLE',
        'rows.0.2.colour SUBGRAPH_UNAVAILABLE',
        'rows.3.0.colour SUBGRAPH_UNAVAILABLE',
      ],
    },
  ],
} satisfies Suite
