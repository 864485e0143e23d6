import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  GraphQLList,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type ConditionValues, isWanted } from '../plan/fetch-field.ts'
import type { FetchStep, Requirement } from '../plan/fetch-step.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import { Lost, type TreeObject } from './lost.ts'
import { createShape, type FieldShape, type ObjectShape } from './shape.ts'
import { lazyWriter, mismatch, type TextWriter } from './text-writer.ts'

/**
 * Writes what a subgraph is told of an entity. Null where there is nothing to ask for, as the entity has no key;
 * undefined where the entity is of a type that is not asked about.
 * @throws {mismatch} where something that has to be told was lost
 */
export type RepresentationWriter = (entity: TreeObject) => string | null | undefined

/** What is lost of what a subgraph would have to be told. */
export type CauseFinder = (entity: TreeObject) => Lost | undefined

/** Nothing that is told has to be there: a subgraph may require a field that is null. */
function withoutNonNull(type: GraphQLOutputType): GraphQLOutputType {
  if (isNonNullType(type)) return withoutNonNull(type.ofType)
  return isListType(type) ? new GraphQLList(withoutNonNull(type.ofType)) : type
}

/** Whether an object of the tree is what a fragment is about. Of an interface's name, nobody asked which object it is. */
function appliesTo(schema: GraphQLSchema, condition: string | undefined, typename: string): boolean {
  if (condition === undefined || condition === typename) return true
  const conditional = schema.getType(condition)
  const type = schema.getType(typename)
  return (
    isAbstractType(conditional) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(conditional, type)
  )
}

type Selections = readonly QueryPlanSelectionNode[]

/** What of these selections is asked of a type, by field name; null where no fragment is about it. */
function collect(
  schema: GraphQLSchema,
  typename: string,
  selections: Selections,
): Map<string, Selections> | null {
  const fields = new Map<string, Selections>()
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      fields.set(selection.name, [...(fields.get(selection.name) ?? []), ...(selection.selections ?? [])])
    } else if (appliesTo(schema, selection.typeCondition, typename)) {
      for (const [name, deeper] of collect(schema, typename, selection.selections) ?? [])
        fields.set(name, [...(fields.get(name) ?? []), ...deeper])
    }
  }
  return fields.size > 0 ? fields : null
}

/** What the subgraph is told that an entity is. */
function toldTypename(schema: GraphQLSchema, { typenames }: Requirement, typename: string): string {
  for (const [condition, told] of typenames) if (appliesTo(schema, condition, typename)) return told
  return typename
}

function shapeOf(
  supergraph: PlannerSupergraph,
  requires: Requirement,
  omitted: ReadonlySet<string>,
): ObjectShape {
  const { schema } = supergraph

  function fieldsOf(typename: string, selections: Selections, isEntity: boolean): FieldShape[] | null {
    const type = schema.getType(typename)
    const fields = collect(schema, typename, selections)
    if (fields === null || !(isObjectType(type) || isInterfaceType(type))) return null
    return [...fields].flatMap(([name, deeper]): FieldShape[] => {
      if (name === '__typename') {
        const told = isEntity ? toldTypename(schema, requires, typename) : typename
        return [{ name, key: name, constant: JSON.stringify(told), type: GraphQLString, object: null }]
      }
      const field = type.getFields()[name]
      if (!field || (isEntity && omitted.has(name))) return []
      const named = getNamedType(field.type)
      return [
        {
          name: supergraph.requiredFields.get(name)?.name ?? name,
          key: name,
          type: withoutNonNull(field.type),
          object: isCompositeType(named) ? shapeBelow(isObjectType(named) ? named.name : null, deeper) : null,
        },
      ]
    })
  }
  const shapeBelow = (typename: string | null, selections: Selections) =>
    createShape({ typename }, (name) => fieldsOf(name, selections, false))

  return createShape({}, (name) => fieldsOf(name, requires.selections, true))
}

/** The type of an entity that does not say it, where the fetch is about one type only. */
function onlyTypename(schema: GraphQLSchema, { selections }: Requirement): string | undefined {
  const [first, ...others] = selections
  if (first?.kind !== 'InlineFragment' || others.length > 0) return undefined
  return isObjectType(schema.getType(first.typeCondition ?? '')) ? first.typeCondition : undefined
}

