import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  type FieldNode,
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { responseName } from './client-operation.ts'
import { compact, operationOf } from './fetch-operation.ts'
import type { PlannerSupergraph } from './planner-supergraph.ts'
import { splitByArguments } from './split-by-arguments.ts'

type Edit = (node: FetchNode) => PlanNode

function mapFetches(node: PlanNode, edit: Edit): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return edit(node)
    case 'Flatten':
      return { ...node, node: mapFetches(node.node, edit) }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => mapFetches(each, edit)) }
    case 'Condition':
      return {
        ...node,
        ...(node.ifClause && { ifClause: mapFetches(node.ifClause, edit) }),
        ...(node.elseClause && { elseClause: mapFetches(node.elseClause, edit) }),
      }
    default:
      return node
  }
}

/** Asks for what a stand-in stands for: `arcade_required_0_price: price(currency: "EUR")`. */
function withArguments(node: FetchNode, { requiredFields }: PlannerSupergraph): FetchNode {
  const operation = visit(operationOf(node), {
    Field(field) {
      const required = requiredFields.get(field.name.value)
      if (!required) return undefined
      const [selection] = parseSelections(`${required.name}${required.argumentsText}`)
      return selection?.kind === Kind.FIELD
        ? {
            ...field,
            alias: { kind: Kind.NAME, value: responseName(field) },
            name: selection.name,
            arguments: selection.arguments,
          }
        : undefined
    },
  })
  return { ...node, operation: compact(operation) }
}

function parseSelections(text: string): readonly SelectionNode[] {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

/** A selection set of a fetch at the root, with the names that it asks for. */
interface RootFetch {
  node: FetchNode
  operation: OperationDefinitionNode
}

/** The fetches at the root that are made side by side. */
function rootFetches(node: PlanNode | undefined): FetchNode[] {
  switch (node?.kind) {
    case 'Fetch':
      return node.requires || node.operationKind !== 'query' ? [] : [node]
    case 'Parallel':
      return node.nodes.flatMap(rootFetches)
    case 'Sequence':
      return rootFetches(node.nodes[0])
    default:
      return []
  }
}

const fieldsIn = (set: SelectionSetNode | undefined): FieldNode[] =>
  (set?.selections ?? []).flatMap((selection) => (selection.kind === Kind.FIELD ? [selection] : []))

/**
 * Several fetches may reach one object side by side, each for its own fields. What may not be null there, and is asked
 * of one of them, is asked of all that have it, so that the object is there as long as one of them answers.
 */
function shareNonNull(
  set: SelectionSetNode,
  others: readonly SelectionSetNode[],
  type: GraphQLNamedType | undefined,
  supergraph: PlannerSupergraph,
  service: string,
): SelectionSetNode {
  const { schema, canResolve } = supergraph
  if (!isObjectType(type) && !isInterfaceType(type)) return set
  const fields = type.getFields()
  const present = new Set(fieldsIn(set).map(responseName))
  const isShared = (field: FieldNode) => {
    const definition = fields[field.name.value]
    return (
      isNonNullType(definition?.type) &&
      isLeafType(getNamedType(definition.type)) &&
      !field.arguments?.length &&
      !field.directives?.length &&
      canResolve(service, type.name, field.name.value)
    )
  }
  const isRoot = type === schema.getQueryType()
  const added = isRoot
    ? []
    : others
        .flatMap(fieldsIn)
        .filter((field) => !present.has(responseName(field)) && isShared(field))
        .filter(
          (field, index, all) =>
            all.findIndex((other) => responseName(other) === responseName(field)) === index,
        )
  const selections = set.selections.map((selection) => {
    if (selection.kind !== Kind.FIELD || !selection.selectionSet) return selection
    const below = others.flatMap((other) =>
      fieldsIn(other)
        .filter((field) => responseName(field) === responseName(selection))
        .flatMap((field) => field.selectionSet ?? []),
    )
    const named = getNamedType(fields[selection.name.value]?.type)
    if (below.length === 0 || !isCompositeType(named)) return selection
    return {
      ...selection,
      selectionSet: shareNonNull(selection.selectionSet, below, named, supergraph, service),
    }
  })
  return { ...set, selections: [...selections, ...added] }
}

function withSurvivors(plan: PlanNode, supergraph: PlannerSupergraph): PlanNode {
  const fetches = rootFetches(plan).map((node): RootFetch => ({ node, operation: operationOf(node) }))
  if (fetches.length < 2) return plan
  const edited = new Map(
    fetches.map(({ node, operation }) => {
      const others = fetches
        .filter((fetch) => fetch.node !== node)
        .map((fetch) => fetch.operation.selectionSet)
      const root = supergraph.schema.getQueryType() ?? undefined
      const selectionSet = shareNonNull(operation.selectionSet, others, root, supergraph, node.serviceName)
      return [node, { ...node, operation: compact({ ...operation, selectionSet }) }] as const
    }),
  )
  return mapFetches(plan, (node) => edited.get(node) ?? node)
}

/** Makes of the planner's plan one that asks for what was meant, and loses no more than it has to. */
export function repairPlan(plan: QueryPlan, supergraph: PlannerSupergraph): QueryPlan {
  const { node } = plan
  if (!node || node.kind === 'Subscription') return plan
  const { requiredFields, realName } = supergraph
  const named = mapFetches(node, (fetch) => ({ ...fetch, serviceName: realName(fetch.serviceName) }))
  const complete =
    requiredFields.size === 0
      ? named
      : mapFetches(named, (fetch) =>
          mapFetches(splitByArguments(fetch, supergraph), (each) => withArguments(each, supergraph)),
        )
  return { ...plan, node: withSurvivors(complete, supergraph) }
}
