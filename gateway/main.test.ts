import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compose, startTestGraph, type TestGraph } from './test-graph/test-graph.ts'

let directory: string
let graph: TestGraph
const children: ChildProcess[] = []

beforeAll(async () => {
  graph = await startTestGraph()
  directory = await mkdtemp(path.join(tmpdir(), 'gateway-process-'))
  await symlink(path.resolve('node_modules'), path.join(directory, 'node_modules'))
  await writeFile(path.join(directory, 'shop.graphql'), compose(graph.all))
  await writeFile(path.join(directory, 'package.json'), '{"type":"module"}')
  await writeFile(path.join(directory, 'notes.txt'), 'nothing of the kind')
  await writeFile(path.join(directory, 'others.json'), '{"keys":[{"kid":"cart","kty":"OKP","d":"x"}]}')
  await build({
    entryPoints: ['gateway/main.ts', 'gateway/plan/planner-worker.js', 'commands/token.ts'],
    outdir: directory,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  })
})
afterAll(async () => {
  await graph.stop()
  await rm(directory, { recursive: true, force: true })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await graph.recover()
})

function run(file: string, args: string[], env: Record<string, string>) {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [path.join(directory, file), ...args], {
    cwd: directory,
    env: { PATH, ARCADE_BUILD: directory, ...env },
  })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.err += chunk
  })
  const exit = once(child, 'close').then(([code]) => code)
  return { child, output, exit }
}

async function startProcess(env: Record<string, string> = {}) {
  const started = run('gateway/main.js', [], {
    SUPERGRAPH: 'shop.graphql',
    PORT: '0',
    ...env,
  })
  const ready = await expect
    .poll(() => started.output.out, { timeout: 20_000 })
    .toContain('"ready"')
    .then(() => started.output.out)
  const url = ready
    .split('\n')
    .map((line) => (line ? JSON.parse(line) : {}))
    .find(({ msg }) => msg === 'ready')?.url
  return { ...started, url: String(url) }
}

const ask = (url: string, query: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })

describe('the gateway as a process', () => {
  test('answers what is in flight when it is told to stop, and ends with 0', async () => {
    const gateway = await startProcess()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    graph.reviews.behave(async (response, answer) => {
      await held
      response.writeHead(200).end(JSON.stringify(await answer()))
    })
    const inFlight = ask(gateway.url, '{ topRated { id } }')
    await expect.poll(() => graph.reviews.requests.length).toBe(1)
    gateway.child.kill('SIGTERM')
    await expect.poll(() => gateway.output.out).toContain('stopping')
    release()
    const { data } = JSON.parse(await (await inFlight).text())
    expect(data).toEqual({ topRated: [{ id: 'lamp' }, null, { id: 'desk' }] })
    expect(await gateway.exit).toBe(0)
    expect(gateway.output.err).toBe('')
  })

  test.each<[string, Record<string, string>, string]>([
    ['a supergraph that is not there', { SUPERGRAPH: 'nowhere.graphql' }, 'nowhere.graphql'],
    ['a supergraph that is none', { SUPERGRAPH: 'notes.txt' }, 'notes.txt'],
    ['a setting that is wrong', { CALL_DEADLINE_MS: 'soon' }, 'CALL_DEADLINE_MS'],
    ['keys that are not there', { SERVICE_KEYS: 'nowhere.json' }, 'nowhere.json'],
    ['keys that are none', { SERVICE_KEYS: 'notes.txt' }, 'notes.txt'],
    ['keys of somebody else', { SERVICE_KEYS: 'others.json' }, 'gateway'],
  ])('says in one line that it can not start with %s', async (_, env, named) => {
    const started = run('gateway/main.js', [], {
      SUPERGRAPH: 'shop.graphql',
      PORT: '0',
      ...env,
    })
    expect(await started.exit).toBe(1)
    expect(started.output.err).toMatch(/^gateway: [^\n]+\n$/)
    expect(started.output.err).toContain(named)
  })

  test('says in one line that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const started = run('gateway/main.js', [], {
      SUPERGRAPH: 'shop.graphql',
      PORT: port,
    })
    expect(await started.exit).toBe(1)
    expect(started.output.err).toMatch(new RegExp(`^gateway: port ${port} is taken[^\\n]+\\n$`))
    server.close()
  })

  test('believes the tokens of development', async () => {
    const dataDir = 'data'
    const minted = run('commands/token.js', ['--customer', 'ada', '--role', 'shopper'], {
      DATA_DIR: dataDir,
    })
    expect(await minted.exit).toBe(0)
    expect(minted.output.out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const gateway = await startProcess({ DATA_DIR: dataDir, IDENTITY: 'true' })
    const as = (token: string) =>
      fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ topRated { id } }"}',
      })
    expect((await as(minted.output.out.trim())).status).toBe(200)
    expect((await as('other')).status).toBe(401)
  })
})

describe('a token is refused with what would be accepted', () => {
  test.each([
    [['--customer', 'eve'], 'ada, grace, linus'],
    [['--customer', 'ada', '--role', 'king'], 'shopper, agent, moderator, staff'],
    [['--customer', 'ada', '--role', 'service'], 'shopper, agent, moderator, staff'],
    [['--customer', 'ada', '--expires', 'soon'], '8h'],
    [['--role', 'staff'], '--customer'],
    [['--colour', 'red'], '--colour'],
  ])('%j', async (args, accepted) => {
    const minted = run('commands/token.js', args, { DATA_DIR: 'data' })
    expect(await minted.exit).toBe(1)
    expect(minted.output.out).toBe('')
    expect(minted.output.err).toMatch(/^token: [^\n]+\n$/)
    expect(minted.output.err).toContain(accepted)
  })
})
