import {
  type Directive,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type NamedType,
  type Subgraph,
  type Type,
} from '@apollo/federation-internals'
import type { ASTNode } from 'graphql'

/** A directive where it is applied, by the name that its specification gives it, whatever it is imported as. */
export interface AppliedMark {
  name: string
  /** Its arguments, as text. */
  given: string
}

/** A part of one subgraph's schema. */
export interface SubgraphElement {
  coordinate: string
  /** What it is, without what stands within it: its type, its default, its interfaces or members. */
  signature: string
  marks: readonly AppliedMark[]
  node: ASTNode | undefined
  /** Whether it is a field of an object that the subgraph resolves: not one that it only refers to. */
  isResolved: boolean
}

/** What the subgraph's file defines, by coordinate. What federation adds by itself is left out. */
export function elementsOf(subgraph: Subgraph): Map<string, SubgraphElement> {
  const elements = new Map<string, SubgraphElement>()
  const metadata = subgraph.metadata()
  const add = (
    element: { coordinate: string; sourceAST?: ASTNode | undefined; appliedDirectives: readonly Directive[] },
    signature: string,
    isResolved = false,
  ): void => {
    elements.set(element.coordinate, {
      coordinate: element.coordinate,
      signature,
      marks: element.appliedDirectives.map((directive) => markOf(subgraph, directive)),
      node: element.sourceAST,
      isResolved,
    })
  }
  const { schemaDefinition } = subgraph.schema
  const { appliedDirectives, sourceAST } = schemaDefinition
  add({ coordinate: 'schema', appliedDirectives, sourceAST }, '')
  for (const type of subgraph.schema.types()) {
    if (isFederations(type)) continue
    add(type, signatureOf(type))
    if (isEnumType(type)) for (const value of type.values) add(value, '')
    if (isInputObjectType(type)) {
      for (const field of type.fields()) add(field, inputSignature(field))
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of type.fields()) {
      if (field.name.startsWith('_') && type.name === 'Query') continue
      add(field, `${field.type}`, isObjectType(type) && !metadata.isFieldExternal(field))
      for (const argument of field.arguments()) {
        add(argument, inputSignature(argument))
      }
    }
  }
  return elements
}

const isFederations = (type: NamedType): boolean =>
  type.isIntrospectionType() || type.isBuiltIn || /^(_Any|_Entity|_Service|\w+__\w+)$/.test(type.name)

const inputSignature = ({
  type,
  defaultValue,
}: {
  type?: Type | undefined
  defaultValue?: unknown
}): string => (defaultValue === undefined ? `${type}` : `${type} = ${JSON.stringify(defaultValue)}`)

function signatureOf(type: NamedType): string {
  if (isUnionType(type))
    return type
      .types()
      .map(({ name }) => name)
      .sort()
      .join(' | ')
  if (!isObjectType(type) && !isInterfaceType(type)) return type.kind
  return [
    type.kind,
    ...type
      .interfaces()
      .map(({ name }) => name)
      .sort(),
  ].join(' ')
}

function markOf({ schema }: Subgraph, directive: Directive): AppliedMark {
  const source = schema.coreFeatures?.sourceFeature(directive)
  const given = Object.entries(directive.arguments())
    .map(
      ([name, value]) => `${name}: ${typeof value === 'string' ? normalized(value) : JSON.stringify(value)}`,
    )
    .sort()
  return { name: source?.nameInFeature ?? directive.name, given: given.join(', ') }
}

const normalized = (text: string): string => text.replaceAll(/[\s,]+/g, ' ').trim()
