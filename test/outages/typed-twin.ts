import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  print,
  type SelectionSetNode,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The same operation, which also tells the type of every object that may be of several. Null where it can't, since
 * the name is taken.
 */
export function typedTwin(schema: GraphQLSchema, document: DocumentNode): string | null {
  const typeInfo = new TypeInfo(schema)
  let isOther = false
  const twin = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet(node): SelectionSetNode | undefined {
        if (!isAbstractType(typeInfo.getParentType())) return undefined
        isOther = true
        return { ...node, selections: [typename, ...node.selections] }
      },
    }),
  )
  if (!isOther) return print(document)
  return validate(schema, twin).length === 0 ? print(twin) : null
}
