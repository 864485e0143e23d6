import { exitCodes } from '../exit-codes.ts'
import { type CheckReport, isRefused } from '../report.ts'

/** The report for programs. `version` goes up when something here changes its meaning or goes away. */
export function formatJson({ exitCode, results }: CheckReport): string {
  const [verdict] = Object.entries(exitCodes).find(([, code]) => code === exitCode) ?? []
  return JSON.stringify(
    {
      version: 1,
      verdict,
      exitCode,
      checks: results.map((result) => ({ ...result, passed: !isRefused(result) })),
    },
    null,
    2,
  )
}
