import type { Rule } from './rule.ts'
import { isFieldsType, typesOf } from './schema-elements.ts'

export const entityKey: Rule = {
  name: 'entity-key',
  description:
    'An entity has one key, `id: ID!`, the same in every subgraph: with several, the planner may choose one that a subgraph cannot give.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph).filter(isFieldsType)) {
        const keys = type.appliedDirectivesOf(subgraph.metadata().keyDirective())
        if (keys.length === 0) continue
        const fieldSets = keys.map((key) => String(key.arguments().fields).trim())
        const id = type.field('id')
        if (fieldSets.join() === 'id' && String(id?.type) === 'ID!') continue
        const shown = fieldSets.map((fields) => `"${fields}"`).join(' and ')
        yield {
          subgraph,
          element: type,
          message:
            fieldSets.join() === 'id' ? `${type}.id is \`${id?.type}\`.` : `${type} has the key ${shown}.`,
          mend: 'Let `@key(fields: "id")` with `id: ID!` be its only key.',
        }
      }
    }
  },
}
