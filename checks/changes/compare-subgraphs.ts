import { isObjectType, type Subgraph } from '@apollo/federation-internals'
import { Kind, parse, print, type SelectionSetNode } from 'graphql'
import { listed } from '../rules/schema-elements.ts'
import { byLevel, type SchemaChange, typeOfCoordinate } from './change.ts'
import { compareOwners } from './compare-owners.ts'
import { judgeMark } from './judge-mark.ts'
import type { AppliedMark, SubgraphElement } from './subgraph-elements.ts'
import type { SubgraphPair } from './subgraph-pairs.ts'

/**
 * What clients do not see of a change.
 * @param isSeen whether clients see one at a coordinate, and are told of it there
 */
export function compareSubgraphs(
  pairs: readonly SubgraphPair[],
  isSeen: (coordinate: string) => boolean,
): SchemaChange[] {
  return [
    ...pairs.flatMap((pair) => {
      if (!pair.before) return [wholeChange(pair.name, 'added')]
      if (!pair.after) return [wholeChange(pair.name, 'removed', resolvedOf(pair.elementsBefore))]
      return [...compareKeys(pair), ...compareElements(pair, isSeen)]
    }),
    ...compareOwners(pairs),
  ].sort(byLevel)
}

const resolvedOf = (elements: ReadonlyMap<string, SubgraphElement>): string[] =>
  [...elements.values()].filter(({ isResolved }) => isResolved).map(({ coordinate }) => coordinate)

const wholeChange = (name: string, how: 'added' | 'removed', hits: readonly string[] = []): SchemaChange => ({
  level: how === 'added' ? 'safe' : 'breaking',
  kind: `subgraph-${how}`,
  element: name,
  subgraph: name,
  message:
    how === 'added'
      ? `${name} is a new subgraph.`
      : `${name} is no longer a subgraph, and a gateway that runs the base's supergraph still asks it.`,
  mend:
    how === 'added'
      ? null
      : `Let others take its fields with @override(from: "${name}"), roll that out, and take it out then.`,
  hits: hits.map((coordinate) => `resolved ${coordinate}`),
})

/** How entities can be asked for in one subgraph. */
function compareKeys({ name, before, after, elementsBefore, elementsAfter }: SubgraphPair): SchemaChange[] {
  if (!before || !after) return []
  const now = keysOf(after)
  const old = keysOf(before)
  const types = new Set([...old.keys(), ...now.keys()])
  return [...types].flatMap((type) => {
    // What has come, or gone, altogether is told with its fields.
    if (!elementsAfter.has(type) || !elementsBefore.has(type)) return []
    const [had, has] = [old.get(type) ?? new Set(), now.get(type) ?? new Set()]
    const change = { subgraph: name, mend: null, hits: [`resolved ${type} in ${name}`] }
    return [
      ...[...had]
        .filter((key) => !has.has(key))
        .map(
          (key): SchemaChange => ({
            ...change,
            level: 'breaking',
            kind: 'key-removed',
            element: `${type} by ${key}`,
            message: `${name} cannot be asked for ${type} by \`${key}\` any more, and a gateway that runs the base's supergraph still does.`,
            mend: 'Add the new key first, and take the old one out when every gateway has the new supergraph.',
          }),
        ),
      ...[...has]
        .filter((key) => !had.has(key))
        .map(
          (key): SchemaChange => ({
            ...change,
            level: 'safe',
            kind: 'key-added',
            element: `${type} by ${key}`,
            message: `${name} can be asked for ${type} by \`${key}\`.`,
          }),
        ),
    ]
  })
}

function keysOf(subgraph: Subgraph): Map<string, Set<string>> {
  const directive = subgraph.metadata().keyDirective()
  return new Map(
    subgraph.schema.types().flatMap((type) => {
      if (!isObjectType(type) && type.kind !== 'InterfaceType') return []
      const keys = type
        .appliedDirectivesOf(directive)
        .map((application) => application.arguments())
        .filter(({ resolvable }) => resolvable !== false)
        .map(({ fields }) => canonical(String(fields)))
      return keys.length === 0 ? [] : [[type.name, new Set(keys)] as const]
    }),
  )
}

