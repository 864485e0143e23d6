import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import type { FetchField } from '../plan/fetch-field.ts'
import { eachItem, type FetchStep } from '../plan/fetch-step.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'

/** What a value has to look like in an answer. */
export const leafKinds = { string: 1, int: 2, float: 3, boolean: 4, custom: 5, oneOf: 6 } as const
export type LeafKind = (typeof leafKinds)[keyof typeof leafKinds]

/** A field of a record: two integers, from `slot` on. */
export interface SlotLayout {
  key: string
  /** `"key":` as bytes, in the way that answers mostly have it. */
  label: Uint8Array
  slot: number
  /** Null for an object, or lists of them. */
  leaf: LeafKind | null
  /** The values that there are, in quotes, of an enum or a type's name. */
  values: ReadonlySet<string> | null
  /** Null for a leaf. */
  record: RecordLayout | null
  /** How many lists are around it. */
  lists: number
}

/** What one fetch says of an object: where its fields are in the record that is kept of it. */
export interface RecordLayout {
  fields: readonly SlotLayout[]
  byKey: ReadonlyMap<string, SlotLayout>
  /** In integers. */
  size: number
}

/** The objects at one path of the response, of whom several fetches may say something. */
export interface Position {
  type: GraphQLObjectType
  /** The one that says that they are there, but for the root, and those that are found by a slot of its records. */
  parts: readonly Part[]
  below: ReadonlyMap<string, Position>
  /** The field that leads here, of the objects of another position; null for the root. */
  from: { position: Position; place: Place } | null
}

export interface Part {
  record: RecordLayout
  /** Where the first part's records have the record of this one; null for the first itself. */
  link: number | null
}

/** A part that is found by a slot. */
export type LinkedPart = Part & { link: number }

/** How the answers to an operation's fetches are kept. */
export interface AnswerLayout {
  root: Position
  /** The record of the root holds nothing but where those of the fetches at the root are. */
  rootSize: number
  /** What is asked at the root, by the step's index. */
  roots: ReadonlyMap<number, LinkedPart>
  /** For each step that asks for entities. */
  entities: ReadonlyMap<number, EntityLayout>
}

export interface EntityLayout {
  position: Position
  part: LinkedPart
  /** What a representation begins with, and its members: where they are, and how they are told. */
  beginning: string
  members: readonly { label: string; place: Place }[]
}

/** Where a field of a position's objects is. */
export interface Place {
  link: number | null
  field: SlotLayout
}

/** The first integer of a record says which answer it was read of. */
const firstSlot = 1

const scalarKinds: Record<string, LeafKind> = {
  [GraphQLString.name]: leafKinds.string,
  [GraphQLID.name]: leafKinds.string,
  [GraphQLInt.name]: leafKinds.int,
  [GraphQLFloat.name]: leafKinds.float,
  [GraphQLBoolean.name]: leafKinds.boolean,
}

const leafKindOf = (type: GraphQLLeafType): LeafKind =>
  isEnumType(type) ? leafKinds.oneOf : (scalarKinds[type.name] ?? leafKinds.custom)

/** How many lists a type has. */
function listsOf(type: GraphQLType | undefined): number {
  if (isNonNullType(type)) return listsOf(type.ofType)
  return isListType(type) ? 1 + listsOf(type.ofType) : 0
}

const quotedSet = (names: readonly string[]) => new Set(names.map((name) => JSON.stringify(name)))

/** Thrown while a layout is made, where an operation has something that answers are not kept for in this way. */
const notPossible: unique symbol = Symbol('these answers are not kept in records')

interface Schemas {
  /** Of the supergraph. */
  schema: GraphQLSchema
  clientSchema: GraphQLSchema
}

interface OpenPosition extends Position {
  parts: (Part & { record: OpenRecord })[]
  below: Map<string, OpenPosition>
}

interface OpenRecord extends RecordLayout {
  fields: SlotLayout[]
  byKey: Map<string, SlotLayout>
  size: number
}

const newPosition = (type: GraphQLObjectType, from: Position['from'] = null): OpenPosition => ({
  type,
  parts: [],
  below: new Map(),
  from,
})

/** Where a field is said, by whichever part says it. */
export function placeOf({ parts }: Position, key: string): Place | null {
  for (const { record, link } of parts) {
    const field = record.byKey.get(key)
    if (field) return { link, field }
  }
  return null
}

const newRecord = (): OpenRecord => ({ fields: [], byKey: new Map(), size: firstSlot })

/** An enum's values that clients may see; of one that they can't see at all, all that there are. */
function valuesOf({ name }: GraphQLEnumType, { schema, clientSchema }: Schemas): ReadonlySet<string> {
  const seen = clientSchema.getType(name)
  const known = isEnumType(seen) ? seen : schema.getType(name)
  return quotedSet(isEnumType(known) ? known.getValues().map((value) => value.name) : [])
}

