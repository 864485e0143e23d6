import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql'
import { keepFields, operationOf, withUsedVariables } from './fetch-operation.ts'
import type { PlannerSupergraph } from './planner-supergraph.ts'

type ToldSelections = readonly QueryPlanSelectionNode[]
type ToldField = Extract<QueryPlanSelectionNode, { kind: 'Field' }>

/** Whether two names of the planner's are told to a subgraph as one. */
type AreRivals = (one: string, other: string) => boolean

/** Fields of one fetch that can be told what they require by the same representation. */
interface ToldTogether {
  /** As `Type.field`. */
  names: Set<string>
  needs: FieldNode[]
}

/** The fields of selections, whatever types they are about. */
function fieldsOf(selections: readonly SelectionNode[] = []): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet.selections) : []
  })
}

function toldFieldsOf(selections: ToldSelections): ToldField[] {
  return selections.flatMap((selection) =>
    selection.kind === 'Field' ? [selection] : toldFieldsOf(selection.selections),
  )
}

const below = (fields: readonly FieldNode[]) =>
  fields.flatMap(({ selectionSet }) => fieldsOf(selectionSet?.selections))

const hasAnyOf = (names: { has(name: string): boolean }, selections: ToldSelections): boolean =>
  toldFieldsOf(selections).some(
    ({ name, selections: deeper = [] }) => names.has(name) || hasAnyOf(names, deeper),
  )

const count = (selections: ToldSelections): number =>
  selections.reduce((sum, { selections: deeper = [] }) => sum + 1 + count(deeper), 0)

const clash = (ones: readonly FieldNode[], others: readonly FieldNode[], areRivals: AreRivals): boolean =>
  ones.some((one) =>
    others.some(
      (other) =>
        areRivals(one.name.value, other.name.value) ||
        (one.name.value === other.name.value && clash(below([one]), below([other]), areRivals)),
    ),
  )

/** Each field of a selection set of entities, with the type that it is asked of. */
function visitFields(
  { selections }: SelectionSetNode,
  visit: (typename: string, field: FieldNode) => void,
  typename = '',
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) visit(typename, selection)
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      visitFields(selection.selectionSet, visit, selection.typeCondition?.name.value ?? typename)
  }
}

function groupFields(
  set: SelectionSetNode,
  needsOf: (typename: string, field: FieldNode) => FieldNode[],
  areRivals: AreRivals,
): ToldTogether[] {
  const groups: ToldTogether[] = []
  const seen = new Set<string>()
  visitFields(set, (typename, field) => {
    const name = `${typename}.${field.name.value}`
    if (seen.has(name)) return
    seen.add(name)
    const needs = needsOf(typename, field)
    const group = groups.find((each) => !clash(each.needs, needs, areRivals))
    if (!group) {
      groups.push({ names: new Set([name]), needs })
      return
    }
    group.names.add(name)
    group.needs.push(...needs)
  })
  return groups
}

/** What is told, without the rivals of what is needed; `all` are the names at the same place. */
function withoutRivals(
  selections: ToldSelections,
  needs: readonly FieldNode[],
  areRivals: AreRivals,
  all: readonly string[] = toldFieldsOf(selections).map(({ name }) => name),
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind !== 'Field') {
      const told = withoutRivals(selection.selections, needs, areRivals, all)
      return told.length > 0 ? [{ ...selection, selections: told }] : []
    }
    const { name } = selection
    const needed = needs.filter((field) => field.name.value === name)
    if (needed.length === 0 && all.some((other) => areRivals(name, other))) return []
    if (!selection.selections) return [selection]
    const told = withoutRivals(selection.selections, below(needed), areRivals)
    // Of what nobody needs, a part might be one of which nothing is left to tell.
    const isWhole = needed.length > 0 || count(told) === count(selection.selections)
    return isWhole && told.length > 0 ? [{ ...selection, selections: told }] : []
  })
}

/**
 * A representation can tell one value of a field only. Where the fields of one fetch require it with different
 * arguments, at any depth, the fetch is made once for each.
 */
export function splitByArguments(
  node: FetchNode,
  { requiredFields, requiredBy }: PlannerSupergraph,
): PlanNode {
  const { requires, serviceName } = node
  if (!requires || !hasAnyOf(requiredFields, requires)) return node
  const operation = operationOf(node)
  const [entities] = operation.selectionSet.selections
  if (entities?.kind !== Kind.FIELD || !entities.selectionSet) return node
  const { selectionSet } = entities

  const toldName = (name: string) => requiredFields.get(name)?.name ?? name
  const areRivals = (one: string, other: string) => one !== other && toldName(one) === toldName(other)
  const needsOf = (typename: string, { name }: FieldNode) =>
    fieldsOf(requiredBy(typename, name.value, serviceName))
  const groups = groupFields(selectionSet, needsOf, areRivals)
  if (groups.length < 2) return node

  const nodes = groups.map(({ names, needs }) => {
    const asked = {
      ...entities,
      selectionSet: keepFields(selectionSet, (typename, field) => names.has(`${typename}.${field}`)),
    }
    return withUsedVariables(
      { ...node, requires: withoutRivals(requires, needs, areRivals) },
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [asked] } },
    )
  })
  return { kind: 'Parallel', nodes }
}
