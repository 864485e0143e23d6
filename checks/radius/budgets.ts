import { z } from 'zod'
import { InputError } from '../finding.ts'
import type { StoredOperation } from '../operations/load-operations.ts'
import { readYaml } from '../read-yaml.ts'
import { listed } from '../rules/schema-elements.ts'
import type { OperationReport } from './blast-report.ts'
import type { Loss } from './loss.ts'
import type { Radius } from './predict-loss.ts'
import { nodesOf } from './response-tree.ts'

/** What one operation has to keep in one outage. */
export interface Budget {
  operation: string
  /** They are down together. */
  without: readonly string[]
  /** Response paths without the items of lists; with `.**` all below as well. */
  keeps: readonly string[]
}

/** A budget that is broken: what should be kept, and what takes it. */
export interface BrokenBudget extends Budget {
  broken: { keeps: string; losses: readonly Loss[] }[]
}

/** What was held to budgets. */
export interface BudgetOutcome {
  file: string
  budgets: readonly Budget[]
  broken: readonly BrokenBudget[]
}

const names = z.union([
  z
    .string()
    .min(1)
    .transform((name) => [name]),
  z.array(z.string().min(1)).min(1),
])

const budget = z
  .strictObject({
    without: names.optional(),
    withoutEach: names.optional(),
    keeps: z.union([z.literal('everything').transform(() => ['**']), z.array(z.string().min(1)).min(1)]),
  })
  .refine(({ without, withoutEach }) => (without === undefined) !== (withoutEach === undefined), {
    error: 'takes one of `without`, for subgraphs that are down together, and `withoutEach`, for each alone',
  })

const blastRadiusYaml = z.strictObject({ operations: z.record(z.string(), z.array(budget).min(1)) })

interface Known {
  subgraphs: readonly string[]
  operations: readonly OperationReport[]
}

/**
 * Reads what operations have to keep.
 * @throws InputError that names the key, and what is accepted there: an operation, a subgraph or a field may be unknown.
 */
export function readBudgets(file: string, { subgraphs, operations }: Known): Budget[] {
  const { operations: given } = readYaml(file, blastRadiusYaml)
  return Object.entries(given).flatMap(([name, budgets]) => {
    const operation = operations.find((each) => each.name === name)
    if (!operation) {
      const known = operations.map((each) => each.name).join(', ')
      throw new InputError(`${file}: operations.${name}: there is no such operation. Operations: ${known}.`)
    }
    return budgets.flatMap(({ without = [], withoutEach = [], keeps }, index) => {
      const place = `${file}: operations.${name}.${index}`
      for (const subgraph of [...without, ...withoutEach]) {
        if (subgraphs.includes(subgraph)) continue
        throw new InputError(
          `${place}: there is no subgraph ${JSON.stringify(subgraph)}. Subgraphs: ${listed(subgraphs)}.`,
        )
      }
      for (const path of keeps) checkPath(`${place}.keeps`, path, operation)
      const sets = without.length > 0 ? [without] : withoutEach.map((subgraph) => [subgraph])
      return sets.map((set) => ({ operation: name, without: set, keeps }))
    })
  })
}

const everythingBelow = /(?:^|\.)\*\*$/

function checkPath(place: string, path: string, { name, tree }: OperationReport): void {
  const wanted = path.replace(everythingBelow, '')
  if (wanted === '' && path === '**') return
  const nodes = nodesOf(tree)
  if (nodes.some((node) => node.path.join('.') === wanted)) return
  const steps = wanted.split('.')
  const above = steps.slice(0, -1).join('.')
  const siblings = nodes.filter((node) => node.path.slice(0, -1).join('.') === above).map(({ key }) => key)
  const accepted = siblings.length === 0 ? tree.map(({ key }) => key) : siblings
  const where = siblings.length === 0 ? 'At its root' : `At ${above || 'its root'}`
  throw new InputError(
    `${place}: ${name} does not select ${wanted}. ${where} it selects ${accepted.join(', ')}.`,
  )
}

interface Checking {
  radius: Pick<Radius, 'predictLoss'>
  operations: readonly StoredOperation[]
}

/** The budgets that are broken. What may be lost breaks one as well. */
export function checkBudgets(budgets: readonly Budget[], { radius, operations }: Checking): BrokenBudget[] {
  return budgets.flatMap((each) => {
    const document = operations.find(({ name }) => name === each.operation)?.document
    if (!document) return []
    const losses = radius.predictLoss({ document, failed: new Set(each.without) })
    const broken = each.keeps.flatMap((keeps) => {
      const taking = losses.filter(({ path }) => takes(path, keeps))
      return taking.length === 0 ? [] : [{ keeps, losses: taking }]
    })
    return broken.length === 0 ? [] : [{ ...each, broken }]
  })
}

function takes(lossPath: readonly string[], keeps: string): boolean {
  const lost = lossPath.filter((step) => step !== '*')
  const kept = keeps.replace(everythingBelow, '')
  const steps = kept === '' ? [] : kept.split('.')
  const isAbove = lost.every((step, index) => steps[index] === step)
  const isBelow = everythingBelow.test(keeps) && steps.every((step, index) => lost[index] === step)
  return isAbove || isBelow
}
