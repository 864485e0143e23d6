import type { Suite } from '../suite.ts'

/** Knows an entity by its number alone. */
const byNumber = (entity: object) => (reference: { number?: number }) => {
  if (reference.number === undefined) throw new Error('it is known by its number alone')
  return entity
}
const album = { id: 'a1', number: 4, title: 'Four', rank: 1 }
const song = { id: 's1', number: 9, name: 'Nine', rank: 2 }

export default {
  about: 'keys by which a subgraph refers, and by which it is never asked',
  resolvers: {
    albums: {
      Query: { album: () => album, song: () => song },
      Album: { __resolveReference: byNumber(album) },
      Song: { __resolveReference: byNumber(song) },
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
  ],
} satisfies Suite
