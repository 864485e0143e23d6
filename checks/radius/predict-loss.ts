import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeNameMetaFieldDef,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import {
  alternatives,
  type ConditionalSelections,
  collectFields,
  type SelectedField,
  selectOperation,
  typeConditions,
  type VariableCondition,
} from './collect-fields.ts'
import { createDependence, type Dependence } from './dependence.ts'
import { createInvolvement, type Involvement } from './involved-subgraphs.ts'
import type { Loss } from './loss.ts'
import { findDependence } from './operation-dependence.ts'
import { allDecisions, forEveryDecision } from './override-decisions.ts'
import {
  createReachability,
  type FieldAtPlace,
  findWays,
  type Reachability,
  type Standing,
} from './reachability.ts'
import { remember } from './remember.ts'
import { readSubgraphSchemas, type SubgraphSchemas } from './subgraph-schemas.ts'

export type { Loss } from './loss.ts'

export interface LossRequest {
  document: DocumentNode
  operationName?: string
  failed: ReadonlySet<string>
}

export interface Radius {
  subgraphs: readonly string[]
  /** What an operation loses. The document has to be valid for the API schema. */
  predictLoss(request: LossRequest): readonly Loss[]
  /**
   * The subgraphs whose failure alone could cost an operation something: perhaps more of them than do, never fewer. To
   * find them takes as long as to predict one failure.
   */
  dependsOn(request: Omit<LossRequest, 'failed'>): ReadonlySet<string>
}

/** How many of the worlds in which something fails are kept: all pairs of ten subgraphs, and more. */
const maxWorlds = 256

/** @throws InputError when the text is not a supergraph, or needs what no gateway of this kind serves. */
export function createRadius(supergraphSdl: string): Radius {
  return radiusOf(readSubgraphSchemas(supergraphSdl))
}

export function radiusOf(schemas: SubgraphSchemas): Radius {
  const ways = findWays(schemas)
  const involvedIn = createInvolvement(schemas)
  const known = new LRUCache<string, Reachability>({ max: maxWorlds })
  const dependences = new Map<string, Dependence>()

  function world(failed: readonly string[], labels: ReadonlyMap<string, boolean>): Reachability {
    const name = JSON.stringify([failed, [...labels]])
    const before = known.get(name)
    if (before) return before
    const reachability = createReachability(ways, { failed: new Set(failed), labels })
    known.set(name, reachability)
    return reachability
  }

  return {
    subgraphs: schemas.names,
    predictLoss({ document, operationName, failed }) {
      const down = schemas.names.filter((name) => failed.has(name))
      if (down.length === 0) return []
      const selected = selectOperation(document, operationName)
      return forEveryDecision(schemas.undecidedLabels, (decided) => {
        const labels = new Map([...schemas.decidedLabels, ...decided])
        return findLosses({
          schemas,
          selected,
          worlds: {
            goodDay: world([], labels),
            badDay: world(down, labels),
            singly: down.length === 1 ? [] : down.map((name) => ({ name, day: world([name], labels) })),
          },
          involvedIn,
          failed: down,
        })
      })
    },
    dependsOn({ document, operationName }) {
      const selected = selectOperation(document, operationName)
      const found = allDecisions(schemas.undecidedLabels).map((decided) => {
        const labels = new Map([...schemas.decidedLabels, ...decided])
        const goodDay = world([], labels)
        const dependence = remember(dependences, JSON.stringify([...labels]), () =>
          createDependence(ways, goodDay.at),
        )
        return findDependence({ schemas, selected, goodDay, dependence })
      })
      return new Set(found.flatMap((subgraphs) => [...subgraphs]))
    },
  }
}

interface Worlds {
  goodDay: Reachability
  badDay: Reachability
  /** Where several fail: the days on which one of them fails alone. */
  singly: readonly { name: string; day: Reachability }[]
}

