import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type NamedTypeNode,
  type NameNode,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { type Condition, conditionsOf } from './fetch-field.ts'
import type { InterfaceObjects } from './interface-objects.ts'

/** A client's operation, and the one that is planned in its place. */
export interface ClientOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  /** The key that a field has in the tree of merged answers, which may be another than the client's. */
  keyOf(field: FieldNode): string
  /** The names that variables have in plans, where the client's are the planner's own. */
  variableNames: ReadonlyMap<string, string>
  /** What the planner is given, one operation after the other; nothing where nothing is asked of any subgraph. */
  textsToPlan: readonly string[]
}

/** `{}` has them, whatever was answered: to read such a key of an answer that has it not would find something. */
const inherited = new Set(Object.getOwnPropertyNames(Object.prototype))

export const responseName = ({ alias, name }: FieldNode): string => alias?.value ?? name.value

/** What `@skip` and `@include` with literals come to; null where a variable decides as well. */
function isSettled(directives: readonly DirectiveNode[] = []): boolean | null {
  let open = false
  for (const { name, arguments: [given] = [] } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    if (given?.value.kind !== Kind.BOOLEAN) open = true
    else if (given.value.value !== (name.value === 'include')) return false
  }
  return open ? null : true
}

const isLiteralCondition = ({ name, arguments: [given] = [] }: DirectiveNode) =>
  (name.value === 'skip' || name.value === 'include') && given?.value.kind === Kind.BOOLEAN

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value })
const typenameNode: FieldNode = { kind: Kind.FIELD, name: nameNode('__typename') }

/** What a field asks for, whatever it is called. */
const askedOf = ({ name, arguments: given = [] }: FieldNode): string =>
  `${name.value}(${given.map(print).sort()})`

const noNames: ReadonlySet<string> = new Set()

/** The response names by which a document asks for several things. */
function ambiguousNames(document: DocumentNode): ReadonlySet<string> {
  const asked = new Map<string, string>()
  const ambiguous = new Set<string>()
  visit(document, {
    Field(field) {
      const name = responseName(field)
      const known = asked.get(name)
      if (known !== undefined && known !== askedOf(field)) ambiguous.add(name)
      asked.set(name, known ?? askedOf(field))
    },
  })
  return ambiguous
}

/** The variables by which entities are asked for. */
const plannersVariable = /^representations\d*$/

interface PrepareOptions {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** The names of fields that the planner may add to a selection: those of keys and of `@requires`. */
  plannedNames: ReadonlySet<string>
  /** The directives that the planner does not know. */
  unplannedDirectives: ReadonlySet<string>
  interfaceObjects: InterfaceObjects
}

/** Fields that are asked of all objects, each with the `@skip` and `@include` of the fragments around it. */
type Lifted = Map<FieldNode, readonly DirectiveNode[]>

interface PreparedFragment {
  /** Null where it has nothing to ask of a subgraph. */
  definition: FragmentDefinitionNode | null
  lifted: Lifted
}

type FragmentNode = InlineFragmentNode | FragmentSpreadNode

/** A field at the root, in the fragments around it. */
interface Occurrence {
  name: string
  conditions: readonly Condition[]
  selection: SelectionNode
}

const directiveOf = ({ variable, is }: Condition): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: nameNode(is ? 'include' : 'skip'),
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: nameNode('if'),
      value: { kind: Kind.VARIABLE, name: nameNode(variable) },
    },
  ],
})

/** Adds conditions to others that hold at the same time; null where they can't. */
function withConditions(known: readonly Condition[], added: readonly Condition[]): Condition[] | null {
  const all = [...known]
  for (const { variable, is } of added) {
    const same = all.find((condition) => condition.variable === variable)
    if (same && same.is !== is) return null
    if (!same) all.push({ variable, is })
  }
  return all
}

/** In which ways conditions may not hold, no two of them at the same time. */
const waysToFail = (conditions: readonly Condition[]): Condition[][] =>
  conditions.map(({ variable, is }, index) => [...conditions.slice(0, index), { variable, is: !is }])

/** So many places for one write are looked at; more of them have no sense, and would be very many ways. */
const maxPlaces = 6

/**
 * The conditions under which the occurrence at an index is the first that is not left out, and so the one whose place
 * counts: https://spec.graphql.org/September2025/#sec-Field-Collection. All ways in which that can be; none at all
 * where an earlier one always comes first.
 */
