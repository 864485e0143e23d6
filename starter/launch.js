import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from './bundle.js'
import { install } from './install.js'
import { LaunchError } from './launch-error.js'
import { takeLock } from './lock.js'
import { recordRunning } from './running.js'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** The names that have a source file of one kind, as the subgraphs: those with a `main.ts`. */
const listNames = (folder, sourceOf) =>
  readdirSync(folder)
    .filter((name) => existsSync(sourceOf(name)))
    .sort()

/** A service that ignored what it was given would run as if it had understood. */
function takesNothing(command, args) {
  if (args.length === 0) return
  throw new LaunchError(
    `${command} takes nothing more, and was given ${JSON.stringify(args.join(' '))}: settings come from the environment, see docs/operating.md`,
  )
}

function findSubgraph([name, ...args]) {
  const sourceOf = (subgraph) => `subgraphs/${subgraph}/main.ts`
  const names = listNames('subgraphs', sourceOf)
  if (names.includes(name)) {
    takesNothing(`npm run subgraph -- ${name}`, args)
    return { source: sourceOf(name), args, developmentKeys: true }
  }
  throw new LaunchError(
    `${name === undefined ? 'Name a subgraph' : `There is no subgraph ${JSON.stringify(name)}`}: npm run subgraph -- ${names.join('|')}`,
  )
}

/** Which source a name stands for. All others are files of that name in `commands`, with - in place of : */
const entries = {
  start: (args) => ({ source: 'starter/main.ts', args }),
  gateway(args) {
    takesNothing('npm run gateway', args)
    return { source: 'gateway/main.ts', args, developmentKeys: true }
  },
  subgraph: findSubgraph,
  test: (args) => ({ module: 'node_modules/vitest/vitest.mjs', args: ['run', ...args] }),
}

function findEntry([name, ...args]) {
  if (Object.hasOwn(entries, name ?? '')) return entries[name](args)
  const commands = readdirSync('commands').flatMap((file) => /^([^.]+)\.ts$/.exec(file)?.[1] ?? [])
  const command = name?.replaceAll(':', '-')
  if (commands.includes(command)) return { source: `commands/${command}.ts`, args }
  const names = [...Object.keys(entries), ...commands].sort().join(', ')
  throw new LaunchError(`There is no command ${JSON.stringify(name ?? '')}: there are ${names}`)
}

const say = (line) => console.error(`${line} …`)

/** Makes all that running takes: packages, generated code, bundles. Two at once wait for each other. */
async function prepare() {
  try {
    mkdirSync('.build/running', { recursive: true })
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error
    throw new LaunchError(
      `${root} can't be written (${error.code}): give yourself write access, or use a copy`,
    )
  }
  const release = await takeLock('.build/lock', {
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is preparing the same`),
  })
  try {
    await install({ onProgress: say })
    const { generate } = await import('../generate.js')
    await generate({ onProgress: (part) => say(`Generating ${part}`) })
    return await bundle()
  } finally {
    release()
  }
}

const importFile = (file) => import(pathToFileURL(path.resolve(file)).href)

/** Runs one command in this very process, so that signals for npm's script reach it. */
export async function launch(request) {
  process.chdir(root)
  try {
    const entry = findEntry(request)
    const build = await prepare()
    const bundled = (source) => `${build}/${source.replace(/ts$/, 'js')}`
    recordRunning({ name: `npm ${request[0] === 'start' ? 'start' : `run ${request.join(' ')}`}`, build })
    // What is started from here, or imported by name, is found below it.
    process.env.ARCADE_BUILD = build
    if (entry.developmentKeys && process.env.NODE_ENV !== 'production') {
      const { ensureDevelopmentKeys } = await importFile(bundled('starter/development-keys.ts'))
      await ensureDevelopmentKeys(process.env.DATA_DIR || '.data')
    }
    const file = entry.module ?? bundled(entry.source)
    process.argv.splice(1, Number.POSITIVE_INFINITY, path.resolve(file), ...entry.args)
    process.setSourceMapsEnabled?.(true)
    await importFile(file)
  } catch (error) {
    // A bundle has classes of its own.
    if (!['LaunchError', 'StartError'].includes(error?.name)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
