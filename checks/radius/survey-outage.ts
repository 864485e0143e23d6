import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { listed } from '../rules/schema-elements.ts'
import { createDependence, type Dependence } from './dependence.ts'
import {
  createReachability,
  type FieldAtPlace,
  findWays,
  type Place,
  type Reachability,
  type Standing,
} from './reachability.ts'
import { remember } from './remember.ts'
import type { SubgraphSchemas } from './subgraph-schemas.ts'

/** What an outage costs the schema, whatever is asked of it. */
export interface OutageSurvey {
  failed: readonly string[]
  /** The fields that only failed subgraphs resolve, by type. Where another has them by `@provides`, they are there still. */
  own: ReadonlyMap<string, readonly string[]>
  /** What healthy subgraphs resolve, and is lost all the same. */
  dragged: readonly Drag[]
}

/** Fields of healthy subgraphs that are lost with those of a failed one. */
export interface Drag {
  /**
   * `non-null`: a lost field with `!` takes the object, where both are asked for. `unreachable`: nothing that is up
   * leads to an object of the type. `no-key`: the object is there, and nobody can tell its key to the field's
   * subgraph. `requires`: the field needs what is lost.
   */
  kind: 'non-null' | 'unreachable' | 'no-key' | 'requires'
  /** The fields that are dragged down, as `Product.rating`. */
  fields: readonly string[]
  /** The healthy subgraphs that resolve them. */
  subgraphs: readonly string[]
  /** What drags them down: the lost fields. */
  by: readonly string[]
  /** False where the fields can still be had at other places of an answer. */
  isEverywhere: boolean
  reason: string
  mend: string
}

/** A field of an object. */
interface KnownField {
  coordinate: string
  type: string
  field: string
}

/** A field that cannot be had at every place where its object stands. */
interface LostField extends KnownField {
  /** Whether it still can be had at one of them. */
  isSomewhere: boolean
}

interface PlaceVisit {
  type: GraphQLObjectType
  good: Place
  /** Null where nothing leads there on the bad day. */
  bad: Place | null
  /** The fields that may be otherwise than on a good day; null where that may be all. */
  changed: ReadonlySet<string> | null
}

/** A field at a place of the bad day: what has nothing to do with the failed ones is as on the good day. */
const onBadDay = ({ good, bad, changed }: PlaceVisit, field: string): FieldAtPlace | null =>
  changed?.has(field) === false ? good.field(field) : (bad?.field(field) ?? null)

/** A place of the good day, and where its fields lead. */
interface GoodPlace {
  type: GraphQLObjectType
  place: Place
  standing: Standing
  below: readonly { field: string; type: string; standing: Standing }[]
}

/** Looks at every field of every type, at every place that a query, a mutation or a subscription can lead to. */
export function createSurvey(schemas: SubgraphSchemas): (failed: readonly string[]) => OutageSurvey {
  const ways = findWays(schemas)
  const labels = schemas.decidedLabels
  const goodDay = createReachability(ways, { failed: new Set(), labels })
  const map = createMap(schemas, goodDay)
  const changesWith = createChanges(map, createDependence(ways, goodDay.at))
  const known = new Map<string, readonly string[]>()
  const ownersOf = (coordinate: string) => remember(known, coordinate, () => owners(schemas, coordinate))
  return (failed) => {
    const badDay = createReachability(ways, { failed: new Set(failed), labels })
    const [only, other] = failed
    const changes = only !== undefined && other === undefined ? changesWith(only) : null
    const visits = visitPlaces({ schemas, map, goodDay, badDay, changes })
    const byType = new Map<string, PlaceVisit[]>()
    for (const visit of visits) remember(byType, visit.type.name, () => []).push(visit)
    const visitsOf = (type: string) => byType.get(type) ?? []
    const isOwn = (coordinate: string) => ownersOf(coordinate).every((owner) => failed.includes(owner))

    const own = new Map<string, string[]>()
    for (const { type, field, coordinate } of map.fields) {
      if (isOwn(coordinate)) remember(own, type, () => []).push(field)
    }
    const survivors = (coordinates: readonly string[]) =>
      schemas.names.filter(
        (name) => !failed.includes(name) && coordinates.some((each) => ownersOf(each).includes(name)),
      )
    const lost = lostFields({ map, visits, visitsOf }).filter(({ coordinate }) => !isOwn(coordinate))
    const context = { schemas, failed, map, visits, visitsOf, lost, ownersOf, survivors, isOwn }
    return {
      failed,
      own,
      dragged: [...unreachable(context), ...unasked(context), ...nonNull(context)],
    }
  }
}

