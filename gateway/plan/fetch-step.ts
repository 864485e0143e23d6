import type {
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner'
import { type FieldNode, type GraphQLSchema, Kind, type OperationDefinitionNode, parse } from 'graphql'
import { aliasConflicts } from './alias-conflicts.ts'
import { type Condition, type FetchField, readFields, renamesOf } from './fetch-field.ts'
import type { PlannerSupergraph } from './planner-supergraph.ts'
import { leafPaths, splitByNeeds } from './split-by-needs.ts'
import { meetsCondition } from './type-condition.ts'

/** A step of a path in the tree: a key, or `@` for each item of a list. */
export type PathStep = string
export const eachItem = '@'

/** What has to be known of an entity to ask for it, as the planner has it. */
export interface Requirement {
  selections: readonly QueryPlanSelectionNode[]
  /** The type name that the subgraph is told, by the type condition; where it is another than the entity's own. */
  typenames: ReadonlyMap<string, string>
}

/** One fetch of a plan. */
export interface FetchStep {
  index: number
  serviceName: string
  isMutation: boolean
  /** Where the objects are in the tree that the answer belongs to. */
  path: readonly PathStep[]
  /** What the plan asks of the variables before it makes this fetch. */
  conditions: readonly Condition[]
  /** Null where it asks at the root, and not for entities. */
  requires: Requirement | null
  /** What it asks for: at the root, or of each entity. */
  fields: readonly FetchField[]
  /** The indices of the steps without whose answers it can't be made. */
  dependsOn: ReadonlySet<number>
  /**
   * What it is told of entities where that was asked for, by its path from the entity on: the ways in which it may
   * have been filled. What only fields require that are left out is not asked for, and need not be told.
   */
  conditionalRequirements: ReadonlyMap<string, readonly Filling[]>
  /** Its document in parts, so that several fetches of entities can go as one. */
  document: FetchDocument
  variables: readonly string[]
}

/** A way in which something that is required is filled. */
export interface Filling {
  /** The types of those entities of which it is. */
  typeConditions: readonly string[]
  conditions: readonly Condition[]
  /** Whether it is of those entities only that are in objects of some type. */
  isPartial: boolean
}

export interface FetchDocument {
  /** As the planner wrote it. */
  text: string
  operationName: string | undefined
  /** The variables' definitions, but for the representations. */
  variableDefinitions: readonly string[]
  /** The selection set of `_entities`, or of the root. */
  selectionSet: string
}

/** A step before it is known what it depends on. */
type LooseStep = Omit<FetchStep, 'index' | 'dependsOn' | 'conditionalRequirements'> & {
  /** Of the plan. */
  node: FetchNode
  /** The steps that the plan puts before it: it may depend on these and on no others. */
  before: ReadonlySet<LooseStep>
}

interface Place {
  path: readonly PathStep[]
  conditions: readonly Condition[]
  before: ReadonlySet<LooseStep>
  schema: GraphQLSchema
  splits: Splits
}

function operationOf(text: string): OperationDefinitionNode {
  const [operation] = parse(text).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch of a plan has no operation')
  return operation
}

const isRepresentations = (name: string) => name === 'representations'

/** What representations say for `__typename`, by the fragment that asks for it. */
function typenamesOf({ inputRewrites = [] }: FetchNode): Map<string, string> {
  const typenames = new Map<string, string>()
  for (const rewrite of inputRewrites) {
    const [fragment = '', key, ...deeper] = rewrite.path
    if (rewrite.kind !== 'ValueSetter' || key !== '__typename' || deeper.length > 0)
      throw new Error(`a fetch of a plan changes its representations in an unknown way: ${rewrite.path}`)
    typenames.set(fragment.replace(/^\.\.\. on /, ''), String(rewrite.setValueTo))
  }
  return typenames
}

function stepOf(planned: FetchNode, place: Place): Omit<LooseStep, 'node'> {
  const node = aliasConflicts(planned, place.schema)
  const operation = operationOf(node.operation)
  const text = (part: { loc?: { start: number; end: number } } | undefined) =>
    part?.loc ? node.operation.slice(part.loc.start, part.loc.end) : ''
  const [root] = operation.selectionSet.selections
  const entities: FieldNode | null = node.requires && root?.kind === Kind.FIELD ? root : null
  const selectionSet = entities?.selectionSet ?? operation.selectionSet
  return {
    serviceName: node.serviceName,
    isMutation: node.operationKind === 'mutation',
    path: place.path,
    conditions: place.conditions,
    before: place.before,
    requires: node.requires ? { selections: node.requires, typenames: typenamesOf(node) } : null,
    fields: readFields(selectionSet, renamesOf(node)),
    variables: node.variableUsages ?? [],
    document: {
      text: node.operation,
      operationName: node.operationName,
      variableDefinitions: (operation.variableDefinitions ?? [])
        .filter(({ variable }) => !isRepresentations(variable.name.value))
        .map((definition) => text(definition)),
      selectionSet: text(selectionSet),
    },
  }
}

const isKnown = <Node extends { kind: string }>(node: Node | undefined): node is Node => node !== undefined

/** Lists the fetches of a plan in its order. */
function listSteps(node: PlanNode | SubscriptionNode | undefined, place: Place): LooseStep[] {
  switch (node?.kind) {
    case 'Fetch':
      return (place.splits.get(node) ?? [node]).map((each) => ({ ...stepOf(each, place), node }))
    case 'Flatten':
      return listSteps(node.node, { ...place, path: [...place.path, ...node.path.map(String)] })
    case 'Parallel':
      return node.nodes.flatMap((each) => listSteps(each, place))
    case 'Sequence': {
      const steps: LooseStep[] = []
      for (const each of node.nodes)
        steps.push(...listSteps(each, { ...place, before: new Set([...place.before, ...steps]) }))
      return steps
    }
    case 'Condition': {
      const when = (is: boolean) => ({
        ...place,
        conditions: [...place.conditions, { variable: node.condition, is }],
      })
      return [
        ...(isKnown(node.ifClause) ? listSteps(node.ifClause, when(true)) : []),
        ...(isKnown(node.elseClause) ? listSteps(node.elseClause, when(false)) : []),
      ]
    }
    case undefined:
      return []
    default:
      throw new Error(`a plan has a node of a kind that is not run here: ${node?.kind}`)
  }
}

/** Positions as a tree of names, lists left out. */
interface Names {
  [name: string]: Names
}

const emptyNames = (): Names => Object.create(null)

function addFields(names: Names, fields: readonly FetchField[]): void {
  for (const { name, fields: deeper } of fields) {
    names[name] ??= emptyNames()
    addFields(names[name], deeper)
  }
}

function addSelections(names: Names, selections: readonly QueryPlanSelectionNode[]): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') addSelections(names, selection.selections)
    else {
      names[selection.name] ??= emptyNames()
      addSelections(names[selection.name] ?? emptyNames(), selection.selections ?? [])
    }
  }
}

