import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { BenchError, stayOnCore } from '../processes/processes.ts'
import { startSubgraphs } from '../processes/subgraphs-process.ts'
import { holdBars } from './bars.ts'
import { type BenchOptions, readOptions, usage } from './command-line.ts'
import { type MeasuredTable, measureWorkload } from './measure-workload.ts'
import { formatBars, formatTable } from './report.ts'
import { workloads } from './workloads.ts'

const gatewayCore = 0
/** The load and the subgraphs share it: what counts is the gateway's own time. */
const otherCore = 1

interface GatewayBench {
  args: string[]
  /** Installs the gateways that are measured, once it is clear that they will be. */
  installPeers: () => Promise<void>
  print: (text: string) => void
  /** How far it is. */
  say: (line: string) => void
}

function readVersions(): Record<string, string> {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync('bench/peers/package.json', 'utf8'),
  )
  return { node: process.versions.node, ...dependencies }
}

async function measureTables(options: BenchOptions, { print, say }: GatewayBench): Promise<MeasuredTable[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'arcade-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
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
export async function benchGateway(bench: GatewayBench): Promise<boolean> {
  const options = readOptions(bench.args)
  if (options === null) {
    bench.print(usage)
    return true
  }
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new BenchError('The benchmark pins processes to cores: it needs Linux with taskset, and two cores')
  }
  await bench.installPeers()
  stayOnCore(otherCore)

  const startedAt = new Date().toISOString()
  const tables = await measureTables(options, bench)
  const bars = holdBars(tables)
  bench.print(formatBars(bars))
  if (options.json !== null) {
    const machine = { processor: cpus()[0]?.model, cores: cpus().length }
    const all = { startedAt, machine, versions: readVersions(), options, tables, bars }
    writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`)
  }
  return tables.every(isFlawless)
}