/** All places of the good day, and the fields that can be had somewhere, each once. */
interface GoodMap {
  at(type: string, standing: Standing): GoodPlace | null
  places: readonly GoodPlace[]
  fields: readonly KnownField[]
  /** The fields of a place that depend, even on a good day, on what an answer does not show. */
  uncertain(place: Place): readonly string[]
  /** The fields that can lead to a type. */
  leadingTo(type: string): readonly string[]
}

const rootsOf = ({ roots: { query, mutation, subscription } }: SubgraphSchemas): string[] =>
  [query, mutation, subscription].filter((type) => type !== null)

function createMap(schemas: SubgraphSchemas, goodDay: Reachability): GoodMap {
  const known = new Map<string, GoodPlace | null>()
  const at = (type: string, standing: Standing): GoodPlace | null =>
    remember(known, `${type} ${standing}`, () => {
      const object = schemas.apiSchema.getType(type)
      if (!isObjectType(object)) return null
      const place = goodDay.at(type, standing)
      const below = Object.keys(object.getFields()).flatMap((field) =>
        [...place.field(field).below].map(([name, given]) => ({ field, type: name, standing: given })),
      )
      return { type: object, place, standing, below }
    })
  const found = new Set<GoodPlace>()
  const take = (place: GoodPlace | null): void => {
    if (place) found.add(place)
  }
  for (const type of rootsOf(schemas)) take(at(type, goodDay.root(type)))
  for (const { below } of found) for (const { type, standing } of below) take(at(type, standing))

  const fields = new Map<string, KnownField>()
  const uncertain = new Map<Place, string[]>()
  const leading = new Map<string, Set<string>>()
  for (const { type, place, below } of found) {
    for (const field of Object.keys(type.getFields())) {
      const { availability } = place.field(field)
      if (availability === 'cannot') continue
      if (availability === 'may') remember(uncertain, place, () => []).push(field)
      const coordinate = `${type.name}.${field}`
      fields.set(coordinate, { coordinate, type: type.name, field })
    }
    for (const step of below) remember(leading, step.type, () => new Set()).add(`${type.name}.${step.field}`)
  }
  return {
    at,
    places: [...found],
    fields: [...fields.values()],
    uncertain: (place) => uncertain.get(place) ?? [],
    leadingTo: (type) => [...(leading.get(type) ?? [])],
  }
}

/** What of each place may be otherwise when one subgraph fails alone. */
type Changes = (place: GoodPlace) => ReadonlySet<string>

/** The dependence of every field of every place is found once, for all outages. */
function createChanges({ places }: GoodMap, dependence: Dependence): (failed: string) => Changes {
  const bySubgraph = new Map<string, Map<GoodPlace, Set<string>>>()
  let isDone = false
  function findAll(): void {
    isDone = true
    for (const place of places) {
      for (const field of Object.keys(place.type.getFields())) {
        for (const subgraph of dependence.ofField(place.place, field)) {
          const ofSubgraph = remember(bySubgraph, subgraph, () => new Map())
          remember(ofSubgraph, place, () => new Set()).add(field)
        }
      }
    }
  }
  return (failed) => {
    if (!isDone) findAll()
    const changed = bySubgraph.get(failed)
    return (place) => changed?.get(place) ?? none
  }
}

const none: ReadonlySet<string> = new Set()

interface Visiting {
  schemas: SubgraphSchemas
  map: GoodMap
  goodDay: Reachability
  badDay: Reachability
  /** Null where it is not known. */
  changes: Changes | null
}

