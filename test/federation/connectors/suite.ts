import type { Suite } from '../suite.ts'

/** Without a subgraph behind it there would be nobody to ask: only Apollo's router speaks to REST by itself. */
export default {
  about: 'fields that come from REST without a subgraph',
  resolvers: {},
  cases: [],
  refused: /connect/,
} satisfies Suite
