import { mkdirSync } from 'node:fs'
import path from 'node:path'
import pc from 'picocolors'
import { reason } from '../subgraphs/kit/database/errors.ts'
import { listenToKeys } from './keyboard.ts'
import { endLeftovers } from './leftovers.ts'
import { tryLock } from './lock.js'
import { helpText, readOptions, type StartOptions } from './options.ts'
import { createOutput } from './output.ts'
import { checkPorts } from './ports.ts'
import { showProgress } from './progress.ts'
import { keepRunFile } from './run-file.ts'
import { readShopSettings, type ShopSettings } from './settings.ts'
import { createShop } from './shop.ts'
import { explain, StartError } from './start-error.ts'
import { welcome } from './welcome.ts'

const build = process.env.ARCADE_BUILD ?? '.build'

/** Ctrl-C in a terminal reaches the starter twice, as npm passes on what it gets: that is one request to stop. */
const echoMs = 1_000

/** @throws {StartError} when the data directory can't be written, or somebody else has it. */
function takeDataDirectory(dataDir: string): () => void {
  const attempt = (() => {
    try {
      mkdirSync(dataDir, { recursive: true })
      return tryLock(path.join(dataDir, 'starter.lock'))
    } catch (error) {
      throw new StartError(
        `The data directory ${dataDir} can't be written (${reason(error)}): give yourself access, or choose another with DATA_DIR`,
      )
    }
  })()
  if (attempt.release) return attempt.release
  throw new StartError(
    `npm start runs already with the data in ${dataDir} (process ${attempt.owner.pid}): stop it, or choose another directory with DATA_DIR, and other ports`,
  )
}

async function run(settings: ShopSettings, { without }: StartOptions): Promise<void> {
  const { gateway, subgraphs } = settings
  const output = createOutput({ names: [gateway.name, ...subgraphs.map(({ name }) => name)] })
  const releaseDataDirectory = takeDataDirectory(settings.dataDir)
  process.on('exit', releaseDataDirectory)

  const ended = await endLeftovers(settings.dataDir)
  if (ended.length > 0) output.say(`Ended what an earlier start left running: ${ended.join(', ')}.`)
  await checkPorts([gateway, ...subgraphs], settings.host)

  const runFile = keepRunFile(settings.dataDir)
  const progress = showProgress(output)
  const shop = createShop({ settings, without, build, env: process.env, output, runFile, progress })

  // Whatever ends the starter, nothing that it started stays: SIGINT is PostgreSQL's fast shutdown.
  process.on('exit', () => {
    for (const { name, pid } of runFile.entries()) {
      try {
        process.kill(pid, name.endsWith('-database') ? 'SIGINT' : 'SIGKILL')
      } catch {
        // It has just ended.
      }
    }
  })

  let closing: { since: number } | null = null
  let isOpen = false
  let releaseKeys: (() => void) | null = null
  async function close(exitCode: number): Promise<void> {
    if (closing !== null) {
      if (Date.now() - closing.since < echoMs) return
      output.say('Stopping at once.')
      process.exit(1)
    }
    closing = { since: Date.now() }
    progress.end()
    try {
      await shop.close()
      runFile.remove()
      output.say(pc.dim('All of it has stopped.'))
    } catch (error) {
      output.say(explain(error))
      process.exit(1)
    }
    releaseKeys?.()
    process.exit(exitCode)
  }
  function quit() {
    if (closing === null)
      output.say(pc.dim('Stopping: the gateway first, then the subgraphs, then their databases …'))
    void close(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quit)
  // Whoever read the output has gone, as when a pipe or a terminal is closed.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => closing ?? quit())
  releaseKeys = listenToKeys({ subgraphs: shop.subgraphs, output, quit, isOpen: () => isOpen })

  try {
    await shop.open()
  } catch (error) {
    if (closing !== null) return
    progress.end()
    output.say(pc.red(explain(error)))
    return close(1)
  }
  if (closing !== null) return
  isOpen = true
  progress.end()
  output.say(welcome(shop, { elapsedMs: progress.elapsedMs(), keys: releaseKeys !== null }))
}

try {
  const settings = readShopSettings(process.env)
  const names = settings.subgraphs.map(({ name }) => name)
  const options = readOptions(process.argv.slice(2), names)
  if (options.help) console.log(helpText(names))
  else await run(settings, options)
} catch (error) {
  console.error(explain(error))
  process.exit(1)
}
