import path from 'node:path'
import type { Finding, Location } from '../finding.ts'
import type { CheckReport } from '../report.ts'
import { allRules } from '../rules/all-rules.ts'

const levels = { error: 'error', hint: 'warning', note: 'note' } as const

/** The report as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0), for code scanning and editors. */
export function formatSarif({ exitCode, results }: CheckReport): string {
  const findings = results.flatMap((result) => result.findings)
  const rules = [...new Set(findings.map(ruleId))].toSorted()
  return JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'schema:check', rules: rules.map(formatRule) } },
          columnKind: 'utf16CodeUnits',
          invocations: [{ executionSuccessful: true, exitCode }],
          results: findings.map((finding) => formatResult(finding, rules)),
        },
      ],
    },
    null,
    2,
  )
}

const ruleId = ({ check, rule }: Finding): string => `${check}/${rule}`

function formatRule(id: string) {
  const known = allRules.find(({ name }) => id === `rules/${name}`)
  return known ? { id, shortDescription: { text: known.description } } : { id }
}

function formatResult(finding: Finding, rules: readonly string[]) {
  const { severity, message, mend, location, related, coordinate } = finding
  return {
    ruleId: ruleId(finding),
    ruleIndex: rules.indexOf(ruleId(finding)),
    level: levels[severity],
    message: { text: mend === null ? message : `${message}\n${mend}` },
    locations: location || coordinate !== null ? [formatPlace(location, coordinate)] : [],
    relatedLocations: related.map((place) => formatPlace(place, null)),
  }
}

const formatPlace = (location: Location | null, coordinate: string | null) => ({
  ...(location
    ? {
        physicalLocation: {
          artifactLocation: { uri: uriOf(location.file) },
          region: { startLine: location.line, startColumn: location.column },
        },
      }
    : {}),
  ...(coordinate === null ? {} : { logicalLocations: [{ fullyQualifiedName: coordinate }] }),
})

/** Relative where the file was named relatively, as SARIF wants it: a reader resolves it in its own checkout. */
function uriOf(file: string): string {
  const uri = path.normalize(file).split(path.sep).map(encodeURIComponent).join('/')
  return path.isAbsolute(file) ? `file://${uri}` : uri
}
