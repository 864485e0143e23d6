import { isNonNullType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { rootFieldsOf, typeOf } from './schema-elements.ts'

export const rootFieldsNullable: Rule = {
  name: 'root-fields-nullable',
  description:
    'Root fields are nullable: an error in a root field that is `!` takes the whole answer with it, and with it what the other subgraphs gave.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const kind of ['query', 'mutation', 'subscription'] as const) {
        for (const field of rootFieldsOf(subgraph, kind)) {
          const type = typeOf(field)
          if (!isNonNullType(type)) continue
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} is \`${type}\`: while ${subgraph.name} is down, every operation that selects it answers \`data: null\`.`,
            mend: `Make it \`${type.ofType}\`.`,
          }
        }
      }
    }
  },
}
