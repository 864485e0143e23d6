import type { QueryPlan } from '@apollo/query-planner'
import { type DirectiveNode, isObjectType, Kind, visit } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { ClientOperation } from '../plan/client-operation.ts'
import { type ConditionValues, hasRenames } from '../plan/fetch-field.ts'
import { eachItem, type FetchStep, readSteps } from '../plan/fetch-step.ts'
import type { PlannerSupergraph } from '../plan/planner-supergraph.ts'
import { meetsCondition } from '../plan/type-condition.ts'
import { type AnswerLayout, createAnswerLayout } from './answer-layout.ts'
import { createMerge, type Merge } from './merge-answer.ts'
import { createResponseWriter, type ResponseWriter } from './record-writer.ts'
import { createRepresentations, type Representation } from './representation.ts'
import { createResponseShape } from './response-shape.ts'
import type { ObjectShape } from './shape.ts'
import { lazyWriter, type TextWriter } from './text-writer.ts'

/** A step with what running it takes. */
export interface ExecutableStep extends FetchStep {
  merge: Merge
  hasRenames: boolean
  representationFor: (values: ConditionValues) => Representation | null
  /** The steps that wait for this one. */
  dependents: readonly number[]
}

/** The response for one set of values of the Boolean variables that decide what is in it. */
export interface ResponseVariant {
  shape: ObjectShape
  write: TextWriter
  /** Writes it without making objects of the answers; null where that can't be. */
  writeRecords: ResponseWriter | null
}

/** All that is worked out of an operation once, and not for each request. */
export interface ExecutableOperation {
  client: ClientOperation
  rootTypename: string
  plan: QueryPlan
  steps: readonly ExecutableStep[]
  /** How answers are kept that need not be made objects of; null where they have to be. */
  layout: AnswerLayout | null
  /** The Boolean variables of `@skip` and `@include`. */
  conditionVariables: readonly string[]
  variantFor(values: ConditionValues): ResponseVariant
  /** The subgraphs that it asks. */
  services: ReadonlySet<string>
  /** Whether parts are left out, as they can't be had while some subgraphs are down. */
  isPruned: boolean
  /** Which subgraph was to fill a position of the tree. */
  supplierOf(keys: readonly string[], typename: string): string | undefined
  /** Whether anybody is asked for a position of the tree. */
  isAsked(keys: readonly string[], typename: string): boolean
  /** The subgraphs that a position of the tree takes: those that fill it, the likeliest first, each before those that it waits for. */
  servicesFor(keys: readonly string[], typename: string): readonly string[]
}

/** Values of so many Boolean variables are many responses; those last used are kept. */
const maxVariants = 32

interface Supply {
  by: { step: FetchStep; typeConditions: readonly string[] }[]
  below: Map<string, Supply>
}

const newSupply = (): Supply => ({ by: [], below: new Map() })

function supplyAt(supply: Supply, key: string): Supply {
  const known = supply.below.get(key)
  if (known) return known
  const added = newSupply()
  supply.below.set(key, added)
  return added
}

function addSupply(supply: Supply, step: FetchStep, fields: FetchStep['fields']): void {
  for (const { name, typeConditions, fields: deeper } of fields) {
    const at = supplyAt(supply, name)
    at.by.push({ step, typeConditions })
    addSupply(at, step, deeper)
  }
}

/** Finds the steps that fill a position: the one for objects of its type, and those that fill it for others. */
function createSuppliers(steps: readonly FetchStep[], { schema }: PlannerSupergraph) {
  const root = newSupply()
  for (const step of steps) {
    const at = step.path.filter((each) => each !== eachItem).reduce(supplyAt, root)
    addSupply(at, step, step.fields)
  }
  return (keys: readonly string[], typename: string) => {
    const supply = keys.reduce<Supply | undefined>((at, key) => at?.below.get(key || '__typename'), root)
    const exact = supply?.by.find(({ typeConditions }) =>
      typeConditions.every((condition) => meetsCondition(schema, condition, typename)),
    )
    const all = [...(exact ? [exact] : []), ...(supply?.by ?? [])].map(({ step }) => step)
    return { exact: exact?.step, any: all[0], all }
  }
}

/** The steps that one waits for, the nearest first, itself before all of them. */
function withAncestors(steps: readonly FetchStep[], step: FetchStep): FetchStep[] {
  const found = new Set([step])
  for (const { dependsOn } of found)
    for (const index of dependsOn) {
      const other = steps[index]
      if (other) found.add(other)
    }
  return [...found]
}

/** The Boolean variables that decide what is in the response. */
function conditionVariablesOf({ operation, fragments }: ClientOperation): string[] {
  const names = new Set<string>()
  const collect = ({ name, arguments: [given] = [] }: DirectiveNode) => {
    if ((name.value === 'skip' || name.value === 'include') && given?.value.kind === Kind.VARIABLE)
      names.add(given.value.name.value)
  }
  for (const node of [operation, ...fragments.values()]) visit(node, { Directive: collect })
  return [...names]
}

/** For each step, those that wait for it. */
function dependentsOf(steps: readonly FetchStep[]): number[][] {
  const dependents = steps.map((): number[] => [])
  for (const { index, dependsOn } of steps) for (const other of dependsOn) dependents[other]?.push(index)
  return dependents
}

/** Works out all that running an operation takes. */
export function createExecutableOperation(
  client: ClientOperation,
  plan: QueryPlan,
  supergraph: PlannerSupergraph,
  { isPruned = false }: { isPruned?: boolean } = {},
): ExecutableOperation {
  const steps = readSteps(plan, supergraph)
  const suppliers = createSuppliers(steps, supergraph)
  const dependents = dependentsOf(steps)
  const isConcrete = (typename: unknown) =>
    typeof typename === 'string' && isObjectType(client.schema.getType(typename))
  const root = client.schema.getRootType(client.operation.operation)
  if (!root) throw new Error(`the schema has no root for a ${client.operation.operation}`)
  const conditionVariables = conditionVariablesOf(client)
  const layout = isPruned ? null : createAnswerLayout(steps, root.name, supergraph, client.schema)
  const variants = new LRUCache<string, ResponseVariant>({ max: maxVariants })
  let only: ResponseVariant | null = null

  function createVariant(values: ConditionValues): ResponseVariant {
    const shape = createResponseShape(client, values)
    return {
      shape,
      write: lazyWriter(shape),
      writeRecords: layout && createResponseWriter(shape, layout),
    }
  }

  return {
    client,
    rootTypename: root.name,
    plan,
    layout,
    steps: steps.map((step) => ({
      ...step,
      merge: createMerge(step.fields, isConcrete),
      hasRenames: hasRenames(step.fields),
      representationFor: createRepresentations(step, supergraph),
      dependents: dependents[step.index] ?? [],
    })),
    conditionVariables,
    variantFor(values) {
      if (conditionVariables.length === 0) {
        only ??= createVariant(values)
        return only
      }
      const key = conditionVariables.map((name) => (values[name] === true ? '1' : '0')).join('')
      const known = variants.get(key)
      if (known) return known
      const variant = createVariant(values)
      variants.set(key, variant)
      return variant
    },
    services: new Set(steps.map(({ serviceName }) => serviceName)),
    isPruned,
    supplierOf: (keys, typename) => suppliers(keys, typename).any?.serviceName,
    isAsked: (keys, typename) => suppliers(keys, typename).exact !== undefined,
    servicesFor: (keys, typename) =>
      suppliers(keys, typename)
        .all.flatMap((step) => withAncestors(steps, step))
        .map(({ serviceName }) => serviceName),
  }
}
