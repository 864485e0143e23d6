import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { isAlive } from '../../starter/process-identity.js'
import { withConnection } from '../../subgraphs/kit/database/migrate.ts'
import { startSubgraphDatabase } from '../../subgraphs/kit/database/subgraph-database.ts'
import {
  createPlace,
  nodeStart,
  npmStart,
  npmStartInTerminal,
  type Place,
  processNames,
  serviceNames,
} from './starter-process.ts'

// One shop, opened and closed four times: each start costs seconds, so the tests go on from each other.

const open = /The arcade is open/
const startTimeoutMs = 120_000
const soon = { timeout: 30_000, interval: 50 }

/** Touches products, reviews, cart and chat. */
const everybody = `{
  products(first: 2) { nodes { id } }
  topRated(first: 2) { id }
  popular(first: 2) { id }
  conversation(id: "conv_00000000000000000000000000") { id }
}`

let place: Place
beforeAll(async () => {
  // What has to be generated or built first would stand before the one line that is looked for.
  await nodeStart(process.env, ['--help']).exited
  place = await createPlace()
})
afterAll(() => place.remove())

describe.sequential('npm start', () => {
  let shop: ReturnType<typeof npmStart>

  test('opens the shop, which answers through its subgraphs', { timeout: startTimeoutMs }, async () => {
    shop = npmStart(place)
    await shop.says(open, { timeoutMs: startTimeoutMs })
    const answer = await place.query(everybody)
    expect(answer).not.toHaveProperty('errors')
    expect(answer).toMatchObject({
      data: { products: { nodes: [{}, {}] }, topRated: [{}, {}], popular: [{}, {}], conversation: null },
    })
  })

  test('shows each process with its state and address, and what to try', () => {
    for (const name of serviceNames) {
      expect(shop.output()).toMatch(
        new RegExp(`${name} +ready +http://127.0.0.1:${place.portOf(name)}/graphql`),
      )
    }
    expect(shop.output()).toContain(`http://localhost:${place.portOf('gateway')}/graphql`)
    expect(shop.output()).toContain('--without reviews')
  })

  test('writes down in run.json what runs where', () => {
    expect(
      place
        .processes()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...processNames].sort())
    expect(place.processes().every(isAlive)).toBe(true)
    for (const { name, address } of place.processes()) {
      expect(new URL(address).protocol).toBe(name.endsWith('-database') ? 'postgresql:' : 'http:')
      expect(new URL(address).password).toBe('')
    }
  })

  test('puts the name of each process before its lines', () => {
    for (const name of serviceNames) {
      expect(shop.output()).toMatch(new RegExp(`^${name} +│ .+`, 'm'))
    }
  })

  test('starts a killed subgraph again, says so, and writes down its new pid', async () => {
    const before = place.pidOf('reviews')
    process.kill(before, 'SIGKILL')
    await shop.says(/reviews was killed \(SIGKILL\)/)
    await shop.says(/reviews is back/)
    expect(place.pidOf('reviews')).not.toBe(before)
    await expect.poll(() => place.query('{ topRated(first: 1) { id } }'), soon).not.toHaveProperty('errors')
  })

  test('starts a killed database again on its port', async () => {
    const addressOf = () => place.processes().find(({ name }) => name === 'cart-database')?.address
    const before = { pid: place.pidOf('cart-database'), address: addressOf() }
    process.kill(before.pid, 'SIGKILL')
    await shop.says(/cart-database is back/)
    expect(place.pidOf('cart-database')).not.toBe(before.pid)
    expect(addressOf()).toBe(before.address)
    await expect.poll(() => place.query('{ popular(first: 1) { id } }'), soon).not.toHaveProperty('errors')
  })

  test('refuses a second start with the same data', async () => {
    const second = nodeStart(place.env)
    expect(await second.exited).toBe(1)
    expect(second.output().trim()).toMatch(/^npm start runs already with the data in .+DATA_DIR.*$/)
    expect(place.processes().every(isAlive)).toBe(true)
  })

  test('refuses a port that is taken, naming it, who wants it and the variable to change', async () => {
    const other = await createPlace()
    try {
      const second = nodeStart({ ...other.env, PRODUCTS_PORT: String(place.portOf('products')) })
      expect(await second.exited).toBe(1)
      expect(second.output().trim()).toMatch(
        new RegExp(`^Port ${place.portOf('products')}, which products wants, is taken.+ PRODUCTS_PORT$`),
      )
      expect(other.running()).toEqual([])
    } finally {
      await other.remove()
    }
  })

  test('killed at once, takes its processes with it, but for the databases', async () => {
    const starter = place.starterPid()
    expect(starter).toBeDefined()
    if (starter !== undefined) process.kill(starter, 'SIGKILL')
    const services = place.processes().filter(({ name }) => !name.endsWith('-database'))
    await expect.poll(() => services.filter(isAlive), soon).toEqual([])
    await shop.exited
  })

  test('clears up after a killed start, and leaves down what it is to start without', {
    timeout: startTimeoutMs,
  }, async () => {
    const before = place.processes()
    shop = npmStart(place, ['--without', 'reviews'])
    await shop.says(open, { timeoutMs: startTimeoutMs })
    expect(before.filter(isAlive)).toEqual([])
    expect(shop.output()).toMatch(/reviews +down/)
    expect(place.processes().map(({ name }) => name)).not.toContain('reviews')
    expect(await place.query(everybody)).toMatchObject({
      data: { products: { nodes: [{}, {}] }, topRated: null, popular: [{}, {}] },
      errors: [{ path: ['topRated'], extensions: { serviceName: 'reviews' } }],
    })
  })

  test('leaves no process behind when npm is told to stop', async () => {
    expect(place.running().length).toBeGreaterThanOrEqual(processNames.length)
    shop.child.kill('SIGTERM')
    await shop.exited
    await expect.poll(place.running, soon).toEqual([])
    expect(place.processes()).toEqual([])
    expect(place.starterPid()).toBeUndefined()
  })

  test('in a terminal, keys take a subgraph down, hang it and bring it back, and Ctrl-C stops all', {
    timeout: startTimeoutMs,
  }, async () => {
    const terminal = npmStartInTerminal(place)
    const lossOf = async () => {
      const answer = await place.query('{ products(first: 1) { nodes { id } } topRated(first: 1) { id } }')
      return Object(answer).errors?.map((error: unknown) => Object(error).path)
    }
    await terminal.says(/Press 2 to take reviews down/, { timeoutMs: startTimeoutMs })

    const reviews = place.processes().filter(({ name }) => name === 'reviews')
    terminal.type('2')
    await terminal.says(/reviews is down/)
    expect(reviews.filter(isAlive)).toEqual([])
    expect(place.processes().map(({ name }) => name)).not.toContain('reviews')
    expect(await lossOf()).toEqual([['topRated']])

    terminal.type('2')
    await terminal.says(/reviews is back/)
    await expect.poll(lossOf, soon).toBeUndefined()

    terminal.type('h2')
    await terminal.says(/reviews hangs/)
    expect(await lossOf()).toEqual([['topRated']])
    terminal.type('h2')
    await terminal.says(/reviews goes on/)
    await expect.poll(lossOf, soon).toBeUndefined()

    terminal.type('?')
    await terminal.says(/takes it down, or brings it back/)

    terminal.type('\x03')
    await terminal.exited
    await expect.poll(place.running, soon).toEqual([])
    expect(place.starterPid()).toBeUndefined()
  })

  test('refuses a database from a newer version in one line, and leaves nothing running', {
    timeout: startTimeoutMs,
  }, async () => {
    const { url, server } = await startSubgraphDatabase({ name: 'chat', dataDir: place.dataDir })
    await withConnection(url, (connection) =>
      connection.query(
        `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name)
         VALUES (gen_random_uuid(), '', now(), '29990101000000_from_the_future')`,
      ),
    )
    await server.stop()
    const refused = nodeStart(place.env)
    expect(await refused.exited).toBe(1)
    const lines = refused
      .output()
      .split('\n')
      .filter((line) => /29990101000000_from_the_future/.test(line))
    expect(lines).toEqual([expect.stringMatching(/newer version.+npm run reset/)])
    await expect.poll(place.running, soon).toEqual([])
  })
})

