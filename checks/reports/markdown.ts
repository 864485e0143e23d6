import { exitCodes } from '../exit-codes.ts'
import type { Finding, Location } from '../finding.ts'
import { type CheckReport, type CheckResult, isRefused } from '../report.ts'
import { counted } from './text.ts'

/** What a forge takes as one comment, in characters, with room for what is put around it. */
const mostCharacters = 60_000

const verdicts = {
  [exitCodes.fine]: '✅ Fine',
  [exitCodes.refused]: '❌ Refused',
  [exitCodes.notComposable]: '❌ It cannot be composed',
  [exitCodes.couldNotRun]: '❌ It could not run',
}

/** The report for a comment on a pull request: errors first, then hints; what is fine is folded away. */
export function formatMarkdown({ exitCode, results }: CheckReport): string {
  const findings = results.flatMap((result) => result.findings)
  const of = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted)
  const head = [
    `## Schema check: ${verdicts[exitCode]}`,
    '',
    '| | check | looked at | errors | hints |',
    '|---|---|---|---|---|',
    ...results.map(formatRow),
  ]
  const items = [...section('Errors', of('error')), ...section('Hints', of('hint')), ...folded(of('note'))]
  return fitting(head, items).join('\n')
}

function formatRow(result: CheckResult): string {
  const { name, subject, findings } = result
  const count = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted).length
  return `| ${isRefused(result) ? '❌' : '✅'} | ${name} | ${cell(subject)} | ${count('error')} | ${count('hint')} |`
}

const section = (title: string, findings: readonly Finding[]): string[] =>
  findings.length === 0 ? [] : [`\n### ${title}\n`, ...findings.map(formatItem)]

/** One item stands in one string, so that a comment is never cut within one. */
const folded = (notes: readonly Finding[]): string[] =>
  notes.length === 0
    ? []
    : [
        [
          `\n<details><summary>${counted(notes.length, 'safe change')}</summary>\n`,
          ...notes
            .slice(0, mostNotes)
            .map(({ rule, message }) => `- \`${rule}\` ${escapeMarkdown(oneLine(message))}`),
          ...(notes.length > mostNotes ? [`- and ${notes.length - mostNotes} more`] : []),
          '\n</details>',
        ].join('\n'),
      ]

const mostNotes = 50

function formatItem({ rule, subgraph, coordinate, message, mend, location, approvable }: Finding): string {
  const where = location ? place(location) : (subgraph ?? coordinate ?? 'the supergraph')
  return [
    `- ${code(where)} ${code(rule)}: ${escapeMarkdown(oneLine(message))}`,
    ...(mend === null ? [] : [`  - **Mend:** ${escapeMarkdown(oneLine(mend))}`]),
    ...(approvable === undefined ? [] : [`  - To let it through, approve: ${code(approvable)}`]),
  ].join('\n')
}

/** As many of the items as fit, and how many more there are. */
function fitting(head: readonly string[], items: readonly string[]): string[] {
  let length = head.join('\n').length
  const fit = items.findIndex((item) => {
    length += item.length + 1
    return length > mostCharacters
  })
  if (fit === -1) return [...head, ...items]
  return [...head, ...items.slice(0, fit), `\nand ${items.length - fit} more: \`--format json\` has all`]
}

const place = ({ file, line }: Location): string => `${file}:${line}`

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ')

/** Text within a table, where a `|` ends a cell even within code. */
const cell = (text: string): string => escapeMarkdown(oneLine(text)).replaceAll(/\\?\|/g, '\\|')

/** Code with a fence that is longer than any run of backticks within it. */
function code(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length)
  const fence = '`'.repeat(Math.max(0, ...runs) + 1)
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${oneLine(text)}${pad}${fence}`
}

/**
 * Text that stays text: no markup, no mention of a person or a team. What the messages set in backticks is code
 * already, and keeps its characters.
 */
function escapeMarkdown(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part, index) => {
      if (index % 2 === 1) return part
      return part.replaceAll(/[\\`*_[\]<>&|#~!]/g, (found) => `\\${found}`).replaceAll('@', '@\u200b')
    })
    .join('')
}
