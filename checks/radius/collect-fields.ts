import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { remember } from './remember.ts'

/** A Boolean variable, and what it has to be. */
export interface VariableCondition {
  variable: string
  is: boolean
}

/** A selection set, and the variables on which it is asked for: all of them have to hold. */
export interface ConditionalSelections {
  selections: SelectionSetNode
  when: readonly VariableCondition[]
}

/** One place of a document where a field is asked for. */
export interface SelectedField {
  node: FieldNode
  when: readonly VariableCondition[]
}

/** The operation of a document, and the fragments that it may use. */
export interface SelectedOperation {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** @throws GraphQLError when no operation has the name, or none is given where there are several. */
export function selectOperation(document: DocumentNode, operationName?: string): SelectedOperation {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const named = operations.filter(({ name }) => operationName === undefined || name?.value === operationName)
  const [operation, other] = named
  if (!operation) throw new GraphQLError(`Unknown operation named "${operationName ?? ''}".`)
  if (other) throw new GraphQLError('Must provide operation name if query contains multiple operations.')
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  return { operation, fragments: new Map(fragments.map((node) => [node.name.value, node])) }
}

interface Collecting {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  fits: (type: string, condition: string) => boolean
}

/**
 * The fields of an object of a runtime type by their response keys, as
 * https://spec.graphql.org/September2025/#CollectFields() has it, but for variables, which are kept as conditions.
 */
export function collectFields(
  selected: readonly ConditionalSelections[],
  type: string,
  collecting: Collecting,
): Map<string, SelectedField[]> {
  const fields = new Map<string, SelectedField[]>()
  walk(selected, collecting, {
    field: (node, when) =>
      remember(fields, node.alias?.value ?? node.name.value, () => []).push({ node, when }),
    enters: (condition) => collecting.fits(type, condition),
  })
  return fields
}

/** When the selections ask for fields of some runtime types alone: who cannot tell an object's type cannot answer. */
export function typeConditions(
  selected: readonly ConditionalSelections[],
  /** Whether a condition holds for whatever the object may be. */
  holdsForAll: (condition: string) => boolean,
  collecting: Collecting,
): (readonly VariableCondition[])[] {
  const found: (readonly VariableCondition[])[] = []
  walk(selected, collecting, {
    field: () => undefined,
    enters(condition, when) {
      const isForAll = holdsForAll(condition)
      if (!isForAll) found.push(when)
      return isForAll
    },
  })
  return found
}

interface Visitor {
  field(node: FieldNode, when: readonly VariableCondition[]): void
  /** Whether what a fragment holds is to be visited. */
  enters(condition: string, when: readonly VariableCondition[]): boolean
}

function walk(
  selected: readonly ConditionalSelections[],
  { fragments }: Collecting,
  { field, enters }: Visitor,
): void {
  for (const { selections, when: outer } of selected) visit(selections, outer)

  function visit({ selections }: SelectionSetNode, outer: readonly VariableCondition[]): void {
    for (const selection of selections) {
      const when = conditionsOf(selection.directives ?? [], outer)
      if (when === null) continue
      if (selection.kind === Kind.FIELD) {
        field(selection, when)
        continue
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      const condition = fragment?.typeCondition?.name.value
      if (!fragment || (condition !== undefined && !enters(condition, when))) continue
      visit(fragment.selectionSet, when)
    }
  }
}

/** The outer conditions and those of `@skip` and `@include`; null where they never hold. */
function conditionsOf(
  directives: readonly DirectiveNode[],
  outer: readonly VariableCondition[],
): readonly VariableCondition[] | null {
  let all = outer
  for (const { name, arguments: given = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    const wanted = name.value === 'include'
    const value = given.find((argument) => argument.name.value === 'if')?.value
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return null
    if (value?.kind !== Kind.VARIABLE) continue
    const variable = value.name.value
    const same = all.find((condition) => condition.variable === variable)
    if (same && same.is !== wanted) return null
    if (!same) all = [...all, { variable, is: wanted }]
  }
  return all
}

/** Drops what others make needless: where one set of conditions holds, so does each that is a part of it. */
export function alternatives(
  sets: readonly (readonly VariableCondition[])[],
): (readonly VariableCondition[])[] {
  const isPartOf = (part: readonly VariableCondition[], whole: readonly VariableCondition[]) =>
    part.every(({ variable, is }) => whole.some((other) => other.variable === variable && other.is === is))
  return sets.filter(
    (set, index) =>
      !sets.some(
        (other, place) =>
          place !== index && isPartOf(other, set) && (other.length < set.length || place < index),
      ),
  )
}
