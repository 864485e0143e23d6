import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner'
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
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql'
import { responseName } from './client-operation.ts'
import type { PlannerSupergraph } from './planner-supergraph.ts'

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

const compact = (node: Parameters<typeof print>[0]) => stripIgnoredCharacters(print(node))

function operationOf({ operation }: FetchNode): OperationDefinitionNode {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch of a plan has no operation')
  return definition
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

/** A variable that is defined and not used is refused: https://spec.graphql.org/September2025/#sec-All-Variables-Used */
function withUsedVariables(node: FetchNode, operation: OperationDefinitionNode): FetchNode {
  const used = new Set<string>()
  visit(operation.selectionSet, { Variable: ({ name }) => void used.add(name.value) })
  return {
    ...node,
    variableUsages: node.variableUsages?.filter((name) => used.has(name)),
    operation: compact({
      ...operation,
      variableDefinitions: operation.variableDefinitions?.filter(({ variable }) =>
        used.has(variable.name.value),
      ),
    }),
  }
}

/** What a fetch requires without some stand-ins. */
function without(
  selections: readonly QueryPlanSelectionNode[],
  names: ReadonlySet<string>,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field' && names.has(selection.name)) return []
    return selection.selections
      ? [{ ...selection, selections: without(selection.selections, names) }]
      : [selection]
  })
}

function standInsIn(
  selections: readonly QueryPlanSelectionNode[],
  names: { has(name: string): boolean },
): string[] {
  return selections.flatMap((selection) => [
    ...(selection.kind === 'Field' && names.has(selection.name) ? [selection.name] : []),
    ...standInsIn(selection.selections ?? [], names),
  ])
}

/**
 * A representation can tell one value of a field only. Where the fields of one fetch require it with different
 * arguments, the fetch is made once for each.
 */
function splitByArguments(node: FetchNode, supergraph: PlannerSupergraph): PlanNode {
  const { requiredFields, requiredBy } = supergraph
  const byName = new Map<string, Set<string>>()
  for (const standIn of standInsIn(node.requires ?? [], requiredFields)) {
    const name = requiredFields.get(standIn)?.name ?? ''
    byName.set(name, (byName.get(name) ?? new Set()).add(standIn))
  }
  const rivals = [...byName.values()].filter(({ size }) => size > 1).flatMap((standIns) => [...standIns])
  if (rivals.length === 0) return node

  const operation = operationOf(node)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return node

  const needs = (field: FieldNode, typename: string) =>
    requiredBy(typename, field.name.value, node.serviceName).filter((standIn) => rivals.includes(standIn))
  const keep = (
    { selections, ...set }: SelectionSetNode,
    typename: string,
    isKept: (needed: string[]) => boolean,
  ): SelectionSetNode => ({
    ...set,
    selections: selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return isKept(needs(selection, typename)) ? [selection] : []
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection]
      const below = keep(selection.selectionSet, selection.typeCondition?.name.value ?? typename, isKept)
      return below.selections.length > 0 ? [{ ...selection, selectionSet: below }] : []
    }),
  })
  const fetchFor = (own: string | null): FetchNode[] => {
    const isKept = (needed: string[]) => (own === null ? needed.length === 0 : needed[0] === own)
    const selectionSet = keep(
      entities.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] },
      '',
      isKept,
    )
    if (selectionSet.selections.length === 0) return []
    // Those that go with the first of what a field needs are told all that it needs.
    const told = new Set(own === null ? [] : needsTogether(own))
    const others = new Set(rivals.filter((rival) => !told.has(rival)))
    return [
      withUsedVariables(
        { ...node, requires: without(node.requires ?? [], others) },
        {
          ...operation,
          selectionSet: { kind: Kind.SELECTION_SET, selections: [{ ...entities, selectionSet }] },
        },
      ),
    ]
  }
  const needsTogether = (own: string): string[] => {
    const together = new Set([own])
    visit(operation, {
      InlineFragment(fragment) {
        for (const selection of fragment.selectionSet.selections) {
          if (selection.kind !== Kind.FIELD) continue
          const needed = needs(selection, fragment.typeCondition?.name.value ?? '')
          if (needed[0] === own) for (const each of needed) together.add(each)
        }
      },
    })
    return [...together]
  }
  return { kind: 'Parallel', nodes: [fetchFor(null), ...rivals.map(fetchFor)].flat() }
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
  const complete =
    supergraph.requiredFields.size === 0
      ? node
      : mapFetches(node, (fetch) =>
          mapFetches(splitByArguments(fetch, supergraph), (each) => withArguments(each, supergraph)),
        )
  return { ...plan, node: withSurvivors(complete, supergraph) }
}
