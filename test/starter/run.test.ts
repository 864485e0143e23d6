import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run } from './starter-process.ts'

// run.js in a project of its own, with an npm that installs nothing but a record of having been asked.

const fakeNpm = `
  import { appendFileSync, mkdirSync, symlinkSync, writeFileSync, readFileSync } from 'node:fs'
  appendFileSync('installs.log', process.argv.slice(2, 3) + '\\n')
  await new Promise((resolve) => setTimeout(resolve, 300))
  mkdirSync('node_modules', { recursive: true })
  try { symlinkSync(${JSON.stringify(path.resolve('node_modules/esbuild'))}, 'node_modules/esbuild') } catch {}
  writeFileSync('node_modules/.package-lock.json', readFileSync('package-lock.json'))
  process.exit(process.env.NPM_FAILS ? 1 : 0)
`

let project: string

const lockWith = (version: string) =>
  JSON.stringify({
    packages: {
      '': {},
      'node_modules/esbuild': { version, integrity: `sha512-${version}` },
      'node_modules/for-another-machine': { version: '1.0.0', optional: true, os: ['none'], cpu: ['none'] },
    },
  })

const write = (file: string, text: string) => writeFile(path.join(project, file), text)

beforeEach(async () => {
  project = await realpath(await mkdtemp(path.join(tmpdir(), 'arcade-run-')))
  await cp('run.js', path.join(project, 'run.js'))
  await mkdir(path.join(project, 'starter'))
  await mkdir(path.join(project, 'commands'))
  await mkdir(path.join(project, 'subgraphs/toys'), { recursive: true })
  for (const file of await readdir('starter')) {
    if (file.endsWith('.js')) await cp(path.join('starter', file), path.join(project, 'starter', file))
  }
  await write('npm.js', fakeNpm)
  await write('package.json', '{ "type": "module" }')
  await write('package-lock.json', lockWith('1.0.0'))
  await write('generate.js', 'export const generate = async () => {}')
  await write(
    'starter/development-keys.ts',
    `export const ensureDevelopmentKeys = (dir: string) => console.log('keys in', dir)`,
  )
  await write('commands/say-hello.ts', `console.log('hello', ...process.argv.slice(2))`)
  await write(
    'commands/wait.ts',
    `process.on('SIGTERM', () => process.exit(7)); console.log('waiting'); setInterval(() => {}, 1000)`,
  )
  await write('subgraphs/toys/main.ts', `console.log('toys', ...process.argv.slice(2))`)
})

afterEach(() => rm(project, { recursive: true, force: true }))

const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeFlags: readonly string[] = []) =>
  run(process.execPath, [...nodeFlags, path.join(project, 'run.js'), ...args], {
    // From another directory, as everything is addressed from the project's root.
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, npm_execpath: path.join(project, 'npm.js'), ...env },
  })

const installs = async () => (await readFile(path.join(project, 'installs.log'), 'utf8')).trim().split('\n')

test('a fresh clone is installed, built and run with the arguments that were given', async () => {
  const hello = start(['say:hello', 'to', '--you'])
  expect(await hello.exited).toBe(0)
  expect(hello.output()).toContain('Installing packages')
  expect(hello.output()).toMatch(/^hello to --you$/m)
})

test('what is up to date is neither installed nor built again', async () => {
  await start(['say:hello']).exited
  const again = start(['say:hello'])
  await again.exited
  expect(again.output()).toBe('hello\n')
  expect(await installs()).toEqual(['ci'])
})

test('a changed source is built, and a changed lock file installed', async () => {
  await start(['say:hello']).exited
  await write('commands/say-hello.ts', `console.log('good morning')`)
  const changed = start(['say:hello'])
  await changed.exited
  expect(changed.output()).toBe('good morning\n')

  await write('package-lock.json', lockWith('2.0.0'))
  await start(['say:hello']).exited
  expect(await installs()).toEqual(['ci', 'ci'])
})

