import type { ExitCode } from './exit-codes.ts'
import type { CheckName, Finding } from './finding.ts'

/** What one part of the check came to. It is refused when a finding is an error. */
export interface CheckResult {
  name: CheckName
  /** What was looked at, in a line. */
  subject: string
  findings: Finding[]
}

export interface CheckReport {
  exitCode: ExitCode
  /** Those that ran: without a composition, there is nothing to run the others on. */
  results: CheckResult[]
}

export const isRefused = ({ findings }: CheckResult): boolean =>
  findings.some(({ severity }) => severity === 'error')
