import type { ExitCode } from '../../exit-codes.ts'
import { exitCodes } from '../../exit-codes.ts'
import type { BlastReport } from '../blast-report.ts'
import type { BudgetOutcome } from '../budgets.ts'

/** The report for programs. `version` goes up when something here changes its meaning or goes away. */
export function formatJson(report: BlastReport, budgets: BudgetOutcome | null, exitCode: ExitCode): string {
  const [verdict] = Object.entries(exitCodes).find(([, code]) => code === exitCode) ?? []
  return JSON.stringify(
    {
      version: 1,
      verdict,
      exitCode,
      subgraphs: report.subgraphs,
      schema: report.schema.map(({ own, ...survey }) => ({ ...survey, own: Object.fromEntries(own) })),
      operations: report.operations.map(({ tree: _, ...operation }) => operation),
      budgets: budgets && { file: budgets.file, count: budgets.budgets.length, broken: budgets.broken },
    },
    null,
    2,
  )
}