function fillRecord(
  schemas: Schemas,
  position: OpenPosition,
  record: OpenRecord,
  fields: readonly FetchField[],
  link: number | null,
): OpenRecord {
  const known = new Map<string, FetchField>()
  for (const field of fields) {
    const { key, name, fieldName, typeConditions, fields: deeper } = field
    // An object of one type only; what is asked twice under one key is put together by the planner, mostly.
    if (
      key !== name ||
      known.has(key) ||
      typeConditions.some((condition) => condition !== position.type.name)
    )
      throw notPossible
    known.set(key, field)
    const slot = {
      key,
      label: Buffer.from(`${JSON.stringify(key)}:`),
      slot: record.size,
      lists: listsOf(position.type.getFields()[fieldName]?.type),
    }
    record.size += 2
    const type = position.type.getFields()[fieldName]?.type
    const named = getNamedType(type)
    let layout: SlotLayout
    if (fieldName === '__typename') {
      layout = { ...slot, leaf: leafKinds.oneOf, values: quotedSet([position.type.name]), record: null }
    } else if (isLeafType(named)) {
      const values = isEnumType(named) ? valuesOf(named, schemas) : null
      layout = { ...slot, leaf: leafKindOf(named), values, record: null }
    } else {
      // Two fetches that reach one object, each for its own part of it, are merged elsewhere.
      if (!isObjectType(named) || position.below.has(key)) throw notPossible
      const child: OpenRecord = newRecord()
      layout = { ...slot, leaf: null, values: null, record: child }
      const below = newPosition(named, { position, place: { link, field: layout } })
      position.below.set(key, below)
      below.parts.push({ record: child, link: null })
      fillRecord(schemas, below, child, deeper, null)
    }
    record.fields.push(layout)
    record.byKey.set(key, layout)
  }
  return record
}

function representationOf(
  step: FetchStep,
  position: Position,
  supergraph: PlannerSupergraph,
): Pick<EntityLayout, 'beginning' | 'members'> {
  const [fragment, ...others] = step.requires?.selections ?? []
  const isKnown =
    fragment?.kind === 'InlineFragment' &&
    others.length === 0 &&
    fragment.typeCondition === position.type.name
  if (!isKnown || step.conditionalRequirements.size > 0) throw notPossible
  const told = step.requires?.typenames.get(position.type.name) ?? position.type.name
  const members = fragment.selections.flatMap((selection) => {
    if (selection.kind !== 'Field' || selection.selections?.length) throw notPossible
    if (selection.name === '__typename') return []
    const place = placeOf(position, selection.name)
    if (place?.field.leaf == null) throw notPossible
    const name = supergraph.requiredFields.get(selection.name)?.name ?? selection.name
    return [{ label: `,${JSON.stringify(name)}:`, place }]
  })
  return { beginning: `{"__typename":${JSON.stringify(told)}`, members }
}

function layOut(
  steps: readonly FetchStep[],
  rootType: GraphQLObjectType,
  supergraph: PlannerSupergraph,
  clientSchema: GraphQLSchema,
): AnswerLayout {
  const schemas = { schema: supergraph.schema, clientSchema }
  const root = newPosition(rootType)
  const roots = new Map<number, LinkedPart>()
  const entities = new Map<number, EntityLayout>()
  for (const step of steps) {
    const path = step.path.filter((each) => each !== eachItem)
    if (!step.requires) {
      if (path.length > 0) throw notPossible
      const link = firstSlot + roots.size
      const part = { record: fillRecord(schemas, root, newRecord(), step.fields, link), link }
      root.parts.push(part)
      roots.set(step.index, part)
      continue
    }
    const position = path.reduce<OpenPosition | undefined>((at, key) => at?.below.get(key), root)
    const [base] = position?.parts ?? []
    if (!position || !base || position === root) throw notPossible
    const representation = representationOf(step, position, supergraph)
    const link = base.record.size
    base.record.size += 1
    const part = { record: fillRecord(schemas, position, newRecord(), step.fields, link), link }
    position.parts.push(part)
    entities.set(step.index, { position, part, ...representation })
  }
  return { root, rootSize: firstSlot + roots.size, roots, entities }
}

/**
 * Works out how the answers to an operation are kept in records of integers, which say where in an answer's text each
 * value stands. Null for operations that have something to merge or to tell apart by type: their answers are parsed
 * into objects.
 */
export function createAnswerLayout(
  steps: readonly FetchStep[],
  rootTypename: string,
  supergraph: PlannerSupergraph,
  clientSchema: GraphQLSchema,
): AnswerLayout | null {
  const rootType = supergraph.schema.getType(rootTypename)
  if (!isObjectType(rootType) || steps.length === 0) return null
  try {
    return layOut(steps, rootType, supergraph, clientSchema)
  } catch (error) {
    if (error === notPossible) return null
    throw error
  }
}
