import { type BenchRun, gatewayCore, makeFolder, otherCore, saveFigures, takeCores } from '../bench-run.ts'
import { startSubgraphs } from '../processes/subgraphs-process.ts'
import { holdBars } from './bars.ts'
import { type BenchOptions, readOptions, usage } from './command-line.ts'
import { type MeasuredTable, measureWorkload } from './measure-workload.ts'
import { formatBars, formatTable } from './report.ts'
import { workloads } from './workloads.ts'

async function measureTables(options: BenchOptions, { print, say }: BenchRun): Promise<MeasuredTable[]> {
  const folder = makeFolder()
  const subgraphs = await startSubgraphs({ core: otherCore, logFile: `${folder}/subgraphs.log` })
  try {
    const tables: MeasuredTable[] = []
    for (const workload of workloads.filter(({ name }) => options.only.includes(name))) {
      const table = await measureWorkload({ options, subgraphs, gatewayCore, folder, say }, workload)
      print(formatTable(table))
      tables.push(table)
    }
    return tables
  } finally {
    await subgraphs.stop()
  }
}

const isFlawless = ({ peers, refused }: MeasuredTable) =>
  refused.length === 0 && peers.every(({ failures }) => failures === 0)

/**
 * @returns whether every gateway gave right answers, all the time. A bar that is missed is told, and no failure:
 * figures of a busy machine say little.
 */
export async function benchGateway(bench: BenchRun): Promise<boolean> {
  const options = readOptions(bench.args)
  if (options === null) {
    bench.print(usage)
    return true
  }
  await bench.installPeers()
  takeCores()

  const startedAt = new Date()
  const tables = await measureTables(options, bench)
  const bars = holdBars(tables)
  bench.print(formatBars(bars))
  saveFigures({ file: options.json, startedAt }, { options, tables, bars })
  return tables.every(isFlawless)
}
