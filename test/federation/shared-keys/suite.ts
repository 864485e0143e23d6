import type { Suite } from '../suite.ts'

const town = { code: 'U', label: 'Ulm' }
const inA = (id: string) => ({ id, nick: `nick ${id}`, name: `name ${id}`, town })
const inB = (id: string) => ({ id, nick: `nick ${id}`, orders: [1], town })
const room = { number: 7, door: 'oak', lamp: 'green' }

export default {
  about: 'an object that several subgraphs reach side by side, with fields that may not be null',
  resolvers: {
    a: {
      Query: { me: () => inA('p1'), everyone: () => ['p1', 'p2'].map(inA), room: () => room },
      Person: { __resolveReference: ({ id }) => inA(id) },
    },
    b: {
      Query: { me: () => inB('p1'), everyone: () => ['p1', 'p2'].map(inB), room: () => room },
      Person: { __resolveReference: ({ id }) => inB(id) },
    },
    c: {
      Query: { me: () => ({ id: 'p1', cart: 3 }) },
      Person: { __resolveReference: ({ id }) => ({ id, cart: 3 }) },
    },
  },
  cases: [
    {
      promise: 'all of it comes together on a good day, under any names',
      query:
        '{ me { id: nick nick: id town { l: label } cart name orders } room { door lamp number } everyone { n: name o: orders } }',
      data: {
        me: { id: 'nick p1', nick: 'p1', town: { l: 'Ulm' }, cart: 3, name: 'name p1', orders: [1] },
        room: { door: 'oak', lamp: 'green', number: 7 },
        everyone: [
          { n: 'name p1', o: [1] },
          { n: 'name p2', o: [1] },
        ],
      },
    },
    {
      promise: 'one that may be null is lost alone, whichever subgraph gives the others',
      query: '{ me { id nick cart orders } }',
      data: { me: { id: 'p1', nick: 'nick p1', cart: null, orders: [1] } },
      down: ['c'],
      errors: ['me.cart SUBGRAPH_UNAVAILABLE'],
    },
    {
      promise: 'what one survivor has is there without the other',
      query: '{ me { id cart } }',
      data: { me: { id: 'p1', cart: 3 } },
      down: ['a', 'b'],
    },
    {
      promise: 'the others come of those that survive',
      query: '{ room { number lamp } me { id cart } }',
      data: { room: { number: 7, lamp: 'green' }, me: { id: 'p1', cart: 3 } },
      down: ['a'],
    },
    {
      promise: 'what only the lost one has, and may not be null, takes the object',
      query: '{ me { id name cart } room { number lamp } }',
      data: { me: null, room: { number: 7, lamp: 'green' } },
      down: ['a'],
      errors: ['me SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
