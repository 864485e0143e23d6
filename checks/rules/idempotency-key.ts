import { isInputObjectType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { namedTypeOf, rootFieldsOf } from './schema-elements.ts'

export const idempotencyKey: Rule = {
  name: 'idempotency-key',
  description:
    'A mutation takes an idempotency key and keeps its first answer: a client that got no answer can only find out by asking again.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const mutation of rootFieldsOf(subgraph, 'mutation')) {
        const inputs = mutation.arguments().map(namedTypeOf).filter(isInputObjectType)
        const keys = [
          mutation.argument('idempotencyKey'),
          ...inputs.map((input) => input.field('idempotencyKey')),
        ]
        if (keys.some((key) => String(key?.type) === 'String!')) continue
        yield {
          subgraph,
          element: mutation,
          message: `${mutation.coordinate} takes no \`idempotencyKey: String!\`: to send it again may do it twice.`,
          mend: 'Add `idempotencyKey: String!` to its input and keep the first answer by it. If repeating it changes nothing, say so under `exceptions` in checks.yaml.',
        }
      }
    }
  },
}
