import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { RecordedRequest, UpstreamCounts } from '../subgraphs/measured.ts'
import { type StartedProcess, startProcess } from './processes.ts'

export interface SubgraphsProcess extends StartedProcess {
  url: string
  readCounts(): Promise<UpstreamCounts>
  /** Takes down what one caller's request makes a gateway ask, which `send` sends. */
  record(token: string, send: () => Promise<void>): Promise<RecordedRequest[]>
  /** From now on one subgraph takes connections and requests, and answers none. */
  hang(subgraph: string): Promise<void>
  /** It answers again, also what it was asked meanwhile. */
  resume(subgraph: string): Promise<void>
}

async function readUrl(logFile: string, started: StartedProcess): Promise<string> {
  for (;;) {
    started.assertRunning()
    const port = /^\{"port":(\d+)\}$/m.exec(readFileSync(logFile, 'utf8'))?.[1]
    if (port !== undefined) return `http://127.0.0.1:${port}`
    await wait(50)
  }
}

interface StartOptions {
  core: number
  logFile: string
  /** Any free one unless given. */
  port?: number
}

/** Starts the subgraphs, all in one process. */
export async function startSubgraphs({ core, logFile, port = 0 }: StartOptions): Promise<SubgraphsProcess> {
  const file = path.resolve(`${process.env.ARCADE_BUILD}/bench/subgraphs/main.js`)
  const command = [process.execPath, file, String(port)]
  const started = await startProcess({ name: 'subgraphs', command, core, logFile })
  const url = await readUrl(logFile, started)
  const tell = async (path: string, body: string) => {
    await (await fetch(`${url}${path}`, { method: 'POST', body })).arrayBuffer()
  }
  return {
    ...started,
    url,
    hang: (subgraph) => tell('/hang', subgraph),
    resume: (subgraph) => tell('/resume', subgraph),
    readCounts: async () => JSON.parse(await (await fetch(`${url}/counts`)).text()),
    async record(token, send) {
      await tell('/record', token)
      await send()
      return JSON.parse(await (await fetch(`${url}/recording`)).text())
    },
  }
}
