import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { processIdentity } from './process-identity.js'

const processEntry = z.object({
  name: z.string(),
  pid: z.number(),
  /** A URL. */
  address: z.string(),
  /** Tells the process from a later one with the same pid. */
  identity: z.string().nullable(),
})

const runFile = z.object({
  starter: z.object({ pid: z.number(), identity: z.string().nullable() }),
  processes: z.array(processEntry),
})

export type RunFile = z.infer<typeof runFile>
export type ProcessEntry = z.infer<typeof processEntry>

const pathOf = (dataDir: string) => path.join(dataDir, 'run.json')

/** What runs, or ran, on this data directory; null when there is no such file, or it can't be read. */
export function readRunFile(dataDir: string): RunFile | null {
  try {
    return runFile.parse(JSON.parse(readFileSync(pathOf(dataDir), 'utf8')))
  } catch {
    return null
  }
}

/** Keeps `run.json`, so that people and tests can find what to kill. It is replaced as a whole at each change. */
export function keepRunFile(dataDir: string) {
  const file = pathOf(dataDir)
  const entries = new Map<string, ProcessEntry>()

  function write() {
    const content: RunFile = {
      starter: { pid: process.pid, identity: processIdentity(process.pid) },
      processes: [...entries.values()],
    }
    writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`)
    renameSync(`${file}.new`, file)
  }

  write()
  return {
    /** Says where a process is; null when it is gone. */
    set(name: string, entry: { pid: number; address: string } | null) {
      if (entry === null) entries.delete(name)
      else entries.set(name, { name, ...entry, identity: processIdentity(entry.pid) })
      write()
    },
    entries: () => [...entries.values()],
    remove: () => rmSync(file, { force: true }),
  }
}

export type KeptRunFile = ReturnType<typeof keepRunFile>
