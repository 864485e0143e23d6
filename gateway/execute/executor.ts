import { type PlanNode, prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner'
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
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
import type { Subgraph } from '../transport/subgraph.ts'
import { createExecutableOperation, type ExecutableOperation } from './executable-operation.ts'
import { executeOperation, type OperationResult } from './execute-operation.ts'

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
  log: Logger
}

export interface Executor {
  execute(request: OperationRequest): Promise<OperationResult>
  /** The query plan that a request is executed by. */
  planOf(request: OperationRequest): Promise<QueryPlan>
  /** Makes ready what will be asked for. */
  prepare(document: DocumentNode, operation: OperationDefinitionNode, key: string): Promise<void>
}

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

/** Executes operations on one supergraph. What is worked out of an operation is kept for the next request. */
export function createExecutor({
  schema,
  unplannedDirectives,
  supergraph,
  planner,
  subgraphs,
  log,
}: ExecutorOptions): Executor {
  const operations = createOperationCache<ExecutableOperation>()
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

  return {
    async execute(request) {
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
    },
    planOf: async (request) => (await plannedOperation(request)).plan,
    async prepare(document, operation, key) {
      // A plan is for what was decided for one request, and of the next nobody knows it yet.
      if (decideOverrides) return
      await operations.get(key, document.loc?.source.body ?? '', () => make(document, operation))
    },
  }
}
