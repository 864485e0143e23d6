import type { Suite } from '../suite.ts'

const media = [
  { __typename: 'Book', id: 'm1', title: 'Dune', pages: 600 },
  { __typename: 'Film', id: 'm2', title: 'Jaws', minutes: 124 },
]
const find = ({ id }: { id: string }) => media.find((medium) => medium.id === id) ?? null

export default {
  about: 'an interface of one subgraph that another adds to as if it were an object',
  resolvers: {
    library: {
      Query: { media: () => media, book: () => media[0] },
      Media: { __resolveReference: find },
      Book: { __resolveReference: find },
      Film: { __resolveReference: find },
    },
    ratings: {
      Query: { topRated: () => [{ id: 'm2' }, { id: 'm1' }] },
      Media: {
        __resolveReference: ({ id }) => ({ id }),
        rating: ({ id }) => (id === 'm1' ? 4 : 5),
        votes: ({ id }, { min }) => [{ stars: min, media: { id } }],
      },
    },
  },
  cases: [
    {
      promise: 'every type of the interface has the field',
      query: '{ media { rating title id } }',
      data: {
        media: [
          { rating: 4, title: 'Dune', id: 'm1' },
          { rating: 5, title: 'Jaws', id: 'm2' },
        ],
      },
      asks: { library: 1, ratings: 1 },
    },
    {
      promise: 'the subgraph that knows no types is asked by the name of the interface',
      query: '{ book { rating } }',
      data: { book: { rating: 4 } },
      representations: { ratings: [{ __typename: 'Media', id: 'm1' }] },
    },
    {
      promise: 'it answers alone where no type has to be known',
      query: '{ topRated { rating id } }',
      data: {
        topRated: [
          { rating: 5, id: 'm2' },
          { rating: 4, id: 'm1' },
        ],
      },
      asks: { library: 0, ratings: 1 },
    },
    {
      promise: 'a type is asked of the subgraph that knows it',
      query: '{ topRated { __typename rating kind: __typename } }',
      data: {
        topRated: [
          { __typename: 'Film', rating: 5, kind: 'Film' },
          { __typename: 'Book', rating: 4, kind: 'Book' },
        ],
      },
      asks: { library: 1 },
    },
    {
      promise: 'only a type shows of what only has its type asked for',
      query: '{ topRated { __typename } media { __typename } }',
      data: {
        topRated: [{ __typename: 'Film' }, { __typename: 'Book' }],
        media: [{ __typename: 'Book' }, { __typename: 'Film' }],
      },
    },
    {
      promise: 'fields of some types come with those of the interface',
      query: '{ topRated { ... on Book { pages } title ... on Film { minutes } rating } }',
      data: {
        topRated: [
          { title: 'Jaws', minutes: 124, rating: 5 },
          { pages: 600, title: 'Dune', rating: 4 },
        ],
      },
    },
    {
      promise: 'the added field can be asked of one type alone',
      query: '{ media { ... on Book { rating } } topRated { ... on Book { rating } } }',
      data: { media: [{ rating: 4 }, {}], topRated: [{}, { rating: 4 }] },
    },
    {
      promise: 'the interface can be named in a fragment, and reached again behind its own field',
      query: `{
        media { ...Rated }
        topRated { votes(min: 2) { stars media { ...Rated ... on Film { minutes } } } }
      }
      fragment Rated on Media { rating title }`,
      data: {
        media: [
          { rating: 4, title: 'Dune' },
          { rating: 5, title: 'Jaws' },
        ],
        topRated: [
          { votes: [{ stars: 2, media: { rating: 5, title: 'Jaws', minutes: 124 } }] },
          { votes: [{ stars: 2, media: { rating: 4, title: 'Dune' } }] },
        ],
      },
    },
    {
      promise:
        'what the other subgraph adds is lost without it, and what it does not know is lost without its owner',
      query: '{ topRated { votes { stars } title } }',
      data: {
        topRated: [
          { votes: [{ stars: 0 }], title: null },
          { votes: [{ stars: 0 }], title: null },
        ],
      },
      down: ['library'],
      errors: ['topRated.0.title SUBGRAPH_UNAVAILABLE', 'topRated.1.title SUBGRAPH_UNAVAILABLE'],
    },
  ],
} satisfies Suite
