import { isConnection } from './relay-connections.ts'
import type { Rule } from './rule.ts'
import { isEntity, itemTypeOf, namedTypeOf, outputFieldsOf, typeOf } from './schema-elements.ts'

const offsetArguments = new Set(['offset', 'skip', 'page', 'pageNumber', 'limit'])
const rangeOfFirst = /`first` is \d+ to \d+/
const maximum = /at most \d+/

export const boundedLists: Rule = {
  name: 'bounded-lists',
  description:
    'A list of entities has an end that its description states, and is never paged by offset: a page by offset moves while it is read, and costs more the further in it lies.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const field of outputFieldsOf(subgraph)) {
        const offset = field.arguments().find(({ name }) => offsetArguments.has(name))
        if (offset) {
          yield {
            subgraph,
            element: offset,
            message: `${field.coordinate} is paged by \`${offset.name}\`.`,
            mend: 'Page by `first` and `after`, or by `first` alone where there is no second page.',
          }
        }
        const description = field.description ?? ''
        if (field.argument('first') && !rangeOfFirst.test(description)) {
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} takes \`first\`, and its description does not say how many that may be.`,
            mend: 'Write "`first` is 1 to 50." into its description, with the maximum that is enforced.',
          }
        }
        const isPlainList = itemTypeOf(typeOf(field)) !== null && !isConnection(field.parent)
        if (!isPlainList || field.argument('first') || maximum.test(description)) continue
        if (!isEntity(subgraph, namedTypeOf(field))) continue
        yield {
          subgraph,
          element: field,
          message: `${field.coordinate} is a list of entities, and nothing says how long it can get.`,
          mend: 'Take `first`, return a connection, or write "at most 10" into its description.',
        }
      }
    }
  },
}
