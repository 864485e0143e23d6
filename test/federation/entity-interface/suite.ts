import type { Suite } from '../suite.ts'

const pets = [
  { __typename: 'Cat', id: 'p1', chip: { number: 11 }, name: 'Mia', lives: 9 },
  { __typename: 'Dog', id: 'p2', chip: { number: 22 }, name: 'Rex', barks: true },
]
const find = (reference: { id?: string; chip?: { number: number } }) =>
  pets.find(({ id, chip }) => id === reference.id || chip.number === reference.chip?.number) ?? null

export default {
  about: 'an interface that is an entity itself, by several keys',
  resolvers: {
    a: {
      Query: { pets: () => pets, pet: (_, { id }) => find({ id }) },
      Pet: { __resolveReference: find },
      Cat: { __resolveReference: find },
      Dog: { __resolveReference: find },
    },
    b: {
      Query: { lost: () => [{ chip: { number: 22 } }, { chip: { number: 11 } }] },
      Pet: { __resolveReference: ({ chip }) => ({ chip }), seen: ({ chip }) => `near ${chip.number}` },
    },
    c: { Cat: { __resolveReference: ({ id }) => ({ id, toys: ['ball'] }) } },
  },
  cases: [
    {
      promise: 'it is asked for its type and fields by the key that the other has',
      query: '{ lost { name seen __typename ... on Cat { lives } } }',
      data: {
        lost: [
          { name: 'Rex', seen: 'near 22', __typename: 'Dog' },
          { name: 'Mia', seen: 'near 11', __typename: 'Cat', lives: 9 },
        ],
      },
      representations: {
        a: [
          { __typename: 'Pet', chip: { number: 22 } },
          { __typename: 'Pet', chip: { number: 11 } },
        ],
      },
    },
    {
      promise: 'one of its types leads on, by a key that has to be asked for first',
      query: '{ lost { ... on Cat { toys } seen } pet(id: "p1") { seen ... on Cat { toys } } }',
      data: {
        lost: [{ seen: 'near 22' }, { toys: ['ball'], seen: 'near 11' }],
        pet: { seen: 'near 11', toys: ['ball'] },
      },
    },
    {
      promise: 'from its own subgraph the added field is had',
      query: '{ pets { seen ... on Dog { barks } } }',
      data: { pets: [{ seen: 'near 11' }, { seen: 'near 22', barks: true }] },
      asks: { a: 1, b: 1, c: 0 },
    },
    {
      promise: 'the added field alone needs nobody else',
      query: '{ lost { seen chip { number } } }',
      data: {
        lost: [
          { seen: 'near 22', chip: { number: 22 } },
          { seen: 'near 11', chip: { number: 11 } },
        ],
      },
      asks: { a: 0 },
    },
  ],
} satisfies Suite
