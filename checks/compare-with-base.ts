import { applyApprovals, readApprovals } from './approvals.ts'
import { type Base, extract, type NoBase } from './base/read-base.ts'
import { checkChanges, type Side } from './changes/check-changes.ts'
import type { Composed } from './compose/compose.ts'
import { checkContracts } from './contracts/check-contracts.ts'
import type { Finding } from './finding.ts'
import type { StoredOperation } from './operations/load-operations.ts'
import { readUsage, type Usage } from './operations/read-usage.ts'
import { checkOutages } from './outages/check-outages.ts'
import type { CheckResult } from './report.ts'
import { counted } from './reports/text.ts'
import type { CheckSettings } from './settings.ts'

interface Comparing {
  base: Base | NoBase
  composed: Composed
  operations: readonly StoredOperation[]
  settings: CheckSettings
  today: string
}

/** The parts of the check that need to know what was there before. */
export async function compareWithBase(comparing: Comparing): Promise<CheckResult[]> {
  const { base, composed, operations, settings, today } = comparing
  const usage = settings.usage === null ? noUsage : readUsage(settings.usage, { stored: operations, today })
  const approvalsFile = settings.changes.approvals
  const approvals = approvalsFile === null ? [] : readApprovals(approvalsFile)
  const variants = await checkContracts({
    ...composed,
    contracts: settings.contracts,
    baseSdl: 'reason' in base ? null : base.supergraphSdl,
  })
  if ('reason' in base) return [notCompared(base.reason), ...variants]

  const after: Side = base.sources === null ? extract('the supergraph', composed.supergraphSdl) : composed
  const { letThroughUnused } = settings.changes
  const changes = await checkChanges({ before: base, after, operations, usage, letThroughUnused })
  const outages = checkOutages({ before: base.supergraphSdl, after: composed.supergraphSdl }, operations)
  const approved = applyApprovals([...changes, ...outages, ...variants.flatMap(({ findings }) => findings)], {
    file: approvalsFile ?? '',
    approvals,
    today,
    isChanged: changes.length > 0,
  })
  const of = (check: Finding['check']): Finding[] => approved.findings.filter((each) => each.check === check)
  const beside = settings.usage === null ? '' : ` and ${usageWords(usage, settings.usage.files)}`
  return [
    {
      name: 'changes',
      subject: `against ${base.label}${base.sources === null ? ', a composed supergraph: tags and the like are not compared' : ''}: ${levelWords(of('changes'))}, for ${counted(operations.length, 'operation')}${beside}`,
      findings: [...of('changes'), ...usage.gaps.map(toGapFinding)],
    },
    {
      name: 'outages',
      subject: `against ${base.label}: ${counted(operations.length, 'operation')} and the schema, without each of ${counted(composed.subgraphs.length, 'subgraph')}`,
      findings: of('outages'),
    },
    ...variants.map((variant) => ({ ...variant, findings: of('contracts') })),
    ...(approvals.length === 0
      ? []
      : [
          {
            name: 'approvals' as const,
            subject: `${counted(approvals.length, 'approval')} of ${approvalsFile}`,
            findings: approved.idle,
          },
        ]),
  ]
}

const noUsage: Usage = { operations: [], leftOut: 0, from: null, gaps: [] }

function usageWords({ operations, leftOut, from }: Usage, files: readonly string[]): string {
  const words = `${counted(operations.length, 'entry', 'entries')} of ${files.join(', ')}`
  return leftOut === 0 ? words : `${words} (${leftOut} left out, last seen before ${from})`
}

const toGapFinding = (gap: string): Finding => ({
  check: 'changes',
  severity: 'hint',
  rule: 'usage-incomplete',
  subgraph: null,
  coordinate: null,
  message: `More may be in use than is known: ${gap}`,
  mend: 'Until it is known, `letThroughUnused` lets nothing through; an approval does.',
  location: null,
  related: [],
})

function levelWords(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing differs'
  const count = (level: string): number => findings.filter(({ change }) => change?.level === level).length
  return `${count('breaking')} breaking, ${count('dangerous')} dangerous, ${count('safe')} safe`
}

const notCompared = (reason: string): CheckResult => ({
  name: 'changes',
  subject: 'not checked: there is nothing to compare with',
  findings: [
    {
      check: 'changes',
      severity: 'hint',
      rule: 'no-base',
      subgraph: null,
      coordinate: null,
      message: `Changes and their outages were not checked: ${reason}`,
      mend: 'Fetch the branch that this one goes to (`git fetch origin main`), or name another with `--base`.',
      location: null,
      related: [],
    },
  ],
})
