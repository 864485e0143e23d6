import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { listed } from '../rules/schema-elements.ts'
import { createReachability, findWays, type Place, type Reachability, type Standing } from './reachability.ts'
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

/** A field of an object as it stands on one day at one place. */
interface Finding {
  coordinate: string
  type: string
  /** Whether it can be had: somewhere, and at every place where its object stands. */
  isSomewhere: boolean
  isAlways: boolean
}

interface PlaceVisit {
  type: GraphQLObjectType
  good: Place
  /** Null where nothing leads there on the bad day. */
  bad: Place | null
}

/** Looks at every field of every type, at every place that a query, a mutation or a subscription can lead to. */
export function createSurvey(schemas: SubgraphSchemas): (failed: readonly string[]) => OutageSurvey {
  const ways = findWays(schemas)
  const labels = schemas.decidedLabels
  const goodDay = createReachability(ways, { failed: new Set(), labels })
  return (failed) => {
    const badDay = createReachability(ways, { failed: new Set(failed), labels })
    const visits = visitPlaces(schemas, goodDay, badDay)
    const findings = fieldsOf(visits)
    const ownersOf = (coordinate: string) => owners(schemas, coordinate)
    const isOwn = (coordinate: string) => ownersOf(coordinate).every((owner) => failed.includes(owner))

    const own = new Map<string, string[]>()
    for (const { type, coordinate } of findings.values()) {
      if (isOwn(coordinate)) remember(own, type, () => []).push(coordinate.slice(type.length + 1))
    }
    const survivors = (coordinates: readonly string[]) =>
      schemas.names.filter(
        (name) => !failed.includes(name) && coordinates.some((each) => ownersOf(each).includes(name)),
      )
    const lost = [...findings.values()].filter(({ coordinate, isAlways }) => !isAlways && !isOwn(coordinate))
    const context = { schemas, failed, visits, findings, lost, survivors, isOwn }
    return {
      failed,
      own,
      dragged: [...unreachable(context), ...unasked(context), ...nonNull(context)],
    }
  }
}

/** Every place that can be reached on a good day, each with what is left of it. */
function visitPlaces(schemas: SubgraphSchemas, goodDay: Reachability, badDay: Reachability): PlaceVisit[] {
  const visits: PlaceVisit[] = []
  const seen = new Set<string>()
  const { query, mutation, subscription } = schemas.roots
  const open: { type: string; good: Standing; bad: Standing | null }[] = [query, mutation, subscription]
    .filter((type) => type !== null)
    .map((type) => ({ type, good: goodDay.root(type), bad: badDay.root(type) || null }))
  for (const { type, good, bad } of open) {
    const object = schemas.apiSchema.getType(type)
    const name = JSON.stringify([type, good, bad])
    if (seen.has(name) || !isObjectType(object)) continue
    seen.add(name)
    const visit = {
      type: object,
      good: goodDay.at(type, good),
      bad: bad === null ? null : badDay.at(type, bad),
    }
    visits.push(visit)
    for (const field of Object.keys(object.getFields())) {
      const below = visit.bad?.field(field).below
      for (const [runtimeType, standing] of visit.good.field(field).below) {
        open.push({ type: runtimeType, good: standing, bad: below?.get(runtimeType) ?? null })
      }
    }
  }
  return visits
}

