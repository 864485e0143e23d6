import type { Finding } from '../finding.ts'
import type { CheckReport } from '../report.ts'
import { formatText } from './text.ts'

/**
 * Annotations for GitHub Actions
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions), and the text for the log. GitHub
 * shows ten of each kind a step, so the errors come first.
 */
export function formatGithub(report: CheckReport): string {
  const findings = report.results.flatMap((result) => result.findings)
  const of = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted)
  return [
    ...of('error').map((finding) => annotation('error', finding)),
    ...of('hint').map((finding) => annotation('warning', finding)),
    withoutCommands(formatText(report)),
  ].join('\n')
}

/** What the text says, a name in a schema for example, is never taken for a command. */
const withoutCommands = (text: string): string =>
  text.replaceAll(/^(\s*)::/gm, '$1: :').replaceAll('##[', '## [')

function annotation(command: 'error' | 'warning', { check, rule, message, mend, location }: Finding): string {
  const properties = [
    ...(location
      ? [
          ['file', location.file] as const,
          ['line', location.line] as const,
          ['col', location.column] as const,
        ]
      : []),
    ['title', `${check}: ${rule}`] as const,
  ].map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
  const text = mend === null ? message : `${message}\n${mend}`
  return `::${command} ${properties.join(',')}::${escapeData(text)}`
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
