import { isNonNullType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { isEntity, itemTypeOf, namedTypeOf, rootFieldsOf, typeOf } from './schema-elements.ts'

export const lookupByOneKey: Rule = {
  name: 'lookup-by-one-key',
  description:
    'A lookup by one key demands it; a lookup by one of several takes nullable arguments and says that exactly one is wanted.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const field of rootFieldsOf(subgraph, 'query')) {
        const keys = field.arguments()
        if (keys.length === 0 || itemTypeOf(typeOf(field)) || !isEntity(subgraph, namedTypeOf(field)))
          continue
        const [first] = keys
        if (first && keys.length === 1) {
          if (isNonNullType(typeOf(first))) continue
          yield {
            subgraph,
            element: first,
            message: `${field.coordinate} is looked up by \`${first.name}\` alone, which may be left out.`,
            mend: `Make it \`${first.name}: ${first.type}!\`.`,
          }
          continue
        }
        for (const key of keys.filter((key) => isNonNullType(typeOf(key)))) {
          yield {
            subgraph,
            element: key,
            message: `${field.coordinate} is looked up by one of several keys, and \`${key.name}\` is \`${key.type}\`.`,
            mend: 'Make it nullable.',
          }
        }
        if (/exactly one/i.test(field.description ?? '')) continue
        yield {
          subgraph,
          element: field,
          message: `${field.coordinate} takes ${keys.length} keys, and its description does not say how many are wanted.`,
          mend: 'Write "give exactly one" into its description, and refuse other numbers.',
        }
      }
    }
  },
}
