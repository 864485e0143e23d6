import type { Subgraph } from '@apollo/federation-internals'
import { apiSchemaOf } from '../compose/compose.ts'
import { type Finding, type Location, locationOf } from '../finding.ts'
import type { StoredOperation } from '../operations/load-operations.ts'
import type { Usage } from '../operations/read-usage.ts'
import { listed } from '../rules/schema-elements.ts'
import { byLevel, coordinateOf, nameOf, type SchemaChange, typeOfCoordinate } from './change.ts'
import { compareApi } from './compare-api.ts'
import { compareSubgraphs } from './compare-subgraphs.ts'
import { createHits, type Hits } from './hit-operations.ts'
import { pairSubgraphs, type SubgraphPair } from './subgraph-pairs.ts'
import type { FieldOwners } from './used-elements.ts'

/** A composed graph, on one side of a change. */
export interface Side {
  supergraphSdl: string
  subgraphs: readonly Subgraph[]
}

export interface Comparison {
  before: Side
  after: Side
  operations: readonly StoredOperation[]
  usage: Pick<Usage, 'operations' | 'gaps'>
  /** Whether a breaking change that hits nobody passes, as far as it is known whom it hits. */
  letThroughUnused: boolean
}

/** Every difference between two graphs, as clients and as gateways see it, worst first. */
export async function findChanges({
  before,
  after,
}: Pick<Comparison, 'before' | 'after'>): Promise<SchemaChange[]> {
  const pairs = pairSubgraphs(before.subgraphs, after.subgraphs)
  const api = await compareApi(apiSchemaOf(before), apiSchemaOf(after))
  const told = api.filter(({ kind }) => kind !== 'description-changed')
  const seen = new Set(told.map(coordinateOf))
  const wholes = new Set(told.filter(({ kind }) => /^type-/.test(kind)).map(({ element }) => element))
  const isSeen = (coordinate: string) => seen.has(coordinate) || wholes.has(typeOfCoordinate(coordinate))
  return [...api.map((change) => explain(change, pairs)), ...compareSubgraphs(pairs, isSeen)].sort(byLevel)
}

/** What a change does to those who use the graph. */
export async function checkChanges(comparison: Comparison): Promise<Finding[]> {
  const { before, after, operations, usage, letThroughUnused } = comparison
  const changes = await findChanges(comparison)
  const hitsOf = createHits({
    schema: apiSchemaOf(before),
    owners: ownersIn(before.subgraphs),
    stored: operations,
    usage: usage.operations,
  })
  const pairs = pairSubgraphs(before.subgraphs, after.subgraphs)
  return changes.map((change) => {
    const hits = change.level === 'safe' ? nobody : hitsOf(change)
    const isLetThrough = letThroughUnused && usage.gaps.length === 0 && hits.operations.length === 0
    return toFinding(change, hits, { isLetThrough, pairs })
  })
}

const nobody: Hits = { operations: [], clients: [] }

function ownersIn(subgraphs: readonly Subgraph[]): FieldOwners {
  const pairs = pairSubgraphs(subgraphs, [])
  return (coordinate) =>
    pairs.flatMap(({ name, elementsBefore }) => (elementsBefore.get(coordinate)?.isResolved ? [name] : []))
}

/** Says why clients see a change, where the subgraphs' files do not show it. */
function explain(change: SchemaChange, pairs: readonly SubgraphPair[]): SchemaChange {
  if (change.level !== 'breaking') return change
  const coordinate = coordinateOf(change)
  const around = [coordinate, coordinate.replace(/\(.*$/, ''), typeOfCoordinate(coordinate)]
  const hidden = pairs.filter(
    ({ elementsAfter }) =>
      elementsAfter.has(coordinate) &&
      around.some((each) => elementsAfter.get(each)?.marks.some(({ name }) => name === 'inaccessible')),
  )
  if (hidden.length > 0 && change.kind.endsWith('-removed')) {
    return {
      ...change,
      message: `${change.message} It is @inaccessible in ${listed(hidden.map(({ name }) => name))}.`,
    }
  }
  if (!isTogether(coordinate, change.kind, pairs)) return change
  const causes = causesOf(coordinate, pairs).map(({ name }) => name)
  if (causes.length === 0) return change
  return {
    ...change,
    message: `${change.message} The change of ${listed(causes)} is safe by itself, and breaks the supergraph: composition gives clients what all subgraphs have in common.`,
  }
}

/** Whether no subgraph has, by itself, taken away or changed what clients see changed. */
function isTogether(coordinate: string, kind: string, pairs: readonly SubgraphPair[]): boolean {
  if (kind.endsWith('-added') || coordinate.startsWith('@')) return false
  return pairs
    .filter(({ elementsBefore }) => elementsBefore.has(coordinate))
    .every(({ differences, after }) => !differences.has(coordinate) && after !== null)
}

/** The subgraphs whose change has to do with a coordinate: at it, or else at its type. */
function causesOf(coordinate: string, pairs: readonly SubgraphPair[]): SubgraphPair[] {
  const at = pairs.filter(({ differences }) => differences.has(coordinate))
  const field = coordinate.replace(/\(.*$/, '')
  const near = pairs.filter(({ differences }) => differences.has(field))
  const around = pairs.filter(({ differences }) =>
    [...differences].some((each) => typeOfCoordinate(each) === typeOfCoordinate(coordinate)),
  )
  return [at, near, around].find((each) => each.length > 0) ?? []
}

function toFinding(
  change: SchemaChange,
  hits: Hits,
  { isLetThrough, pairs }: { isLetThrough: boolean; pairs: readonly SubgraphPair[] },
): Finding {
  const { level, kind, subgraph, message, mend } = change
  const coordinate = coordinateOf(change)
  const causes =
    subgraph === null ? causesOf(coordinate, pairs) : pairs.filter(({ name }) => name === subgraph)
  const isError = level === 'breaking' && !isLetThrough
  return {
    check: 'changes',
    severity: isError ? 'error' : level === 'safe' ? 'note' : 'hint',
    rule: kind,
    subgraph: subgraph ?? causes[0]?.name ?? null,
    coordinate,
    message: [message, ...hitWords(level, hits, isLetThrough)].join('\n'),
    mend: isError ? mend : null,
    location: locate(coordinate, causes),
    related: [],
    change: { level, ...hits },
    ...(isError ? { approvable: nameOf(change) } : {}),
  }
}

const mostNames = 8

function hitWords(
  level: SchemaChange['level'],
  { operations, clients }: Hits,
  isLetThrough: boolean,
): string[] {
  if (level === 'safe') return []
  if (operations.length === 0) {
    return level === 'dangerous'
      ? []
      : [`It hits no operation${isLetThrough ? ', and is let through for that' : ''}.`]
  }
  const sent = clients.length === 0 ? '' : `, as sent by ${few(clients)}`
  return [`It ${level === 'breaking' ? 'hits' : 'may concern'} ${few(operations)}${sent}.`]
}

const few = (names: readonly string[]): string =>
  names.length <= mostNames
    ? listed(names)
    : `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more`

/** Where an element stands now; where it is gone, what it stood in; where that is gone, nowhere. */
function locate(coordinate: string, causes: readonly SubgraphPair[]): Location | null {
  const around = [coordinate, coordinate.replace(/\(.*$/, ''), typeOfCoordinate(coordinate)]
  for (const each of around) {
    for (const { elementsAfter } of causes) {
      const location = locationOf(elementsAfter.get(each)?.node)
      if (location) return location
    }
  }
  return null
}
