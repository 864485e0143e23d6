import type { Suite } from '../suite.ts'

interface Room {
  size: { width: number; depth: number } | null
  windows: number[]
}
const houses: Record<string, object> = {
  h1: {
    rooms: [{ size: { width: 3, depth: 4 }, windows: [1, 2] }, null, { size: null, windows: [] }],
    address: { street: 'Elm', zip: '10' },
    owner: { id: 'o1' },
  },
  h2: { rooms: null, address: null, owner: null },
}

export default {
  about: 'requirements that reach into objects, lists and other entities',
  resolvers: {
    houses: { Query: { house: (_, { id }) => ({ id, ...houses[id] }) } },
    owners: { Owner: { __resolveReference: ({ id }) => ({ id, name: `owner ${id}` }) } },
    taxes: {
      House: {
        __resolveReference: (house) => house,
        area: ({ rooms }) =>
          rooms?.reduce(
            (area: number, room: Room | null) => area + (room?.size ? room.size.width * room.size.depth : 0),
            0,
          ) ?? null,
        tax: ({ address, rooms }) =>
          `${address?.zip} ${rooms?.map((room: Room | null) => room?.windows.length ?? '-').join('/')}`,
        letter: ({ owner }) => (owner === null ? null : `dear ${owner.name}`),
      },
    },
  },
  cases: [
    {
      promise: 'objects in lists are handed on whole, with nulls at their places',
      query: '{ house(id: "h1") { area tax } }',
      data: { house: { area: 12, tax: '10 2/-/0' } },
      asks: { taxes: 1 },
    },
    {
      promise: 'the client sees of them only what it asked for, under its own names',
      query: '{ house(id: "h1") { rooms { w: windows size { d: depth } } area address { street } } }',
      data: {
        house: {
          rooms: [{ w: [1, 2], size: { d: 4 } }, null, { w: [], size: null }],
          area: 12,
          address: { street: 'Elm' },
        },
      },
    },
    {
      promise: 'what is required of another entity comes from a third subgraph',
      query: '{ house(id: "h1") { letter } }',
      data: { house: { letter: 'dear owner o1' } },
      asks: { houses: 1, owners: 1, taxes: 1 },
    },
    {
      promise: 'nothing where there is nothing',
      query: '{ house(id: "h2") { area tax letter rooms { windows } } }',
      data: { house: { area: null, tax: 'undefined undefined', letter: null, rooms: null } },
      asks: { owners: 0 },
    },
  ],
} satisfies Suite
