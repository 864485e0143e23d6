import type { Suite } from '../suite.ts'

const from = (subgraph: string) => ({
  id: 'f',
  never: subgraph,
  always: subgraph,
  beta: subgraph,
  whole: subgraph,
})

export default {
  about: 'fields that move to another subgraph bit by bit',
  resolvers: {
    old: { Query: { feature: () => from('old') }, Feature: { __resolveReference: () => from('old') } },
    new: { Feature: { __resolveReference: () => from('new') } },
  },
  cases: [
    {
      promise: 'nought in a hundred have moved with percent(0)',
      query: '{ feature { never } }',
      data: { feature: { never: 'old' } },
      asks: { new: 0 },
    },
    {
      promise: 'a hundred in a hundred have moved with percent(100)',
      query: '{ feature { always } }',
      data: { feature: { always: 'new' } },
    },
    {
      promise: 'with a label that nobody decides on, nothing has moved',
      query: '{ feature { beta } }',
      data: { feature: { beta: 'old' } },
    },
    {
      promise: 'what has moved is lost with whom it has moved to: the one before would give something else',
      query: '{ feature { always whole never id } }',
      down: ['new'],
      data: { feature: { always: null, whole: null, never: 'old', id: 'f' } },
      errors: ['feature.always SUBGRAPH_UNAVAILABLE', 'feature.whole SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'without a label it has moved',
      query: '{ feature { whole id } }',
      data: { feature: { whole: 'new', id: 'f' } },
    },
  ],
} satisfies Suite