interface Finding {
  schemas: SubgraphSchemas
  selected: ReturnType<typeof selectOperation>
  worlds: Worlds
  involvedIn: Involvement
  failed: readonly string[]
}

/** Who stands at a place: on a good day, on the bad one, and when one fails alone. Null where nobody does. */
interface Standings {
  goodDay: Standing
  badDay: Standing
  singly: readonly (Standing | null)[]
}

/** An object of a response, or all objects that stand at one place of it. */
interface ResponsePlace {
  path: readonly string[]
  /** For each step of the path, whether null may stand there. */
  isNullable: readonly boolean[]
  types: Loss['types']
  /** Who stands there, by the runtime type of the object. */
  objects: ReadonlyMap<string, Standings>
  selected: readonly ConditionalSelections[]
}

/** Objects of several types for which one response key is the same field, with the same to be said of it. */
interface FieldGroup {
  responseKey: string
  name: string
  type: GraphQLOutputType
  selected: readonly SelectedField[]
  objects: string[]
  outcome: FieldOutcome
}

interface FieldOutcome {
  availability: FieldAtPlace['availability']
  isCertain: boolean
  /** Those that may be named where it is lost. */
  subgraphs: readonly string[]
  below: ReadonlyMap<string, Standings>
  /** The runtime types that only failed subgraphs could have given. */
  gone: readonly string[]
}

