import { isAbstractType, Kind, OperationTypeNode, parse, type SelectionSetNode } from 'graphql'
import type { FetchStep } from '../plan/fetch-step.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import type { FailureCode } from '../transport/subgraph-failure.ts'
import type { LostPosition } from './complete-response.ts'
import type { ExecutableOperation } from './executable-operation.ts'
import type { ExecuteOptions, Execution, Refusal } from './execute-operation.ts'
import { Lost } from './lost.ts'

/** The subgraphs that are down, each with the code that its fields are lost with. */
export type Outages = ReadonlyMap<string, FailureCode>

interface AroundOptions {
  /** As it is planned on a good day. */
  whole: ExecutableOperation
  /** The subgraphs that are known to be down now. */
  knownOutages: () => Outages
  /** The operation as it is planned without subgraphs that are down; null where there is none, or none in time. */
  planAround: (outages: Outages) => Promise<ExecutableOperation | null>
  run: (operation: ExecutableOperation, options: RunOptions) => Promise<Execution | Refusal>
  /** Whether there is nobody, or no time, to go on for. */
  isOver: () => boolean
}

type RunOptions = Pick<ExecuteOptions, 'unasked' | 'onOutage'>

/** The fields that a fetch asks for first: at the root, or of each entity. */
function topFields(
  { document, requires }: FetchStep,
  rootTypename: string,
): { typename: string; field: string }[] {
  const fieldsIn = (
    { selections }: SelectionSetNode,
    typename: string,
  ): { typename: string; field: string }[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [{ typename, field: selection.name.value }]
      if (selection.kind === Kind.FRAGMENT_SPREAD) return []
      return fieldsIn(selection.selectionSet, selection.typeCondition?.name.value ?? typename)
    })
  const [parsed] = parse(document.selectionSet, { noLocation: true }).definitions
  return parsed?.kind === Kind.OPERATION_DEFINITION
    ? fieldsIn(parsed.selectionSet, requires ? '' : rootTypename)
    : []
}

/**
 * Whether anything that is asked of subgraphs that are down could be had of others. Most fields have one owner: then
 * there is nothing to plan. What a fetch asks for below its first fields comes with them or not at all.
 */
export function mayBeHadOfOthers(
  { steps, rootTypename }: ExecutableOperation,
  outages: Outages,
  { ownersOf, providedNames, schema }: PlannerSupergraph,
): boolean {
  return steps
    .filter(({ serviceName }) => outages.has(serviceName))
    .flatMap((step) => topFields(step, rootTypename))
    .some(
      ({ typename, field }) =>
        // Of an interface's fields the objects' own owners count, which may be others for each.
        isAbstractType(schema.getType(typename)) ||
        providedNames.has(field) ||
        [...ownersOf(typename, field)].some((owner) => !outages.has(owner)),
    )
}

const isAt = (path: LostPosition['path'], above: LostPosition['path']) =>
  above.length <= path.length && above.every((step, index) => path[index] === step)

/** Whether one answer to a root field has all that another has, and more. */
const hasMore = (losses: readonly LostPosition[], than: readonly LostPosition[]): boolean =>
  losses.every(({ path }) => than.some((other) => isAt(path, other.path))) &&
  !than.every(({ path }) => losses.some((other) => isAt(path, other.path)))

/** Takes each root field as a whole of the answer that has more of it; of answers at different times no parts are mixed. */
function combine(first: Execution, second: Execution): Execution {
  if (second.losses.length === 0 || first.data === null) return second.data === null ? first : second
  if (second.data === null) return first
  const data: Record<string, unknown> = {}
  const losses: LostPosition[] = []
  for (const name of Object.keys(first.data)) {
    const [ownLosses, otherLosses] = [first, second].map((execution) =>
      execution.losses.filter(({ path }) => path[0] === name),
    )
    const isBetter = hasMore(otherLosses ?? [], ownLosses ?? [])
    losses.push(...((isBetter ? otherLosses : ownLosses) ?? []))
    const value = (isBetter ? second : first).data?.[name]
    // Not by assignment, which takes a field that a client calls `__proto__` for something else.
    Object.defineProperty(data, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return { data, losses }
}

const isOfWrites = (code: FailureCode) => code === 'MUTATION_NOT_SENT' || code === 'MUTATION_OUTCOME_UNKNOWN'

/** Whether all writes of an operation are another's, to the letter. */
const hasSameWrites = ({ steps }: ExecutableOperation, other: ExecutableOperation) =>
  steps.every(
    ({ isMutation, serviceName, document }) =>
      !isMutation ||
      other.steps.some(
        (step) => step.isMutation && step.serviceName === serviceName && step.document.text === document.text,
      ),
  )

/**
 * Executes an operation, and what subgraphs that are down can't give is asked of others that can. Where such a subgraph
 * is known, nobody asks it to begin with. Where it turns out to be down, the operation is planned without it, and run
 * again if there is something to be gained by that. Of writes the answers are used again; where the other plan would
 * have to send another write, it is not run.
 */
export async function executeAroundOutages(options: AroundOptions): Promise<Execution | Refusal> {
  const { whole, knownOutages, planAround, run, isOver } = options
  const isMutation = whole.client.operation.operation === OperationTypeNode.MUTATION
  const outages = new Map<string, FailureCode>()
  /** With how many of them the operation was planned last. */
  let planned = 0

  function planAroundAll(): Promise<ExecutableOperation | null> {
    for (const [service, code] of knownOutages()) if (!outages.has(service)) outages.set(service, code)
    planned = outages.size
    return planAround(outages)
  }

  /** What a plan leaves out is lost with the subgraph that it would have taken. */
  function lossOf({ isPruned, isAsked }: ExecutableOperation, keys: readonly string[], typename: string) {
    if (!isPruned) return null
    // Which type an object is of, those that know only its interface are asked as well.
    const isType = keys.at(-1) === ''
    if (!isType && isAsked(keys, typename)) return null
    const serviceName = whole.servicesFor(keys, typename).find((service) => outages.has(service))
    if (serviceName === undefined && isType) return null
    const [any] = outages
    const [blamed, code] = serviceName === undefined ? (any ?? []) : [serviceName, outages.get(serviceName)]
    if (isMutation && keys.length === 1) return new Lost('MUTATION_NOT_SENT', blamed)
    return new Lost(code === undefined || isOfWrites(code) ? 'SUBGRAPH_UNAVAILABLE' : code, blamed)
  }

  function runOnce(operation: ExecutableOperation): Promise<Execution | Refusal> {
    return run(operation, {
      unasked: (keys, typename) => lossOf(operation, keys, typename),
      onOutage: (serviceName, code) => void outages.set(serviceName, code),
    })
  }

  /** Whether somebody is asked for something that is lost because of an outage. */
  const isGain = ({ isAsked }: ExecutableOperation, { losses }: Execution): boolean =>
    losses.some(
      ({ keys, typename, lost: { serviceName } }) =>
        serviceName !== undefined && outages.has(serviceName) && isAsked(keys, typename),
    )

  const known = knownOutages()
  const isTouched = [...whole.services].some((service) => known.has(service))
  const first = (isTouched && (await planAroundAll())) || whole
  let best = await runOnce(first)
  while (!('errors' in best) && outages.size > planned && !isOver()) {
    const operation = await planAroundAll()
    if (!operation || isOver() || !isGain(operation, best) || !hasSameWrites(operation, first)) break
    const again = await runOnce(operation)
    if ('errors' in again) break
    best = combine(best, again)
  }
  return best
}