const withoutLists = (path: readonly PathStep[]) => path.filter((each) => each !== eachItem)

function at(path: readonly PathStep[], leaf: Names): Names {
  return withoutLists(path).reduceRight<Names>(
    (names, step) => Object.assign(emptyNames(), { [step]: names }),
    leaf,
  )
}

/** The positions that a step fills. */
function filledBy({ path, fields }: LooseStep): Names {
  const names = emptyNames()
  addFields(names, fields)
  return at(path, names)
}

/** The positions that have to be filled before a step can be made. */
function neededBy({ path, requires }: LooseStep): Names {
  const names = emptyNames()
  if (requires) addSelections(names, requires.selections)
  return at(path, names)
}

/** Whether what one needs and the other fills meet somewhere below positions that both have. */
function meet(needed: Names, filled: Names): boolean {
  return Object.entries(needed).some(([name, deeper]) => {
    const there = filled[name]
    if (!there) return false
    return Object.keys(deeper).length === 0 || Object.keys(there).length === 0 || meet(deeper, there)
  })
}

/**
 * Which of the steps before it a step really waits for. The plan's own order says more than is needed: a fetch
 * that is ready must not be held back for another subgraph's answer. A mutation waits for all before it:
 * https://spec.graphql.org/September2025/#sec-Mutation
 */
