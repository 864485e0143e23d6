import Table from 'cli-table3'
import picocolors from 'picocolors'
import { counted } from '../../reports/text.ts'
import { listed } from '../../rules/schema-elements.ts'
import type { BlastReport, OperationOutage } from '../blast-report.ts'
import type { BrokenBudget, BudgetOutcome } from '../budgets.ts'
import { describeLoss, summarize } from '../loss-words.ts'
import type { OutageSurvey } from '../survey-outage.ts'

const widestCell = 48
const narrowestCell = 18
const mostLines = 5

interface TextOptions {
  /** How wide the terminal is. */
  columns: number
  /** Whether each lost path is told with its reason. */
  withReasons: boolean
}

/** The report for people, for a terminal of some columns. */
export function formatText(
  report: BlastReport,
  budgets: BudgetOutcome | null,
  { columns, withReasons }: TextOptions,
): string {
  return [
    `${picocolors.bold('What an operation loses without')}  ${picocolors.dim('(–: nothing, ?: by variables or types)')}`,
    formatOperations(report, columns),
    ...(withReasons ? formatReasons(report) : []),
    picocolors.bold('What the schema loses'),
    ...report.schema.map(formatSurvey),
    '',
    formatBudgets(budgets),
  ].join('\n')
}

function formatOperations({ sets, operations }: BlastReport, columns: number): string {
  const nameWidth = Math.max(...operations.map(({ name }) => name.length), 9) + 2
  const room = Math.floor((columns - nameWidth - 1) / sets.length) - 1
  const width = Math.min(widestCell, Math.max(narrowestCell, room))
  const table = new Table({
    head: ['operation', ...sets.map((set) => listed(set))].map(picocolors.bold),
    colWidths: [nameWidth, ...sets.map(() => width)],
    // The table's own colours would be there without a terminal as well.
    style: { head: [], border: [] },
  })
  for (const { name, outages } of operations)
    table.push([name, ...outages.map((outage) => formatCell(outage, width - 2))])
  return table.toString()
}

const formatReasons = ({ operations }: BlastReport): string[] =>
  operations.flatMap(({ name, outages }) =>
    outages.flatMap(({ failed, losses }) =>
      losses.length === 0
        ? []
        : [
            `${picocolors.bold(name)} without ${listed(failed)}`,
            ...[...new Set(losses.map(describeLoss))].map((words) => `  ${words}`),
          ],
    ),
  )

function formatCell(outage: OperationOutage, width: number): string {
  if (outage.keeps === 'all') return picocolors.dim('–')
  const colour = outage.keeps === 'nothing' ? picocolors.red : picocolors.yellow
  return summarize(outage, mostLines)
    .flatMap((line) => wrapped(line, width))
    .map(colour)
    .join('\n')
}

/** Breaks a line after blanks and dots, so that long paths can be read and copied. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const piece of text.split(/(?<=[ .])/)) {
    if (line !== '' && line.length + piece.trimEnd().length > width) {
      lines.push(line.trimEnd())
      line = '  '
    }
    line += piece
  }
  return [...lines, line]
}

function formatSurvey({ failed, own, dragged }: OutageSurvey): string {
  const fields = [...own.values()].reduce((sum, names) => sum + names.length, 0)
  const head = `${picocolors.bold(listed(failed))}  ${counted(fields, 'field')} of ${counted(own.size, 'type')} go with it`
  if (dragged.length === 0) return `${head}, and no field of the others.`
  return [
    `${head}, and of the others:`,
    ...dragged.flatMap(({ fields: names, subgraphs, reason, mend }) => [
      `  ${picocolors.red('✘')} ${names.join(' ')}  ${picocolors.dim(listed(subgraphs))}`,
      `    ${reason}`,
      `    ${picocolors.green('mend:')} ${mend}`,
    ]),
  ].join('\n')
}

function formatBudgets(outcome: BudgetOutcome | null): string {
  if (outcome === null) return picocolors.dim('No budgets were read: they are for other operations.')
  const { file, budgets, broken } = outcome
  if (broken.length === 0) {
    return `${picocolors.green('Fine.')} ${counted(budgets.length, 'budget')} in ${file}, all kept.`
  }
  return [
    ...broken.map(formatBroken),
    picocolors.red(
      `Refused: ${broken.length} of ${counted(budgets.length, 'budget')} in ${file} ${broken.length === 1 ? 'is' : 'are'} broken.`,
    ),
  ].join('\n')
}

const formatBroken = ({ operation, without, broken }: BrokenBudget): string =>
  [
    `${picocolors.red('✘')} ${picocolors.bold(operation)} without ${listed(without)}`,
    ...broken.flatMap(({ keeps, losses }) => [
      `    it has to keep ${keeps}`,
      ...losses.map((loss) => `      ${describeLoss(loss)}`),
    ]),
  ].join('\n')
