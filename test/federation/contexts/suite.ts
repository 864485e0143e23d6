import type { Suite } from '../suite.ts'

/** Apollo's own gateway refuses it as well: only its router hands on contexts. */
export default {
  about: 'arguments that are set from an object further up',
  resolvers: {},
  cases: [],
  refused: /context/,
} satisfies Suite
