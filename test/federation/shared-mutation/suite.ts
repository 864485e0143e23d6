import { expect } from 'vitest'
import type { Suite } from '../suite.ts'

const record = (_: unknown, { text }: { text: string }) => ({ text, count: 1 })

export default {
  about: 'a write that two subgraphs can do',
  resolvers: { a: { Mutation: { record } }, b: { Mutation: { record } } },
  cases: [
    {
      promise: 'one of them does it, once',
      query: 'mutation { record(text: "x") { text count } }',
      data: { record: { text: 'x', count: 1 } },
      requests: (received) => expect([...received('a'), ...received('b')]).toHaveLength(1),
    },
    {
      promise: 'twice is twice',
      query: 'mutation { one: record(text: "x") { text } two: record(text: "x") { count } }',
      data: { one: { text: 'x' }, two: { count: 1 } },
    },
  ],
} satisfies Suite
