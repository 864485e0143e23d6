import { Kind, type SelectionSetNode } from 'graphql'
import { type Entry, hasOwnLeaf, type Place, type Position, type Ways } from './reachability.ts'
import { remember } from './remember.ts'

/**
 * The subgraphs whose failure alone could change what can be had of a field at a place, or below it. Rather too many
 * than too few: without any other, the field is had as on a good day, of the same subgraphs.
 */
export interface Dependence {
  ofField(place: Place, field: string): ReadonlySet<string>
  /** Of what is known about the object itself: its runtime type. */
  ofType(place: Place): ReadonlySet<string>
}

/** A field at a place, as it is followed. */
interface Step {
  place: Place
  field: string
}

/** What a field depends on at once: subgraphs, and other fields. */
interface Direct {
  subgraphs: ReadonlySet<string>
  steps: readonly Step[]
}

/** @param at the places of a good day */
export function createDependence(ways: Ways, at: (type: string, standing: string) => Place): Dependence {
  const { schemas } = ways
  const roots = new Set<string | null>(Object.values(schemas.roots))
  const everybody: Direct = { subgraphs: new Set(schemas.names), steps: [] }
  const known = new Map<Place, Map<string, Direct>>()
  const closed = new Map<Place, Map<string, ReadonlySet<string>>>()

  const directOf = ({ place, field }: Step): Direct =>
    remember(
      remember(known, place, () => new Map()),
      field,
      () => findDirect(place, field),
    )

  /** Who knows the field at all, how each of them is come to, and what each of them requires for it. */
  function findDirect(place: Place, field: string): Direct {
    // A leaf that was given with its object: whoever else has it, nobody has to be asked. At a root all stand as given.
    if (!roots.has(place.type) && hasOwnLeaf(place.given, field) && place.field(field).below.size === 0)
      return nothing
    const subgraphs = new Set<string>()
    const steps: Step[] = []
    for (const position of place.positions) {
      const definition = position.fields.get(field)
      if (!definition) continue
      subgraphs.add(position.subgraph)
      if (!definition.requires) {
        if (!place.given.includes(position)) steps.push(...stepsInto(place, position))
        continue
      }
      // What is required is looked for as if nothing had been provided: nobody follows that here.
      if (place.positions.some(({ provides }) => provides.length > 0)) return everybody
      steps.push(...stepsInto(place, position), ...stepsOf(place, definition.requires.selections))
    }
    return { subgraphs, steps }
  }

  /** What has to be had for a subgraph to be asked about the object: nothing where those that gave it gave its key. */
  function stepsInto(place: Place, position: Position): Step[] {
    const entries = ways
      .entriesOf(place.type)
      .filter(({ subgraph, type }) => subgraph === position.subgraph && type === position.type)
    if (entries.some((entry) => isGiven(place, entry))) return []
    return entries.flatMap(({ key }) => (key ? stepsOf(place, key.selections) : []))
  }

  const isGiven = ({ type, given }: Place, { key, leaves, needsType }: Entry): boolean =>
    key === null ||
    ((!needsType || given.some((position) => position.type === type)) &&
      leaves?.every((name) => hasOwnLeaf(given, name)) === true)

  function stepsOf(place: Place, { selections }: SelectionSetNode): Step[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return []
      if (selection.kind === Kind.INLINE_FRAGMENT) return stepsOf(place, selection.selectionSet)
      const { name, selectionSet } = selection
      if (!selectionSet) return { place, field: name.value }
      const below = [...place.field(name.value).below]
      return [
        { place, field: name.value },
        ...below.flatMap(([type, standing]) => stepsOf(at(type, standing), selectionSet)),
      ]
    })
  }

  /** Nobody there knows the object by its own type: others have to be asked for it. */
  function ofType(place: Place): ReadonlySet<string> {
    if (place.given.some(({ type }) => type === place.type)) return nobody
    return closure(
      new Set(place.subgraphs),
      place.positions.flatMap((position) => stepsInto(place, position)),
    )
  }

  function closure(found: Set<string>, first: readonly Step[]): ReadonlySet<string> {
    const seen = new Map<Place, Set<string>>()
    const open = [...first]
    for (const step of open) {
      const fields = remember(seen, step.place, () => new Set())
      if (fields.has(step.field)) continue
      fields.add(step.field)
      const { subgraphs, steps } = directOf(step)
      for (const subgraph of subgraphs) found.add(subgraph)
      for (const subgraph of fields.size === 1 ? untold(step.place) : nobody) found.add(subgraph)
      open.push(...steps)
    }
    return found
  }

  const untold = (place: Place): ReadonlySet<string> =>
    place.given.some(({ type }) => type === place.type) ? nobody : place.subgraphs

  return {
    ofType,
    ofField: (place, field) =>
      remember(
        remember(closed, place, () => new Map()),
        field,
        () => closure(new Set(ofType(place)), [{ place, field }]),
      ),
  }
}

const nobody: ReadonlySet<string> = new Set()
const nothing: Direct = { subgraphs: nobody, steps: [] }