/** Every place that can be reached on a good day, each with what is left of it. */
function visitPlaces({ schemas, map, goodDay, badDay, changes }: Visiting): PlaceVisit[] {
  const visits: PlaceVisit[] = []
  const seen = new Map<GoodPlace, Set<Standing | null>>()
  const open: { good: GoodPlace | null; bad: Standing | null; isRoot: boolean }[] = rootsOf(schemas).map(
    (type) => ({ good: map.at(type, goodDay.root(type)), bad: badDay.root(type) || null, isRoot: true }),
  )
  for (const { good, bad, isRoot } of open) {
    if (!good) continue
    const standings = remember(seen, good, () => new Set())
    if (standings.has(bad)) continue
    standings.add(bad)
    const { type, place } = good
    // At a root all stand as given, the failed one among them.
    const changed = changes && bad !== null && (isRoot || bad === good.standing) ? changes(good) : null
    const isAsEver = changed?.size === 0
    const visit = {
      type,
      good: place,
      bad: bad === null ? null : isAsEver ? place : badDay.at(type.name, bad),
      changed,
    }
    visits.push(visit)
    for (const step of good.below) {
      const isSame = changed?.has(step.field) === false
      const standing = isSame ? step.standing : visit.bad?.field(step.field).below.get(step.type)
      open.push({ good: map.at(step.type, step.standing), bad: standing ?? null, isRoot: false })
    }
  }
  return visits
}

interface Visited {
  map: GoodMap
  visits: readonly PlaceVisit[]
  visitsOf: (type: string) => readonly PlaceVisit[]
}

/** The fields that cannot be had at every place where their objects stand. */
function lostFields({ map, visits, visitsOf }: Visited): LostField[] {
  const missed = new Set<string>()
  for (const visit of visits) {
    const { type, good, bad, changed } = visit
    if (bad === null) continue
    const mayBeMissed = changed ? [...changed, ...map.uncertain(good)] : Object.keys(type.getFields())
    for (const field of mayBeMissed) {
      if (good.field(field).availability === 'cannot') continue
      if (onBadDay(visit, field)?.availability !== 'can') missed.add(`${type.name}.${field}`)
    }
  }
  return map.fields.flatMap((known) => {
    const isMissed = missed.has(known.coordinate)
    const isSomewhere = visitsOf(known.type).some(
      (visit) =>
        visit.bad !== null &&
        visit.good.field(known.field).availability !== 'cannot' &&
        (!isMissed || onBadDay(visit, known.field)?.availability === 'can'),
    )
    return isSomewhere && !isMissed ? [] : { ...known, isSomewhere }
  })
}

/** The subgraphs that resolve a field, as the object or the interface that they know its type as. */
export function owners(schemas: SubgraphSchemas, coordinate: string): string[] {
  const [type = '', field = ''] = coordinate.split('.')
  return schemas.names.filter((subgraph) =>
    [type, ...schemas.interfaceObjects(subgraph, type)].some(
      (known) => schemas.typeIn(subgraph, known)?.fields.get(field)?.isExternal === false,
    ),
  )
}

interface Context extends Visited {
  schemas: SubgraphSchemas
  failed: readonly string[]
  /** What healthy subgraphs resolve, and cannot be had somewhere. */
  lost: readonly LostField[]
  ownersOf: (coordinate: string) => readonly string[]
  survivors: (coordinates: readonly string[]) => string[]
  isOwn: (coordinate: string) => boolean
}

/** "a Product", "an Order". */
const one = (type: string): string => `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`

const quoted = (names: readonly string[]): string => listed(names.map((name) => `\`${name}\``))

