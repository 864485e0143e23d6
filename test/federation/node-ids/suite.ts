import type { Suite } from '../suite.ts'

const chat = (id: string) => ({ __typename: 'Chat', id, text: `text ${id}`, account: { id: 'a1' } })

export default {
  about: 'a node of any type by its id',
  resolvers: {
    accounts: {
      Query: {
        node: (_, { id }) =>
          id.startsWith('a') ? { __typename: 'Account', id, name: `name ${id}` } : { __typename: 'Chat', id },
        account: () => ({ id: 'a1', name: 'name a1' }),
      },
      Account: { __resolveReference: ({ id }) => ({ id, name: `name ${id}` }) },
      Chat: { __resolveReference: ({ id }) => ({ id }) },
    },
    chats: {
      Query: { chat: () => chat('c1'), chats: () => [chat('c1'), { __typename: 'Account', id: 'a2' }] },
      Chat: { __resolveReference: ({ id }) => chat(id) },
      Account: { __resolveReference: ({ id }) => ({ id }), chats: () => [chat('c1'), chat('c2')] },
    },
  },
  cases: [
    {
      promise: 'each is completed by the subgraph that has its fields',
      query: `{
        a: node(id: "a1") { ...All }
        c: node(id: "c9") { ...All }
      }
      fragment All on Node { id ... on Account { name chats { text } } ... on Chat { text account { name } } }`,
      data: {
        a: { id: 'a1', name: 'name a1', chats: [{ text: 'text c1' }, { text: 'text c2' }] },
        c: { id: 'c9', text: 'text c9', account: { name: 'name a1' } },
      },
    },
    {
      promise: 'ids come from whichever subgraph is asked anyway',
      query: '{ chat { id account { id } } account { id chats { id account { id } } } chats { id } }',
      data: {
        chat: { id: 'c1', account: { id: 'a1' } },
        account: {
          id: 'a1',
          chats: [
            { id: 'c1', account: { id: 'a1' } },
            { id: 'c2', account: { id: 'a1' } },
          ],
        },
        chats: [{ id: 'c1' }, { id: 'a2' }],
      },
      asks: { accounts: 1, chats: 2 },
    },
    {
      promise: 'back and forth between two types',
      query:
        '{ chat { account { name chats { account { name } } } } chats { __typename ... on Account { name } } }',
      data: {
        chat: {
          account: {
            name: 'name a1',
            chats: [{ account: { name: 'name a1' } }, { account: { name: 'name a1' } }],
          },
        },
        chats: [{ __typename: 'Chat' }, { __typename: 'Account', name: 'name a2' }],
      },
    },
  ],
} satisfies Suite
