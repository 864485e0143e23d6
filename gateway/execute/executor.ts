import { type PlanNode, prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  validate,
} from 'graphql'
import type { Departure } from '../../service/departure.ts'
import { graphqlError } from '../../service/errors.ts'
import type { Logger } from '../../service/log.ts'
import { type ClientOperation, prepareOperation } from '../plan/client-operation.ts'
import { findInterfaceObjects } from '../plan/interface-objects.ts'
import { createOperationCache } from '../plan/operation-cache.ts'
import { createOverrides, type DecidedOverrides, type Overrides } from '../plan/override-labels.ts'
import { type Planner, PlanningError, type PlanOptions } from '../plan/planner.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import { repairPlan } from '../plan/repair-plan.ts'
import type { SubgraphAnswer } from '../transport/call-subgraph.ts'
import type { RequestContext } from '../transport/request-context.ts'
import { createSharing } from '../transport/share-in-flight.ts'
import type { Subgraph } from '../transport/subgraph.ts'
import type { FailureCode } from '../transport/subgraph-failure.ts'
import type { LostPosition } from './complete-response.ts'
import { createExecutableOperation, type ExecutableOperation } from './executable-operation.ts'
import { executeOperation } from './execute-operation.ts'
import { executeAroundOutages, mayBeHadOfOthers, type Outages } from './replan.ts'
import { copiesOfData } from './response-data.ts'
import type { CallSubgraph } from './run-operation.ts'

/** An operation that was found and validated. */
export interface OperationRequest {
  document: DocumentNode
  operation: OperationDefinitionNode
  operationName: string | null
  /** Of the document. */
  queryHash: string
  variables: Readonly<Record<string, unknown>>
  context: RequestContext
}

export interface ExecutorOptions {
  /** What clients see. */
  schema: GraphQLSchema
  unplannedDirectives: ReadonlySet<string>
  supergraph: PlannerSupergraph
  planner: Planner
  subgraphs: ReadonlyMap<string, Subgraph>
  /** Whether equal queries of one identity that are under way are executed once. */
  deduplicate: boolean
  log: Logger
}

export interface Executor {
  execute(request: OperationRequest): Promise<OperationResult>
  /** The query plan that a request is executed by. */
  planOf(request: OperationRequest): Promise<QueryPlan>
  /** The operations that were executed last, the last one first. */
  recent(): readonly KnownOperation[]
  /** Makes operations ready before they are asked for, until the time is over; those that do not fit are left out. */
  prepare(known: readonly KnownOperation[], until: number): Promise<void>
}

/** An operation as an executor knows it, be it for another schema. */
export interface KnownOperation {
  key: string
  operation: ExecutableOperation
}

export interface OperationResult {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLError[]
  extensions?: Record<string, unknown>
}

/** Of so many operations it is known that they were asked last. */
const maxRecent = 500

const noOutages: Outages = new Map()

/**
 * So long is waited for a plan around an outage. When many operations need theirs at the same moment, those that come
 * last lose more than they would have to, and the next request finds the plan.
 */
const replanWaitMs = 1000

/** The plan as Apollo Sandbox shows it; true where there is none, as nothing is asked of any subgraph. */
export const formatPlan = (plan: QueryPlan): string | true =>
  plan.node === undefined ? true : prettyFormatQueryPlan(plan)

const isPlanNode = (node: QueryPlan['node']): node is PlanNode =>
  node !== undefined && node.kind !== 'Subscription'

/** One plan that runs several, one after the other. */
function joinPlans(plans: readonly QueryPlan[]): QueryPlan {
  const nodes = plans.map(({ node }) => node).filter(isPlanNode)
  const [first, ...others] = nodes
  if (!first) return { kind: 'QueryPlan' }
  return { kind: 'QueryPlan', node: others.length === 0 ? first : { kind: 'Sequence', nodes } }
}

