import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  TypeInfo,
  typeFromAST,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { StoredOperation } from '../operations/load-operations.ts'
import { type Radius, radiusOf } from '../radius/predict-loss.ts'
import { responseTree } from '../radius/response-tree.ts'
import { readSubgraphSchemas, type SubgraphSchemas } from '../radius/subgraph-schemas.ts'
import { createSurvey } from '../radius/survey-outage.ts'
import { type Cost, type Exposure, findWidened } from './exposure.ts'

/** What one subgraph's failure costs, and did not before. */
export interface WidenedOutage {
  /** An operation, or null for what the schema loses whatever is asked. */
  operation: StoredOperation | null
  failed: string
  /** Response paths of the operation, as `product.rating`; or fields of the schema, as `Product.rating`. */
  lost: readonly string[]
}

export interface OutageComparison {
  widened: WidenedOutage[]
  /** Names of operations that one of the two cannot answer, even without the fields that it does not have. */
  skipped: string[]
}

/**
 * What is lost with each subgraph that was not before, in operations and in the schema.
 * @throws InputError when one of them needs what no gateway of this kind serves.
 */
export function compareOutages(
  supergraphs: { before: string; after: string },
  operations: readonly StoredOperation[],
): OutageComparison {
  if (skeletonOf(supergraphs.before) === skeletonOf(supergraphs.after)) {
    return { widened: [], skipped: [] }
  }
  const before = readSubgraphSchemas(supergraphs.before)
  const after = readSubgraphSchemas(supergraphs.after)
  const lossesBefore = radiusOf(before)
  const lossesAfter = radiusOf(after)
  const skipped: string[] = []
  const ofOperations = operations.flatMap((operation) => {
    const knownBefore = knownPart(operation.document, before)
    const knownAfter = knownPart(operation.document, after)
    if (knownBefore === null || knownAfter === null) {
      skipped.push(operation.name)
      return []
    }
    const pathsAfter = new Set(pathsOf(after, knownAfter))
    const paths = pathsOf(before, knownBefore).filter((path) => pathsAfter.has(path))
    return group(
      operation,
      exposureOf(paths, lossesBefore, knownBefore),
      exposureOf(paths, lossesAfter, knownAfter),
    )
  })
  return { widened: [...ofOperations, ...group(null, surveyAll(before), surveyAll(after))], skipped }
}

/** What of a supergraph has to do with who can resolve what. */
function skeletonOf(supergraphSdl: string): string {
  const skeleton: DocumentNode = visit(parse(supergraphSdl, { noLocation: true }), {
    enter: (node) => {
      if (node.kind === Kind.DIRECTIVE && !node.name.value.startsWith('join__')) return null
      return 'description' in node && node.description ? { ...node, description: undefined } : undefined
    },
  })
  return print(skeleton)
}

/** An operation without what a schema does not have; null where that does not make it valid. */
function knownPart(document: DocumentNode, { apiSchema }: SubgraphSchemas): DocumentNode | null {
  const typeInfo = new TypeInfo(apiSchema)
  const isGone = (type: NamedTypeNode | undefined): boolean =>
    type !== undefined && !apiSchema.getType(type.name.value)
  const fragments = document.definitions.flatMap((definition) =>
    definition.kind === Kind.FRAGMENT_DEFINITION && isGone(definition.typeCondition)
      ? definition.name.value
      : [],
  )
  const known: DocumentNode = visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: () => (typeInfo.getParentType() && !typeInfo.getFieldDef() ? null : undefined),
      Argument: () => (typeInfo.getArgument() ? undefined : null),
      InlineFragment: ({ typeCondition }) => (isGone(typeCondition) ? null : undefined),
      FragmentSpread: ({ name }) => (fragments.includes(name.value) ? null : undefined),
      FragmentDefinition: ({ name }) => (fragments.includes(name.value) ? null : undefined),
      VariableDefinition: ({ type }) => (typeFromAST(apiSchema, type) ? undefined : null),
      SelectionSet: {
        leave: (set) => (set.selections.length === 0 ? { ...set, selections: [typename] } : undefined),
      },
    }),
  )
  return isValid(apiSchema, known) ? known : null
}