function findLosses({
  schemas,
  selected: { operation, fragments },
  worlds,
  failed,
  involvedIn,
}: Finding): Loss[] {
  const { apiSchema, fits } = schemas
  const collecting = { fragments, fits }
  const losses: Loss[] = []
  const root = apiSchema.getRootType(operation.operation)
  if (!root) return []
  visit({
    path: [],
    isNullable: [],
    types: [],
    objects: new Map([
      [
        root.name,
        {
          goodDay: worlds.goodDay.root(root.name),
          badDay: worlds.badDay.root(root.name),
          singly: worlds.singly.map(({ day }) => day.root(root.name)),
        },
      ],
    ]),
    selected: [{ selections: operation.selectionSet, when: [] }],
  })
  return losses

  function visit(place: ResponsePlace): void {
    reportUntyped(place)
    for (const { responseKey, name, type, objects, outcome, selected } of groupFields(place)) {
      const items = itemsNullable(type)
      const path = [...place.path, responseKey, ...items.map(() => '*')]
      const isNullable = [...place.isNullable, !isNonNullType(type), ...items]
      const isForAll = objects.length === place.objects.size
      const types = isForAll ? place.types : [...place.types, { at: place.path.length, types: objects }]
      const { availability, isCertain, subgraphs, below, gone } = outcome
      const loss = { coordinate: `${objects[0]}.${name}`, subgraphs, isCertain, types }
      if (availability !== 'can') {
        const all = new Set([...subgraphs, ...involvedBelow(type, selectionsOf(selected))])
        report(
          { ...loss, subgraphs: [...all], from: [...place.path, responseKey] },
          isNullable,
          whensOf(selected),
        )
        if (below.size === 0) continue
      }
      if (gone.length > 0) {
        const typesGone = [...types, { at: path.length, types: gone }]
        report({ ...loss, from: path, types: typesGone, isCertain: false }, isNullable, whensOf(selected))
      }
      if (below.size > 0) visit({ path, isNullable, types, objects: below, selected: selectionsOf(selected) })
    }
  }

  /** An object that is asked for fields of some types alone cannot be answered when nobody can tell its type. */
  function reportUntyped(place: ResponsePlace): void {
    const untyped = [...place.objects].flatMap(([type, standings]) =>
      isTypeLost(type, standings)
        ? {
            type,
            knownAs: [...worlds.badDay.at(type, standings.badDay).knownAs],
            subgraphs: blame(type, typenameField, standings),
          }
        : [],
    )
    const [first] = untyped
    if (!first) return
    const types = untyped.map(({ type }) => type)
    const known = untyped.flatMap(({ knownAs }) => knownAs)
    report(
      {
        from: place.path,
        coordinate: `${first.type}.${typenameField}`,
        types:
          types.length === place.objects.size
            ? place.types
            : [...place.types, { at: place.path.length, types }],
        isCertain: true,
        subgraphs: [...new Set(untyped.flatMap(({ subgraphs }) => subgraphs))],
      },
      place.isNullable,
      typeConditions(
        place.selected,
        (condition) => known.every((type) => schemas.isSubtype(type, condition)),
        collecting,
      ),
    )
  }

  /** Nobody stands at the root when all is down, and what it is called is known all the same. */
  function isTypeLost(type: string, { goodDay, badDay }: Standings): boolean {
    const place = worlds.badDay.at(type, badDay)
    return !place.isTypeKnown && place.subgraphs.size > 0 && worlds.goodDay.at(type, goodDay).isTypeKnown
  }

  /** A `!` hands null on to what is around it. */
  function report(
    loss: Omit<Loss, 'path' | 'when' | 'overrides'>,
    isNullable: readonly boolean[],
    whens: readonly (readonly VariableCondition[])[],
  ): void {
    let end = loss.from.length
    while (end > 0 && !isNullable[end - 1]) end--
    const path = loss.from.slice(0, end)
    for (const when of alternatives(whens)) {
      losses.push({ path, ...loss, when, overrides: [] })
    }
  }

  function groupFields(place: ResponsePlace): FieldGroup[] {
    const groups = new Map<string, FieldGroup>()
    const among = [...place.objects.keys()]
    for (const [objectName, standings] of place.objects) {
      const object = apiSchema.getType(objectName)
      if (!isObjectType(object)) continue
      const fields = collectFields(place.selected, objectName, collecting)
      for (const [responseKey, selected] of fields) {
        const name = selected[0]?.node.name.value
        const type = name === undefined ? undefined : typeOfField(object, name)
        if (name === undefined || type === undefined) continue
        const outcome = outcomeOf({ object: objectName, name, type, standings })
        if (!outcome) continue
        const signature =
          among.length === 1 ? responseKey : signatureOf({ responseKey, name, type, selected, outcome })
        const group = { responseKey, name, type, selected, objects: [], outcome }
        remember(groups, signature, () => group).objects.push(objectName)
      }
    }
    return [...groups.values()]
  }

  /** Null where there is nothing to say: a leaf that is there. */
  function outcomeOf({ object, name, type, standings }: ObjectField): FieldOutcome | null {
    const goodPlace = worlds.goodDay.at(object, standings.goodDay)
    const badPlace = worlds.badDay.at(object, standings.badDay)
    if (name === typenameField) {
      return isTypeLost(object, standings)
        ? { ...fine, availability: 'cannot', subgraphs: blame(object, name, standings) }
        : null
    }
    const good = goodPlace.field(name)
    // Composition lets nothing through that cannot be had on a good day, but for types that never stand there.
    if (good.availability === 'cannot') return null
    const bad = badPlace.field(name)
    if (bad.availability !== 'can') {
      const isCertain = bad.availability === 'cannot'
      return { ...fine, availability: bad.availability, isCertain, subgraphs: blame(object, name, standings) }
    }
    const { name: fieldType } = getNamedType(type)
    const below = new Map<string, Standings>()
    const gone: string[] = []
    const alone = worlds.singly.map(({ day }, index) => {
      const standing = standings.singly[index] ?? null
      return standing === null ? null : day.at(object, standing).field(name)
    })
    for (const [runtimeType, goodDay] of good.below) {
      if (!fits(runtimeType, fieldType) || !isObjectType(apiSchema.getType(runtimeType))) continue
      const badDay = bad.below.get(runtimeType)
      if (badDay === undefined) gone.push(runtimeType)
      else {
        const singly = alone.map((field) => field?.below.get(runtimeType) ?? null)
        below.set(runtimeType, { goodDay, badDay, singly })
      }
    }
    // A write that may have reached the one that failed is not sent to another, and one that has not may be.
    const isHalfLost = object === schemas.roots.mutation && bad.from.length < good.from.length
    if (below.size === 0 && gone.length === 0 && !isHalfLost) return null
    return {
      availability: isHalfLost ? 'may' : 'can',
      isCertain: !isHalfLost,
      subgraphs: gone.length > 0 || isHalfLost ? blame(object, name, standings) : [],
      below,
      gone,
    }
  }

  /** Where several fail, those that have to do with what is asked for below a field: they may be noticed first. */
  function involvedBelow(
    type: GraphQLOutputType,
    selected: readonly ConditionalSelections[],
  ): readonly string[] {
    if (failed.length === 1 || selected.length === 0) return []
    const found = new Set<string>()
    for (const name of schemas.runtimeTypesOf(getNamedType(type).name)) {
      const object = apiSchema.getType(name)
      if (!isObjectType(object)) continue
      for (const fields of collectFields(selected, name, collecting).values()) {
        const field = fields[0]?.node.name.value ?? typenameField
        for (const subgraph of involvedIn(name, field, () => false)) found.add(subgraph)
        const deeper = typeOfField(object, field)
        if (deeper) for (const subgraph of involvedBelow(deeper, selectionsOf(fields))) found.add(subgraph)
      }
    }
    return failed.filter((subgraph) => found.has(subgraph))
  }

  /** First those whose failure alone would have cost it, then those that have to do with it. */
  function blame(object: string, name: string, { badDay, singly }: Standings): readonly string[] {
    if (failed.length === 1) return failed
    const enough = worlds.singly.flatMap(({ name: subgraph, day }, index) => {
      const standing = singly[index] ?? null
      if (standing === null) return [subgraph]
      const place = day.at(object, standing)
      const isThere = name === typenameField ? place.isTypeKnown : place.field(name).availability === 'can'
      return isThere ? [] : [subgraph]
    })
    const involved = involvedIn(object, name, worlds.badDay.at(object, badDay).isGiven)
    const all = [...enough, ...failed.filter((subgraph) => involved.has(subgraph))]
    return all.length === 0 ? failed : [...new Set(all)]
  }
}

