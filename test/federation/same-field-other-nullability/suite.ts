import type { Suite } from '../suite.ts'

const section = { id: 's', name: 'News', size: 3 }
const story = { __typename: 'Story', path: 'story', section }
const video = { __typename: 'Video', path: 'video', section }

export default {
  about: 'a field that may be null in one type and not in another, so that the planner gives it another name',
  resolvers: {
    desk: {
      Query: { latest: () => [story, video] },
      Story: { __resolveReference: () => story },
      Video: { __resolveReference: () => video },
    },
    readers: { Query: { liked: () => [video, story] } },
  },
  cases: [
    {
      promise: 'what is asked under either name comes together',
      query: '{ latest { ... on Placed { ... on Piece { section { name } } } section { size } } }',
      data: { latest: [{ section: { name: 'News', size: 3 } }, { section: { size: 3 } }] },
    },
    {
      promise: 'entities of either type have it',
      query: '{ liked { ... on Piece { section { id name } } } }',
      data: { liked: [{ section: { id: 's', name: 'News' } }, { section: { id: 's', name: 'News' } }] },
    },
  ],
} satisfies Suite
