import { isNonNullType, type Type } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { itemTypeOf, listed, namedTypeOf, outputFieldsOf, sharedEntities, typeOf } from './schema-elements.ts'

export const referencesNullable: Rule = {
  name: 'references-nullable',
  description:
    'A reference to an entity that stands in several subgraphs is nullable, and so is each item of a list of them: what it refers to may be gone, or lost, where it is completed.',
  *check(subgraphs) {
    const shared = sharedEntities(subgraphs)
    for (const subgraph of subgraphs) {
      for (const field of outputFieldsOf(subgraph)) {
        const named = namedTypeOf(field)
        const homes = shared.get(named.name)
        if (!homes || !isNonNullType(referenceOf(typeOf(field)))) continue
        yield {
          subgraph,
          element: field,
          message: `${field.coordinate} is \`${field.type}\`, and ${named.name} stands in ${listed(homes)}: one that cannot be completed takes with it all that stands around it.`,
          mend: `Let ${itemTypeOf(typeOf(field)) ? 'the items' : 'it'} be \`${named.name}\`, without the \`!\`.`,
        }
      }
    }
  },
}

/** The innermost type that may carry the `!` of one reference. */
function referenceOf(type: Type): Type {
  const item = itemTypeOf(type)
  return item ? referenceOf(item) : type
}
