import { statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type CommandLine, readOptions } from '../command-line.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { InputError } from '../finding.ts'
import { loadOperations, type StoredOperation } from '../operations/load-operations.ts'
import { readText, reasonFor } from '../read-text.ts'
import { listed } from '../rules/schema-elements.ts'
import { pairsOf, reportBlast, singlesOf } from './blast-report.ts'
import { type BudgetOutcome, checkBudgets, readBudgets } from './budgets.ts'
import { radiusOf } from './predict-loss.ts'
import { formatHtml, setsOfPage } from './reports/html.ts'
import { formatJson } from './reports/json.ts'
import { formatMarkdown } from './reports/markdown.ts'
import { formatText } from './reports/text.ts'
import { readSubgraphSchemas, type SubgraphSchemas } from './subgraph-schemas.ts'

const defaults = {
  supergraph: 'supergraph.graphql',
  operations: 'storefront/operations',
  budgets: 'blast-radius.yaml',
}

const usage = `npm run blast-radius -- [--failed NAMES]… [--json | --markdown] [--html FILE] [--operations PATH]
                        [--supergraph FILE] [--budgets FILE]

What it costs when subgraphs fail: which response paths of which operation are null, and which fields of
which type. It is worked out from the supergraph and the operations alone. Fails when an operation does not
keep what it has to.

  --failed NAMES     subgraphs that fail together, with commas between; may be given several times
                     and tells the reasons (each subgraph alone; --json has all pairs as well)
  --json             for programs
  --markdown         for a pull request
  --html FILE        a page on which subgraphs can be switched off
  --operations PATH  a folder of .graphql files, or one file of such a folder (${defaults.operations})
  --supergraph FILE  the composed schema (${defaults.supergraph})
  --budgets FILE     what operations have to keep (${defaults.budgets}; none for other operations)

Ends with 0 when all budgets are kept, 1 when one is broken, 3 when it could not run.`

/** The command `blast-radius`. */
export function blastRadius(commandLine: CommandLine): ExitCode {
  const given = readOptions(commandLine, {
    failed: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    html: { type: 'string' },
    operations: { type: 'string' },
    supergraph: { type: 'string', default: defaults.supergraph },
    budgets: { type: 'string' },
    help: { type: 'boolean', default: false },
  })
  if (given.help) {
    commandLine.print(usage)
    return exitCodes.fine
  }
  if (given.json && given.markdown) {
    throw new InputError('It takes one of --json and --markdown.')
  }
  const schemas = readSupergraph(given.supergraph)
  const operations = readOperations(given.operations ?? defaults.operations)
  const sets = given.failed.map((names) => readSet(names, schemas.names))
  const isOther = given.operations !== undefined || given.supergraph !== defaults.supergraph
  const budgetsFile = given.budgets ?? (isOther ? null : defaults.budgets)
  const budgets = budgetsFile === null ? null : holdToBudgets(budgetsFile, schemas, operations)
  const exitCode = budgets && budgets.broken.length > 0 ? exitCodes.refused : exitCodes.fine

  const report = (wanted: readonly (readonly string[])[]) =>
    reportBlast({ schemas, operations, sets: wanted })
  if (given.html !== undefined) {
    write(given.html, formatHtml(schemas, report(setsOfPage(schemas.names)), sets[0] ?? []))
    if (!given.json && !given.markdown) commandLine.print(`${given.html} is written: open it in a browser.\n`)
  }
  const singles = sets.length > 0 ? sets : singlesOf(schemas.names)
  if (given.json) {
    const wanted = sets.length > 0 ? sets : [...singles, ...pairsOf(schemas.names)]
    commandLine.print(formatJson(report(wanted), budgets, exitCode))
  } else if (given.markdown) commandLine.print(formatMarkdown(report(singles), budgets))
  else {
    const options = { columns: process.stdout.columns ?? 160, withReasons: sets.length > 0 }
    commandLine.print(formatText(report(singles), budgets, options))
  }
  return exitCode
}

function readSupergraph(file: string): SubgraphSchemas {
  try {
    return readSubgraphSchemas(readText(file))
  } catch (error) {
    if (!(error instanceof InputError) || error.message.startsWith(file)) throw error
    throw new InputError(`${file}: ${error.message}`)
  }
}

/** A file's operations may use the fragments of its folder. */
function readOperations(place: string): StoredOperation[] {
  const isFile = statSync(place, { throwIfNoEntry: false })?.isFile() ?? false
  const operations = isFile
    ? loadOperations(path.dirname(place)).filter(({ file }) => path.resolve(file) === path.resolve(place))
    : loadOperations(place)
  if (operations.length > 0) return operations
  throw new InputError(
    `${place}: there is no operation in it. It takes .graphql files with named operations.`,
  )
}

function readSet(text: string, known: readonly string[]): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '')
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new InputError(
      `--failed: there is no subgraph ${JSON.stringify(unknown)}. Subgraphs: ${listed(known)}.`,
    )
  }
  if (names.length === 0) throw new InputError(`--failed takes names of subgraphs: ${listed(known)}.`)
  return known.filter((name) => names.includes(name))
}

function holdToBudgets(
  file: string,
  schemas: SubgraphSchemas,
  operations: readonly StoredOperation[],
): BudgetOutcome {
  const radius = radiusOf(schemas)
  const reports = reportBlast({ schemas, operations, sets: [] }).operations
  const budgets = readBudgets(file, { subgraphs: schemas.names, operations: reports })
  return { file, budgets, broken: checkBudgets(budgets, { radius, operations }) }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new InputError(`${file} could not be written: ${reasonFor(error)}.`)
  }
}
