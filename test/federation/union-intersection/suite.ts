import type { Suite } from '../suite.ts'

const novel = { __typename: 'Novel', id: 'n', title: 'Emma', aTitle: 'A Emma', bTitle: 'B Emma' }
const film = { __typename: 'Film', id: 'f', title: 'Ran', bTitle: 'B Ran' }
const song = { __typename: 'Song', id: 's', title: 'Help', aTitle: 'A Help' }

export default {
  about: 'a shared union whose members are entities of one subgraph or of both',
  resolvers: {
    a: {
      Query: {
        found: () => novel,
        foundByA: () => song,
        reader: () => ({ found: novel, novel, foundByA: song }),
      },
      Novel: { __resolveReference: () => novel },
      Song: { __resolveReference: () => song },
    },
    b: {
      Query: {
        found: () => novel,
        foundByB: () => film,
        reader: () => ({ found: novel, novel, foundByB: film }),
      },
      Novel: { __resolveReference: () => novel },
      Film: { __resolveReference: () => film },
    },
  },
  cases: [
    {
      promise: 'what it is not gives nothing',
      query: '{ found { ... on Film { title } } reader { found { ... on Film { title bTitle } } } }',
      data: { found: {}, reader: { found: {} } },
    },
    {
      promise: 'what it is gives its fields of both subgraphs',
      query: '{ found { ... on Novel { bTitle title aTitle } } }',
      data: { found: { bTitle: 'B Emma', title: 'Emma', aTitle: 'A Emma' } },
    },
    {
      promise: 'members come from the subgraph that knows them, in one object of a shared field',
      query: `{ reader {
        foundByA { ...Titles }
        foundByB { ...Titles }
        novel { aTitle ...Titles }
      } }
      fragment Titles on Found { __typename ... on Novel { bTitle } ... on Film { title bTitle } ... on Song { title aTitle } }`,
      data: {
        reader: {
          foundByA: { __typename: 'Song', title: 'Help', aTitle: 'A Help' },
          foundByB: { __typename: 'Film', title: 'Ran', bTitle: 'B Ran' },
          novel: { aTitle: 'A Emma', __typename: 'Novel', bTitle: 'B Emma' },
        },
      },
    },
  ],
} satisfies Suite