/** Asks for nothing that a response tree shows. */
const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** What was used by a field alone is not used without it. */
const rules = specifiedRules.filter(
  (rule) => rule !== NoUnusedFragmentsRule && rule !== NoUnusedVariablesRule,
)

const isValid = (schema: GraphQLSchema, document: DocumentNode): boolean =>
  validate(schema, document, rules).length === 0

function pathsOf(schemas: SubgraphSchemas, document: DocumentNode): string[] {
  const paths: string[] = []
  const open = [...responseTree(schemas, document)]
  for (const { path, children } of open) {
    paths.push(path.join('.'))
    open.push(...children)
  }
  return paths
}

/** What the failure of each subgraph costs of the paths that are given. Most have nothing to do with an operation. */
function exposureOf(
  paths: readonly string[],
  { subgraphs, dependsOn, predictLoss }: Radius,
  document: DocumentNode,
): Exposure {
  const exposure = new Map(paths.map((path) => [path, new Map<string, Cost>()]))
  const depends = dependsOn({ document })
  for (const name of subgraphs.filter((each) => depends.has(each))) {
    const costs = new Map<string, Cost>()
    for (const loss of predictLoss({ document, failed: new Set([name]) })) {
      const place = loss.path.filter((step) => step !== '*').join('.')
      const isAlways =
        loss.isCertain && loss.types.length === 0 && loss.when.length === 0 && loss.overrides.length === 0
      costs.set(place, isAlways || costs.get(place) === 2 ? 2 : 1)
    }
    for (const [path, lostWith] of exposure) {
      const cost = highestCost(path, costs)
      if (cost !== 0) lostWith.set(name, cost)
    }
  }
  return exposure
}

/** Of what is lost at a path or above it. */
function highestCost(path: string, costs: ReadonlyMap<string, Cost>): Cost | 0 {
  const steps = path.split('.')
  const found = [costs.get(''), ...steps.map((_, index) => costs.get(steps.slice(0, index + 1).join('.')))]
  return found.includes(2) ? 2 : found.includes(1) ? 1 : 0
}

/** What the failure of each subgraph costs of each field of the schema. */
function surveyAll(schemas: SubgraphSchemas): Exposure {
  const survey = createSurvey(schemas)
  const exposure = new Map<string, Map<string, Cost>>()
  for (const type of Object.values(schemas.apiSchema.getTypeMap())) {
    if (!('getFields' in type) || type.name.startsWith('__')) continue
    for (const field of Object.keys(type.getFields())) exposure.set(`${type.name}.${field}`, new Map())
  }
  for (const name of schemas.names) {
    const { own, dragged } = survey([name])
    for (const { fields, isEverywhere } of dragged) {
      for (const field of fields) {
        const known = exposure.get(field)
        if (isEverywhere || known?.get(name) === undefined) known?.set(name, isEverywhere ? 2 : 1)
      }
    }
    for (const [type, fields] of own)
      for (const field of fields) exposure.get(`${type}.${field}`)?.set(name, 2)
  }
  return exposure
}

/** One outage for each subgraph, with the highest of what it costs more. */
function group(operation: StoredOperation | null, before: Exposure, after: Exposure): WidenedOutage[] {
  const lost = new Map<string, string[]>()
  for (const { thing, without } of findWidened(before, after)) {
    for (const failed of without) lost.set(failed, [...(lost.get(failed) ?? []), thing])
  }
  return [...lost].map(([failed, things]) => ({
    operation,
    failed,
    lost:
      operation === null
        ? things
        : things.filter((path) => !things.some((above) => path !== above && path.startsWith(`${above}.`))),
  }))
}
