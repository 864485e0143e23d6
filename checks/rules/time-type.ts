import type { Rule } from './rule.ts'
import { inputsOf, namedTypeOf, outputFieldsOf } from './schema-elements.ts'

const namesOfInstants = /[a-z](At|Date|Time)$|^(date|time)$/

export const timeType: Rule = {
  name: 'time-type',
  description: 'An instant is a `DateTime`: ISO 8601 in UTC, the same in every subgraph.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const element of [...outputFieldsOf(subgraph), ...inputsOf(subgraph)]) {
        if (!namesOfInstants.test(element.name) || namedTypeOf(element).name === 'DateTime') continue
        yield {
          subgraph,
          element,
          message: `${element.coordinate} sounds like an instant, and is \`${element.type}\`.`,
          mend: 'Make it `DateTime`.',
        }
      }
    }
  },
}
