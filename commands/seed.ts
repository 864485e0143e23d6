import { parseArgs } from 'node:util'
import { MultiBar, Presets } from 'cli-progress'
import { markSeeded, seedDatabase } from '../starter/seeding.ts'
import { explain, StartError } from '../starter/start-error.ts'
import { reason } from '../subgraphs/kit/database/errors.ts'
import { applyMigrations, pendingMigrations } from '../subgraphs/kit/database/migrate.ts'
import {
  databaseVariable,
  prismaFiles,
  startSubgraphDatabase,
  subgraphsWithDatabase,
} from '../subgraphs/kit/database/subgraph-database.ts'

const usage = `Writes the shop's data into the databases. What is there already stays as it is.

  npm run seed -- [SUBGRAPH …] [--scale 100]

  SUBGRAPH      whose database: all of them unless named
  --scale N     as many times the data (1 to 1000), for trying the shop at that size (default: 1)`

interface SeedRequest {
  names: string[]
  scale: number
}

/** @throws {StartError} naming what is wrong with the command line; null when its help is asked for. */
function readRequest(args: string[], known: readonly string[]): SeedRequest | null {
  const { values, positionals } = parse(args)
  if (values.help) return null
  const stranger = positionals.find((name) => !known.includes(name))
  if (stranger !== undefined) {
    throw new StartError(`There is no database of ${JSON.stringify(stranger)}: there are ${known.join(', ')}`)
  }
  const scale = Number(values.scale)
  if (!Number.isInteger(scale) || scale < 1 || scale > 1000) {
    throw new StartError(`--scale is ${JSON.stringify(values.scale)}: it takes a whole number from 1 to 1000`)
  }
  return { names: positionals.length > 0 ? [...new Set(positionals)] : [...known], scale }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        scale: { type: 'string', default: '1' },
        help: { type: 'boolean', short: 'h', default: false },
      },
      allowPositionals: true,
    })
  } catch (error) {
    throw new StartError(reason(error))
  }
}

/** The migrated database of a subgraph. A server that somebody else runs is migrated on purpose only. */
async function openDatabase(name: string, dataDir: string) {
  const given = process.env[databaseVariable(name)]
  const { migrations } = prismaFiles(name)
  if (given) {
    const pending = await pendingMigrations({ url: given, directory: migrations })
    if (pending.length === 0) return { url: given, isEmbedded: false, close: async () => undefined }
    throw new StartError(
      `Migrations of ${name} are pending (${pending.join(', ')}): run npm run db:migrate -- ${name} first`,
    )
  }
  const { url, server } = await startSubgraphDatabase({ name, dataDir })
  // A server that was running before belongs to whoever started it.
  const close = async () => (server.joined ? undefined : server.stop())
  try {
    await applyMigrations({ url, directory: migrations })
  } catch (error) {
    await close()
    throw error
  }
  return { url, isEmbedded: true, close }
}

const lineEveryMs = 10_000

interface Bars {
  update(name: string, done: number, total: number): void
  done(name: string): void
  stop(): void
}

/** A bar for each database. */
function showBars(names: readonly string[]): Bars {
  const width = Math.max(...names.map((name) => name.length))
  const bars = new MultiBar(
    { format: '{name} {bar} {percentage} % · {value} of {total} · {duration_formatted}', hideCursor: true },
    Presets.shades_grey,
  )
  const byName = new Map(names.map((name) => [name, bars.create(1, 0, { name: name.padEnd(width) })]))
  return {
    update(name, done, total) {
      byName.get(name)?.setTotal(total)
      byName.get(name)?.update(done)
    },
    done: () => undefined,
    stop: () => bars.stop(),
  }
}

/** Lines for a log, where there is no terminal: now and then, and when a database is done. */
function printLines(): Bars {
  const startedAt = Date.now()
  const toldAt = new Map<string, number>()
  return {
    update(name, done, total) {
      if (Date.now() - (toldAt.get(name) ?? startedAt) < lineEveryMs) return
      toldAt.set(name, Date.now())
      console.log(`${name}: ${done} of ${total}`)
    },
    done: (name) => console.log(`${name} is seeded, after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`),
    stop: () => undefined,
  }
}

async function seedAll({ names, scale }: SeedRequest, signal: AbortSignal): Promise<void> {
  const bars = process.stderr.isTTY ? showBars(names) : printLines()
  const build = process.env.ARCADE_BUILD ?? '.build'
  const dataDir = process.env.DATA_DIR || '.data'

  async function seedOne(name: string) {
    const { url, isEmbedded, close } = await openDatabase(name, dataDir)
    try {
      if (signal.aborted) return
      await seedDatabase({
        name,
        url,
        build,
        scale,
        signal,
        onProgress: (done, total) => bars.update(name, done, total),
        onOutput: (text) => process.stderr.write(text),
      })
      if (isEmbedded) await markSeeded(url)
      bars.done(name)
    } finally {
      await close()
    }
  }

  // All of them end before one's failure is told, so that no server is left behind.
  const outcomes = await Promise.allSettled(names.map(seedOne))
  bars.stop()
  const failure = outcomes.find((outcome) => outcome.status === 'rejected')
  if (signal.aborted)
    throw new StartError('Stopped. What was written stays, and the next run goes on from there.')
  if (failure) throw failure.reason
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

try {
  const request = readRequest(process.argv.slice(2), await subgraphsWithDatabase())
  if (request === null) console.log(usage)
  else await seedAll(request, stop.signal)
} catch (error) {
  console.error(explain(error))
  process.exitCode = 1
}
