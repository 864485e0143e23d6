import { type FieldNode, parse, visit } from 'graphql'
import type { Rule } from './rule.ts'
import { outputFieldsOf } from './schema-elements.ts'

export const requiresWithoutArguments: Rule = {
  name: 'requires-without-arguments',
  description:
    "`@requires` never selects a field with arguments: the gateway merges it into the client's own selection by response name, and one of the two gets the other's value.",
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      const requires = subgraph.metadata().requiresDirective()
      for (const field of outputFieldsOf(subgraph)) {
        for (const application of field.appliedDirectivesOf(requires)) {
          const withArguments = fieldsWithArguments(String(application.arguments().fields))
          if (withArguments.length === 0) continue
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} requires \`${withArguments.join('`, `')}\`, with arguments.`,
            mend: 'Require a field without arguments; let its owner add one that is what you need.',
          }
        }
      }
    }
  },
}

function fieldsWithArguments(fieldSet: string): string[] {
  const names: string[] = []
  visit(parse(`{${fieldSet}}`), {
    Field({ name, arguments: given }: FieldNode) {
      if (given?.length) names.push(name.value)
    },
  })
  return names
}
