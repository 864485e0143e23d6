import { Kind, type SelectionSetNode } from 'graphql'
import { remember } from './remember.ts'
import type { FieldSet, SubgraphField, SubgraphSchemas, SubgraphType } from './subgraph-schemas.ts'

/**
 * What can be had at a place of a response, and from whom. A place is an object of one runtime type at which some
 * subgraphs stand: those that gave it, then those that can be asked for it by a key whose fields can be had there.
 */

/** `may`: it depends on what the answer does not show, as whether a list that a `@requires` walks is empty. */
export type Availability = 'can' | 'may' | 'cannot'

/** What fails, and what is decided: two places in different worlds have nothing to do with each other. */
export interface World {
  failed: ReadonlySet<string>
  /** For each label of `@override`, whether its fields have moved. */
  labels: ReadonlyMap<string, boolean>
}

/** Which subgraphs stand at a place from the beginning. Equal standings are equal strings. */
export type Standing = string

/** A field at a place. */
export interface FieldAtPlace {
  availability: Availability
  /** The subgraphs that can be asked for it there. */
  from: readonly string[]
  /** Whom its objects are given by, for each runtime type that they may have. Empty for a leaf. */
  below: ReadonlyMap<string, Standing>
}

export interface Place {
  /** The runtime type of the object. */
  type: string
  /** The subgraphs that can be asked about the object. */
  subgraphs: ReadonlySet<string>
  /** Whether somebody there can tell the runtime type: who knows an interface as an object cannot. */
  isTypeKnown: boolean
  /** The types as which the subgraphs there know the object: its own, or an interface. */
  knownAs: ReadonlySet<string>
  field(name: string): FieldAtPlace
  /** Those that gave the object, and all that can be asked about it. */
  given: readonly Position[]
  positions: readonly Position[]
  /** Whether somebody who gave the object has the field, so that nobody else has to be asked for it. */
  isGiven(field: string): boolean
}

export interface Reachability {
  /** Where an operation begins. */
  root(type: string): Standing
  at(type: string, standing: Standing): Place
}

/** A subgraph at a place: the type that it knows the object as, and what it gives there beyond its own. */
export interface Position {
  id: number
  subgraph: string
  type: string
  /** The fields of that type there. */
  fields: SubgraphType['fields']
  provides: readonly FieldSet[]
}

/** A way into a subgraph. `key` is null for the root of queries, at which everybody stands. */
export interface Entry {
  subgraph: string
  type: string
  key: FieldSet | null
  /** The key's fields, where it has nothing but fields of the object itself. */
  leaves: readonly string[] | null
  /** Whether the representation has to name the runtime type. */
  needsType: boolean
}

interface GrowingPlace extends Place {
  positions: Position[]
  subgraphs: Set<string>
  knownAs: Set<string>
  /** How deep in the work it is being worked out; null when it is done. */
  depth: number | null
}

const isOwnField = (field: SubgraphField | undefined): boolean =>
  field !== undefined && !field.isExternal && field.requires === null

const worst = (one: Availability, other: Availability): Availability =>
  one === 'cannot' || other === 'cannot' ? 'cannot' : one === 'may' ? one : other

/** What all worlds of a supergraph share. */
export interface Ways {
  schemas: SubgraphSchemas
  entriesOf(type: string): readonly Entry[]
  position(subgraph: string, type: string, provides: readonly FieldSet[]): Position
  positionsIn(standing: Standing): readonly Position[]
}

export function findWays(schemas: SubgraphSchemas): Ways {
  const entries = new Map<string, readonly Entry[]>()
  const positions = new Map<string, Position>()
  const byId: Position[] = []
  const standings = new Map<Standing, readonly Position[]>()
  return {
    schemas,
    entriesOf: (type) => remember(entries, type, () => listEntries(schemas, type)),
    position(subgraph, type, provides) {
      const name = [subgraph, type, ...provides.map(({ text }) => text).sort()].join('\n')
      return remember(positions, name, () => {
        const fields = schemas.typeIn(subgraph, type)?.fields ?? noFields
        const position = { id: byId.length, subgraph, type, fields, provides }
        byId.push(position)
        return position
      })
    },
    positionsIn: (standing) =>
      remember(standings, standing, () =>
        standing === '' ? [] : standing.split(' ').flatMap((id) => byId[Number(id)] ?? []),
      ),
  }
}

const noFields: SubgraphType['fields'] = new Map()

function listEntries(schemas: SubgraphSchemas, runtimeType: string): Entry[] {
  return schemas.names.flatMap((subgraph): Entry[] => {
    const entries = (type: string, keysOf: string, needsType: boolean): Entry[] =>
      (schemas.typeIn(subgraph, keysOf)?.keys ?? []).map((key) => ({
        ...{ subgraph, type, key, needsType },
        leaves: leavesOf(key.selections),
      }))
    if (runtimeType === schemas.roots.query) {
      return schemas.typeIn(subgraph, runtimeType)
        ? [{ subgraph, type: runtimeType, key: null, leaves: null, needsType: false }]
        : []
    }
    return [
      ...entries(runtimeType, runtimeType, true),
      ...schemas.interfacesIn(subgraph, runtimeType).flatMap((name) => entries(runtimeType, name, false)),
      ...schemas.interfaceObjects(subgraph, runtimeType).flatMap((type) => entries(type, type, false)),
    ]
  })
}