function waysToBeFirst(occurrences: readonly Occurrence[], index: number): Condition[][] {
  const [first] = occurrences
  if (occurrences.length === 1 || first?.conditions.length === 0 || occurrences.length > maxPlaces)
    return index === 0 ? [[]] : []
  return occurrences.slice(0, index).reduce<Condition[][]>(
    (ways, { conditions }) =>
      ways.flatMap((way) =>
        waysToFail(conditions)
          .map((failing) => withConditions(way, failing))
          .filter((each) => each !== null),
      ),
    [withConditions([], occurrences[index]?.conditions ?? [])].filter((each) => each !== null),
  )
}

/** Where a selection stands. */
interface Place {
  type: GraphQLCompositeType
  /** Whether the subgraph that comes here may not know which object it is of an interface's. */
  isUnknown: boolean
  /** Whether a variable decides about anything around it. */
  isConditional: boolean
  /** In fragments on objects that may be unknown: the fields that can be asked outside of fragments only. */
  lift: { names: ReadonlySet<string>; lifted: Lifted; around: readonly DirectiveNode[] } | null
}

const nothing: ReadonlySet<string> = new Set()

const namedType = (name: string): NamedTypeNode => ({ kind: Kind.NAMED_TYPE, name: nameNode(name) })

const setOf = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
})

/** A selection in fragments, one for each list of directives. */
const within = (around: readonly (readonly DirectiveNode[])[], selection: SelectionNode): SelectionNode =>
  around.reduceRight<SelectionNode>(
    (inner, directives) => ({ kind: Kind.INLINE_FRAGMENT, directives, selectionSet: setOf([inner]) }),
    selection,
  )

/** Where one field stands twice under different conditions, it is asked for in any case. */
function addLifted(lifted: Lifted, field: FieldNode, around: readonly DirectiveNode[]): void {
  const known = lifted.get(field)
  const textOf = (directives: readonly DirectiveNode[]) => directives.map(print).join()
  lifted.set(field, known && textOf(known) !== textOf(around) ? [] : around)
}

/** A field with the conditions of what was around it, but for those that one field can't have: it has one of each. */
function withDirectives(field: FieldNode, around: readonly DirectiveNode[]): FieldNode {
  const directives = new Map([...around, ...(field.directives ?? [])].map((each) => [each.name.value, each]))
  return { ...field, directives: [...directives.values()] }
}

/**
 * Prepares an operation for the planner. It adds what keys and `@requires` need to the client's own selections, by
 * response name; where the client has given such a name to something else (another field, or the same with
 * arguments), one would silently be taken for the other. Those get a name of ours here, and their own one when the
 * response is written. What asks nothing of a subgraph, as introspection, is left out.
 */
