import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts } from '../../service/free-ports.ts'
import { endLeftovers } from '../../starter/leftovers.ts'
import { isAlive } from '../../starter/process-identity.js'
import { type ProcessEntry, readRunFile } from '../../starter/run-file.ts'
import { readShopSettings } from '../../starter/settings.ts'
import { waitUntil } from '../set-up/wait-until.ts'
import { workerPorts } from '../set-up/worker-ports.ts'

// As `npm start` finds them, so that a subgraph that comes later is tested too, and has a port of its own.
const { gateway, subgraphs } = readShopSettings({})
const services = [gateway, ...subgraphs]

export const serviceNames = services.map(({ name }) => name)

/** The services and their databases. */
export const processNames = [
  ...serviceNames,
  ...subgraphs.filter(({ database }) => database.kind !== 'none').map(({ name }) => `${name}-database`),
]

/** A data directory and ports of its own, so that a test's shop disturbs nobody's. */
export async function createPlace() {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'arcade-starter-'))
  await chmod(dataDir, 0o711) // root's PostgreSQL runs as another user, who has to come through
  const ports = await freePorts(services.length, workerPorts)
  const portOf = (name: string) => ports[serviceNames.indexOf(name)] ?? 0
  const env: NodeJS.ProcessEnv = { ...process.env, DATA_DIR: dataDir, NO_COLOR: '1' }
  for (const { name, portVariable } of services) env[portVariable] = String(portOf(name))
  // Colours are asked for by some test runners, and would stand in the middle of what is looked for.
  delete env.FORCE_COLOR

  return {
    dataDir,
    env,
    portOf,
    processes: (): ProcessEntry[] => readRunFile(dataDir)?.processes ?? [],
    starterPid: () => readRunFile(dataDir)?.starter.pid,
    pidOf(name: string): number {
      const pid = readRunFile(dataDir)?.processes.find((entry) => entry.name === name)?.pid
      if (pid === undefined) throw new Error(`run.json has no ${name}`)
      return pid
    },
    /** The answer of the gateway, or of one of the subgraphs. */
    async query(query: string): Promise<unknown> {
      const response = await fetch(`http://127.0.0.1:${portOf('gateway')}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      return response.json()
    },
    /** Also those that run.json does not know of. */
    running: () => processesThatName(dataDir),
    /** Ends what a failed test may have left, and forgets the data. */
    async remove(): Promise<void> {
      const starter = readRunFile(dataDir)?.starter
      if (starter && isAlive(starter)) {
        process.kill(starter.pid, 'SIGTERM')
        await waitUntil(() => !isAlive(starter), { until: 'npm start has not stopped' })
      }
      await endLeftovers(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type Place = Awaited<ReturnType<typeof createPlace>>

/** Every process that has `text` on its command line or in its environment, this one left out. */
function processesThatName(text: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
        return command.includes(text) || environment.includes(text)
          ? [`${pid} ${command.replaceAll('\0', ' ')}`]
          : []
      } catch {
        return [] // it has ended
      }
    })
}

/** A command whose output is kept, and can be waited for. */
export function run(
  command: string,
  args: readonly string[],
  { env, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
) {
  const child: ChildProcess = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  return {
    child,
    output: () => output,
    /** The exit code, or the signal that ended it. */
    exited,
    /** Waits until the output has `text` again, counted from where it is now. */
    async says(text: string | RegExp, { from = 0, timeoutMs = 60_000 } = {}): Promise<void> {
      const isSaid = (said: string) => (typeof text === 'string' ? said.includes(text) : text.test(said))
      await waitUntil(() => isSaid(output.slice(from)), {
        until: () => `${text} was not said, but:\n${output.slice(from)}`,
        timeoutMs,
      })
    },
    type: (keys: string) => child.stdin?.write(keys),
  }
}

/** Runs `npm start` as it is meant: npm, a shell that it replaces, and the starter. */
export const npmStart = (place: Place, args: readonly string[] = []) =>
  run('npm', ['start', ...(args.length > 0 ? ['--', ...args] : [])], { env: place.env })

/** The same in a terminal, where there are keys. */
export const npmStartInTerminal = (place: Place, args: readonly string[] = []) =>
  run(
    'script',
    ['-qfec', ['npm', 'start', ...(args.length > 0 ? ['--', ...args] : [])].join(' '), '/dev/null'],
    {
      env: place.env,
    },
  )

/** The starter without npm: it answers sooner, for what is refused before anything is started. */
export const nodeStart = (env: NodeJS.ProcessEnv, args: readonly string[] = []) =>
  run(process.execPath, ['run.js', 'start', ...args], { env })
