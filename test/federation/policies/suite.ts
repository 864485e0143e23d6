import type { Suite } from '../suite.ts'

/** It is better not to serve at all than to serve to everybody what a policy should guard. */
export default {
  about: 'fields that a policy guards',
  resolvers: {},
  cases: [],
  refused: /policy/,
} satisfies Suite
