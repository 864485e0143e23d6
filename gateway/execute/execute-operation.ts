import {
  execute,
  type FieldNode,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isObjectType,
  Kind,
  OperationTypeNode,
} from 'graphql'
import type { ConditionValues } from '../plan/fetch-field.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import {
  type CompletedResponse,
  type CompleteOptions,
  completeResponse,
  type LostPosition,
} from './complete-response.ts'
import type { VariableTexts } from './entity-request.ts'
import type { ExecutableOperation } from './executable-operation.ts'
import type { TreeObject } from './lost.ts'
import { createResponseData } from './response-data.ts'
import { runOnRecords } from './run-on-records.ts'
import { type CallSubgraph, type RunOptions, type RunResult, runOperation } from './run-operation.ts'
import { mismatch } from './text-writer.ts'

export interface ExecuteOptions {
  operation: ExecutableOperation
  supergraph: PlannerSupergraph
  /** As the client gave them. */
  variables: Readonly<Record<string, unknown>>
  /** @throws {SubgraphFailure} */
  call: CallSubgraph
  mayMerge: RunOptions['mayMerge']
  /** Tells the log what a subgraph did. */
  tell: RunOptions['tell']
  /** Learns which subgraphs could not be asked. */
  onOutage: RunOptions['onOutage']
  /** With what a position is lost that the operation leaves out. */
  unasked: CompleteOptions['unasked']
}

/** What came of running an operation. */
export interface Execution {
  data: Record<string, unknown> | null
  /** Each at the highest null, and none below another. */
  losses: readonly LostPosition[]
}

/** A request that is refused before anything is asked. */
export interface Refusal {
  errors: readonly GraphQLError[]
}

function textsOf({ client }: ExecutableOperation, variables: ExecuteOptions['variables']): VariableTexts {
  const texts = new Map<string, string>()
  for (const { variable } of client.operation.variableDefinitions ?? []) {
    const name = variable.name.value
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined
    if (value !== undefined) texts.set(client.variableNames.get(name) ?? name, JSON.stringify(value))
  }
  return texts
}

/** What the schema says of itself: https://spec.graphql.org/September2025/#sec-Introspection */
function introspect(
  { client }: ExecutableOperation,
  fields: readonly FieldNode[],
  variableValues: ConditionValues,
): Readonly<TreeObject> {
  const selectionSet = { kind: Kind.SELECTION_SET, selections: fields } as const
  const result = execute({
    schema: client.schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        // Whatever the operation is, the schema is asked as the query that it is.
        { ...client.operation, operation: OperationTypeNode.QUERY, directives: [], selectionSet },
        ...client.fragments.values(),
      ],
    },
    variableValues,
  })
  if (result instanceof Promise) throw new Error('introspection waits for nobody')
  return result.data ?? {}
}

/** Whether the supergraph knows a type, or an enum's value, that clients do not. */
function isHidden(
  seen: GraphQLSchema,
  whole: GraphQLSchema,
  value: unknown,
  type: GraphQLOutputType | null,
): boolean {
  if (typeof value !== 'string') return false
  if (type === null) return isObjectType(whole.getType(value)) && seen.getType(value) === undefined
  const known = isEnumType(type) ? whole.getType(type.name) : undefined
  return isEnumType(known) && known.getValue(value) !== undefined
}

/** Tells what did not fit, once for each subgraph. */
function tellLies({ lies }: CompletedResponse, tell: ExecuteOptions['tell']): void {
  const byService = new Map<string, LostPosition[]>()
  for (const lie of lies) {
    const { serviceName = 'gateway' } = lie.lost
    byService.set(serviceName, [...(byService.get(serviceName) ?? []), lie])
  }
  for (const [serviceName, [first, ...others]] of byService) {
    if (!first) continue
    const message = `its answer does not fit its schema in ${others.length + 1} places, the first at ${first.path.join('.')}`
    tell(serviceName, { code: first.lost.code, message })
  }
}

/** Executes an operation: runs its plan, and makes the response of what came. */
export async function executeOperation({
  operation,
  supergraph,
  variables,
  call,
  mayMerge,
  tell,
  onOutage,
  unasked,
}: ExecuteOptions): Promise<Execution | Refusal> {
  const { client, rootTypename, supplierOf } = operation
  const definitions = client.operation.variableDefinitions ?? []
  const { errors, coerced: values = {} } =
    definitions.length > 0
      ? getVariableValues(client.schema, definitions, { ...variables })
      : { coerced: {}, errors: undefined }
  if (errors) return { errors }

  for (const [name, planned] of client.variableNames) values[planned] = values[name]
  const texts = textsOf(operation, variables)
  const { shape, write, writeRecords } = operation.variantFor(values)
  const { layout } = operation
  const quick =
    layout && writeRecords
      ? await runOnRecords({
          operation,
          layout,
          write: writeRecords,
          values,
          variables: texts,
          call,
          mayMerge,
        })
      : null
  if (quick?.json) return { data: createResponseData(quick.json), losses: [] }

  const { tree, hasLosses }: RunResult = await runOperation({
    operation,
    schema: supergraph.schema,
    values,
    variables: texts,
    call,
    mayMerge,
    ...(quick && { answered: quick.answered }),
    tell,
    onOutage,
  })
  if (!hasLosses && !operation.isPruned) {
    try {
      return { data: createResponseData(write(tree)), losses: [] }
    } catch (error) {
      if (error !== mismatch) throw error
    }
  }
  const completed = completeResponse({
    shape,
    typename: rootTypename,
    tree,
    supplierOf,
    unasked,
    isHidden: (value, type) => isHidden(client.schema, supergraph.schema, value, type),
    introspect: (fields) => introspect(operation, fields, values),
  })
  tellLies(completed, tell)
  return { data: completed.data, losses: completed.losses }
}
