import { isFederationDirectiveDefinedInSchema } from '@apollo/federation-internals'
import { isConnection } from './relay-connections.ts'
import type { Rule } from './rule.ts'
import { namedTypeOf, outputFieldsOf } from './schema-elements.ts'

export const listSize: Rule = {
  name: 'list-size',
  description:
    'A field that takes `first` says with `@listSize` that this many come back: what an operation costs is known before it runs.',
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      const definition = subgraph.metadata().listSizeDirective()
      for (const field of outputFieldsOf(subgraph)) {
        if (!field.argument('first')) continue
        const [application] = isFederationDirectiveDefinedInSchema(definition)
          ? field.appliedDirectivesOf(definition)
          : []
        const { slicingArguments, sizedFields } = application?.arguments() ?? {}
        const wantsSizedFields = isConnection(namedTypeOf(field))
        if (slicingArguments?.includes('first') && (!wantsSizedFields || sizedFields?.includes('nodes')))
          continue
        yield {
          subgraph,
          element: field,
          message: `${field.coordinate} takes \`first\`, and no \`@listSize\` says ${slicingArguments?.includes('first') ? 'which of its fields are that long' : 'so'}.`,
          mend: `Add \`@listSize(slicingArguments: ["first"],${wantsSizedFields ? ' sizedFields: ["nodes", "edges"],' : ''} requireOneSlicingArgument: false)\`.`,
        }
      }
    }
  },
}
