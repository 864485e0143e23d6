import { constants } from 'node:fs'
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Logger } from '../../service/log.ts'
import { SettingsError } from '../../service/settings.ts'

const day = z.iso.date()

/** What docs/usage.schema.json says, as the gateway writes it. */
const usageFile = z.strictObject({
  version: z.literal(1),
  since: day,
  updated: day,
  dropped: z.strictObject({
    operations: z.int().min(0),
    clients: z.int().min(0),
    lastSeen: day.nullable(),
  }),
  operations: z.array(
    z.strictObject({
      name: z.string().nullable(),
      kind: z.enum(['query', 'mutation', 'subscription']),
      hash: z.string(),
      document: z.string().nullable(),
      fields: z.array(z.string()).nullable(),
      clients: z.array(
        z.strictObject({
          name: z.string().nullable(),
          version: z.string().nullable(),
          firstSeen: day,
          lastSeen: day,
          count: z.int().min(1),
        }),
      ),
    }),
  ),
})

export type Usage = z.infer<typeof usageFile>
export type UsedOperation = Usage['operations'][number]
export type SeenClient = UsedOperation['clients'][number]

const codeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

function parseUsage(text: string): Usage | null {
  try {
    return usageFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/**
 * What a file of usage holds; null where there is none.
 * @throws {SettingsError} when it holds something else, which must not be written over.
 */
async function readUsage(file: string): Promise<Usage | null> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (codeOf(error) === 'ENOENT') return null
    throw new SettingsError(`USAGE_FILE is ${JSON.stringify(file)}: it can't be read (${codeOf(error)})`)
  })
  if (text === null) return null
  const usage = parseUsage(text)
  if (usage !== null) return usage
  throw new SettingsError(
    `USAGE_FILE is ${JSON.stringify(file)}: there is a file that is not the gateway's, see docs/usage.schema.json. Name another, or move it away`,
  )
}

/** Whole or not at all, also when the machine fails meanwhile. */
async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`
  try {
    await writeFile(draft, text, { mode: 0o644, flush: true })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** Another one when somebody else has written it. */
const stampOf = (file: string) =>
  stat(file).then(
    ({ ino, mtimeMs, size }) => `${ino} ${mtimeMs} ${size}`,
    () => null,
  )

export interface KeptUsageFile {
  /** What it held when it was opened. */
  found: Usage | null
  /** Never rejects: what could not be written is said in the log, and written the next time. */
  write(text: string): Promise<void>
}

/** @throws {SettingsError} when the file can't be read or written, or is something else. */
export async function openUsageFile(file: string, log: Logger): Promise<KeptUsageFile> {
  const found = await readUsage(file)
  await access(path.dirname(file), constants.W_OK).catch((error) => {
    throw new SettingsError(
      `USAGE_FILE is ${JSON.stringify(file)}: its folder can't be written to (${codeOf(error)})`,
    )
  })
  let stamp = await stampOf(file)
  let isFailing = false
  return {
    found,
    async write(text) {
      const found = await stampOf(file)
      if (found !== null && found !== stamp)
        log.warn({ file }, 'another process writes this file of usage: each gateway takes one of its own')
      try {
        await writeWhole(file, text)
        isFailing = false
      } catch (error) {
        if (!isFailing) log.error({ file, reason: codeOf(error) }, 'usage can not be written')
        isFailing = true
      }
      stamp = await stampOf(file)
    },
  }
}
