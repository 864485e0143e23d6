import picocolors from 'picocolors'
import { exitCodes } from '../exit-codes.ts'
import type { Finding, Location } from '../finding.ts'
import { type CheckReport, type CheckResult, isRefused } from '../report.ts'

/** The report for people: what each check looked at, and what it found there. */
export function formatText({ exitCode, results }: CheckReport): string {
  const errors = results.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error')
  const verdict = {
    [exitCodes.fine]: picocolors.green('Fine.'),
    [exitCodes.refused]: picocolors.red(`Refused: ${counted(errors.length, 'error')}.`),
    [exitCodes.notComposable]: picocolors.red(`It cannot be composed: ${counted(errors.length, 'error')}.`),
    [exitCodes.couldNotRun]: picocolors.red('It could not run.'),
  }[exitCode]
  return [...results.map(formatResult), verdict].join('\n')
}

function formatResult(result: CheckResult): string {
  const mark = isRefused(result) ? picocolors.red('✘') : picocolors.green('✔')
  const of = (wanted: Finding['severity']) => result.findings.filter(({ severity }) => severity === wanted)
  const told = [...of('error').slice(0, mostErrors), ...of('hint').slice(0, mostHints)]
  const more = of('error').length + of('hint').length - told.length
  return [
    `${mark} ${result.name.padEnd(11)} ${result.subject}`,
    ...told.map((finding) => `\n${formatFinding(finding)}`),
    ...(more > 0 ? [`\n  and ${more} more: --format json has all`] : []),
    ...(told.length > 0 ? [''] : []),
    ...formatNotes(of('note')),
  ].join('\n')
}

/** How many findings of one check, and lines of one message, fit on a screen beside the others. */
const mostErrors = 8
const mostHints = 5
const mostLines = 12

const mostNotes = 5

/** What is fine is told in a few lines, however much it is. */
function formatNotes(notes: readonly Finding[]): string[] {
  if (notes.length === 0) return []
  const more = notes.length - mostNotes
  return [
    ...notes.slice(0, mostNotes).map(({ rule, message }) => `  ${picocolors.dim(`${rule}: ${message}`)}`),
    ...(more > 0 ? [picocolors.dim(`  and ${more} more of that kind: --format json has all`)] : []),
  ]
}

/** One finding for people: where, what, and how to mend it. Editors and terminals make the place a link. */
export function formatFinding(finding: Finding): string {
  const { severity, rule, subgraph, coordinate, message, mend, location, related, approvable } = finding
  const mark = severity === 'error' ? picocolors.red('error') : picocolors.yellow('hint')
  const where = location ? place(location) : (subgraph ?? coordinate ?? 'the supergraph')
  return [
    `${picocolors.bold(where)}  ${mark}  ${picocolors.dim(rule)}`,
    ...indented(shortened(message), '  '),
    ...related.map((location) => picocolors.dim(`  see also ${place(location)}`)),
    ...(mend === null ? [] : indented(mend, `  ${picocolors.green('mend:')} `)),
    ...(approvable === undefined ? [] : [picocolors.dim(`  to let it through, approve: ${approvable}`)]),
  ].join('\n')
}

/** "1 error", "2 errors". */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`

const place = ({ file, line, column }: Location): string => `${file}:${line}:${column}`

/** The composer's long messages begin with what cannot be had, and end with why. */
function shortened(text: string): string {
  const lines = text.split('\n')
  if (lines.length <= mostLines) return text
  return [...lines.slice(0, mostLines / 2), '  …', ...lines.slice(-mostLines / 2)].join('\n')
}

const indented = (text: string, lead: string): string[] =>
  text.split('\n').map((line, index) => (index === 0 ? lead : '  ') + line)
