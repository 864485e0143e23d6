import type { Suite } from '../suite.ts'

const films = [
  { id: 'f1', isan: 'i1', title: 'Alma', year: 1991, seats: 3 },
  { id: 'f2', isan: 'i2', title: 'Brot', year: 2004, seats: 8 },
]
const byId = ({ id }: { id: string }) => films.find((film) => film.id === id) ?? null
const byIsan = ({ isan }: { isan: string }) => films.find((film) => film.isan === isan) ?? null

export default {
  about: 'an entity that each subgraph knows by other keys',
  resolvers: {
    catalogue: { Query: { films: () => films }, Film: { __resolveReference: byId } },
    registry: {
      Query: { registered: () => films.toReversed() },
      Film: { __resolveReference: (film) => (film.id === undefined ? byIsan(film) : byId(film)) },
    },
    cinema: { Query: { tonight: () => films }, Film: { __resolveReference: byIsan } },
  },
  cases: [
    {
      promise: 'where two subgraphs share no key, a third translates',
      query: '{ films { title seats } }',
      data: {
        films: [
          { title: 'Alma', seats: 3 },
          { title: 'Brot', seats: 8 },
        ],
      },
      asks: { catalogue: 1, registry: 1, cinema: 1 },
    },
    {
      promise: 'and it translates in the other direction too',
      query: '{ tonight { title isan year } }',
      data: {
        tonight: [
          { title: 'Alma', isan: 'i1', year: 1991 },
          { title: 'Brot', isan: 'i2', year: 2004 },
        ],
      },
    },
    {
      promise: 'each key leads where it is known',
      query: '{ registered { seats title } }',
      data: {
        registered: [
          { seats: 8, title: 'Brot' },
          { seats: 3, title: 'Alma' },
        ],
      },
      asks: { registry: 1, catalogue: 1, cinema: 1 },
    },
    {
      promise: 'without the one that translates, what lies behind it is lost and no more',
      query: '{ films { title seats } }',
      data: {
        films: [
          { title: 'Alma', seats: null },
          { title: 'Brot', seats: null },
        ],
      },
      down: ['registry'],
      errors: ['films.0.seats SUBGRAPH_UNAVAILABLE', 'films.1.seats SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
