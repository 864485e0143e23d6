import { isRootType, listed } from '../rules/schema-elements.ts'
import { type SchemaChange, typeOfCoordinate } from './change.ts'
import type { SubgraphElement } from './subgraph-elements.ts'
import type { SubgraphPair } from './subgraph-pairs.ts'

/** Who resolves a field: those that are asked, and those from which `@override` has taken it. */
interface Owners {
  asked: string[]
  overridden: string[]
  /** The labels of `@override`s that take it from some requests only. */
  labels: string[]
}

const nobody: Owners = { asked: [], overridden: [], labels: [] }

/**
 * Fields that others resolve than before. What goes away from where the base's gateway asks for it breaks: the
 * subgraph is rolled out before, or after, the gateway has the new supergraph, and refuses what it does not know.
 */
export function compareOwners(pairs: readonly SubgraphPair[]): SchemaChange[] {
  const before = ownersIn(pairs.map(({ name, elementsBefore }) => ({ name, elements: elementsBefore })))
  const after = ownersIn(pairs.map(({ name, elementsAfter }) => ({ name, elements: elementsAfter })))
  const wholes = new Set(pairs.flatMap((pair) => (pair.before && pair.after ? [] : [pair.name])))
  return [...before].flatMap(([coordinate, old]) => {
    const now = after.get(coordinate) ?? nobody
    // Nobody has it any more: clients are told that.
    if (now.asked.length === 0) return []
    const gained = now.asked.filter((name) => !old.asked.includes(name))
    const lost = old.asked.filter((name) => !now.asked.includes(name))
    const taken = lost.filter((name) => now.overridden.includes(name))
    const gone = lost.filter((name) => !now.overridden.includes(name))
    const cleaned = old.overridden.filter(
      (name) => !now.overridden.includes(name) && !now.asked.includes(name) && !wholes.has(name),
    )
    const inform = (
      subgraph: string,
      change: Pick<SchemaChange, 'level' | 'kind' | 'message'>,
    ): SchemaChange => ({
      element: coordinate,
      subgraph,
      mend: null,
      hits: [`resolved ${coordinate}`],
      ...change,
    })
    return [
      ...taken.map((name) => {
        const takers = gained.length > 0 ? gained : now.asked
        return inform(takers[0] ?? name, {
          level: 'dangerous',
          kind: 'owner-changed',
          message: `${listed(takers)} resolves ${coordinate} instead of ${name}: what it answers, and whose outage costs it, is another's.`,
        })
      }),
      ...gone
        .filter((name) => !wholes.has(name) && !isToldByOthers(pairs, name, coordinate))
        .map((name) => ({
          ...inform(name, {
            level: 'breaking',
            kind: gained.length > 0 ? 'field-moved' : 'resolver-removed',
            message: `${name} no longer resolves ${coordinate}${gained.length > 0 ? `, and ${listed(gained)} does` : ''}; a gateway that runs the base's supergraph still asks ${name} for it.`,
          }),
          mend: `Let ${now.asked.length === 1 ? '' : 'one of '}${listed(now.asked)} have \`@override(from: "${name}")\` on it first, and take it out of ${name} when every gateway has that supergraph.`,
        })),
      ...cleaned.map((name) =>
        inform(name, {
          level: 'safe',
          kind: 'overridden-field-removed',
          message: `${name} no longer has ${coordinate}, which @override had taken from it.`,
        }),
      ),
      ...(taken.length === 0 && gone.length === 0 ? gained : [])
        .filter((name) => !wholes.has(name))
        .map((name) =>
          inform(name, {
            level: 'safe',
            kind: 'resolver-added',
            message: `${name} resolves ${coordinate} as well as ${listed(old.asked)}.`,
          }),
        ),
      ...(JSON.stringify(old.labels) === JSON.stringify(now.labels)
        ? []
        : [
            inform(now.asked.at(-1) ?? '', {
              level: 'dangerous',
              kind: 'override-label-changed',
              message: `${coordinate} is moving between ${listed(now.asked)} ${now.labels.length === 0 ? 'no longer by a label' : `by ${listed(now.labels)}`}${old.labels.length === 0 ? '' : `, and was by ${listed(old.labels)}`}.`,
            }),
          ]),
    ]
  })
}

/**
 * What a subgraph no longer knows at all: a type without a key was led to by fields of the subgraph alone, and their
 * change is told; a key was only asked for on the way to other fields, which are told.
 */
function isToldByOthers(pairs: readonly SubgraphPair[], subgraph: string, coordinate: string): boolean {
  const pair = pairs.find(({ name }) => name === subgraph)
  const type = typeOfCoordinate(coordinate)
  const known = pair?.before?.schema.type(type)
  if (!pair || !known || pair.elementsAfter.has(type) || isRootType(known)) return false
  const keys = pair.elementsBefore.get(type)?.marks.filter(({ name }) => name === 'key') ?? []
  const field = coordinate.slice(type.length + 1)
  return keys.length === 0 || keys.some(({ given }) => given.split(/\W+/).includes(field))
}

function ownersIn(
  subgraphs: readonly { name: string; elements: ReadonlyMap<string, SubgraphElement> }[],
): Map<string, Owners> {
  const owners = new Map<string, Owners>()
  for (const { name, elements } of subgraphs) {
    for (const { coordinate, isResolved } of elements.values()) {
      if (!isResolved) continue
      const known = owners.get(coordinate) ?? { asked: [], overridden: [], labels: [] }
      owners.set(coordinate, known)
      known.asked.push(name)
    }
  }
  for (const { elements } of subgraphs) {
    for (const { coordinate, marks } of elements.values()) {
      const override = marks.find(({ name }) => name === 'override')
      const known = owners.get(coordinate)
      if (!override || !known) continue
      const [, from = ''] = /from: ([\w-]+)/.exec(override.given) ?? []
      const [, label] = /label: ([^,]+)/.exec(override.given) ?? []
      if (label !== undefined) known.labels.push(label)
      else if (known.asked.includes(from)) {
        known.asked = known.asked.filter((name) => name !== from)
        known.overridden.push(from)
      }
    }
  }
  return owners
}
