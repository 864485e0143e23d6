import {
  type DirectiveDefinitionNode,
  DirectiveLocation,
  extendSchema,
  type GraphQLSchema,
  Kind,
  parse,
} from 'graphql'

const executable = new Set<string>([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
])

/**
 * The directives of a supergraph that operations may use and its API schema leaves out, as it does with those that
 * subgraphs compose by a link of their own.
 */
function composedDirectives(sdl: string, schema: GraphQLSchema): DirectiveDefinitionNode[] {
  return parse(sdl, { noLocation: true }).definitions.flatMap((node) => {
    if (node.kind !== Kind.DIRECTIVE_DEFINITION || schema.getDirective(node.name.value)) return []
    return node.locations.some(({ value }) => executable.has(value)) ? [node] : []
  })
}

export interface ComposedSchema {
  /** What operations are validated against. */
  schema: GraphQLSchema
  /** The directives that the planner does not know, and no subgraph is told. */
  unplannedDirectives: ReadonlySet<string>
}

/** Lets operations use the directives that subgraphs compose. */
export function addComposedDirectives(schema: GraphQLSchema, sdl: string): ComposedSchema {
  const definitions = composedDirectives(sdl, schema)
  return {
    schema: definitions.length > 0 ? extendSchema(schema, { kind: Kind.DOCUMENT, definitions }) : schema,
    unplannedDirectives: new Set(definitions.map(({ name }) => name.value)),
  }
}
