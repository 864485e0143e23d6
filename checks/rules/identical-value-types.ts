import {
  isEnumType,
  isInputObjectType,
  isUnionType,
  type NamedType,
  type Subgraph,
} from '@apollo/federation-internals'
import type { Problem, Rule } from './rule.ts'
import { isEntity, isFieldsType, isRootType, listed, typesOf } from './schema-elements.ts'

export const identicalValueTypes: Rule = {
  name: 'identical-value-types',
  description:
    'A type without a key that several subgraphs define is the same in all of them, descriptions and all: whichever answers, the client gets the same.',
  *check(subgraphs) {
    const first = new Map<string, { subgraph: Subgraph; type: NamedType }>()
    for (const subgraph of subgraphs) {
      for (const type of typesOf(subgraph)) {
        if (isRootType(type) || isEntity(subgraph, type)) continue
        const model = first.get(type.name)
        if (model) yield* compare(model, { subgraph, type })
        else first.set(type.name, { subgraph, type })
      }
    }
  },
}

interface Definition {
  subgraph: Subgraph
  type: NamedType
}

function* compare(model: Definition, other: Definition): Iterable<Problem> {
  const wanted = partsOf(model.type)
  const given = partsOf(other.type)
  const different = [...new Set([...wanted.keys(), ...given.keys()])].filter(
    (part) => wanted.get(part) !== given.get(part),
  )
  if (different.length === 0) return
  yield {
    subgraph: other.subgraph,
    element: other.type,
    message: `${other.type.name} is not the same in ${model.subgraph.name} and ${other.subgraph.name}: ${listed(different)}.`,
    mend: 'Copy the one over the other.',
    related: [model.type],
  }
}

/** The type in comparable parts: its head under its own name, each member under its coordinate. */
function partsOf(type: NamedType): Map<string, string> {
  const parts = new Map([[type.name, `${type.kind} ${type.description}`]])
  if (isFieldsType(type)) {
    for (const field of [...type.fields()]) {
      const args = field.arguments().map((argument) => `${argument} ${argument.description}`)
      parts.set(field.coordinate, `${field.type} ${args.toSorted().join()} ${field.description}`)
    }
  }
  if (isInputObjectType(type)) {
    for (const field of type.fields()) parts.set(field.coordinate, `${field} ${field.description}`)
  }
  if (isEnumType(type)) for (const value of type.values) parts.set(value.coordinate, `${value.description}`)
  if (isUnionType(type)) for (const member of type.types()) parts.set(`${type} | ${member}`, '')
  return parts
}
