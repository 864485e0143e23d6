import type { Suite } from '../suite.ts'

/** It is better not to serve at all than to serve to everybody what is for some. */
export default {
  about: 'fields for those who have a scope',
  resolvers: {},
  cases: [],
  refused: /requiresScopes/i,
} satisfies Suite
