import { type PlanNode, prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner'
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
  validate,
} from 'graphql'
import type { Departure } from '../../service/departure.ts'
import { graphqlError } from '../../service/errors.ts'
import type { Logger } from '../../service/log.ts'
import { prepareOperation } from '../plan/client-operation.ts'
import { findInterfaceObjects } from '../plan/interface-objects.ts'
import { createOperationCache } from '../plan/operation-cache.ts'
import { createOverrides, type DecidedOverrides, type Overrides } from '../plan/override-labels.ts'
import { type Planner, PlanningError } from '../plan/planner.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import { repairPlan } from '../plan/repair-plan.ts'
import type { RequestContext } from '../transport/request-context.ts'
import { createSharing } from '../transport/share-in-flight.ts'
import type { Subgraph } from '../transport/subgraph.ts'
import { createExecutableOperation, type ExecutableOperation } from './executable-operation.ts'
import { executeOperation, type OperationResult } from './execute-operation.ts'
import { copiesOfData } from './response-data.ts'

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

/** Of so many operations it is known that they were asked last. */
const maxRecent = 500

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
    const plans = await Promise.all(client.textsToPlan.map((text) => planner.plan(text, overrides)))
    return createExecutableOperation(client, repairPlan(joinPlans(plans), supergraph), supergraph)
  }

  function operationOf(request: OperationRequest) {
    const { document, operation, operationName, queryHash } = request
    const text = document.loc?.source.body ?? ''
    const key = `${queryHash} ${operationName ?? ''}`
    const decided = overridesOf(request)
    if (!decided) return operations.get(key, text, () => make(document, operation))
    return operations.get(`${key} ${decided.key}`, text, () => make(document, operation, decided.overrides))
  }

  async function plannedOperation(request: OperationRequest): Promise<ExecutableOperation> {
    const operation = operationOf(request)
    return operation instanceof Promise ? within(operation, request.context.deadlineAt) : operation
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
    return executeOperation({
      operation,
      supergraph,
      variables,
      call: ({ serviceName, ...sent }) => subgraphOf(serviceName).call(sent, context),
      tell(serviceName, failure) {
        // Of a client that went away the subgraph knows nothing.
        if (!context.departure.isGone) subgraphs.get(serviceName)?.tellFailure(failure)
      },
    })
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