function findLost(entity: unknown, shape: ObjectShape, typename: unknown): Lost | undefined {
  if (entity instanceof Lost) return entity
  if (Array.isArray(entity)) {
    for (const item of entity) {
      const lost = findLost(item, shape, undefined)
      if (lost) return lost
    }
    return undefined
  }
  if (typeof entity !== 'object' || entity === null) return undefined
  const object: TreeObject = { ...entity }
  if (object.__typename instanceof Lost) return object.__typename
  const name = typename ?? object.__typename ?? shape.typename
  const fields = typeof name === 'string' ? shape.fieldsOf(name) : null
  for (const { key, object: below } of fields ?? []) {
    const value = object[key]
    if (value instanceof Lost) return value
    const lost = below && findLost(value, below, undefined)
    if (lost) return lost
  }
  return undefined
}

export interface Representation {
  write: RepresentationWriter
  findLost: CauseFinder
}

/** Makes the writer of the representations of a step, without the names that are not asked for this time. */
function createRepresentation(
  { serviceName }: FetchStep,
  requires: Requirement,
  supergraph: PlannerSupergraph,
  omitted: ReadonlySet<string>,
): Representation {
  const { schema } = supergraph
  const shape = shapeOf(supergraph, requires, omitted)
  const only = onlyTypename(schema, requires)
  const writers = new Map<
    string,
    { write: TextWriter; hasKey: (entity: TreeObject) => boolean } | undefined
  >()

  /** A subgraph can be asked for nothing by a null for its key, unless other parts of the key may be null. */
  function keyCheck(typename: string): (entity: TreeObject) => boolean {
    const told = toldTypename(schema, requires, typename)
    const type = schema.getType(typename)
    const asked = new Set(shape.fieldsOf(typename)?.map(({ key }) => key))
    const keys = supergraph
      .keysOf(told, serviceName)
      .filter((key) => key.length > 0 && key.every((name) => asked.has(name)))
    const isNonNull = (name: string) =>
      (isObjectType(type) || isInterfaceType(type)) && isNonNullType(type.getFields()[name]?.type)
    return (entity) =>
      keys.length === 0 ||
      keys.some(
        (key) =>
          key.some((name) => entity[name] !== null) &&
          key.every((name) => entity[name] !== null || !isNonNull(name)),
      )
  }

  function writerOf(typename: string) {
    if (shape.fieldsOf(typename) === null) return undefined
    const typed = createShape({ typename }, (name) => shape.fieldsOf(name))
    return { write: lazyWriter(typed), hasKey: keyCheck(typename) }
  }

  return {
    write(entity) {
      const { __typename: typename = only } = entity
      if (typename instanceof Lost) throw mismatch
      if (typeof typename !== 'string') return undefined
      let writer = writers.get(typename)
      if (writer === undefined && !writers.has(typename)) {
        writer = writerOf(typename)
        if (writer || schema.getType(typename)) writers.set(typename, writer)
      }
      if (writer === undefined) return undefined
      return writer.hasKey(entity) ? writer.write(entity) : null
    },
    findLost: (entity) => findLost(entity, shape, entity.__typename ?? only),
  }
}

/** The representations of a step, for the values of Boolean variables; null where it asks for no entities. */
export function createRepresentations(
  step: FetchStep,
  supergraph: PlannerSupergraph,
): (values: ConditionValues) => Representation | null {
  const { requires, conditionalRequirements } = step
  if (!requires) return () => null
  const known = new Map<string, Representation>()
  const withOmitted = (omitted: readonly string[]): Representation => {
    const key = omitted.join(' ')
    const representation =
      known.get(key) ?? createRepresentation(step, requires, supergraph, new Set(omitted))
    known.set(key, representation)
    return representation
  }
  const whole = withOmitted([])
  if (conditionalRequirements.size === 0) return () => whole
  return (values) =>
    withOmitted(
      [...conditionalRequirements].flatMap(([name, ways]) =>
        ways.some((conditions) => isWanted(conditions, values)) ? [] : [name],
      ),
    )
}
