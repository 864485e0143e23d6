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

const isField = (selection: SelectionNode): selection is FieldNode => selection.kind === Kind.FIELD

/** The fields of selections, whatever types they are about. */
function allFields(selections: readonly SelectionNode[]): FieldNode[] {
  return selections.flatMap((selection) => {
    if (isField(selection)) return [selection]
    return selection.kind === Kind.INLINE_FRAGMENT ? allFields(selection.selectionSet.selections) : []
  })
}

type ToldField = Extract<QueryPlanSelectionNode, { kind: 'Field' }>

function allRequired(selections: readonly QueryPlanSelectionNode[]): ToldField[] {
  return selections.flatMap((selection) =>
    selection.kind === 'Field' ? [selection] : allRequired(selection.selections),
  )
}

const below = (fields: readonly FieldNode[]) =>
  fields.flatMap(({ selectionSet }) => allFields(selectionSet?.selections ?? []))

/** Fields of one fetch that can be told what they require by the same representation. */
interface ToldTogether {
  /** As `Type.field`. */
  names: Set<string>
  needs: FieldNode[]
}

/**
 * A representation can tell one value of a field only. Where the fields of one fetch require it with different
 * arguments, at any depth, the fetch is made once for each.
 */
function splitByArguments(node: FetchNode, { requiredFields, requiredBy }: PlannerSupergraph): PlanNode {
  const hasArguments = (fields: readonly ToldField[]): boolean =>
    fields.some(
      ({ name, selections = [] }) => requiredFields.has(name) || hasArguments(allRequired(selections)),
    )
  if (!node.requires || !hasArguments(allRequired(node.requires))) return node
  const operation = operationOf(node)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return node

  const toldName = (name: string) => requiredFields.get(name)?.name ?? name
  const areRivals = (one: string, other: string) => one !== other && toldName(one) === toldName(other)
  const clash = (ones: readonly FieldNode[], others: readonly FieldNode[]): boolean =>
    ones.some((one) =>
      others.some(
        (other) =>
          areRivals(one.name.value, other.name.value) ||
          (one.name.value === other.name.value && clash(below([one]), below([other]))),
      ),
    )

  const groups: ToldTogether[] = []
  const groupOf = new Map<string, ToldTogether>()
  const sort = ({ selections }: SelectionSetNode, typename: string): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        sort(selection.selectionSet, selection.typeCondition?.name.value ?? typename)
      if (!isField(selection)) continue
      const name = `${typename}.${selection.name.value}`
      if (groupOf.has(name)) continue
      const needs = allFields(requiredBy(typename, selection.name.value, node.serviceName))
      const group = groups.find((each) => !clash(each.needs, needs)) ?? { names: new Set(), needs: [] }
      if (group.names.size === 0) groups.push(group)
      groupOf.set(name, group)
      group.names.add(name)
      group.needs.push(...needs)
    }
  }
  sort(entities.selectionSet, '')
  if (groups.length < 2) return node

  const keep = (
    { selections, ...set }: SelectionSetNode,
    typename: string,
    { names }: ToldTogether,
  ): SelectionSetNode => ({
    ...set,
    selections: selections.flatMap((selection): SelectionNode[] => {
      if (isField(selection)) return names.has(`${typename}.${selection.name.value}`) ? [selection] : []
      if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection]
      const kept = keep(selection.selectionSet, selection.typeCondition?.name.value ?? typename, {
        names,
        needs: [],
      })
      return kept.selections.length > 0 ? [{ ...selection, selectionSet: kept }] : []
    }),
  })

  /** What is told, without the rivals of what these need; `all` are the names at the same place. */
  const tell = (
    selections: readonly QueryPlanSelectionNode[],
    needs: readonly FieldNode[],
    all = allRequired(selections).map(({ name }) => name),
  ): QueryPlanSelectionNode[] =>
    selections.flatMap((selection): QueryPlanSelectionNode[] => {
      if (selection.kind !== 'Field') {
        const told = tell(selection.selections, needs, all)
        return told.length > 0 ? [{ ...selection, selections: told }] : []
      }
      const { name } = selection
      const needed = needs.filter((field) => field.name.value === name)
      if (needed.length === 0 && all.some((other) => areRivals(name, other))) return []
      if (!selection.selections) return [selection]
      const told = tell(selection.selections, below(needed))
      return told.length > 0 ? [{ ...selection, selections: told }] : []
    })

  const { requires, ...rest } = node
  const fetchFor = (group: ToldTogether): FetchNode =>
    withUsedVariables(
      { ...rest, requires: tell(requires, group.needs) },
      {
        ...operation,
        selectionSet: {
          kind: Kind.SELECTION_SET,
          selections: [
            {
              ...entities,
              selectionSet: keep(
                entities.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] },
                '',
                group,
              ),
            },
          ],
        },
      },
    )
  return { kind: 'Parallel', nodes: groups.map(fetchFor) }
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
