import type { Suite } from '../suite.ts'

const media = [
  { __typename: 'Book', id: 'm1', title: 'Dune', pages: 600 },
  { __typename: 'Film', id: 'm2', title: 'Jaws', minutes: 124 },
]
const find = ({ id }: { id: string }) => media.find((medium) => medium.id === id) ?? null

export default {
  about: 'fragments on interfaces and unions, where a subgraph does not know which object it is',
  resolvers: {
    library: {
      Query: { media: () => media },
      Media: { __resolveReference: find },
      Book: { __resolveReference: find },
      Film: { __resolveReference: find },
    },
    ratings: {
      Query: { topRated: () => [{ id: 'm2' }, { id: 'm1' }] },
      Media: {
        __resolveReference: (reference) => reference,
        rating: ({ id }) => (id === 'm1' ? 4 : 5),
        next: ({ id }) => ({ id: id === 'm1' ? 'm2' : 'm1' }),
        label: ({ title }, { loud }) => (loud ? title.toUpperCase() : title),
      },
    },
  },
  cases: [
    {
      promise: 'an interface that all of them have is no question',
      query: '{ topRated { ... on Node { id ... on Media { rating } } } }',
      data: {
        topRated: [
          { id: 'm2', rating: 5 },
          { id: 'm1', rating: 4 },
        ],
      },
      asks: { library: 0 },
    },
    {
      promise: 'an interface or a union that some of them have is asked of those',
      query: `{
        topRated { ... on Paper { pages ... on Find { __typename } } ... on Find { ...Book } rating }
      }
      fragment Book on Book { title }`,
      data: { topRated: [{ rating: 5 }, { pages: 600, __typename: 'Book', title: 'Dune', rating: 4 }] },
    },
    {
      promise: 'in named fragments, that also stand where all is known',
      query: `{
        topRated { ...Found next { ...Found } }
        media { ...Found }
      }
      fragment Found on Node { id ... on Media { ...Title } }
      fragment Title on Media { ... on Find { ... on Book { title } } }`,
      data: {
        topRated: [
          { id: 'm2', next: { id: 'm1', title: 'Dune' } },
          { id: 'm1', title: 'Dune', next: { id: 'm2' } },
        ],
        media: [{ id: 'm1', title: 'Dune' }, { id: 'm2' }],
      },
    },
    {
      promise: 'what is worked out for all of them can be asked of some',
      query: `{
        topRated { ... on Film { label: title } ... on Book { label loud: label(loud: true) ...Label } }
        media { ...Label ... on Film { rating label(loud: true) } }
      }
      fragment Label on Book { again: label }`,
      data: {
        topRated: [{ label: 'Jaws' }, { label: 'Dune', loud: 'DUNE', again: 'Dune' }],
        media: [{ again: 'Dune' }, { rating: 5, label: 'JAWS' }],
      },
    },
    {
      promise: 'only those are told of what is worked out for some',
      query: '{ media { ... on Film { label __typename } title } }',
      data: { media: [{ title: 'Dune' }, { label: 'Jaws', __typename: 'Film', title: 'Jaws' }] },
      representations: { ratings: [{ __typename: 'Media', id: 'm2', title: 'Jaws' }] },
    },
    ...[true, false].map((is) => ({
      promise: `and be left out there: ${is}`,
      query: `query ($is: Boolean!) {
        topRated {
          rating
          ... on Book @skip(if: $is) { label }
          ... on Find { ... on Book { other: label @include(if: $is) ... @skip(if: $is) { third: label } } }
          ...Label @include(if: $is)
        }
      }
      fragment Label on Node { ... on Paper { ... on Book { fourth: label @include(if: $is) } } }`,
      variables: { is },
      data: {
        topRated: [
          { rating: 5 },
          is ? { rating: 4, other: 'Dune', fourth: 'Dune' } : { rating: 4, label: 'Dune', third: 'Dune' },
        ],
      },
    })),
  ],
} satisfies Suite