function dependenciesOf(step: LooseStep, indices: ReadonlyMap<LooseStep, number>): Set<number> {
  const needed = neededBy(step)
  const waitsFor = [...step.before].filter((other) => step.isMutation || meet(needed, filledBy(other)))
  return new Set(waitsFor.map((other) => indices.get(other) ?? 0))
}

/** What a step is told of entities beside their keys: what `@requires` names. */
function requiredNames({ requires, serviceName }: LooseStep, { keysOf }: PlannerSupergraph): Set<string> {
  const names = new Set<string>()
  function collect(selections: readonly QueryPlanSelectionNode[], keys: ReadonlySet<string>): void {
    for (const selection of selections) {
      if (selection.kind === 'InlineFragment') {
        const { typeCondition } = selection
        const own = typeCondition === undefined ? keys : new Set(keysOf(typeCondition, serviceName).flat())
        collect(selection.selections, own)
      } else if (selection.name !== '__typename' && !keys.has(selection.name)) names.add(selection.name)
    }
  }
  collect(requires?.selections ?? [], new Set())
  return names
}

const samePath = (one: LooseStep, other: LooseStep) =>
  one.path.length === other.path.length && one.path.every((step, index) => step === other.path[index])

/** Whether a step waits for another, if only by way of others. */
function reaches(from: number, to: number, dependencies: readonly Set<number>[]): boolean {
  const seen = new Set<number>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...(dependencies[at] ?? []))
  }
  return false
}

/**
 * Lets a step wait also for those which the planner puts beside it and not before it, though they give what it
 * requires: the planner loses sight of that where a field that requires others is itself required.
 */
function addRequirements(
  steps: readonly LooseStep[],
  dependencies: readonly Set<number>[],
  supergraph: PlannerSupergraph,
): void {
  for (const [index, step] of steps.entries()) {
    const names = requiredNames(step, supergraph)
    if (names.size === 0) continue
    for (const [otherIndex, other] of steps.entries()) {
      if (otherIndex === index || !other.requires || !samePath(step, other)) continue
      if (!other.fields.some(({ name }) => names.has(name))) continue
      if (!reaches(otherIndex, index, dependencies)) dependencies[index]?.add(otherIndex)
    }
  }
}

/** The ways in which a step fills a position, for the entities at the first `depth` keys on the way. */
function fillingsOf(step: LooseStep, position: readonly string[], depth: number): Filling[] {
  const own = withoutLists(step.path)
  if (!own.every((key, index) => position[index] === key)) return []
  let ways: (Filling & Pick<FetchField, 'fields'>)[] = [
    { fields: step.fields, typeConditions: [], conditions: step.conditions, isPartial: false },
  ]
  for (const [index, key] of position.slice(own.length).entries()) {
    const isEntity = own.length + index === depth
    const isAbove = own.length + index < depth
    ways = ways.flatMap((way) =>
      way.fields
        .filter(({ name }) => name === key)
        .map(({ fields, typeConditions, conditions }) => ({
          fields,
          typeConditions: isEntity ? typeConditions : way.typeConditions,
          conditions: [...way.conditions, ...conditions],
          isPartial: way.isPartial || (isAbove && typeConditions.length > 0),
        })),
    )
  }
  return ways.map(({ fields: _, ...filling }) => filling)
}

/** What is asked of the objects at a position by those who come there, by the types and conditions around them. */
function arrivalsAt(position: readonly string[], steps: readonly LooseStep[]): FetchField[][] {
  const arrivals = new Map<string, FetchField[]>()
  const walk = (fields: readonly FetchField[], [key, ...rest]: readonly string[], around: string): void => {
    for (const field of fields) {
      if (field.name !== key) continue
      const conditions = field.conditions.map(({ variable, is }) => `${is ? '' : '!'}${variable}`)
      const within = `${around}/${field.typeConditions}:${conditions}`
      if (rest.length > 0) walk(field.fields, rest, within)
      else arrivals.set(within, [...(arrivals.get(within) ?? []), ...field.fields])
    }
  }
  for (const { path, fields } of steps) {
    const own = withoutLists(path)
    if (own.length < position.length && own.every((key, index) => position[index] === key))
      walk(fields, position.slice(own.length), '')
  }
  return [...arrivals.values()]
}

