import type { Suite } from '../suite.ts'

/** Knows an entity by its number alone. */
const byNumber = (entity: object) => (reference: { number?: number; rank?: number }) => {
  if (reference.number === undefined) throw new Error('it is known by its number alone')
  return { ...entity, ...reference }
}
const album = { id: 'a1', number: 4, title: 'Four', rank: 1 }
const song = { id: 's1', number: 9, name: 'Nine', rank: 2 }

const medal = ({ rank }: { rank?: number }) => (rank === 1 ? 'gold' : 'silver')

export default {
  about: 'keys by which a subgraph refers, and by which it is never asked',
  resolvers: {
    albums: {
      Query: { album: () => album, song: () => song },
      Album: { __resolveReference: byNumber(album), medal },
      Song: { __resolveReference: byNumber(song), medal },
    },
    charts: {
      Query: {
        topAlbum: () => album,
        topSong: () => song,
      },
      Album: { __resolveReference: () => album },
      Song: { __resolveReference: () => song },
      Label: { __resolveReference: ({ id }) => ({ id, rank: 5, name: 'Ton' }) },
    },
    labels: { Query: { newest: () => ({ id: 'l1', founded: 1999 }) } },
  },
  cases: [
    {
      promise: 'a key that is listed first and can not be asked by is passed over',
      query: '{ topAlbum { title rank } }',
      data: { topAlbum: { title: 'Four', rank: 1 } },
      representations: { albums: [{ __typename: 'Album', number: 4 }] },
    },
    {
      promise: 'a key that is listed second and can not be asked by is not used',
      query: '{ topSong { name rank } }',
      data: { topSong: { name: 'Nine', rank: 2 } },
      representations: { albums: [{ __typename: 'Song', number: 9 }] },
    },
    {
      promise: 'a key that only refers leads out of its subgraph',
      query: '{ album { rank } song { rank } newest { founded name rank } }',
      data: { album: { rank: 1 }, song: { rank: 2 }, newest: { founded: 1999, name: 'Ton', rank: 5 } },
    },
    {
      promise:
        'a subgraph that is entered again for what its field requires is asked by a key it can be asked by',
      query: '{ album { title medal } song { name medal } }',
      data: { album: { title: 'Four', medal: 'gold' }, song: { name: 'Nine', medal: 'silver' } },
      representations: {
        albums: [
          { __typename: 'Album', rank: 1, number: 4 },
          { __typename: 'Song', rank: 2, number: 9 },
        ],
      },
    },
  ],
} satisfies Suite
