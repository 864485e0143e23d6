import { isEnumType, isInputObjectType, type NamedType, type Subgraph } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { fieldsOf, isFieldsType, isRootType, typesOf } from './schema-elements.ts'

export const descriptions: Rule = {
  name: 'descriptions',
  description:
    'Every type, field, input field and enum value has a description: the explorer shows nothing else to who has never seen this graph.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph)) {
        const elements = [...(isRootType(type) ? [] : [type]), ...membersOf(subgraph, type)]
        for (const element of elements) {
          if (element.description?.trim()) continue
          yield {
            subgraph,
            element,
            message: `${element.coordinate} has no description.`,
            mend: 'Say in a sentence what it is, and what it takes where that is not plain.',
          }
        }
      }
    }
  },
}

function membersOf(subgraph: Subgraph, type: NamedType) {
  if (isFieldsType(type)) return fieldsOf(subgraph, type)
  if (isInputObjectType(type)) return type.fields()
  return isEnumType(type) ? type.values : []
}
