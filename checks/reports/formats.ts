import { InputError } from '../finding.ts'
import type { CheckReport } from '../report.ts'
import { formatGithub } from './github.ts'
import { formatJson } from './json.ts'
import { formatJunit } from './junit.ts'
import { formatMarkdown } from './markdown.ts'
import { formatSarif } from './sarif.ts'
import { formatText } from './text.ts'

/** The ways in which a report can be written, by what `--format` calls them. */
export const reportFormats = {
  text: formatText,
  json: formatJson,
  markdown: formatMarkdown,
  junit: formatJunit,
  github: formatGithub,
  sarif: formatSarif,
}

const isFormat = (name: string): name is keyof typeof reportFormats => Object.hasOwn(reportFormats, name)

/** @throws InputError that names those that there are. */
export function readFormat(name: string): (report: CheckReport) => string {
  if (isFormat(name)) return reportFormats[name]
  throw new InputError(`There is no format "${name}". Formats: ${Object.keys(reportFormats).join(', ')}.`)
}
