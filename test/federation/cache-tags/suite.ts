import type { Suite } from '../suite.ts'

/** The supergraph says that executing needs it, and who does not know a thing that is needed may not go on. */
export default {
  about: 'tags by which a cache may forget',
  resolvers: {},
  cases: [],
  refused: /cacheTag/,
} satisfies Suite