test('packages that somebody installed by hand are left as they are', async () => {
  await start(['say:hello']).exited
  await write('package-lock.json', lockWith('2.0.0'))
  await write('node_modules/.package-lock.json', lockWith('2.0.0'))
  expect(await start(['say:hello']).exited).toBe(0)
  expect(await installs()).toEqual(['ci'])
})

test('two at once wait for each other, and install once', async () => {
  const both = [start(['say:hello']), start(['say:hello'])]
  expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0])
  expect(await installs()).toEqual(['ci'])
})

test('packages are not replaced under a command that runs', async () => {
  const running = start(['wait'])
  await running.says(/waiting/)
  await write('package-lock.json', lockWith('2.0.0'))
  const refused = start(['say:hello'])
  expect(await refused.exited).toBe(1)
  expect(refused.output().trim()).toMatch(
    new RegExp(`^.*wait \\(process ${running.child.pid}\\).+stop it first\\.$`),
  )

  running.child.kill('SIGTERM')
  // The signal reached the command itself, and its exit code is seen.
  expect(await running.exited).toBe(7)
  expect(await start(['say:hello']).exited).toBe(0)
})

test('one that is killed while it holds the lock is not waited for', async () => {
  const killed = start(['say:hello'])
  await killed.says(/Installing packages/)
  killed.child.kill('SIGKILL')
  await killed.exited
  expect(await start(['say:hello']).exited).toBe(0)
})

test('an install that fails ends in one line and exit code 1', async () => {
  const failed = start(['say:hello'], { NPM_FAILS: 'true' })
  expect(await failed.exited).toBe(1)
  expect(failed.output()).toContain('could not be installed')
})

test('a source that does not build is named, and nothing is run', async () => {
  await write('commands/say-hello.ts', 'console.log(')
  const failed = start(['say:hello'])
  expect(await failed.exited).toBe(1)
  expect(failed.output()).toContain('commands/say-hello.ts:1')
})

test('a subgraph is found by its folder, and has development keys but in production', async () => {
  const development = start(['subgraph', 'toys'], { DATA_DIR: 'somewhere' })
  expect(await development.exited).toBe(0)
  expect(development.output()).toMatch(/keys in somewhere\ntoys$/m)
  const production = start(['subgraph', 'toys'], { NODE_ENV: 'production' })
  await production.exited
  expect(production.output()).toBe('toys\n')
})

test.each([
  ['a command', ['sing'], /^There is no command "sing": there are .*say-hello/],
  ['a subgraph', ['subgraph', 'trains'], /^There is no subgraph "trains": npm run subgraph -- toys$/],
  [
    'a second subgraph',
    ['subgraph', 'toys', 'trains'],
    /^npm run subgraph -- toys takes .*"trains".*operating\.md$/,
  ],
  ['an option of the gateway', ['gateway', '--help'], /^npm run gateway takes .*"--help".*operating\.md$/],
])('%s that there is not is one line with what there is', async (_, args, line) => {
  const refused = start(args)
  expect(await refused.exited).toBe(1)
  expect(refused.output().trim()).toMatch(line)
})

test('a Node that is too old is told so in one line', async () => {
  const pretend =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } })'
  const refused = start(['say:hello'], {}, ['--import', `data:text/javascript,${pretend}`])
  expect(await refused.exited).toBe(1)
  expect(refused.output().trim()).toMatch(/^Arcade needs Node 20\.19 or newer.+nodejs\.org$/)
})

test('builds that are old and not in use are removed', async () => {
  await start(['say:hello']).exited
  const [build] = (await readdir(path.join(project, '.build'))).filter((name) => /^[0-9a-f]{16}$/.test(name))
  const longAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000)
  await utimes(path.join(project, '.build', build ?? ''), longAgo, longAgo)
  await write('commands/say-hello.ts', `console.log('another build')`)
  await start(['say:hello']).exited
  await vi.waitFor(async () => expect(await readdir(path.join(project, '.build'))).not.toContain(build))
})
