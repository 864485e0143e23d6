import type { Logger } from '../../service/log.ts'
import type { UsageConfig } from '../config.ts'
import { type Client, createUsage, type UsageRecorder } from './usage.ts'
import { openUsageFile } from './usage-file.ts'

export interface RecordedUsage extends Pick<UsageRecorder, 'count'> {
  /** Writes what is not written yet. */
  stop(): Promise<void>
}

const today = () => new Date().toISOString().slice(0, 10)

/**
 * Counts who sends which operation, on top of what the file holds, and writes it there every so often and at the end.
 * @throws {SettingsError} when the file can't be used.
 */
export async function recordUsage(
  { file, writeMs, ...limits }: UsageConfig,
  log: Logger,
): Promise<RecordedUsage> {
  const kept = await openUsageFile(file, log)
  const usage = createUsage({ ...limits, known: kept.found, today })
  let writing = Promise.resolve()
  const write = () => {
    if (usage.isChanged()) writing = writing.then(() => kept.write(usage.tell()))
    return writing
  }
  const timer = setInterval(write, writeMs).unref()
  return {
    count: usage.count,
    async stop() {
      clearInterval(timer)
      await write()
    },
  }
}

/** As Apollo's clients say it, or else as Hive's do. */
const nameHeaders = ['apollographql-client-name', 'graphql-client-name'] as const
const versionHeaders = ['apollographql-client-version', 'graphql-client-version'] as const

/** Clients may say what they like, and all of it is kept. */
const maxLength = 100

function firstOf(headers: ReadonlyMap<string, string>, [one, other]: readonly [string, string]) {
  const value = headers.get(one) ?? headers.get(other)
  if (!value) return null
  return value.length > maxLength ? value.slice(0, maxLength) : value
}

/** Who a request says that it comes from. */
export const clientOf = (headers: ReadonlyMap<string, string>): Client => ({
  name: firstOf(headers, nameHeaders),
  version: firstOf(headers, versionHeaders),
})
