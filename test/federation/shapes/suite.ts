import type { Suite } from '../suite.ts'

const size = (width: number): object => ({ width, height: width * 2, parts: [] })
const owner = (id: string) => ({ id, kind: `kind ${id}` })
const shop = { __typename: 'Shop', id: 's1', name: 'Shop', owner: owner('o1'), size: size(1) }
const club = {
  __typename: 'Club',
  id: 'c1',
  name: 'Club',
  owner: owner('o2'),
  size: { ...size(2), parts: [size(3), null] },
  members: [owner('o1'), owner('o2')],
}
const note = { __typename: 'Note', name: 'Note', size: size(4) }
const rating = (id: string) => ({ stars: 3, text: `text ${id}`, by: { id: 'o1' } })

export default {
  about: 'selections that differ by type, and fall together by name',
  resolvers: {
    hits: {
      Query: { hits: () => [shop, club, note], named: () => [club, shop] },
      Owner: { __resolveReference: ({ id }) => owner(id) },
    },
    owners: {
      Owner: {
        __resolveReference: ({ id }) => ({
          id,
          mail: `${id}@example.com`,
          phone: `+${id}`,
          boss: { id: `${id}x` },
        }),
        mail: ({ id }) => `${id}@example.com`,
        phone: ({ id }) => `+${id}`,
      },
      Shop: { __resolveReference: ({ id }) => ({ id, open: true, rating: rating(id) }) },
      Club: { __resolveReference: ({ id }) => ({ id, open: [1, 2], rating: rating(id) }) },
    },
  },
  cases: [
    {
      promise: 'one field has other fields below it by the type above it',
      query: `{ hits {
        ... on Shop { owner { mail } size { width } }
        ... on Club { owner { kind phone } size { height parts { width } } }
        ... on Note { size { h: height } }
      } }`,
      data: {
        hits: [
          { owner: { mail: 'o1@example.com' }, size: { width: 1 } },
          { owner: { kind: 'kind o2', phone: '+o2' }, size: { height: 4, parts: [{ width: 3 }, null] } },
          { size: { h: 8 } },
        ],
      },
    },
    {
      promise: 'one name stands for other fields by type, each with its own below',
      query: `{ hits {
        ... on Shop { x: owner { y: mail } z: size { w: width } }
        ... on Club { x: owner { y: kind } z: size { w: height } }
        ... on Note { z: size { w: height } }
      } }`,
      data: {
        hits: [
          { x: { y: 'o1@example.com' }, z: { w: 1 } },
          { x: { y: 'kind o2' }, z: { w: 4 } },
          { z: { w: 8 } },
        ],
      },
      errors: [],
    },
    {
      promise: 'fields of the interface and of the types fall together in their order',
      query: `{ named {
        ... on Club { owner { phone } }
        owner { id mail }
        ... on Shop { name owner { boss { mail } id } }
        name
        ... on Named { owner { kind } }
      } }`,
      data: {
        named: [
          { owner: { phone: '+o2', id: 'o2', mail: 'o2@example.com', kind: 'kind o2' }, name: 'Club' },
          {
            owner: { id: 'o1', mail: 'o1@example.com', boss: { mail: 'o1x@example.com' }, kind: 'kind o1' },
            name: 'Shop',
          },
        ],
      },
    },
    {
      promise: 'values of two types under one name, from another subgraph',
      query:
        '{ hits { ... on Shop { a: open r: rating { stars by { phone } } } ... on Club { b: open r: rating { text by { kind } } } } }',
      data: {
        hits: [
          { a: true, r: { stars: 3, by: { phone: '+o1' } } },
          { b: [1, 2], r: { text: 'text c1', by: { kind: 'kind o1' } } },
          {},
        ],
      },
    },
    {
      promise: 'fragments within fragments, some that can never apply',
      query: `{ hits { ...A ...B } }
        fragment A on Named { name ... on Club { ...C } ... on Hit { ... on Note { size { width } } } }
        fragment B on Hit { ... on Note { name } ... on Named { owner { ...D } } }
        fragment C on Club { members { ...D } }
        fragment D on Owner { mail ... on Owner { boss { ... { id } } } }`,
      data: {
        hits: [
          { name: 'Shop', owner: { mail: 'o1@example.com', boss: { id: 'o1x' } } },
          {
            name: 'Club',
            members: [
              { mail: 'o1@example.com', boss: { id: 'o1x' } },
              { mail: 'o2@example.com', boss: { id: 'o2x' } },
            ],
            owner: { mail: 'o2@example.com', boss: { id: 'o2x' } },
          },
          { name: 'Note' },
        ],
      },
    },
    {
      promise: 'the error of one type is at its places alone',
      query:
        '{ hits { ... on Shop { owner { mail kind } } ... on Club { name owner { kind } } ... on Note { name } } }',
      data: {
        hits: [
          { owner: { mail: null, kind: 'kind o1' } },
          { name: 'Club', owner: { kind: 'kind o2' } },
          { name: 'Note' },
        ],
      },
      down: ['owners'],
      errors: ['hits.0.owner.mail SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
