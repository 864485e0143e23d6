import type { Finding } from '../finding.ts'
import type { CheckReport, CheckResult } from '../report.ts'

/**
 * The report as JUnit XML: a suite for each check, a failed case for each error, and one case that passed where
 * there is none. Hints stand in the suite's output.
 */
export function formatJunit({ results }: CheckReport): string {
  const errors = results.flatMap(({ findings }) => findings).filter(isError)
  const tests = results.reduce((sum, result) => sum + casesIn(result), 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="schema:check" tests="${tests}" failures="${errors.length}" errors="0">`,
    ...results.map(formatSuite),
    '</testsuites>',
  ].join('\n')
}

const isError = ({ severity }: Finding): boolean => severity === 'error'

const casesIn = ({ findings }: CheckResult): number => Math.max(1, findings.filter(isError).length)

function formatSuite(result: CheckResult): string {
  const { name, subject, findings } = result
  const errors = findings.filter(isError)
  const hints = findings.filter(({ severity }) => severity === 'hint')
  return [
    `  <testsuite name="${escapeXml(name)}" tests="${casesIn(result)}" failures="${errors.length}" errors="0" skipped="0">`,
    ...(errors.length === 0
      ? [`    <testcase classname="${escapeXml(name)}" name="${escapeXml(subject)}"/>`]
      : errors.map(formatCase)),
    ...(hints.length === 0
      ? []
      : [`    <system-out>${escapeXml(hints.map(lineOf).join('\n'))}</system-out>`]),
    '  </testsuite>',
  ].join('\n')
}

function formatCase(finding: Finding): string {
  const { check, rule, coordinate, message, mend, location } = finding
  const name = [rule, coordinate].filter((part) => part !== null).join(' ')
  const file = location ? ` file="${escapeXml(location.file)}" line="${location.line}"` : ''
  const body = [lineOf(finding), ...(mend === null ? [] : [`mend: ${mend}`])].join('\n')
  return [
    `    <testcase classname="${escapeXml(check)}" name="${escapeXml(name)}"${file}>`,
    `      <failure message="${escapeXml(message)}" type="${escapeXml(rule)}">${escapeXml(body)}</failure>`,
    '    </testcase>',
  ].join('\n')
}

const lineOf = ({ rule, message, location }: Finding): string =>
  `${location ? `${location.file}:${location.line}:${location.column} ` : ''}${rule}: ${message}`

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** What XML 1.0 may hold: it has no way to write most control characters, so that they are told as what they are. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (found) => entities[found] ?? found)
    .replaceAll('\n', '&#10;')
    .replaceAll(/[^\t\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
}
