import { isNonNullType, type Subgraph } from '@apollo/federation-internals'
import type { Rule } from './rule.ts'
import { type Field, fieldsOf, isFieldsType, namedTypeOf, rootFieldsOf, typeOf } from './schema-elements.ts'

export const payloadSelfContained: Rule = {
  name: 'payload-self-contained',
  description:
    "A mutation's payload can be completed by its own subgraph alone: a write that took place must never look like one that did not.",
  *check(subgraphs) {
    for (const subgraph of subgraphs) {
      for (const mutation of rootFieldsOf(subgraph, 'mutation')) {
        const payload = namedTypeOf(mutation)
        const elsewhere = subgraphs.find((other) => other !== subgraph && other.schema.type(payload.name))
        if (elsewhere) {
          yield {
            subgraph,
            element: mutation,
            message: `${mutation.coordinate} returns ${payload.name}, which ${elsewhere.name} has as well: its outage would take part of the answer to a write that took place.`,
            mend: `Return a payload of its own, which no other subgraph defines.`,
            related: [elsewhere.schema.type(payload.name) ?? {}],
          }
          continue
        }
        if (!isFieldsType(payload)) continue
        for (const field of fieldsOf(subgraph, payload)) {
          const foreign = findForeignNonNull(namedTypeOf(field).name, subgraph, subgraphs)
          if (!foreign) continue
          yield {
            subgraph,
            element: field,
            message: `${field.coordinate} holds ${foreign.field.coordinate}, which is \`${foreign.field.type}\` and comes from ${foreign.subgraph.name}: while that is down, the write is answered with null.`,
            mend: `Make ${foreign.field.coordinate} nullable in ${foreign.subgraph.name}.`,
            related: [foreign.field],
          }
        }
      }
    }
  },
}

/** A `!` field of another subgraph that nulls a value of this type, be it through other `!` fields. */
function findForeignNonNull(
  typeName: string,
  home: Subgraph,
  subgraphs: readonly Subgraph[],
  seen: Set<string> = new Set(),
): { subgraph: Subgraph; field: Field } | null {
  if (seen.has(typeName)) return null
  seen.add(typeName)
  const own = home.schema.type(typeName)
  const ownFields = own && isFieldsType(own) ? fieldsOf(home, own) : []
  const atHome = new Set(ownFields.map(({ name }) => name))
  for (const subgraph of subgraphs) {
    const type = subgraph.schema.type(typeName)
    if (!type || !isFieldsType(type)) continue
    for (const field of fieldsOf(subgraph, type)) {
      if (isNonNullType(typeOf(field)) && !atHome.has(field.name)) return { subgraph, field }
    }
  }
  for (const field of ownFields) {
    if (!isNonNullType(typeOf(field))) continue
    const found = findForeignNonNull(namedTypeOf(field).name, home, subgraphs, seen)
    if (found) return found
  }
  return null
}
