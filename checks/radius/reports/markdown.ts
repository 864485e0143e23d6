import { listed } from '../../rules/schema-elements.ts'
import type { BlastReport, OperationOutage } from '../blast-report.ts'
import type { BudgetOutcome } from '../budgets.ts'
import { describeLoss, summarize } from '../loss-words.ts'
import type { OutageSurvey } from '../survey-outage.ts'

/** The report for a pull request or a page of documentation. */
export function formatMarkdown(
  { sets, operations, schema }: BlastReport,
  budgets: BudgetOutcome | null,
): string {
  return [
    '## What an operation loses without',
    '',
    row(['operation', ...sets.map((set) => listed(set))]),
    row(['---', ...sets.map(() => '---')]),
    ...operations.map(({ name, outages }) => row([name, ...outages.map(cellOf)])),
    '',
    '## What the schema loses',
    '',
    ...schema.flatMap(surveyOf),
    '',
    ...budgetsOf(budgets),
  ].join('\n')
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

function cellOf(outage: OperationOutage): string {
  if (outage.keeps === 'all') return ''
  if (outage.keeps === 'nothing') return '**all of it**'
  return summarize(outage).map(code).join('<br>')
}

function surveyOf({ failed, own, dragged }: OutageSurvey): string[] {
  const fields = [...own.values()].reduce((sum, names) => sum + names.length, 0)
  const others = dragged.length === 0 ? 'no field of the others' : 'of the others'
  return [
    `- **${listed(failed)}**: ${fields} fields of ${own.size} types, and ${others}`,
    ...dragged.map(
      ({ fields: names, reason, mend }) => `  - ${names.map(code).join(' ')}: ${reason} *Mend:* ${mend}`,
    ),
  ]
}

function budgetsOf(outcome: BudgetOutcome | null): string[] {
  if (outcome === null) return []
  const { file, budgets, broken } = outcome
  if (broken.length === 0) return [`Budgets in ${code(file)}: ${budgets.length}, all kept.`]
  return [
    `Budgets in ${code(file)}: ${broken.length} of ${budgets.length} broken.`,
    '',
    ...broken.flatMap(({ operation, without, broken: fields }) =>
      fields.flatMap(({ keeps, losses }) => [
        `- **${operation}** without ${listed(without)} has to keep ${code(keeps)}`,
        ...losses.map((loss) => `  - ${describeLoss(loss)}`),
      ]),
    ),
  ]
}