/** A set of fields in one way to write it: in which order they stand means nothing. */
function canonical(fields: string): string {
  const [definition] = parse(`{ ${fields} }`, { noLocation: true }).definitions
  return definition?.kind === Kind.OPERATION_DEFINITION ? inOrder(definition.selectionSet) : fields
}

const inOrder = ({ selections }: SelectionSetNode): string =>
  selections
    .map((selection) => {
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) return print(selection)
      return `${selection.name.value} { ${inOrder(selection.selectionSet)} }`
    })
    .sort()
    .join(' ')

/** What is marked, defined and given otherwise in one subgraph. */
function compareElements(pair: SubgraphPair, isSeen: (coordinate: string) => boolean): SchemaChange[] {
  const { name, elementsBefore, elementsAfter } = pair
  const definition = (coordinate: string, kind: string, what: string): SchemaChange => ({
    level: 'safe',
    kind,
    element: coordinate,
    subgraph: name,
    message: `${name} ${what} ${coordinate}; clients see nothing of it.`,
    mend: null,
    hits: [],
  })
  const changes: SchemaChange[] = []
  for (const [coordinate, now] of elementsAfter) {
    const old = elementsBefore.get(coordinate)
    if (!old) {
      const isTold = isSeen(coordinate) || now.isResolved || isWithinNone(coordinate, elementsBefore)
      if (!isTold) changes.push(definition(coordinate, 'definition-added', 'now defines'))
      continue
    }
    changes.push(...compareApplied(name, old, now, isSeen))
    if (old.signature !== now.signature && !isSeen(coordinate)) {
      changes.push(definition(coordinate, 'definition-changed', `has \`${now.signature}\` for`))
    }
  }
  for (const [coordinate, old] of elementsBefore) {
    if (elementsAfter.has(coordinate)) continue
    const isTold = isSeen(coordinate) || old.isResolved || isWithinNone(coordinate, elementsAfter)
    if (!isTold) changes.push(definition(coordinate, 'definition-removed', 'no longer defines'))
  }
  return changes
}

/** Whether what an element stands in is not there: that is told, and the element with it. */
const isWithinNone = (coordinate: string, elements: ReadonlyMap<string, SubgraphElement>): boolean =>
  [typeOfCoordinate(coordinate), coordinate.replace(/\(.*$/, '')].some(
    (around) => around !== coordinate && !elements.has(around),
  )

function compareApplied(
  subgraph: string,
  before: SubgraphElement,
  after: SubgraphElement,
  isSeen: (coordinate: string) => boolean,
): SchemaChange[] {
  const names = new Set([...before.marks, ...after.marks].map(({ name }) => name))
  return [...names].flatMap((name): SchemaChange[] => {
    const [old, now] = [givenTo(before.marks, name), givenTo(after.marks, name)]
    const lost = old.filter((given) => !now.includes(given))
    const gained = now.filter((given) => !old.includes(given))
    if (lost.length === 0 && gained.length === 0) return []
    // Clients are told that it has come or gone.
    if (name === 'inaccessible' && isSeen(after.coordinate)) return []
    const how = gained.length === 0 ? 'removed' : lost.length === 0 ? 'added' : 'changed'
    const judgement = judgeMark(name, how)
    if (!judgement) return []
    const mark = (given: readonly string[]) =>
      listed(given.map((text) => (text === '' ? `@${name}` : `@${name}(${text})`)))
    const what = {
      added: `has ${mark(gained)}`,
      removed: `no longer has ${mark(lost)}`,
      changed: `has ${mark(gained)} instead of ${mark(lost)}`,
    }[how]
    return [
      {
        level: judgement.level,
        kind: `${kebab(name)}-${how}`,
        element: after.coordinate,
        subgraph,
        message: `${after.coordinate} ${what} in ${subgraph}. ${judgement.because}`,
        mend: null,
        hits: [after.coordinate, `resolved ${after.coordinate}`],
      },
    ]
  })
}

const givenTo = (marks: readonly AppliedMark[], name: string): string[] =>
  marks.filter((mark) => mark.name === name).map(({ given }) => given)

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