/** Types to which nothing leads any more. */
function unreachable({ map, visits, lost, failed, survivors, schemas }: Context): Drag[] {
  const reached = new Set(visits.filter(({ bad }) => bad !== null).map(({ type }) => type.name))
  const byType = new Map<string, string[]>()
  for (const { type, coordinate } of lost) {
    if (!reached.has(type)) remember(byType, type, () => []).push(coordinate)
  }
  return [...byType].map(([type, fields]) => {
    const by = map.leadingTo(type)
    const subgraphs = survivors(fields)
    const isRoot = Object.values(schemas.roots).includes(type)
    return {
      kind: 'unreachable' as const,
      fields,
      subgraphs,
      by,
      isEverywhere: true,
      reason: `Nothing leads to ${one(type)} without ${listed(failed)}: only ${quoted(by)} ${by.length === 1 ? 'does' : 'do'}.`,
      mend: isRoot
        ? `Let ${listed(subgraphs)} resolve a field of ${type}.`
        : `Give ${listed(subgraphs)} a way to it: a root field that finds ${one(type)}, or a field of its own type.`,
    }
  })
}

/** Fields whose object is there, and whose subgraph cannot be asked about it. */
function unasked({ visitsOf, lost, failed, survivors, schemas }: Context): Drag[] {
  const groups = new Map<string, Drag & { fields: string[] }>()
  for (const { coordinate, type, field, isSomewhere } of lost) {
    const visit = visitsOf(type).find(
      (each) =>
        each.bad !== null &&
        onBadDay(each, field)?.availability !== 'can' &&
        each.good.field(field).availability !== 'cannot',
    )
    if (!visit?.bad) continue
    const subgraphs = survivors([coordinate])
    const standing = subgraphs.filter((subgraph) => visit.bad?.subgraphs.has(subgraph))
    const requires = requirementsOf(schemas, subgraphs, coordinate)
    const kind: 'requires' | 'no-key' = standing.length > 0 && requires.length > 0 ? 'requires' : 'no-key'
    const by = kind === 'requires' ? requires : keysOf(schemas, subgraphs, type)
    const isEverywhere = !isSomewhere
    const drag = remember(groups, JSON.stringify([kind, subgraphs, by, isEverywhere, type]), () => ({
      kind,
      fields: [],
      subgraphs,
      by,
      isEverywhere,
      ...wordsFor(kind, { type, subgraphs, by, failed }),
    }))
    drag.fields.push(coordinate)
  }
  return [...groups.values()]
}

function wordsFor(
  kind: 'requires' | 'no-key',
  {
    type,
    subgraphs,
    by,
    failed,
  }: { type: string; subgraphs: readonly string[]; by: readonly string[]; failed: readonly string[] },
): Pick<Drag, 'reason' | 'mend'> {
  const owners = listed(subgraphs)
  if (kind === 'requires') {
    return {
      reason: `${owners} works it out from ${quoted(by)}, which cannot be had without ${listed(failed)}.`,
      mend: `Let ${owners} keep a copy of ${quoted(by)}, or another subgraph share it with @shareable.`,
    }
  }
  const key = by.length === 0 ? 'no key' : quoted(by)
  return {
    reason: `${owners} can be asked about ${one(type)} by ${key}, which nobody can tell there without ${listed(failed)}.`,
    mend: `Let those that stay up have the key of ${type} as well, or ${owners} another key that they have.`,
  }
}

/** What subgraphs require for a field, each as far as its first step. */
const requirementsOf = (
  schemas: SubgraphSchemas,
  subgraphs: readonly string[],
  coordinate: string,
): string[] => {
  const [type = '', field = ''] = coordinate.split('.')
  return [
    ...new Set(
      subgraphs.flatMap((subgraph) =>
        [type, ...schemas.interfaceObjects(subgraph, type)].flatMap(
          (known) => schemas.typeIn(subgraph, known)?.fields.get(field)?.requires?.text ?? [],
        ),
      ),
    ),
  ]
}

const keysOf = (schemas: SubgraphSchemas, subgraphs: readonly string[], type: string): string[] => [
  ...new Set(
    subgraphs.flatMap((subgraph) =>
      [type, ...schemas.interfaceObjects(subgraph, type)].flatMap((known) =>
        (schemas.typeIn(subgraph, known)?.keys ?? []).map(({ text }) => text),
      ),
    ),
  ),
]