export function prepareOperation({
  schema,
  document,
  operation,
  plannedNames,
  unplannedDirectives,
  interfaceObjects,
}: PrepareOptions): ClientOperation {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )
  const keys = new WeakMap<FieldNode, string>()
  const ownNames = new Map<string, string>()
  const prepared = new Map<string, PreparedFragment>()
  const root = schema.getRootType(operation.operation)
  const planned = ({ directives = [] }: { directives?: readonly DirectiveNode[] | undefined }) =>
    directives.filter(
      (directive) => !isLiteralCondition(directive) && !unplannedDirectives.has(directive.name.value),
    )

  /**
   * The names that stand for more than one thing, be it for objects of different types: where a subgraph knows these
   * as one, the planner takes one for the other.
   */
  const ambiguous = interfaceObjects.exist ? ambiguousNames(document) : noNames

  function ownName(field: FieldNode, of = ''): string {
    const asked = `${of}${responseName(field)}:${askedOf(field)}`
    const known = ownNames.get(asked)
    if (known !== undefined) return known
    const name = `arcade_${ownNames.size}_${field.name.value}`
    ownNames.set(asked, name)
    return name
  }

  function findKey(field: FieldNode, { type, isUnknown, lift }: Place): string {
    const name = field.name.value
    const wanted = responseName(field)
    if (name === '__typename') return name
    if (lift?.names.has(name) && !isUnknown) return ownName(field, `${type.name}.`)
    if (inherited.has(wanted)) return ownName(field)
    if (wanted !== '__typename' && !plannedNames.has(wanted) && !ambiguous.has(wanted)) return wanted
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined
    return wanted === name && definition?.args.length === 0 ? wanted : ownName(field)
  }

  /** Whether nothing at all may be left of selections. */
  const mayBeEmpty = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (isSettled(selection.directives) === null) return true
      if (selection.kind === Kind.FIELD) return false
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : prepared.get(selection.name.value)?.definition
      return fragment ? mayBeEmpty(fragment.selectionSet) : true
    })

  function prepareField(field: FieldNode, place: Place): FieldNode | null {
    const parent = place.type
    const name = field.name.value
    if (name.startsWith('__') && (parent === root || name !== '__typename')) return null
    const key = keys.get(field) ?? findKey(field, place)
    keys.set(field, key)
    if (name === '__typename') return { ...typenameNode, directives: planned(field) }
    const { alias: _, selectionSet, ...node } = field
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
    const type = getNamedType(definition?.type)
    return {
      ...node,
      directives: planned(field),
      ...(key !== name && { alias: nameNode(key) }),
      ...(selectionSet &&
        isCompositeType(type) && {
          selectionSet: prepareBelow(selectionSet, {
            type,
            isUnknown: interfaceObjects.isReachedBy(parent.name, name),
            isConditional: place.isConditional || isSettled(field.directives) === null,
            lift: null,
          }),
        }),
    }
  }

  /** The planner leaves out what is left without a selection by the conditions of all that are in it and around it. */
  function prepareBelow(selectionSet: SelectionSetNode, place: Place): SelectionSetNode {
    const below = prepareSelections(selectionSet, place)
    if (!below) return setOf([typenameNode])
    return place.isConditional && mayBeEmpty(below) ? setOf([typenameNode, ...below.selections]) : below
  }

  const membersOf = (type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type]

  /**
   * The types on which a fragment is planned. Where a subgraph may not know which object it is of an interface's, the
   * planner finds no way to other interfaces and to unions: their fragments are those on what is in both.
   */
  function targetsOf(condition: GraphQLCompositeType, { type, isUnknown, lift }: Place) {
    if ((!isUnknown && !lift) || condition === type) return [condition]
    const isNamed = isObjectType(type) || isInterfaceType(type)
    if (isNamed && isAbstractType(condition) && schema.isSubType(condition, type)) return [type]
    const members = membersOf(type)
    return membersOf(condition).filter((member) => members.includes(member))
  }

  /** The place within a fragment on one of its targets. */
  function placeOn(
    target: GraphQLCompositeType,
    selection: FragmentNode,
    place: Place,
    lifted: Lifted,
  ): Place {
    const names = place.isUnknown ? interfaceObjects.requiringFields(place.type.name) : nothing
    const lift = place.lift ?? (names.size > 0 ? { names, lifted, around: [] } : null)
    return {
      type: target,
      isUnknown: place.isUnknown && target === place.type,
      isConditional: place.isConditional || isSettled(selection.directives) === null,
      lift: lift && { ...lift, around: [...lift.around, ...planned(selection)] },
    }
  }

  /** Prepares a fragment's definition under the name that it has in a place. */
  function prepareFragment(name: string, fragment: FragmentDefinitionNode, place: Place): PreparedFragment {
    const known = prepared.get(name)
    if (known) return known
    const lifted: Lifted = new Map()
    const selectionSet = prepareFragmentSet(fragment.selectionSet, {
      ...place,
      lift: place.lift && { ...place.lift, lifted, around: [] },
      // It may stand anywhere.
      isConditional: true,
    })
    const definition = selectionSet && {
      ...fragment,
      name: nameNode(name),
      typeCondition: namedType(place.type.name),
      selectionSet,
    }
    const result = { definition, lifted }
    prepared.set(name, result)
    return result
  }

  /** Whether it is an object of the fragment's has to be known also where nothing else is left in it. */
  const prepareFragmentSet = (selectionSet: SelectionSetNode, place: Place) =>
    prepareSelections(selectionSet, place) ?? (place.lift && !place.isUnknown ? setOf([typenameNode]) : null)

  function prepareSpread(spread: FragmentSpreadNode, inner: Place, isRewritten: boolean): SelectionNode[] {
    const fragment = fragments.get(spread.name.value)
    if (!fragment) return []
    const name = isRewritten ? `arcade_${spread.name.value}_on_${inner.type.name}` : spread.name.value
    const { definition, lifted } = prepareFragment(name, fragment, inner)
    for (const [field, around] of lifted)
      if (inner.lift) addLifted(inner.lift.lifted, field, [...inner.lift.around, ...around])
    return definition ? [{ ...spread, name: nameNode(name), directives: planned(spread) }] : []
  }

  function prepareFragmentNode(selection: FragmentNode, place: Place, lifted: Lifted): SelectionNode[] {
    const node = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
    const condition = node?.typeCondition && schema.getType(node.typeCondition.name.value)
    const isRewritten = place.isUnknown || place.lift !== null
    const targets = targetsOf(isCompositeType(condition) ? condition : place.type, place)
    if (targets.length === 0 && place.isUnknown) return [{ ...typenameNode, directives: planned(selection) }]
    return targets.flatMap((target): SelectionNode[] => {
      const inner = placeOn(target, selection, place, lifted)
      if (selection.kind === Kind.FRAGMENT_SPREAD) return prepareSpread(selection, inner, isRewritten)
      const selectionSet = prepareFragmentSet(selection.selectionSet, inner)
      if (!selectionSet) return []
      const { typeCondition: _, ...rest } = selection
      return [
        {
          ...rest,
          ...(selection.typeCondition && { typeCondition: namedType(target.name) }),
          directives: planned(selection),
          selectionSet,
        },
      ]
    })
  }

  function prepareSelection(selection: SelectionNode, place: Place, lifted: Lifted): SelectionNode[] {
    if (selection.kind !== Kind.FIELD) return prepareFragmentNode(selection, place, lifted)
    const field = prepareField(selection, place)
    if (!field) return []
    const { lift } = place
    if (!lift?.names.has(selection.name.value)) return [field]
    addLifted(lift.lifted, field, lift.around)
    return []
  }

  function prepareSelections({ selections }: SelectionSetNode, place: Place): SelectionSetNode | null {
    const lifted: Lifted = new Map()
    const kept = selections.flatMap((selection) => {
      if (isSettled(selection.directives) !== false) return prepareSelection(selection, place, lifted)
      // Also what is skipped has a key: the same node may be shared by places that are not.
      const lift = place.lift && { ...place.lift, lifted: new Map() }
      prepareSelection(selection, { ...place, lift }, new Map())
      return []
    })
    const all = [...kept, ...[...lifted].map(([field, around]) => withDirectives(field, around))]
    return all.length > 0 ? setOf(all) : null
  }

  const variableNames = new Map(
    (operation.variableDefinitions ?? []).flatMap(({ variable: { name } }) =>
      plannersVariable.test(name.value) ? [[name.value, `arcade_${name.value}`]] : [],
    ),
  )
  const rename = <Node extends ASTNode>(node: Node): Node =>
    variableNames.size === 0
      ? node
      : visit(node, {
          Variable({ kind, name }) {
            const own = variableNames.get(name.value)
            return own === undefined ? undefined : { kind, name: nameNode(own) }
          },
        })
  const selectionSet = root
    ? prepareSelections(operation.selectionSet, {
        type: root,
        isUnknown: false,
        isConditional: false,
        lift: null,
      })
    : null
  const used = [...prepared.values()].map(({ definition }) => definition).filter((each) => each !== null)

  /** The fields at the root in their order, each with the fragments around it. */
  function occurrencesIn({ selections }: SelectionSetNode): Occurrence[] {
    return selections.flatMap((selection): Occurrence[] => {
      const conditions = conditionsOf(selection.directives)
      if (selection.kind === Kind.FIELD) return [{ name: responseName(selection), conditions, selection }]
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : prepared.get(selection.name.value)?.definition
      return occurrencesIn(fragment?.selectionSet ?? setOf([])).map((inner) => ({
        name: inner.name,
        conditions: [...conditions, ...inner.conditions],
        selection: within([selection.directives ?? []], inner.selection),
      }))
    })
  }

  /** One selection set for each field at the root, with all that have its name, in the order in which they are run. */
  function inSeries(selectionSet: SelectionSetNode): SelectionSetNode[] {
    const occurrences = occurrencesIn(selectionSet)
    return occurrences.flatMap(({ name }, index) => {
      const all = occurrences.filter((other) => other.name === name)
      const before = occurrences.slice(0, index).filter((other) => other.name === name)
      return waysToBeFirst(all, before.length).map((conditions) => {
        const around = conditions.map((condition) => [directiveOf(condition)])
        return setOf(all.map(({ selection }) => within(around, selection)))
      })
    })
  }

  // A write is done, with all that is selected of it, before the next one begins. The planner would put writes of
  // one subgraph together. https://spec.graphql.org/September2025/#sec-Mutation
  const parts =
    selectionSet && operation.operation === OperationTypeNode.MUTATION
      ? inSeries(selectionSet)
      : [selectionSet].filter((set) => set !== null)
  const textsToPlan = parts.map((set) =>
    print(
      rename({
        kind: Kind.DOCUMENT,
        definitions: [{ ...operation, directives: planned(operation), selectionSet: set }, ...used],
      }),
    ),
  )
  return {
    schema,
    document,
    operation,
    fragments,
    keyOf: (field) => keys.get(field) ?? responseName(field),
    variableNames,
    textsToPlan,
  }
}
