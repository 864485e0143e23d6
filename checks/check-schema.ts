import { type Base, composeBase, type NoBase, readBase } from './base/read-base.ts'
import { compareWithBase } from './compare-with-base.ts'
import { apiSchemaOf, type Composed, compose, readSubgraphs, type SubgraphSource } from './compose/compose.ts'
import { findCulprits } from './compose/find-culprits.ts'
import { isCurrent } from './compose/schema-compose.ts'
import { readSupergraphConfig } from './compose/supergraph-config.ts'
import { exitCodes } from './exit-codes.ts'
import { type Finding, InputError } from './finding.ts'
import { checkLint } from './lint/check-lint.ts'
import { checkOperations } from './operations/check-operations.ts'
import { readOperations } from './operations/load-operations.ts'
import { readText } from './read-text.ts'
import { type CheckReport, type CheckResult, isRefused } from './report.ts'
import { allRules } from './rules/all-rules.ts'
import { runRules } from './rules/run-rules.ts'
import { listed } from './rules/schema-elements.ts'
import type { CheckSettings } from './settings.ts'

export interface CheckRequest {
  /** The file that names the subgraphs. */
  config: string
  /** The committed supergraph. */
  supergraph: string
  settings: CheckSettings
  /** What to compare with: a git ref, a file or a folder; null for the default. */
  base: string | null
  /** One subgraph's schema that is tried against the others as they are; null to check what is there. */
  trial: { subgraph: string; schema: string } | null
  /** Whether the rules of style look at all, and not only at what differs from the base. */
  lintAll: boolean
  /** As `2026-11-25`: approvals run out. */
  today: string
}

/** @throws InputError when a file cannot be read. */
export async function checkSchema(request: CheckRequest): Promise<CheckReport> {
  const { config, supergraph, settings, trial } = request
  const current = readSubgraphs(readSupergraphConfig(config))
  const wanted = trial ? replaceSchema(current, trial) : current
  const { composed, errors } = compose(wanted)
  const base = findBase(request, current)
  if (errors) {
    const result: CheckResult = {
      name: 'composition',
      subject: `the subgraphs of ${config}`,
      findings: errors,
    }
    return { exitCode: exitCodes.notComposable, results: [result, ...culpritsResult(base, wanted)] }
  }
  const names = listed(composed.subgraphs.map(({ name }) => name))
  const operations = readOperations(settings.operations)
  const apiSchema = apiSchemaOf(composed)
  const results: CheckResult[] = [
    { name: 'composition', subject: `${names} compose`, findings: composed.hints },
    // What is only tried is not committed yet.
    ...(trial ? [] : [currentResult(supergraph, composed)]),
    {
      name: 'rules',
      subject: `${allRules.length} rules for ${composed.subgraphs.length} subgraphs`,
      findings: runRules(composed.subgraphs, settings),
    },
    ...(await checkLint({
      ...composed,
      rules: settings.lint,
      sources: wanted,
      base: request.lintAll || 'reason' in base ? null : base,
    })),
    {
      name: 'operations',
      subject: `${operations.length} operations of ${settings.operations}`,
      findings: checkOperations(apiSchema, operations),
    },
    ...(await compareWithBase({ ...request, base, composed, operations })),
  ]
  return { exitCode: results.some(isRefused) ? exitCodes.refused : exitCodes.fine, results }
}

/** What is tried is compared with what is there, unless something else is asked for. */
function findBase({ base, config, trial }: CheckRequest, current: readonly SubgraphSource[]): Base | NoBase {
  if (!trial || base !== null) return readBase({ base, config })
  return composeBase(config, current)
}

/** Whose change it is that the subgraphs do not compose; nothing where there is no base that did. */
function culpritsResult(base: Base | NoBase, wanted: readonly SubgraphSource[]): CheckResult[] {
  if ('reason' in base || base.sources === null) return []
  const { culprits, message } = findCulprits(base.label, base.sources, wanted)
  const finding: Finding = {
    check: 'changes',
    severity: 'error',
    rule: 'not-composable',
    subgraph: culprits.length === 1 ? (culprits[0] ?? null) : null,
    coordinate: null,
    message,
    mend: null,
    location: null,
    related: [],
  }
  return [{ name: 'changes', subject: `against ${base.label}`, findings: [finding] }]
}

function replaceSchema(
  sources: readonly SubgraphSource[],
  { subgraph, schema }: { subgraph: string; schema: string },
): SubgraphSource[] {
  if (!sources.some(({ name }) => name === subgraph)) {
    const known = sources.map(({ name }) => name)
    throw new InputError(
      `--subgraph: there is no subgraph ${JSON.stringify(subgraph)}. Subgraphs: ${listed(known)}.`,
    )
  }
  const sdl = readText(schema)
  return sources.map((source) => (source.name === subgraph ? { ...source, file: schema, sdl } : source))
}

const currentResult = (supergraph: string, composed: Composed): CheckResult => ({
  name: 'supergraph',
  subject: `${supergraph} against the subgraphs`,
  findings: checkCurrent(supergraph, composed),
})

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
