import type { Suite } from '../suite.ts'

const ovens = [
  { __typename: 'Oven', id: 'o1', warranty: 1, heat: 100 },
  { __typename: 'Oven', id: 'o2', warranty: 2, heat: 200 },
]
const toasters = [
  { __typename: 'Toaster', id: 't1', warranty: 3, slots: 2 },
  { __typename: 'Toaster', id: 't2', warranty: 4, slots: 4 },
]
const all = [...ovens, ...toasters]
const find = ({ id }: { id: string }) => all.find((machine) => machine.id === id) ?? null

export default {
  about: 'an interface and a union whose types are spread over subgraphs, and not the same in each',
  resolvers: {
    ovens: {
      Query: {
        machines: () => all,
        ovens: () => ovens,
        node: (_, { id }) => ovens.find((oven) => oven.id === id) ?? null,
      },
      Oven: { __resolveReference: find },
      Toaster: { __resolveReference: find },
    },
    toasters: {
      Query: { nodes: () => [...toasters, ovens[0]], toasters: () => toasters },
      Oven: { __resolveReference: find },
      Toaster: { __resolveReference: find },
    },
  },
  cases: [
    {
      promise: 'an interface of union members that implement it elsewhere',
      query: '{ machines { ... on Node { id } } }',
      data: { machines: [{ id: 'o1' }, { id: 'o2' }, { id: 't1' }, { id: 't2' }] },
    },
    {
      promise: 'a fragment on a second interface has the types that implement it in any subgraph',
      query: '{ nodes { ... on Warranted { warranty } } machines { ... on Warranted { warranty } } }',
      data: {
        nodes: [{ warranty: 3 }, { warranty: 4 }, { warranty: 1 }],
        machines: [{ warranty: 1 }, { warranty: 2 }, { warranty: 3 }, { warranty: 4 }],
      },
    },
    {
      promise: 'fragments on interfaces within each other',
      query:
        '{ nodes { ... on Node { id ... on Node { ... on Warranted { warranty ... on Oven { heat } ... on Toaster { slots } } id } } } }',
      data: {
        nodes: [
          { id: 't1', warranty: 3, slots: 2 },
          { id: 't2', warranty: 4, slots: 4 },
          { id: 'o1', warranty: 1, heat: 100 },
        ],
      },
    },
    {
      promise: 'a fragment on an interface is of use on one type as well',
      query:
        '{ toasters { ...Id ...Slots } ovens { ...Id ... on Warranted { warranty } } } fragment Id on Node { id __typename } fragment Slots on Toaster { slots }',
      data: {
        toasters: [
          { id: 't1', __typename: 'Toaster', slots: 2 },
          { id: 't2', __typename: 'Toaster', slots: 4 },
        ],
        ovens: [
          { id: 'o1', __typename: 'Oven', warranty: 1 },
          { id: 'o2', __typename: 'Oven', warranty: 2 },
        ],
      },
    },
    {
      promise: 'one node is what it is, and nothing of another',
      query:
        '{ node(id: "o2") { id ... on Oven { heat } ... on Toaster { slots } } none: node(id: "x") { id } }',
      data: { node: { id: 'o2', heat: 200 }, none: null },
    },
    {
      promise: 'only fragments that do not apply leave an empty object',
      query: '{ node(id: "o1") { ... on Toaster { slots } } }',
      data: { node: {} },
    },
  ],
} satisfies Suite
