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
}

async function readUrl(logFile: string, started: StartedProcess): Promise<string> {
  for (;;) {
    started.assertRunning()
    const port = /^\{"port":(\d+)\}$/m.exec(readFileSync(logFile, 'utf8'))?.[1]
    if (port !== undefined) return `http://127.0.0.1:${port}`
    await wait(50)
  }
}

/** Starts the subgraphs, all in one process. */
export async function startSubgraphs({
  core,
  logFile,
}: {
  core: number
  logFile: string
}): Promise<SubgraphsProcess> {
  const file = path.resolve(`${process.env.ARCADE_BUILD}/bench/subgraphs/main.js`)
  const started = await startProcess({ name: 'subgraphs', command: [process.execPath, file], core, logFile })
  const url = await readUrl(logFile, started)
  return {
    ...started,
    url,
    readCounts: async () => JSON.parse(await (await fetch(`${url}/counts`)).text()),
    async record(token, send) {
      await fetch(`${url}/record`, { method: 'POST', body: token })
      await send()
      return JSON.parse(await (await fetch(`${url}/recording`)).text())
    },
  }
}
