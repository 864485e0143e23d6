import { Supergraph } from '@apollo/federation-internals'
import { type Composed, compose, readSubgraphs } from './compose/compose.ts'
import { isCurrent } from './compose/schema-compose.ts'
import { readSupergraphConfig } from './compose/supergraph-config.ts'
import { exitCodes } from './exit-codes.ts'
import type { Finding } from './finding.ts'
import { checkOperations } from './operations/check-operations.ts'
import { loadOperations } from './operations/load-operations.ts'
import { type CheckReport, type CheckResult, isRefused } from './report.ts'
import { allRules } from './rules/all-rules.ts'
import { runRules } from './rules/run-rules.ts'
import { listed } from './rules/schema-elements.ts'
import type { CheckSettings } from './settings.ts'

interface CheckFiles {
  /** The file that names the subgraphs. */
  config: string
  /** The committed supergraph. */
  supergraph: string
  settings: CheckSettings
}

/** @throws InputError when a file cannot be read. */
export function checkSchema({ config, supergraph, settings }: CheckFiles): CheckReport {
  const { composed, errors } = compose(readSubgraphs(readSupergraphConfig(config)))
  if (errors) {
    const result: CheckResult = {
      name: 'composition',
      subject: `the subgraphs of ${config}`,
      findings: errors,
    }
    return { exitCode: exitCodes.notComposable, results: [result] }
  }
  const names = listed(composed.subgraphs.map(({ name }) => name))
  const operations = loadOperations(settings.operations)
  const apiSchema = Supergraph.build(composed.supergraphSdl).apiSchema().toGraphQLJSSchema()
  const results: CheckResult[] = [
    { name: 'composition', subject: `${names} compose`, findings: composed.hints },
    {
      name: 'supergraph',
      subject: `${supergraph} against the subgraphs`,
      findings: checkCurrent(supergraph, composed),
    },
    {
      name: 'rules',
      subject: `${allRules.length} rules for ${composed.subgraphs.length} subgraphs`,
      findings: runRules(composed.subgraphs, settings),
    },
    {
      name: 'operations',
      subject: `${operations.length} operations of ${settings.operations}`,
      findings: checkOperations(apiSchema, operations),
    },
  ]
  return { exitCode: results.some(isRefused) ? exitCodes.refused : exitCodes.fine, results }
}

function checkCurrent(file: string, { supergraphSdl }: Composed): Finding[] {
  if (isCurrent(file, supergraphSdl)) return []
  return [
    {
      check: 'supergraph',
      severity: 'error',
      rule: 'supergraph-current',
      subgraph: null,
      coordinate: null,
      message: `${file} is not what the subgraphs compose to.`,
      mend: 'Run `npm run schema:compose` and commit what it writes.',
      location: { file, line: 1, column: 1 },
      related: [],
    },
  ]
}
