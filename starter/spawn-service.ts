import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Output } from './output.ts'

interface SpawnOptions {
  name: string
  /** The bundle to run, as `.build/<hash>/gateway/main.js`. */
  file: string
  /** The folder of the bundles. */
  build: string
  nodeFlags?: readonly string[]
  env: NodeJS.ProcessEnv
  output: Output
}

export type ServiceProcess = Awaited<ReturnType<typeof spawnService>>

/** Starts one of the shop's processes, its output going to `output`. */
export async function spawnService({ name, file, build, nodeFlags = [], env, output }: SpawnOptions) {
  const child = spawn(process.execPath, [...nodeFlags, `${build}/starter/child.js`, file], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C in the terminal is for the starter, which stops all in their order.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    // Each its own lines: a half of one is not to be completed by the other.
    const lines = output.linesFrom(name)
    stream?.setEncoding('utf8').on('data', lines.write).once('end', lines.end)
  }
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new Error(`${name} has no process id`)

  const exited = new Promise<string>((resolve) => {
    child.once('close', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was killed (${signal})`),
    )
  })
  return {
    pid,
    exited,
    /** Whether it ended by its own doing, and not by a signal. */
    gaveUp: () => child.exitCode !== null,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
  }
}
