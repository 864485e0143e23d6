import { isObjectType } from 'graphql'
import { readText } from '../../read-text.ts'
import { type BlastReport, type OperationReport, pairsOf, singlesOf } from '../blast-report.ts'
import { describeLoss, textOf } from '../loss-words.ts'
import type { ResponseNode } from '../response-tree.ts'
import type { SubgraphSchemas } from '../subgraph-schemas.ts'
import { owners } from '../survey-outage.ts'

/** The parts of the page, which the page puts together to one file. */
const parts = {
  markup: 'checks/radius/page/page.html',
  style: 'checks/radius/page/page.css',
  script: 'checks/radius/page/page.js',
}

/** With how many subgraphs every set of them is worked out beforehand. With more, every set of one and of two. */
const mostForAllSets = 6

/** The sets of subgraphs that can be switched off on the page. */
export function setsOfPage(names: readonly string[]): string[][] {
  if (names.length > mostForAllSets) return [...singlesOf(names), ...pairsOf(names)]
  const sets: string[][] = []
  for (const name of names) sets.push(...sets.map((set) => [...set, name]), [name])
  return sets
}

/** One page without outside resources. `failed` is what is switched off when it is opened. */
export function formatHtml(schemas: SubgraphSchemas, report: BlastReport, failed: readonly string[]): string {
  const page = readText(parts.markup)
  const data = JSON.stringify(pageData(schemas, report, failed)).replaceAll('<', '\\u003c')
  return page
    .replace('/* style */', () => readText(parts.style))
    .replace('"the report"', () => data)
    .replace('/* script */', () => readText(parts.script))
}

function pageData(
  schemas: SubgraphSchemas,
  { subgraphs, sets, schema, operations }: BlastReport,
  failed: readonly string[],
) {
  return {
    subgraphs,
    failed,
    mostAtOnce: Math.max(...sets.map(({ length }) => length)),
    roots: Object.values(schemas.roots).filter((root) => root !== null),
    types: typesOf(schemas),
    /** By the names of those that fail, with commas between. */
    schema: Object.fromEntries(
      schema.map(({ failed: set, dragged }) => [
        set.join(','),
        dragged.map(({ fields, reason, mend, isEverywhere, kind }) => ({
          fields,
          reason,
          mend,
          isEverywhere,
          kind,
        })),
      ]),
    ),
    operations: operations.map((operation) => operationData(schemas, operation)),
  }
}

/** The types that clients can get objects of, with each field's owners. */
function typesOf(schemas: SubgraphSchemas) {
  return Object.values(schemas.apiSchema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'))
    .map((type) => ({
      name: type.name,
      isEntity: schemas.names.some((subgraph) => (schemas.typeIn(subgraph, type.name)?.keys.length ?? 0) > 0),
      fields: Object.values(type.getFields()).map((field) => ({
        name: field.name,
        type: String(field.type),
        owners: owners(schemas, `${type.name}.${field.name}`),
      })),
    }))
}

function operationData(schemas: SubgraphSchemas, { name, kind, tree, outages }: OperationReport) {
  return {
    name,
    kind,
    tree: tree.map((node) => nodeData(schemas, node, null)),
    outages: Object.fromEntries(
      outages
        .filter(({ losses }) => losses.length > 0)
        .map(({ failed, keeps, losses }) => [
          failed.join(','),
          { keeps, lost: losses.map((loss) => ({ path: textOf(loss.path), words: describeLoss(loss) })) },
        ]),
    ),
  }
}

interface NodeData {
  key: string
  coordinate: string
  /** Who gives it where it stands: of several owners, the one that gave what is around it. */
  owner: string
  children: NodeData[]
}

function nodeData(schemas: SubgraphSchemas, node: ResponseNode, around: string | null): NodeData {
  const [coordinate = ''] = node.coordinates
  const all = owners(schemas, coordinate)
  const owner = around !== null && all.includes(around) ? around : (all[0] ?? '')
  return {
    key: node.key,
    coordinate: node.coordinates.join(' | '),
    owner,
    children: node.children.map((child) => nodeData(schemas, child, owner)),
  }
}