/** Lost fields that may not be null, and all that they take with them where it is asked for beside or around. */
function nonNull({ visits, visitsOf, survivors, ownersOf, isOwn, map }: Context): Drag[] {
  let above: ReturnType<typeof parentsIn> | null = null
  const left = new Map<string, readonly string[]>()
  const drags = new Map<string, Set<string>>()
  const ends = new Map<string, Set<string>>()
  for (const visit of visits) {
    const { type, good, bad, changed } = visit
    if (bad === null) continue
    const mayBeLost = changed === null ? null : new Set([...changed, ...map.uncertain(good)])
    if (mayBeLost?.size === 0) continue
    for (const field of Object.values(type.getFields())) {
      if (!isNonNullType(field.type) || mayBeLost?.has(field.name) === false) continue
      const isLost =
        good.field(field.name).availability !== 'cannot' &&
        onBadDay(visit, field.name)?.availability !== 'can'
      if (!isLost) continue
      const coordinate = `${type.name}.${field.name}`
      takeObject(type.name, {
        taken: remember(drags, coordinate, () => new Set<string>()),
        ends: remember(ends, coordinate, () => new Set<string>()),
        seen: new Set(),
      })
    }
  }

  function takeObject(
    type: string,
    found: { taken: Set<string>; ends: Set<string>; seen: Set<string> },
  ): void {
    if (found.seen.has(type)) return
    found.seen.add(type)
    for (const coordinate of remember(left, type, () => leftOf(type))) found.taken.add(coordinate)
    above ??= parentsIn(visits)
    for (const { coordinate, parent, field } of above.get(type) ?? []) {
      if (stopsNull(field.type)) found.ends.add(coordinate)
      else takeObject(parent, found)
    }
  }

  /** What can still be had of a type, of others than those that failed. */
  function leftOf(type: string): string[] {
    const found = new Set<string>()
    for (const visit of visitsOf(type)) {
      if (visit.bad === null) continue
      for (const name of Object.keys(visit.type.getFields())) {
        const coordinate = `${type}.${name}`
        if (onBadDay(visit, name)?.availability === 'can' && !isOwn(coordinate)) found.add(coordinate)
      }
    }
    return [...found]
  }

  return [...drags].flatMap(([coordinate, taken]) => {
    const fields = [...taken]
    if (fields.length === 0) return []
    const [type = ''] = coordinate.split('.')
    const stops = [...(ends.get(coordinate) ?? [])]
    const where = stops.length === 0 ? 'null takes all of the data' : `null stands at ${quoted(stops)}`
    return {
      kind: 'non-null' as const,
      fields,
      subgraphs: survivors(fields),
      by: [coordinate],
      isEverywhere: false,
      reason: `\`${coordinate}\` may not be null: where it is asked for, it takes its ${type} with it, and ${where}.`,
      mend: `Make \`${coordinate}\` nullable in ${listed(ownersOf(coordinate))}.`,
    }
  })
}

/** For each type, the fields that lead to it on the bad day. */
function parentsIn(visits: readonly PlaceVisit[]) {
  const above = new Map<
    string,
    { coordinate: string; parent: string; field: GraphQLField<unknown, unknown> }[]
  >()
  const seen = new Set<string>()
  for (const visit of visits) {
    const { type, bad } = visit
    for (const field of Object.values(type.getFields())) {
      for (const below of (bad && onBadDay(visit, field.name))?.below.keys() ?? []) {
        const coordinate = `${type.name}.${field.name}`
        if (seen.has(`${coordinate} ${below}`)) continue
        seen.add(`${coordinate} ${below}`)
        remember(above, below, () => []).push({ coordinate, parent: type.name, field })
      }
    }
  }
  return above
}

/** Whether null in place of one object stops at the field: at its item, its list, or itself. */
const stopsNull = (type: GraphQLOutputType): boolean => {
  if (!isNonNullType(type)) return true
  return isListType(type.ofType) ? stopsNull(type.ofType.ofType) : false
}
