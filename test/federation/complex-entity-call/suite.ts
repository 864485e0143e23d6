import type { Suite } from '../suite.ts'

const tools = [
  { id: '1', pid: 'p1', group: { id: 'g1', tag: 'cut' } },
  { id: '2', pid: 'p2', group: { id: 'g2', tag: 'hold' } },
]
const tool = ({ id }: { id: string }) => tools.find((each) => each.id === id) ?? null
type Keys = { tools: { id: string }[] }

export default {
  about: 'keys of lists of keys, translated from one set of fields to another',
  resolvers: {
    lists: {
      Query: { top: () => ({ tools, count: 2 }) },
      ToolList: {
        __resolveReference: (list: Keys) => ({ tools: list.tools.map(tool), count: list.tools.length }),
      },
      Tool: { __resolveReference: tool, group: ({ group }) => ({ ...group, mainTool: { id: '1' } }) },
      Group: { __resolveReference: ({ id }) => ({ id, tag: 'cut', mainTool: { id: '1' } }) },
    },
    numbers: {
      ToolList: { __resolveReference: (list: Keys) => ({ tools: list.tools.map(tool) }) },
      Tool: { __resolveReference: tool },
    },
    links: {
      ToolList: {
        __resolveReference: ({ tools: listed }) => ({ tools: listed, first: listed[0], selected: listed[1] }),
      },
      Tool: { __resolveReference: tool },
    },
    prices: {
      Tool: {
        __resolveReference: (reference) => reference,
        price: ({ pid, group }) => ({ amount: pid.length + group.tag.length }),
      },
    },
  },
  cases: [
    {
      promise: 'the key of a list is completed from another subgraph, and leads to a third',
      query:
        '{ top { tools { id pid price { amount } group { mainTool { id pid } id tag } } selected { id } first { pid id } } }',
      data: {
        top: {
          tools: [
            {
              id: '1',
              pid: 'p1',
              price: { amount: 5 },
              group: { mainTool: { id: '1', pid: 'p1' }, id: 'g1', tag: 'cut' },
            },
            {
              id: '2',
              pid: 'p2',
              price: { amount: 6 },
              group: { mainTool: { id: '1', pid: 'p1' }, id: 'g2', tag: 'hold' },
            },
          ],
          selected: { id: '2' },
          first: { pid: 'p1', id: '1' },
        },
      },
    },
    {
      promise: 'only what is needed of it shows',
      query: '{ top { selected { id } } }',
      data: { top: { selected: { id: '2' } } },
    },
  ],
} satisfies Suite
