import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type CommandLine, readOptions } from '../command-line.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { InputError } from '../finding.ts'
import { reasonFor } from '../read-text.ts'
import { counted, formatFinding } from '../reports/text.ts'
import { compose, readSubgraphs } from './compose.ts'
import { readSupergraphConfig } from './supergraph-config.ts'

const usage = `npm run schema:compose -- [--check] [--config FILE] [--output FILE]

Composes the subgraphs that supergraph.yaml names and writes the supergraph.

  --check        write nothing; fail when the written supergraph is not what the subgraphs compose to
  --config FILE  which subgraphs (supergraph.yaml)
  --output FILE  where the supergraph goes (supergraph.graphql)

Ends with 0 when it is written (or current), 1 when it is not current, 2 when the subgraphs cannot be
composed, 3 when it could not run.`

/** The command `schema:compose`. */
export function schemaCompose(commandLine: CommandLine): ExitCode {
  const { print, printError } = commandLine
  const { config, output, check, help } = readOptions(commandLine, {
    config: { type: 'string', default: 'supergraph.yaml' },
    output: { type: 'string', default: 'supergraph.graphql' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (help) {
    print(usage)
    return exitCodes.fine
  }

  const { composed, errors } = compose(readSubgraphs(readSupergraphConfig(config)))
  if (errors) {
    for (const error of errors) printError(formatFinding(error))
    printError(`\nThe subgraphs cannot be composed: ${counted(errors.length, 'error')}.`)
    return exitCodes.notComposable
  }
  for (const hint of composed.hints) print(formatFinding(hint))

  const names = composed.subgraphs.map(({ name }) => name).join(', ')
  if (isCurrent(output, composed.supergraphSdl)) {
    print(`${output} is what ${names} compose to.`)
    return exitCodes.fine
  }
  if (check) {
    printError(`${output} is not what ${names} compose to: run \`npm run schema:compose\` and commit it.`)
    return exitCodes.refused
  }
  replaceFile(output, composed.supergraphSdl)
  print(`${output} is written: ${names}.`)
  return exitCodes.fine
}

/** Whether the file holds this supergraph, however its lines end. A file that is not there does not. */
export function isCurrent(file: string, supergraphSdl: string): boolean {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n') === supergraphSdl
  } catch {
    return false
  }
}

/** A running gateway watches the file, so it must never see half of one. */
function replaceFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.draft`
  try {
    writeFileSync(draft, text)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw new InputError(`${file} could not be written: ${reasonFor(error)}.`)
  }
}