interface ObjectField {
  object: string
  name: string
  type: GraphQLOutputType
  standings: Standings
}

const typenameField = '__typename'

const fine: FieldOutcome = {
  availability: 'can',
  isCertain: true,
  subgraphs: [],
  below: new Map(),
  gone: [],
}

const whensOf = (selected: readonly SelectedField[]) => selected.map(({ when }) => when)

const selectionsOf = (selected: readonly SelectedField[]): ConditionalSelections[] =>
  selected.flatMap(({ node, when }) => (node.selectionSet ? [{ selections: node.selectionSet, when }] : []))

/** The type of a field; undefined for introspection, which the gateway answers itself. */
function typeOfField(object: GraphQLObjectType, name: string): GraphQLOutputType | undefined {
  return name === typenameField ? TypeNameMetaFieldDef.type : object.getFields()[name]?.type
}

/** For each list around the items of a type, from outside, whether its items may be null. */
function itemsNullable(type: GraphQLOutputType): boolean[] {
  const list = isNonNullType(type) ? type.ofType : type
  return isListType(list) ? [!isNonNullType(list.ofType), ...itemsNullable(list.ofType)] : []
}

const ids = new WeakMap<FieldNode, number>()
let lastId = 0

function idOf(node: FieldNode): number {
  const id = ids.get(node) ?? ++lastId
  ids.set(node, id)
  return id
}

const signatureOf = ({ responseKey, name, type, selected, outcome }: Omit<FieldGroup, 'objects'>): string =>
  JSON.stringify([
    responseKey,
    name,
    String(type),
    selected.map(({ node }) => idOf(node)),
    { ...outcome, below: [...outcome.below] },
  ])
