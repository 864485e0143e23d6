import type { QueryPlanSelectionNode } from '@apollo/query-planner'
import {
  GraphQLList,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { type ConditionValues, type FetchField, isWanted } from '../plan/fetch-field.ts'
import type { FetchStep, Requirement } from '../plan/fetch-step.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import { leafPaths, requiredPaths } from '../plan/split-by-needs.ts'
import { meetsCondition } from '../plan/type-condition.ts'
import { fitsLeaf } from './leaf-values.ts'
import { isTreeObject, Lost, type TreeObject } from './lost.ts'
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

/** Whether an object of the tree is what a fragment is about, if that is about a type. */
function appliesTo(schema: GraphQLSchema, condition: string | undefined, typename: string): boolean {
  return condition === undefined || meetsCondition(schema, condition, typename)
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

/** Whether all of a field that is required is left out. */
function isOmitted(path: readonly string[], deeper: Selections, omitted: ReadonlySet<string>): boolean {
  if (omitted.size === 0) return false
  if (deeper.length === 0) return omitted.has(path.join('.'))
  const leaves = leafPaths(deeper)
  return leaves.length > 0 && leaves.every((leaf) => omitted.has([...path, ...leaf].join('.')))
}

/** The paths of what nobody has been asked for of the entities of a type: it is not told. */
type FindOmitted = (typename: string) => ReadonlySet<string>

function shapeOf(
  supergraph: PlannerSupergraph,
  requires: Requirement,
  findOmitted: FindOmitted,
): ObjectShape {
  const { schema } = supergraph

  function fieldsOf(
    typename: string,
    selections: Selections,
    path: readonly string[],
    omitted: ReadonlySet<string>,
  ): FieldShape[] | null {
    const isEntity = path.length === 0
    const type = schema.getType(typename)
    const fields = collect(schema, typename, selections)
    if (fields === null || !(isObjectType(type) || isInterfaceType(type))) return null
    return [...fields].flatMap(([name, deeper]): FieldShape[] => {
      if (name === '__typename') {
        const told = isEntity ? toldTypename(schema, requires, typename) : typename
        return [{ name, key: name, constant: JSON.stringify(told), type: GraphQLString, object: null }]
      }
      const field = type.getFields()[name]
      const here = [...path, name]
      if (!field || isOmitted(here, deeper, omitted)) return []
      const named = getNamedType(field.type)
      return [
        {
          name: supergraph.requiredFields.get(name)?.name ?? name,
          key: name,
          type: withoutNonNull(field.type),
          object: isCompositeType(named)
            ? createShape({ typename: isObjectType(named) ? named.name : null }, (type) =>
                fieldsOf(type, deeper, here, omitted),
              )
            : null,
        },
      ]
    })
  }

  return createShape({}, (name) => fieldsOf(name, requires.selections, [], findOmitted(name)))
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

/** A value that can't be told, as it is not what was asked for. */
export interface Lie {
  /** The way to it from the entity on, without the indices of lists. */
  keys: readonly string[]
  /** Of the object that it is a field of. */
  typename: string
}

function findLie(
  object: TreeObject,
  shape: ObjectShape,
  said: unknown,
  keys: readonly string[],
): Lie | undefined {
  const typename = said ?? object.__typename ?? shape.typename
  if (typeof typename !== 'string') return undefined

  const lieIn = (value: unknown, type: GraphQLOutputType, field: FieldShape): Lie | undefined => {
    const way = [...keys, field.key]
    if (value === null) return undefined
    if (isListType(type)) {
      if (!Array.isArray(value)) return { keys: way, typename }
      for (const item of value) {
        const lie = lieIn(item, type.ofType, field)
        if (lie) return lie
      }
      return undefined
    }
    if (field.object && isTreeObject(value)) return findLie(value, field.object, undefined, way)
    return isLeafType(type) && value !== undefined && fitsLeaf(value, type)
      ? undefined
      : { keys: way, typename }
  }

  for (const field of shape.fieldsOf(typename) ?? []) {
    const lie = field.constant === undefined ? lieIn(object[field.key], field.type, field) : undefined
    if (lie) return lie
  }
  return undefined
}

export interface Representation {
  write: RepresentationWriter
  findLost: CauseFinder
  /** What keeps an entity from being told of, where nothing is lost. */
  findLie: (entity: TreeObject) => Lie | undefined
}

/** What is told of the entities of a type, by the paths of what is required. */
interface Uncertain {
  /** Nobody has been asked for it. */
  omitted: ReadonlySet<string>
  /** It has been asked for in objects of some types: it is told of those entities that have it. */
  open: readonly string[]
}

/** Whether nobody has said anything of what stands at a path. */
function isUnsaid(value: unknown, [key, ...path]: readonly string[]): boolean {
  if (value === undefined) return true
  if (key === undefined || value === null || typeof value !== 'object' || value instanceof Lost) return false
  if (Array.isArray(value)) return value.some((item) => isUnsaid(item, [key, ...path]))
  return isUnsaid(isTreeObject(value) ? value[key] : undefined, path)
}

interface EntityWriter {
  write: TextWriter
  hasKey: (entity: TreeObject) => boolean
}

/** Makes the writer of the representations of a step, for one set of values of Boolean variables. */
function createRepresentation(
  { serviceName, fields }: FetchStep,
  requires: Requirement,
  supergraph: PlannerSupergraph,
  { values, uncertainOf }: { values: ConditionValues; uncertainOf: (typename: string) => Uncertain },
): Representation {
  const { schema } = supergraph
  const shape = shapeOf(supergraph, requires, (typename) => uncertainOf(typename).omitted)
  const only = onlyTypename(schema, requires)
  /** By the type's name, and by what is not told of it. */
  const writers = new Map<string, { open: readonly (readonly string[])[]; whole: EntityWriter | undefined }>()
  const partWriters = new Map<string, EntityWriter | undefined>()

  /** Whether anything is to be asked of the entities of a type: what is not left out, nor requires what is. */
  function isWorthwhile(typename: string, omitted: ReadonlySet<string>): boolean {
    const told = toldTypename(schema, requires, typename)
    const lacks = ({ fieldName, typeConditions }: FetchField) =>
      omitted.size > 0 &&
      requiredPaths(supergraph, typeConditions.at(-1) ?? told, fieldName, serviceName).some((path) =>
        omitted.has(path),
      )
    // The name of a type that is known goes with whatever is asked, and is no reason to ask.
    const others = isObjectType(schema.getType(typename))
      ? fields.filter(({ fieldName }) => fieldName !== '__typename')
      : []
    return (others.length > 0 ? others : fields).some(
      (field) =>
        isWanted(field.conditions, values) &&
        field.typeConditions.every((condition) => appliesTo(schema, condition, typename)) &&
        !lacks(field),
    )
  }

  /** A subgraph can be asked for nothing by a null for its key, unless other parts of the key may be null. */
  function keyCheck(typename: string, keys: readonly (readonly string[])[]): (entity: TreeObject) => boolean {
    const type = schema.getType(typename)
    const isNonNull = (name: string) =>
      (isObjectType(type) || isInterfaceType(type)) && isNonNullType(type.getFields()[name]?.type)
    return (entity) =>
      keys.some(
        (key) =>
          key.some((name) => entity[name] !== null) &&
          key.every((name) => entity[name] !== null || !isNonNull(name)),
      )
  }

  function createWriter(typename: string, omitted: ReadonlySet<string>): EntityWriter | undefined {
    const own = shapeOf(supergraph, requires, () => omitted)
    const told = own.fieldsOf(typename)
    if (told === null || !isWorthwhile(typename, omitted)) return undefined
    const names = new Set(told.map(({ key }) => key))
    const toldKeys = supergraph
      .keysOf(toldTypename(schema, requires, typename), serviceName)
      .filter((key) => key.length > 0 && key.every((name) => names.has(name)))
    // Without any of the keys that the subgraph knows it by, nobody can say which entity is meant.
    if (toldKeys.length === 0) return undefined
    const typed = createShape({ typename }, (name) => own.fieldsOf(name))
    return { write: lazyWriter(typed), hasKey: keyCheck(typename, toldKeys) }
  }

  function writersOf(typename: string) {
    const known = writers.get(typename)
    if (known) return known
    const { open, omitted } = uncertainOf(typename)
    const made = { open: open.map((path) => path.split('.')), whole: createWriter(typename, omitted) }
    // A subgraph may say any number of names; those that are none are not kept.
    if (schema.getType(typename)) writers.set(typename, made)
    return made
  }

  function writerOf(entity: TreeObject, typename: string): EntityWriter | undefined {
    const { open, whole } = writersOf(typename)
    const unsaid = open.filter((path) => isUnsaid(entity, path)).map((path) => path.join('.'))
    if (unsaid.length === 0) return whole
    const key = [typename, ...unsaid].join(' ')
    if (partWriters.has(key)) return partWriters.get(key)
    const writer = createWriter(typename, new Set([...uncertainOf(typename).omitted, ...unsaid]))
    partWriters.set(key, writer)
    return writer
  }

  return {
    write(entity) {
      const { __typename: typename = only } = entity
      if (typename instanceof Lost) throw mismatch
      if (typeof typename !== 'string') return undefined
      const writer = writerOf(entity, typename)
      if (writer === undefined) return undefined
      return writer.hasKey(entity) ? writer.write(entity) : null
    },
    findLost: (entity) => findLost(entity, shape, entity.__typename ?? only),
    findLie: (entity) => findLie(entity, shape, entity.__typename ?? only, []),
  }
}

/** Values of so many Boolean variables are many ways to tell of an entity; those last used are kept. */
const maxRepresentations = 32

/** The representations of a step, for the values of Boolean variables; null where it asks for no entities. */
export function createRepresentations(
  step: FetchStep,
  supergraph: PlannerSupergraph,
): (values: ConditionValues) => Representation | null {
  const { requires, conditionalRequirements, fields } = step
  if (!requires) return () => null

  function uncertainOf(typename: string, values: ConditionValues): Uncertain {
    const omitted = new Set<string>()
    const open: string[] = []
    for (const [path, fillings] of conditionalRequirements) {
      const wanted = fillings.filter(
        ({ typeConditions, conditions }) =>
          isWanted(conditions, values) &&
          typeConditions.every((condition) => appliesTo(supergraph.schema, condition, typename)),
      )
      if (wanted.length === 0) omitted.add(path)
      else if (wanted.every(({ isPartial }) => isPartial)) open.push(path)
    }
    return { omitted, open }
  }
  const createFor = (values: ConditionValues) =>
    createRepresentation(step, requires, supergraph, {
      values,
      uncertainOf: (typename) => uncertainOf(typename, values),
    })

  const variables = [
    ...new Set(
      [...[...conditionalRequirements.values()].flat(), ...fields].flatMap(({ conditions }) =>
        conditions.map(({ variable }) => variable),
      ),
    ),
  ]
  if (variables.length === 0) {
    const only = createFor({})
    return () => only
  }
  const known = new LRUCache<string, Representation>({ max: maxRepresentations })
  return (values) => {
    const key = variables.map((name) => (values[name] === true ? '1' : '0')).join('')
    const representation = known.get(key) ?? createFor(values)
    known.set(key, representation)
    return representation
  }
}
