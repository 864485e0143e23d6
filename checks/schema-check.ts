import { checkSchema } from './check-schema.ts'
import { type CommandLine, readOptions } from './command-line.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { InputError } from './finding.ts'
import { formatJson } from './reports/json.ts'
import { formatText } from './reports/text.ts'
import { readSettings } from './settings.ts'

const formats = { text: formatText, json: formatJson }
const isFormat = (name: string): name is keyof typeof formats => Object.hasOwn(formats, name)

const usage = `npm run schema:check -- [--format FORMAT] [--config FILE] [--supergraph FILE] [--settings FILE]

Composes the subgraphs, and checks that the committed supergraph is current, that the schemas keep the
rules, and that the front-end's operations fit.

  --format FORMAT    ${Object.keys(formats).join(' or ')} (text)
  --config FILE      which subgraphs (supergraph.yaml)
  --supergraph FILE  the committed supergraph (supergraph.graphql)
  --settings FILE    where the operations are, and what the rules let through (checks.yaml)

Ends with 0 when all is fine, 1 when something is refused, 2 when the subgraphs cannot be composed, 3 when
it could not run.`

/** The command `schema:check`. */
export function schemaCheck(commandLine: CommandLine): ExitCode {
  const { config, supergraph, settings, format, help } = readOptions(commandLine, {
    config: { type: 'string', default: 'supergraph.yaml' },
    supergraph: { type: 'string', default: 'supergraph.graphql' },
    settings: { type: 'string', default: 'checks.yaml' },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', default: false },
  })
  if (help) {
    commandLine.print(usage)
    return exitCodes.fine
  }
  if (!isFormat(format)) {
    throw new InputError(`There is no format "${format}". Formats: ${Object.keys(formats).join(', ')}.`)
  }
  const report = checkSchema({ config, supergraph, settings: readSettings(settings) })
  commandLine.print(formats[format](report))
  return report.exitCode
}
