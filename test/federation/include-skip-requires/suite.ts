import type { Suite } from '../suite.ts'

const good = { id: 'g', size: 3, maker: { name: 'Meccano', land: 'UK' } }

export default {
  about: 'fields that require what @include and @skip may leave out',
  resolvers: {
    goods: {
      Query: {
        good: () => good,
        stops: () => [
          { __typename: 'Look', at: good },
          { __typename: 'Talk', at: good },
        ],
      },
      Good: { __resolveReference: () => good },
    },
    boxes: {
      Good: {
        __resolveReference: (reference) => reference,
        box: ({ size }) => `${size} x ${size}`,
        origin: ({ maker }) => maker.land,
      },
    },
    offers: {
      Good: {
        __resolveReference: (reference) => reference,
        wrapping: ({ box }) => `paper of ${box}`,
        duty: ({ box, origin }) => `${box}${origin}`.length,
      },
    },
  },
  cases: [
    ...[
      { skip: true, include: true, data: { wrapping: 'paper of 3 x 3' } },
      { skip: false, include: false, data: { wrapping: 'paper of 3 x 3' } },
      { skip: false, include: true, data: { duty: 7, wrapping: 'paper of 3 x 3' } },
    ].map(({ skip, include, data }) => ({
      promise: `what others require is there: @skip(if: ${skip}) @include(if: ${include})`,
      query: 'query ($s: Boolean!, $i: Boolean!) { good { duty @skip(if: $s) @include(if: $i) wrapping } }',
      variables: { s: skip, i: include },
      data: { good: data },
    })),
    {
      promise: 'of an object that is asked for anyway, what is required is told where it was asked for',
      query: 'query ($i: Boolean!) { good { maker { name } origin @include(if: $i) box } }',
      variables: { i: false },
      data: { good: { maker: { name: 'Meccano' }, box: '3 x 3' } },
      representations: { boxes: [{ __typename: 'Good', id: 'g', size: 3 }] },
    },
    {
      promise: 'nobody is asked for what is left out of an object that is asked for twice',
      query: `query ($s: Boolean!) {
        stops { ... on Look { at @skip(if: $s) { duty } } at { box } }
      }`,
      variables: { s: true },
      data: { stops: [{ at: { box: '3 x 3' } }, { at: { box: '3 x 3' } }] },
      asks: { offers: 0 },
    },
    {
      promise: 'what is left in of an object that is asked for twice is there',
      query: `query ($s: Boolean!) {
        stops { ... on Look { at @skip(if: $s) { duty } } at { box } }
      }`,
      variables: { s: false },
      data: { stops: [{ at: { duty: 7, box: '3 x 3' } }, { at: { box: '3 x 3' } }] },
    },
  ],
} satisfies Suite