/** Whether what stands at a path is there in any case. */
const hasAlways = (fields: readonly FetchField[], [key, ...rest]: readonly string[]): boolean =>
  fields.some(
    ({ name, typeConditions, conditions, fields: deeper }) =>
      name === key &&
      typeConditions.length === 0 &&
      conditions.length === 0 &&
      (rest.length === 0 || hasAlways(deeper, rest)),
  )

const isSame = (one: Condition, other: Condition) => one.variable === other.variable && one.is === other.is

/** What a step is told that may not be there, with the ways in which it is filled. */
function conditionalRequirements(
  step: LooseStep,
  dependencies: ReadonlySet<number>,
  steps: readonly LooseStep[],
  schema: GraphQLSchema,
): Map<string, Filling[]> {
  const conditional = new Map<string, Filling[]>()
  const entities = withoutLists(step.path)
  const arrivals = arrivalsAt(entities, steps)
  const covers = (condition: string, typename: string | undefined) =>
    meetsCondition(schema, condition, typename ?? '')
  for (const selection of step.requires?.selections ?? []) {
    const typename = selection.kind === 'InlineFragment' ? selection.typeCondition : undefined
    const isCertain = ({ typeConditions, conditions, isPartial }: Filling) =>
      conditions.length === 0 &&
      !isPartial &&
      typeConditions.every((condition) => covers(condition, typename))
    for (const path of leafPaths([selection])) {
      const key = path.join('.')
      if (conditional.has(key)) continue
      if (arrivals.length > 0 && arrivals.every((fields) => hasAlways(fields, path))) continue
      const fillings = [...dependencies]
        .flatMap((index) => {
          const other = steps[index]
          return other ? fillingsOf(other, [...entities, ...path], entities.length) : []
        })
        .map((filling) => ({
          ...filling,
          // What is asked of the variables before it is made holds for it.
          conditions: filling.conditions.filter(
            (condition) => !step.conditions.some((own) => isSame(own, condition)),
          ),
        }))
      if (fillings.length > 0 && !fillings.some(isCertain)) conditional.set(key, fillings)
    }
  }
  return conditional
}

/** What fetches are made in the place of one. */
type Splits = ReadonlyMap<FetchNode, readonly FetchNode[]>

interface ReadPlan {
  steps: readonly LooseStep[]
  dependencies: readonly Set<number>[]
  conditional: readonly Map<string, Filling[]>[]
}

function readPlan({ node }: QueryPlan, supergraph: PlannerSupergraph, splits: Splits): ReadPlan {
  const { schema } = supergraph
  const steps = listSteps(node, { path: [], conditions: [], before: new Set(), schema, splits })
  const indices = new Map(steps.map((step, index) => [step, index]))
  const dependencies = steps.map((step) => dependenciesOf(step, indices))
  addRequirements(steps, dependencies, supergraph)
  const conditional = steps.map((step, index) =>
    conditionalRequirements(step, dependencies[index] ?? new Set(), steps, schema),
  )
  return { steps, dependencies, conditional }
}

/**
 * The fetches whose fields do not all require the same. What one of them requires may be lost, or left out by a
 * condition, or not be there for all objects, and that must cost no other field. Parts that are ready at the same
 * moment go as one request all the same.
 */
function findSplits({ steps }: ReadPlan, supergraph: PlannerSupergraph): Splits {
  const splits = new Map<FetchNode, FetchNode[]>()
  for (const { node } of steps) {
    const paths = new Set(leafPaths(node.requires ?? []).map((path) => path.join('.')))
    const parts = paths.size > 0 ? splitByNeeds(node, paths, supergraph) : []
    if (parts.length > 1) splits.set(node, parts)
  }
  return splits
}

/** Makes the steps of a plan: each fetch with where its answer goes and which others it waits for. */
export function readSteps(plan: QueryPlan, supergraph: PlannerSupergraph): readonly FetchStep[] {
  const whole = readPlan(plan, supergraph, new Map())
  const splits = findSplits(whole, supergraph)
  const { steps, dependencies, conditional } = splits.size > 0 ? readPlan(plan, supergraph, splits) : whole
  return steps.map(({ before: _, node: __, ...step }, index) => ({
    ...step,
    index,
    dependsOn: dependencies[index] ?? new Set(),
    conditionalRequirements: conditional[index] ?? new Map(),
  }))
}
