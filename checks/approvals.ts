import { z } from 'zod'
import type { Finding } from './finding.ts'
import { readYaml } from './read-yaml.ts'

/** Somebody's word that a finding may pass. */
export interface Approval {
  /** What the finding says that it takes, as `field-removed Product.name`. */
  what: string
  who: string
  why: string
  /** The last day on which it counts, as `2026-12-31`. */
  until: string
}

const words = z.string().regex(/\S/, 'takes words')

const approvedYaml = z.strictObject({
  approved: z.array(z.strictObject({ what: words, who: words, why: words, until: z.iso.date() })),
})

/** @throws InputError that names the key, and what is accepted there. */
export const readApprovals = (file: string): Approval[] => readYaml(file, approvedYaml).approved

interface Approving {
  file: string
  approvals: readonly Approval[]
  /** As `2026-11-25`. */
  today: string
  /** Whether anything differs from the base: if not, nothing can be approved, nor be missed. */
  isChanged: boolean
}

/**
 * Lets through what is approved, and tells of approvals that let nothing through or have run out: they would
 * otherwise wait for the next change that they were not meant for.
 */
export function applyApprovals(
  findings: readonly Finding[],
  { file, approvals, today, isChanged }: Approving,
): { findings: Finding[]; idle: Finding[] } {
  const valid = new Map(
    approvals.filter(({ until }) => until >= today).map((approval) => [approval.what, approval]),
  )
  const let_through = findings.map((finding): Finding => {
    const approval = finding.approvable === undefined ? undefined : valid.get(finding.approvable)
    if (!approval || finding.severity !== 'error') return finding
    const { who, why, until } = approval
    return {
      ...finding,
      severity: 'hint',
      message: `${finding.message}\nApproved by ${who} until ${until}: ${why}`,
      mend: null,
    }
  })
  const wanted = new Set(
    findings.flatMap(({ approvable, severity }) => (severity === 'error' && approvable ? [approvable] : [])),
  )
  const idle = approvals.flatMap(({ what, until }): Finding[] => {
    if (until < today) {
      return [idleFinding(file, 'approval-ran-out', `The approval of \`${what}\` has run out on ${until}.`)]
    }
    if (wanted.has(what)) return []
    const finding = idleFinding(
      file,
      'approval-matches-nothing',
      `\`${what}\` is approved, and nothing here needs it.`,
    )
    return [isChanged ? finding : { ...finding, severity: 'hint' }]
  })
  return { findings: let_through, idle }
}

const idleFinding = (file: string, rule: string, message: string): Finding => ({
  check: 'approvals',
  severity: 'error',
  rule,
  subgraph: null,
  coordinate: null,
  message,
  mend: 'Take it out, or write what it was meant for, and until when.',
  location: { file, line: 1, column: 1 },
  related: [],
})
