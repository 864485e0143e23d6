import type { PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner'
import { clientName, createFetchReader, type FetchField } from './fetch-document.ts'
import type { Path } from './lost-fields.ts'

/** A fetch that needs fields of other fetches before it can be asked: keys, and what `@requires` names. */
export interface DependentFetch {
  /** Where its entities are in the response; `@` stands for each item of a list. */
  path: Path
  requires: ReadonlySet<string>
  fields: readonly FetchField[]
}

const readFetch = createFetchReader(null)

function namesOf(selections: readonly QueryPlanSelectionNode[]): string[] {
  return selections.flatMap((selection) =>
    selection.kind === 'Field'
      ? [clientName(selection.alias ?? selection.name)]
      : namesOf(selection.selections),
  )
}

function collect(node: PlanNode | undefined, path: Path): DependentFetch[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((each) => collect(each, path))
    case 'Flatten':
      return collect(node.node, [...path, ...node.path])
    case 'Condition':
      return [...collect(node.ifClause, path), ...collect(node.elseClause, path)]
    case 'Fetch':
      if (!node.requires) return []
      return [{ path, requires: new Set(namesOf(node.requires)), fields: readFetch(node.operation).fields }]
    default:
      return []
  }
}

/** The fetches of a plan that wait for others. */
export function dependentFetches({ node }: QueryPlan): DependentFetch[] {
  return node?.kind === 'Subscription' ? [] : collect(node, [])
}

const isAt = (path: Path, pattern: Path) =>
  path.length === pattern.length &&
  path.every((step, index) => (typeof step === 'number' ? pattern[index] === '@' : pattern[index] === step))

/** An object of the response, and fields that were to be fetched for it. */
export interface Waiting {
  path: Path
  fields: readonly FetchField[]
}

/** What could not be fetched because the field at `path` was lost, whichever subgraph it would have come from. */
export function waitingFor(
  path: Path,
  fetches: readonly DependentFetch[],
  seen: ReadonlySet<DependentFetch> = new Set(),
): Waiting[] {
  const parents = path.map((step, depth) => ({ step, object: path.slice(0, depth) }))
  return fetches.flatMap((fetch) => {
    if (seen.has(fetch)) return []
    const parent = parents.find(
      ({ step, object }) => fetch.requires.has(String(step)) && isAt(object, fetch.path),
    )
    if (!parent) return []
    const further = fetch.fields.flatMap(({ responseName }) =>
      waitingFor([...parent.object, responseName], fetches, new Set([...seen, fetch])),
    )
    return [{ path: parent.object, fields: fetch.fields }, ...further]
  })
}
