import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql'

/**
 * Whether what is of a type is what a fragment on `condition` is about. The type may be an interface, where a subgraph
 * knows it as an object, and nobody was asked which object it is.
 */
export function meetsCondition(schema: GraphQLSchema, condition: string, typename: string): boolean {
  if (condition === typename) return true
  const conditional = schema.getType(condition)
  const type = schema.getType(typename)
  return (
    isAbstractType(conditional) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(conditional, type)
  )
}
