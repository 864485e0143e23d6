import { validate } from 'graphql'
import { InputError } from '../finding.ts'
import type { StoredOperation } from '../operations/load-operations.ts'
import type { Loss } from './loss.ts'
import { radiusOf } from './predict-loss.ts'
import { leavesOf, type ResponseNode, responseTree } from './response-tree.ts'
import type { SubgraphSchemas } from './subgraph-schemas.ts'
import { createSurvey, type OutageSurvey } from './survey-outage.ts'

/** What an outage costs one operation. */
export interface OperationOutage {
  failed: readonly string[]
  losses: readonly Loss[]
  /** `nothing`: no field of the root is left. A field counts as lost where it may be, by variables or types. */
  keeps: 'all' | 'some' | 'nothing'
  /** How many of the operation's values are lost. */
  lostValues: number
}

export interface OperationReport {
  name: string
  kind: StoredOperation['kind']
  file: string
  tree: readonly ResponseNode[]
  /** How many values it asks for, as the document has them. */
  values: number
  outages: readonly OperationOutage[]
}

export interface BlastReport {
  subgraphs: readonly string[]
  /** The sets of subgraphs that fail together. */
  sets: readonly (readonly string[])[]
  schema: readonly OutageSurvey[]
  operations: readonly OperationReport[]
}

export interface BlastRequest {
  schemas: SubgraphSchemas
  operations: readonly StoredOperation[]
  sets: readonly (readonly string[])[]
}

/**
 * What each set of failed subgraphs costs the schema and each operation.
 * @throws InputError that names an operation which does not fit the schema.
 */
export function reportBlast({ schemas, operations, sets }: BlastRequest): BlastReport {
  const survey = createSurvey(schemas)
  const { predictLoss } = radiusOf(schemas)
  return {
    subgraphs: schemas.names,
    sets,
    schema: sets.map(survey),
    operations: operations.map(({ name, kind, file, document }) => {
      const [error] = validate(schemas.apiSchema, document)
      if (error) throw new InputError(`${file}: ${name}: ${error.message}`)
      const tree = responseTree(schemas, document)
      return {
        name,
        kind,
        file,
        tree,
        values: leavesOf(tree).length,
        outages: sets.map((failed) => {
          const losses = predictLoss({ document, failed: new Set(failed) })
          return { failed, losses, ...remains(tree, losses) }
        }),
      }
    }),
  }
}

function remains(
  tree: readonly ResponseNode[],
  losses: readonly Loss[],
): Pick<OperationOutage, 'keeps' | 'lostValues'> {
  const lost = lostPaths(losses)
  const lostValues = leavesOf(tree).filter(({ path }) => isLost(lost, path)).length
  const isRootLeft = tree.some(({ path }) => !isLost(lost, path))
  return { lostValues, keeps: losses.length === 0 ? 'all' : isRootLeft ? 'some' : 'nothing' }
}

const withoutItems = (path: readonly string[]): string[] => path.filter((step) => step !== '*')

/** The places of losses, without the items of lists, as text. */
const lostPaths = (losses: readonly Loss[]): Set<string> =>
  new Set(losses.map(({ path }) => withoutItems(path).join('.')))

/** Whether a path, or one above it, is among those that are lost. */
const isLost = (lost: ReadonlySet<string>, path: readonly string[]): boolean =>
  lost.has('') || path.some((_, index) => lost.has(path.slice(0, index + 1).join('.')))

/** Every set of one, and of two. */
export const singlesOf = (names: readonly string[]): string[][] => names.map((name) => [name])
export const pairsOf = (names: readonly string[]): string[][] =>
  names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other]))