/** Null where a field set has more than fields without anything below them. */
function leavesOf({ selections }: SelectionSetNode): string[] | null {
  const names = selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && !selection.selectionSet ? selection.name.value : [],
  )
  return names.length === selections.length ? names : null
}

/** Whether one of them has a leaf of its own, which can be had of it whatever else is so. */
export const hasOwnLeaf = (positions: readonly Position[], name: string): boolean =>
  name === '__typename' ||
  positions.some(({ fields }) => {
    const field = fields.get(name)
    return isOwnField(field) && field?.movedBy === null
  })

/** Works out what can be had in one world. All that it finds is kept: a field of a place is looked at once. */
export function createReachability(ways: Ways, { failed, labels }: World): Reachability {
  const { schemas } = ways
  const places = new Map<string, GrowingPlace>()
  /** Fields whose requirements are being looked at: who requires himself gets nothing. */
  const underway = new Set<string>()
  let depth = 0
  /** How far up the work reaches that the place which is being worked out relied on before it was done. */
  let reliesOn = Number.POSITIVE_INFINITY

  const standingOf = (positions: Iterable<Position>): Standing =>
    [...new Set([...positions].map(({ id }) => id))].sort((one, other) => one - other).join(' ')

  function at(type: string, standing: Standing): GrowingPlace {
    const name = `${type} ${standing}`
    const known = places.get(name)
    if (known) {
      if (known.depth !== null) reliesOn = Math.min(reliesOn, known.depth)
      return known
    }
    const place = createPlace(type, standing)
    places.set(name, place)
    const reliedOnBefore = reliesOn
    reliesOn = Number.POSITIVE_INFINITY
    place.depth = depth++
    grow(place)
    depth--
    // What was found by half of what stands further up may be too little: it is worked out again when asked for.
    if (reliesOn < place.depth) places.delete(name)
    else reliesOn = Number.POSITIVE_INFINITY
    reliesOn = Math.min(reliesOn, reliedOnBefore)
    place.depth = null
    return place
  }

  function createPlace(type: string, standing: Standing): GrowingPlace {
    const fields = new Map<string, FieldAtPlace>()
    const given = ways.positionsIn(standing)
    const place: GrowingPlace = {
      type,
      given,
      positions: [],
      subgraphs: new Set(),
      isTypeKnown: false,
      knownAs: new Set(),
      depth: null,
      isGiven: (field) => given.some(({ fields: known }) => isOwnField(known.get(field))),
      field: (field) =>
        place.depth === null
          ? remember(fields, field, () => findField(place, field))
          : findField(place, field),
    }
    for (const position of given) stand(place, position)
    return place
  }

  function stand(place: GrowingPlace, position: Position): void {
    if (!place.positions.includes(position)) place.positions.push(position)
    place.subgraphs.add(position.subgraph)
    place.knownAs.add(position.type)
    if (position.type === place.type) place.isTypeKnown = true
  }

  function grow(place: GrowingPlace): void {
    const open = new Set(ways.entriesOf(place.type).filter(({ subgraph }) => !failed.has(subgraph)))
    for (let before = -1; before !== open.size; ) {
      before = open.size
      for (const entry of open) {
        if (!canEnter(place, entry)) continue
        open.delete(entry)
        stand(place, ways.position(entry.subgraph, entry.type, []))
      }
    }
  }

  // A key that may be there is none: where it is not, nothing was there on a good day either.
  const canEnter = (place: GrowingPlace, { key, leaves, needsType }: Entry): boolean => {
    if (needsType && !place.isTypeKnown) return false
    if (key === null || leaves?.every((name) => hasOwnLeaf(place.positions, name))) return true
    return canSelect(place, key.selections) === 'can'
  }

  function findField(place: GrowingPlace, name: string): FieldAtPlace {
    const answers = place.positions.flatMap((position) => {
      const field = position.fields.get(name)
      if (!field) return []
      const availability = fieldFrom(place, position, name, field)
      return availability === 'cannot' ? [] : [{ position, field, availability }]
    })
    const availability = answers.some((answer) => answer.availability === 'can') ? 'can' : 'may'
    const best = answers.filter((answer) => answer.availability === availability)
    const below = new Map<string, Set<Position>>()
    for (const { position, field } of best) {
      const provides = [...providedBelow(place, position, name), ...(field.provides ? [field.provides] : [])]
      for (const objectType of schemas.typeIn(position.subgraph, field.type)?.objects ?? []) {
        const given = ways.position(position.subgraph, objectType, provides)
        for (const runtimeType of schemas.runtimeTypes(position.subgraph, objectType)) {
          remember(below, runtimeType, () => new Set()).add(given)
        }
      }
    }
    return {
      availability: answers.length === 0 ? 'cannot' : availability,
      from: [...new Set(best.map(({ position }) => position.subgraph))],
      below: new Map([...below].map(([type, positions]) => [type, standingOf(positions)])),
    }
  }

  function fieldFrom(
    place: GrowingPlace,
    position: Position,
    name: string,
    { isExternal, movedBy, requires }: SubgraphField,
  ): Availability {
    if (isProvided(place, position, name)) return 'can'
    if (isExternal) return 'cannot'
    if (movedBy && (labels.get(movedBy.label) ?? false) !== movedBy.isMoved) return 'cannot'
    if (!requires) return 'can'
    // What is required is sent along with a key.
    const { subgraph, type } = position
    const isAskable = ways
      .entriesOf(place.type)
      .some((entry) => entry.subgraph === subgraph && entry.type === type && canEnter(place, entry))
    if (!isAskable) return 'cannot'
    const task = `${place.type} ${place.positions.map(({ id }) => id).join(' ')} ${position.id} ${name}`
    if (underway.has(task)) return 'cannot'
    underway.add(task)
    const availability = canSelect(withoutProvided(place), requires.selections)
    // What was given there beside it may do, if the operation asks for it.
    const isGivenBeside = availability !== 'can' && canSelect(place, requires.selections) !== 'cannot'
    underway.delete(task)
    return isGivenBeside ? 'may' : availability
  }

  /**
   * The place for those who do not know what it was given with: a requirement is looked for from the subgraph that has
   * it, and only an operation's own way has what `@provides` gives.
   */
  function withoutProvided(place: GrowingPlace): GrowingPlace {
    const { positions } = place
    if (positions.every(({ provides }) => provides.length === 0)) return place
    return at(
      place.type,
      standingOf(positions.map(({ subgraph, type }) => ways.position(subgraph, type, []))),
    )
  }

  /** The fields of a type that it was given with, beyond those that its subgraph resolves wherever it stands. */
  const providedFields = (place: GrowingPlace, { provides }: Position, name: string) =>
    provides.flatMap(({ selections }) => fieldsNamed(selections, name, place.type))

  function fieldsNamed(
    { selections }: SelectionSetNode,
    name: string,
    type: string,
  ): { below: SelectionSetNode | undefined }[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        return selection.name.value === name ? [{ below: selection.selectionSet }] : []
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) return []
      const condition = selection.typeCondition?.name.value
      return condition === undefined || schemas.fits(type, condition)
        ? fieldsNamed(selection.selectionSet, name, type)
        : []
    })
  }

  const isProvided = (place: GrowingPlace, position: Position, name: string): boolean =>
    position.provides.length > 0 && providedFields(place, position, name).length > 0

  const providedBelow = (place: GrowingPlace, position: Position, name: string): FieldSet[] =>
    position.provides.length === 0
      ? []
      : providedFields(place, position, name).flatMap(({ below }) => (below ? fieldSetOf(below) : []))

  /** Whether all of a field set can be had at a place. */
  function canSelect(place: GrowingPlace, { selections }: SelectionSetNode): Availability {
    let answer: Availability = 'can'
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        answer = worst(answer, canSelectField(place, selection.name.value, selection.selectionSet))
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        if (condition !== undefined && !schemas.fits(place.type, condition)) continue
        answer = worst(answer, canSelect(place, selection.selectionSet))
      }
      if (answer === 'cannot') return answer
    }
    return answer
  }

  function canSelectField(
    place: GrowingPlace,
    name: string,
    selections: SelectionSetNode | undefined,
  ): Availability {
    if (name === '__typename') return 'can'
    const field = place.field(name)
    if (field.availability === 'cannot' || !selections) return field.availability
    const nested = [...field.below].map(([type, standing]) => canSelect(at(type, standing), selections))
    if (nested.every((availability) => availability === 'can')) return field.availability
    const isAlwaysNeeded = nested.length === 1 && !mayBeEmpty(place, name) && nested[0] === 'cannot'
    return isAlwaysNeeded ? 'cannot' : 'may'
  }

  const mayBeEmpty = (place: GrowingPlace, name: string): boolean =>
    place.positions.some(({ subgraph, type }) => schemas.typeIn(subgraph, type)?.fields.get(name)?.mayBeEmpty)

  return {
    root: (type) =>
      standingOf(
        schemas.names
          .filter((subgraph) => !failed.has(subgraph) && schemas.typeIn(subgraph, type))
          .map((subgraph) => ways.position(subgraph, type, [])),
      ),
    at,
  }
}

const fieldSetOf = (selections: SelectionSetNode): FieldSet => ({ text: textOf(selections), selections })

function textOf({ selections }: SelectionSetNode): string {
  return selections
    .map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ''
      const name =
        selection.kind === Kind.FIELD ? selection.name.value : `... on ${selection.typeCondition?.name.value}`
      return selection.selectionSet ? `${name} { ${textOf(selection.selectionSet)} }` : name
    })
    .join(' ')
}
