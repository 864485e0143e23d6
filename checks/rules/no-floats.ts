import { isFloatType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { inputsOf, namedTypeOf, outputFieldsOf } from './schema-elements.ts'

export const noFloats: Rule = {
  name: 'no-floats',
  description:
    'Nothing is a `Float`: a binary fraction cannot hold 0.1, and sums of such are wrong by a cent.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const element of [...outputFieldsOf(subgraph), ...inputsOf(subgraph)]) {
        if (!isFloatType(namedTypeOf(element))) continue
        yield {
          subgraph,
          element,
          message: `${element.coordinate} is \`${element.type}\`.`,
          mend: 'Use `Money` for an amount, `Int` for whole steps, or a decimal scalar, which travels as a string.',
        }
      }
    }
  },
}