describe('npm start refuses, in one line and with exit code 1,', () => {
  const refuses = async (env: NodeJS.ProcessEnv, args: readonly string[], line: RegExp) => {
    const refused = nodeStart(env, args)
    expect(await refused.exited).toBe(1)
    expect(refused.output().trim()).toMatch(line)
    expect(refused.output().trim()).not.toContain('\n')
  }

  test('an option that there is not', () =>
    refuses(process.env, ['--wihtout', 'x'], /"--wihtout" is not an option.+--without/))

  test('a subgraph that there is not', () =>
    refuses(process.env, ['--without', 'reviews,toys'], /no subgraph "toys".+products, reviews, cart, chat/))

  test('a setting that does not fit', () =>
    refuses({ ...process.env, CART_PORT: 'many' }, [], /CART_PORT is "many": it takes a whole number/))

  test('two that want one port', () =>
    refuses(
      { ...process.env, CART_PORT: '4100', CHAT_PORT: '4100' },
      [],
      /CART_PORT and CHAT_PORT are both 4100/,
    ))

  test('a data directory that can not be written', () =>
    // Below a file, which stops root as well, whom permissions do not.
    refuses(
      { ...process.env, DATA_DIR: '/dev/null/data' },
      [],
      /data directory \/dev\/null\/data can't be written.+DATA_DIR/,
    ))
})

test('a process that can not start says why, and the shop closes again', {
  timeout: startTimeoutMs,
}, async () => {
  const place = await createPlace()
  try {
    const refused = nodeStart({ ...place.env, CALL_DEADLINE_MS: 'soon' })
    expect(await refused.exited).toBe(1)
    expect(refused.output()).toMatch(/^gateway +│ .*CALL_DEADLINE_MS is "soon"/m)
    expect(refused.output()).toMatch(/gateway could not be started/)
    await vi.waitFor(() => expect(place.running()).toEqual([]), soon)
  } finally {
    await place.remove()
  }
})
