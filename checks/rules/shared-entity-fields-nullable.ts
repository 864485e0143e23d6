import { isNonNullType } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { fieldsOf, listed, outputTypesOf, sharedEntities, typeOf } from './schema-elements.ts'

export const sharedEntityFieldsNullable: Rule = {
  name: 'shared-entity-fields-nullable',
  description:
    'On an entity that stands in several subgraphs only `id` is `!`, whoever owns the field: any other field that is `!` takes the entity from the others when its own subgraph is lost.',
  *check(subgraphs) {
    const shared = sharedEntities(subgraphs)
    for (const subgraph of subgraphs) {
      for (const type of outputTypesOf(subgraph)) {
        const others = shared.get(type.name)?.filter((name) => name !== subgraph.name)
        if (!others?.length) continue
        for (const field of fieldsOf(subgraph, type)) {
          const fieldType = typeOf(field)
          if (field.name === 'id' || !isNonNullType(fieldType)) continue
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} is \`${fieldType}\`: while ${subgraph.name} is down, it takes the whole ${type.name} away from ${listed(others)}.`,
            mend: `Make it \`${fieldType.ofType}\`.`,
          }
        }
      }
    }
  },
}
