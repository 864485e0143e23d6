import Table from 'cli-table3'
import { type CommandLine, readOptions } from '../command-line.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readOperations } from '../operations/load-operations.ts'
import { type CheckReport, isRefused } from '../report.ts'
import { readFormat, reportFormats } from '../reports/formats.ts'
import { counted } from '../reports/text.ts'
import { readSettings } from '../settings.ts'
import {
  type AskedGateway,
  type ComparedOperation,
  type Comparing,
  compareAnswers,
  portabilityFindings,
  readExpected,
  toFinding,
} from './compare-answers.ts'
import { type HiveGateway, NotLoaded, startHiveGateway } from './hive-gateway.ts'

/** The shop with our gateway, and what another one is started with. */
export interface PortabilityGround {
  ours: AskedGateway
  hive: Parameters<typeof startHiveGateway>[0]
  token: string
  stop(): Promise<void>
}

const usage = `npm run schema:portability -- [--format FORMAT] [--settings FILE] [--expected FILE]

Serves the supergraph by another gateway as well (Hive Gateway, with a key of its own), asks both for each operation
of the front-end, and compares what they answer. It starts a shop with data and ports of its own.

  --format FORMAT    ${Object.keys(reportFormats).join(', ')} (text)
  --settings FILE    where the operations are (checks.yaml)
  --expected FILE    where the other gateway may differ, and why (checks/portability/expected.yaml)

Ends with 0 when all is equal, 1 when an answer differs, 2 when the other gateway does not load the supergraph,
3 when it could not run.`

/** The command `schema:portability`. */
export async function schemaPortability(
  commandLine: CommandLine,
  openGround: () => Promise<PortabilityGround>,
): Promise<ExitCode> {
  const { format, settings, expected, help } = readOptions(commandLine, {
    settings: { type: 'string', default: 'checks.yaml' },
    expected: { type: 'string', default: 'checks/portability/expected.yaml' },
    format: { type: 'string', default: 'text' },
    help: { type: 'boolean', default: false },
  })
  if (help) {
    commandLine.print(usage)
    return exitCodes.fine
  }
  const formatReport = readFormat(format)
  const place = readSettings(settings).operations
  const operations = readOperations(place)
  const expectations = { expected: readExpected(expected), expectedFile: expected }
  const ground = await openGround()
  let hive: HiveGateway | null = null
  try {
    hive = await startHiveGateway(ground.hive)
    const comparing: Comparing = { ...ground, ...expectations, operations, other: hive }
    const compared = await compareAnswers(comparing)
    const subject = `${counted(operations.length, 'operation')} of ${place}, answered by ${ground.ours.label} and ${hive.label}`
    const report = makeReport(subject, portabilityFindings(comparing, compared))
    if (format === 'text') commandLine.print(formatTable(compared))
    commandLine.print(formatReport(report))
    return report.exitCode
  } catch (error) {
    if (!(error instanceof NotLoaded)) throw error
    const message = `Hive Gateway does not serve the supergraph. It said:\n${error.message}`
    const findings = [{ ...toFinding('not-loaded', null), message }]
    commandLine.print(
      formatReport({ ...makeReport('Hive Gateway', findings), exitCode: exitCodes.notComposable }),
    )
    return exitCodes.notComposable
  } finally {
    await hive?.stop()
    await ground.stop()
  }
}

function makeReport(subject: string, findings: CheckReport['results'][number]['findings']): CheckReport {
  const result = { name: 'portability' as const, subject, findings }
  return { exitCode: isRefused(result) ? exitCodes.refused : exitCodes.fine, results: [result] }
}

function formatTable(compared: readonly ComparedOperation[]): string {
  const table = new Table({
    head: ['operation', 'kind', 'caller', 'answers'],
    style: { head: [], border: [], compact: true },
  })
  for (const { operation, difference, why, notAnswered } of compared) {
    const answers = answersWords({ difference, why, notAnswered })
    table.push([operation.name, operation.kind, operation.caller, answers])
  }
  return table.toString()
}

function answersWords({ difference, why, notAnswered }: Omit<ComparedOperation, 'operation'>): string {
  if (notAnswered !== null) return 'not answered'
  if (difference === null) return 'equal'
  return `${why === null ? 'differ' : 'differ as expected'} at ${difference.place}`
}