function fieldsOf(visits: readonly PlaceVisit[]): Map<string, Finding> {
  const findings = new Map<string, Finding>()
  for (const { type, good, bad } of visits) {
    for (const field of Object.keys(type.getFields())) {
      if (good.field(field).availability === 'cannot') continue
      const coordinate = `${type.name}.${field}`
      const finding = remember(findings, coordinate, () => ({
        coordinate,
        type: type.name,
        isSomewhere: false,
        isAlways: true,
      }))
      if (bad === null) continue
      if (bad.field(field).availability === 'can') finding.isSomewhere = true
      else finding.isAlways = false
    }
  }
  for (const finding of findings.values()) if (!finding.isSomewhere) finding.isAlways = false
  return findings
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

interface Context {
  schemas: SubgraphSchemas
  failed: readonly string[]
  visits: readonly PlaceVisit[]
  findings: ReadonlyMap<string, Finding>
  /** What healthy subgraphs resolve, and cannot be had somewhere. */
  lost: readonly Finding[]
  survivors: (coordinates: readonly string[]) => string[]
  isOwn: (coordinate: string) => boolean
}

/** "a Product", "an Order". */
const one = (type: string): string => `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`

const quoted = (names: readonly string[]): string => listed(names.map((name) => `\`${name}\``))

/** Types to which nothing leads any more. */
function unreachable({ visits, lost, failed, survivors, schemas }: Context): Drag[] {
  const reached = new Set(visits.filter(({ bad }) => bad !== null).map(({ type }) => type.name))
  const byType = new Map<string, string[]>()
  for (const { type, coordinate } of lost) {
    if (!reached.has(type)) remember(byType, type, () => []).push(coordinate)
  }
  return [...byType].map(([type, fields]) => {
    const by = leadingTo(visits, type)
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

/** The fields that can lead to a type on a good day. */
const leadingTo = (visits: readonly PlaceVisit[], target: string): string[] => [
  ...new Set(
    visits.flatMap(({ type, good }) =>
      Object.keys(type.getFields())
        .filter((field) => good.field(field).below.has(target))
        .map((field) => `${type.name}.${field}`),
    ),
  ),
]

/** Fields whose object is there, and whose subgraph cannot be asked about it. */
function unasked({ visits, lost, findings, failed, survivors, schemas }: Context): Drag[] {
  const groups = new Map<string, Drag & { fields: string[] }>()
  for (const { coordinate, type } of lost) {
    const visit = visits.find(
      (each) =>
        each.type.name === type &&
        each.bad !== null &&
        each.bad.field(coordinate.slice(type.length + 1)).availability !== 'can' &&
        each.good.field(coordinate.slice(type.length + 1)).availability !== 'cannot',
    )
    if (!visit?.bad) continue
    const subgraphs = survivors([coordinate])
    const standing = subgraphs.filter((subgraph) => visit.bad?.subgraphs.has(subgraph))
    const requires = requirementsOf(schemas, subgraphs, coordinate)
    const kind: 'requires' | 'no-key' = standing.length > 0 && requires.length > 0 ? 'requires' : 'no-key'
    const by = kind === 'requires' ? requires : keysOf(schemas, subgraphs, type)
    const isEverywhere = findings.get(coordinate)?.isSomewhere === false
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
function nonNull({ visits, survivors, schemas, isOwn }: Context): Drag[] {
  const above = parentsIn(visits)
  const drags = new Map<string, Set<string>>()
  const ends = new Map<string, Set<string>>()
  for (const { type, good, bad } of visits) {
    if (bad === null) continue
    for (const field of Object.values(type.getFields())) {
      const isLost =
        good.field(field.name).availability !== 'cannot' && bad.field(field.name).availability !== 'can'
      if (!isLost || !isNonNullType(field.type)) continue
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
    for (const { type: object, bad } of visits) {
      if (object.name !== type || bad === null) continue
      for (const name of Object.keys(object.getFields())) {
        const coordinate = `${type}.${name}`
        if (bad.field(name).availability === 'can' && !isOwn(coordinate)) found.taken.add(coordinate)
      }
    }
    for (const { coordinate, parent, field } of above.get(type) ?? []) {
      if (stopsNull(field.type)) found.ends.add(coordinate)
      else takeObject(parent, found)
    }
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
      mend: `Make \`${coordinate}\` nullable in ${listed(owners(schemas, coordinate))}.`,
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
  for (const { type, bad } of visits) {
    for (const field of Object.values(type.getFields())) {
      for (const below of bad?.field(field.name).below.keys() ?? []) {
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
