import type { Suite } from '../suite.ts'

const media = [
  { __typename: 'Video', id: 'v1', title: 'Waves', seconds: 90 },
  { __typename: 'Article', id: 'a1', title: 'Tides', words: 800 },
]
const find = ({ id }: { id: string }) => media.find((medium) => medium.id === id) ?? null

export default {
  about: 'an interface that one subgraph only refers to, and that a third adds to',
  resolvers: {
    media: {
      Query: { medium: () => media[0] },
      Media: { __resolveReference: find },
      Video: { __resolveReference: find },
      Article: { __resolveReference: find },
    },
    writers: {
      Query: { writer: () => ({ id: 'w1', name: 'Wen' }) },
      Media: {
        __resolveReference: ({ id }) => ({ id }),
        writer: ({ id }) => ({ id: 'w1', name: `writer of ${id}` }),
      },
      Writer: { __resolveReference: ({ id }) => ({ id, name: 'Wen' }) },
    },
    playlists: {
      Query: { playlist: () => ({ id: 'p1', media: [{ id: 'a1' }, { id: 'v1' }], first: { id: 'a1' } }) },
    },
  },
  cases: [
    {
      promise: 'the third adds to what the second refers to',
      query: '{ playlist { media { writer { name } id } } }',
      data: {
        playlist: {
          media: [
            { writer: { name: 'writer of a1' }, id: 'a1' },
            { writer: { name: 'writer of v1' }, id: 'v1' },
          ],
        },
      },
    },
    {
      promise: 'the types are asked of their owner',
      query:
        '{ playlist { id media { ... on Video { seconds writer { name } } ... on Article { words } } } }',
      data: {
        playlist: {
          id: 'p1',
          media: [{ words: 800 }, { seconds: 90, writer: { name: 'writer of v1' } }],
        },
      },
    },
    {
      promise: 'all three together, each from its own beginning',
      query: `{
        medium { title ... on Video { seconds writer { id } } ... on Article { words } }
        writer { name }
        playlist { first { title __typename } media { id ... on Article { words } } }
      }`,
      data: {
        medium: { title: 'Waves', seconds: 90, writer: { id: 'w1' } },
        writer: { name: 'Wen' },
        playlist: {
          first: { title: 'Tides', __typename: 'Article' },
          media: [{ id: 'a1', words: 800 }, { id: 'v1' }],
        },
      },
    },
    {
      promise: 'a reference alone asks nobody else',
      query: '{ playlist { media { id } } }',
      data: { playlist: { media: [{ id: 'a1' }, { id: 'v1' }] } },
      asks: { media: 0, writers: 0, playlists: 1 },
    },
    {
      promise: 'a reference in fragments, on the interface and on types that it is or is not',
      query: `{
        a: playlist { first { ... on Media { id } } }
        b: playlist { first { ... on Article { id } } }
        c: playlist { first { ... on Video { id } } }
        d: playlist { media { __typename id } }
      }`,
      data: {
        a: { first: { id: 'a1' } },
        b: { first: { id: 'a1' } },
        c: { first: {} },
        d: {
          media: [
            { __typename: 'Article', id: 'a1' },
            { __typename: 'Video', id: 'v1' },
          ],
        },
      },
    },
  ],
} satisfies Suite
