import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { BenchError, stayOnCore } from './processes/processes.ts'

export const gatewayCore = 0
/** The load and the subgraphs share it: what counts is the gateway's own time. */
export const otherCore = 1

export interface BenchRun {
  args: string[]
  /** Installs the gateways that are measured, once it is clear that they will be. */
  installPeers: () => Promise<void>
  print: (text: string) => void
  /** How far it is. */
  say: (line: string) => void
}

/** Leaves the gateways a core of their own. @throws {BenchError} where there is none. */
export function takeCores() {
  if (process.platform !== 'linux' || availableParallelism() < 2) {
    throw new BenchError('The benchmark pins processes to cores: it needs Linux with taskset, and two cores')
  }
  stayOnCore(otherCore)
}

/** A folder for supergraphs and logs, which goes with this process. */
export function makeFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'arcade-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function readVersions(): Record<string, string> {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync('bench/peers/package.json', 'utf8'),
  )
  return { node: process.versions.node, ...dependencies }
}

interface SaveOptions {
  /** Null where nobody wants them. */
  file: string | null
  startedAt: Date
}

/** Writes figures as JSON, with what they were taken on. */
export function saveFigures({ file, startedAt }: SaveOptions, figures: object) {
  if (file === null) return
  const machine = { processor: cpus()[0]?.model, cores: cpus().length }
  const all = { startedAt, machine, versions: readVersions(), ...figures }
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`)
}