/** Settles as `promise` does, or rejects once the time is over. */
async function within<Value>(promise: Promise<Value>, deadlineAt: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PlanningError('the operation was not planned within its deadline')),
      Math.max(0, deadlineAt - performance.now()),
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

function toError({ path, lost: { code, serviceName, message } }: LostPosition): GraphQLError {
  return new GraphQLError(message, {
    path,
    extensions: { code, ...(serviceName !== undefined && { serviceName }) },
  })
}

/** Lets several have a result, each as its own. */
function copiesOf({ data, ...result }: OperationResult): () => OperationResult {
  if (!data) return () => ({ ...result, ...(data === null && { data }) })
  const copyData = copiesOfData(data)
  return () => ({ ...result, data: copyData() })
}

/** Executes operations on one supergraph. What is worked out of an operation is kept for the next request. */
export function createExecutor({
  schema,
  unplannedDirectives,
  supergraph,
  planner,
  subgraphs,
  deduplicate,
  log,
}: ExecutorOptions): Executor {
  const operations = createOperationCache<ExecutableOperation>()
  /** Operations as they are planned around outages; null where there is nothing to be gained. */
  const detours = createOperationCache<{ operation: ExecutableOperation | null }>()
  const share = deduplicate ? createSharing<() => OperationResult>() : null
  const interfaceObjects = findInterfaceObjects(supergraph.schema)
  const decideOverrides = createOverrides(supergraph.overrideLabels)
  /** What was decided for a request holds for all of it. */
  const decidedOverrides = new WeakMap<OperationRequest, DecidedOverrides>()

  function overridesOf(request: OperationRequest): DecidedOverrides | undefined {
    if (!decideOverrides) return undefined
    const decided = decidedOverrides.get(request) ?? decideOverrides()
    decidedOverrides.set(request, decided)
    return decided
  }

  async function planAll(client: ClientOperation, options: PlanOptions): Promise<QueryPlan> {
    const plans = await Promise.all(client.textsToPlan.map((text) => planner.plan(text, options)))
    return repairPlan(joinPlans(plans), supergraph)
  }

  async function make(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    overrides?: Overrides,
  ): Promise<ExecutableOperation> {
    const { plannedNames } = supergraph
    const client = prepareOperation({
      ...{ schema, document, operation },
      ...{ plannedNames, unplannedDirectives, interfaceObjects },
    })
    return createExecutableOperation(client, await planAll(client, { overrides }), supergraph)
  }

  async function makeDetour(whole: ExecutableOperation, outages: Outages, overrides?: Overrides) {
    if (!mayBeHadOfOthers(whole, outages, supergraph)) return { operation: null }
    const without = [...outages.keys()].flatMap(supergraph.plannedNamesOf)
    const plan = await planAll(whole.client, { overrides, without })
    return { operation: createExecutableOperation(whole.client, plan, supergraph, { isPruned: true }) }
  }

  const textOf = ({ document }: OperationRequest) => document.loc?.source.body ?? ''

  function keyOf(request: OperationRequest): string {
    const { operationName, queryHash } = request
    const decided = overridesOf(request)
    return [queryHash, operationName ?? '', ...(decided ? [decided.key] : [])].join(' ')
  }

  async function plannedOperation(request: OperationRequest): Promise<ExecutableOperation> {
    const { document, operation, context } = request
    const overrides = overridesOf(request)?.overrides
    const made = operations.get(keyOf(request), textOf(request), () => make(document, operation, overrides))
    return made instanceof Promise ? within(made, context.deadlineAt) : made
  }

  async function detourAround(request: OperationRequest, whole: ExecutableOperation, outages: Outages) {
    const key = `${keyOf(request)} without ${[...outages.keys()].sort().join()}`
    const overrides = overridesOf(request)?.overrides
    // The outages may be more by the time that it is planned.
    const made = detours.get(key, textOf(request), () => makeDetour(whole, new Map(outages), overrides))
    const until = Math.min(request.context.deadlineAt, performance.now() + replanWaitMs)
    try {
      return (made instanceof Promise ? await within(made, until) : made).operation
    } catch (error) {
      if (error instanceof PlanningError) return null
      throw error
    }
  }

  function knownOutages(): Outages {
    let outages: Map<string, FailureCode> | null = null
    for (const [name, subgraph] of subgraphs) {
      const code = subgraph.outage()
      if (code === null) continue
      outages ??= new Map()
      outages.set(name, code)
    }
    return outages ?? noOutages
  }

  function subgraphOf(name: string): Subgraph {
    const subgraph = subgraphs.get(name)
    if (!subgraph) throw new Error(`a plan asks a subgraph that is not there: ${name}`)
    return subgraph
  }

  async function executeAlone(request: OperationRequest): Promise<OperationResult> {
    const { context, variables } = request
    let operation: ExecutableOperation
    try {
      operation = await plannedOperation(request)
    } catch (error) {
      if (!(error instanceof PlanningError)) throw error
      log.error({ reason: error.message, operation: request.operationName }, 'an operation was not planned')
      return { errors: [graphqlError('OPERATION_NOT_PLANNED', undefined, { http: true })] }
    }
    /** By what was sent: a write is sent once, however often the operation is planned and run. */
    const writes = new Map<string, Promise<SubgraphAnswer>>()
    function call({ serviceName, ...sent }: Parameters<CallSubgraph>[0]): Promise<SubgraphAnswer> {
      if (!sent.isMutation) return subgraphOf(serviceName).call(sent, context)
      const key = `${serviceName} ${sent.body}`
      const answer = writes.get(key) ?? subgraphOf(serviceName).call(sent, context)
      writes.set(key, answer)
      return answer
    }
    const execution = await executeAroundOutages({
      whole: operation,
      knownOutages,
      planAround: (outages) => detourAround(request, operation, outages),
      run: (each, options) =>
        executeOperation({
          ...options,
          operation: each,
          supergraph,
          variables,
          call,
          mayMerge: (serviceName) => subgraphOf(serviceName).mayMerge,
          tell(serviceName, failure) {
            // Of a client that went away the subgraph knows nothing.
            if (!context.departure.isGone) subgraphs.get(serviceName)?.tellFailure(failure)
          },
        }),
      isOver: () => context.departure.isGone || context.deadlineAt - performance.now() < 1,
    })
    if ('errors' in execution) return execution
    const { data, losses } = execution
    const stale = [...context.staleAges].map(([serviceName, ageMs]) => ({ serviceName, ageMs }))
    return {
      data,
      ...(losses.length > 0 && { errors: losses.map(toError) }),
      ...(stale.length > 0 && { extensions: { stale } }),
    }
  }

  return {
    execute(request) {
      const { context, operation, queryHash, operationName, variables } = request
      if (!share || operation.operation !== OperationTypeNode.QUERY) return executeAlone(request)
      const key = JSON.stringify([queryHash, operationName, variables, context.subgraphHeaders])
      const begin = async (departure: Departure) =>
        copiesOf(await executeAlone({ ...request, context: { ...context, departure } }))
      return share({ key, departure: context.departure, begin }).then((copy) => copy())
    },
    planOf: async (request) => (await plannedOperation(request)).plan,
    recent: () => operations.recent(maxRecent),
    async prepare(known, until) {
      // A plan is for what was decided for one request, and of the next nobody knows it yet.
      if (decideOverrides) return
      for (const {
        key,
        operation: { client },
      } of known) {
        if (performance.now() > until) return
        const { document, operation } = client
        if (validate(schema, document).length > 0) continue
        const text = document.loc?.source.body ?? ''
        // One that can't be planned any more says so when it is asked for.
        await Promise.resolve(operations.get(key, text, () => make(document, operation))).catch(
          () => undefined,
        )
      }
    },
  }
}
