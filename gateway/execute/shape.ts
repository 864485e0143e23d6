import type { FieldNode, GraphQLOutputType } from 'graphql'

/** What is written of an object: its fields by its type. */
export interface ObjectShape {
  /** The name of its type where it can be of one only, so that it need not say it. */
  typename: string | null
  /** The name of its interface, for an object that says nothing of its type: a subgraph may know no more of it. */
  interfaceName: string | null
  /** In order; null when an object of that type has no business here. What is asked twice is the same. */
  fieldsOf(typename: string): readonly FieldShape[] | null
}

export interface FieldShape {
  /** Its key in what is written. */
  name: string
  /** Its key in the tree. */
  key: string
  /** What is always written for it, whatever the tree holds. */
  constant?: string
  /** What the schema itself answers: https://spec.graphql.org/September2025/#sec-Introspection */
  introspection?: readonly FieldNode[]
  type: GraphQLOutputType
  /** Null for a leaf. */
  object: ObjectShape | null
}

/** An object shape whose fields are worked out when they are first asked for, and then kept. */
export function createShape(
  { typename = null, interfaceName = null }: { typename?: string | null; interfaceName?: string | null },
  findFields: (typename: string) => readonly FieldShape[] | null,
): ObjectShape {
  const known = new Map<string, readonly FieldShape[] | null>()
  return {
    typename,
    interfaceName,
    fieldsOf(name) {
      const fields = known.get(name)
      if (fields !== undefined) return fields
      const found = findFields(name)
      // A subgraph may say any number of names; those that lead nowhere are not kept.
      if (found !== null) known.set(name, found)
      return found
    },
  }
}
