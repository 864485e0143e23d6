import { defaultRef } from './base/read-base.ts'
import { checkSchema } from './check-schema.ts'
import { type CommandLine, readOptions } from './command-line.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { InputError } from './finding.ts'
import { readFormat, reportFormats } from './reports/formats.ts'
import { readSettings } from './settings.ts'

const usage = `npm run schema:check -- [--base REF|FILE|FOLDER] [--subgraph NAME --schema FILE] [--all]
                        [--format FORMAT] [--config FILE] [--supergraph FILE] [--settings FILE]

Composes the subgraphs, and checks that the committed supergraph is current, that the schemas keep the
rules, and that the front-end's operations fit. Compares with a base: what breaks, for whom, and which
outage costs more than before.

  --base WHAT        what to compare with: a git ref (where this branch left it), a folder with a supergraph.yaml,
                     such a file, or a composed supergraph (${defaultRef}, where there is one)
  --subgraph NAME    try one subgraph's schema against the others as they are
  --schema FILE      the schema that is tried
  --all              let the rules of style look at all, and not only at what differs from the base
  --format FORMAT    ${Object.keys(reportFormats).join(', ')} (text)
  --config FILE      which subgraphs (supergraph.yaml)
  --supergraph FILE  the committed supergraph (supergraph.graphql)
  --settings FILE    where the operations are, and what is let through (checks.yaml)

Ends with 0 when all is fine, 1 when something is refused, 2 when the subgraphs cannot be composed, 3 when
it could not run.`

/** The command `schema:check`. */
export async function schemaCheck(commandLine: CommandLine): Promise<ExitCode> {
  const given = readOptions(commandLine, {
    config: { type: 'string', default: 'supergraph.yaml' },
    supergraph: { type: 'string', default: 'supergraph.graphql' },
    settings: { type: 'string', default: 'checks.yaml' },
    base: { type: 'string' },
    subgraph: { type: 'string' },
    schema: { type: 'string' },
    all: { type: 'boolean', default: false },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', default: false },
  })
  const { config, supergraph, base = null, format } = given
  if (given.help) {
    commandLine.print(usage)
    return exitCodes.fine
  }
  const formatReport = readFormat(format)
  const report = await checkSchema({
    config,
    supergraph,
    base,
    settings: readSettings(given.settings),
    trial: readTrial(given),
    lintAll: given.all,
    today: new Date().toISOString().slice(0, 10),
  })
  commandLine.print(formatReport(report))
  return report.exitCode
}

function readTrial({ subgraph, schema }: { subgraph?: string | undefined; schema?: string | undefined }) {
  if (subgraph === undefined && schema === undefined) return null
  if (subgraph !== undefined && schema !== undefined) return { subgraph, schema }
  throw new InputError('--subgraph and --schema go together: which subgraph, and the schema to try for it.')
}
