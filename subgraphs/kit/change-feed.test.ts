import { randomUUID } from 'node:crypto'
import { once as onceEvent } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Prisma, PrismaClient } from '../../prisma/cart/generated/client.ts'
import { type HttpService, startHttpService } from '../../service/http.ts'
import { silentLogger } from '../../service/log.ts'
import { createContextSigner } from '../../service/signed-context.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { appendChanges, type Change, changesRoute, followFeed } from './change-feed.ts'
import { nextLine, runScript } from './database/fixtures/run-script.ts'
import { openDatabase } from './database/open.ts'
import { generateServiceKeys, signedHeaders, testConfig } from './test-subgraph.ts'

// Cart's database serves as the owner's and as the reader's: it has the tables of both.
let keys: JSONWebKeySet
let owner: Awaited<ReturnType<typeof openOwner>>
let reader: Awaited<ReturnType<typeof openReader>>
const cleanUp: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  keys = await generateServiceKeys()
})
beforeEach(async () => {
  owner = await openOwner()
  reader = await openReader()
})
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

async function openTestDatabase() {
  const database = await createTestDatabase('cart')
  const opened = openDatabase({
    url: database.url,
    createClient: (adapter) => new PrismaClient({ adapter }),
    maxConnections: 5,
  })
  cleanUp.push(async () => {
    await opened.close()
    await database.drop()
  })
  return { url: database.url, prisma: opened.client }
}

async function openOwner() {
  const { prisma } = await openTestDatabase()
  let service: HttpService | undefined
  let port = 0

  const self = {
    prisma,
    url: '',
    async start() {
      const config = testConfig(keys)
      service = await startHttpService({
        port,
        host: '127.0.0.1',
        log: silentLogger(),
        routes: changesRoute({ prisma, config }),
        drainTimeoutMs: 0,
      })
      port = service.port
      self.url = service.url
    },
    async stop() {
      await service?.stop()
      service = undefined
    },
    /** Writes changes that set the values of entities. */
    write: (...values: [entity: string, value: number][]) =>
      prisma.$transaction((tx) => appendChanges(tx, values.map(setTo))),
    /** As after a new database: another feed, which begins at 1. */
    async makeAnew() {
      await prisma.$executeRaw`TRUNCATE "Change" RESTART IDENTITY`
      await prisma.$executeRaw`UPDATE "Feed" SET "id" = gen_random_uuid()`
    },
  }
  cleanUp.push(self.stop)
  await self.start()
  return self
}

const setTo = ([entityId, value]: [string, number]) => ({ kind: 'value.set', entityId, payload: { value } })

/** What a test may change of how the reader follows. */
type FollowerChanges = Partial<
  Omit<Parameters<typeof followFeed<Prisma.TransactionClient>>[0], 'services' | 'owner' | 'reset'>
>

async function openReader() {
  const { prisma, url } = await openTestDatabase()
  await prisma.$executeRaw`CREATE TABLE state (entity uuid PRIMARY KEY, value int NOT NULL)`
  await prisma.$executeRaw`CREATE TABLE delivered (sequence bigint NOT NULL)`

  const apply = async (tx: Prisma.TransactionClient, changes: readonly Change[]) => {
    for (const { sequence, entityId, payload } of changes) {
      const value = Number(Reflect.get(Object(payload), 'value'))
      await tx.$executeRaw`INSERT INTO delivered VALUES (${sequence})`
      await tx.$executeRaw`INSERT INTO state VALUES (${entityId}::uuid, ${value})
        ON CONFLICT (entity) DO UPDATE SET value = excluded.value`
    }
  }

  return {
    prisma,
    url,
    apply,
    follow(options: FollowerChanges = {}, ownerUrl = owner.url) {
      const config = testConfig(keys, {
        feedUrls: { ...testConfig(keys).feedUrls, cart: ownerUrl },
        feedPollMs: 10,
      })
      const follower = followFeed({
        services: {
          prisma,
          config,
          log: silentLogger(),
          signer: () => createContextSigner({ issuer: 'reviews', keys }),
        },
        owner: 'cart',
        apply,
        async reset(tx) {
          await tx.$executeRaw`DELETE FROM state`
        },
        maxBackoffMs: 50,
        ...options,
      })
      cleanUp.push(() => follower.stop())
      return follower
    },
    async state() {
      const rows = await prisma.$queryRaw<{ entity: string; value: number }[]>`SELECT * FROM state`
      return Object.fromEntries(rows.map(({ entity, value }) => [entity, value]))
    },
    async delivered() {
      const rows = await prisma.$queryRaw<{ sequence: bigint }[]>`SELECT sequence FROM delivered`
      return rows.map(({ sequence }) => Number(sequence))
    },
    async position() {
      const [row] = await prisma.$queryRaw<{ sequence: bigint }[]>`SELECT "sequence" FROM "FeedPosition"`
      return row === undefined ? null : Number(row.sequence)
    },
  }
}

const patience = { timeout: 20_000, interval: 20 }
const eventually = (check: () => void) => vi.waitFor(check, patience)
const poll = <Value>(read: () => Value) => expect.poll(read, patience)

function signal() {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { give, given }
}

const entities = (count: number) => Array.from({ length: count }, () => randomUUID())
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('the route', () => {
  const ask = async (query: string, headers: Record<string, string>) => {
    const response = await fetch(`${owner.url}/changes${query}`, { headers })
    const body: { errors?: { extensions: { code: string } }[]; [key: string]: unknown } = await response
      .json()
      .then((json) => Object(json))
    return { status: response.status, code: body.errors?.[0]?.extensions.code, body }
  }

  test('gives pages in the order of writing, with the feed and its head, to a service', async () => {
    const [a = '', b = '', c = ''] = entities(3)
    await owner.write([a, 1], [b, 2])
    await owner.write([c, 3])
    const service = await signedHeaders(keys, { service: 'reviews' })
    const first = await ask('?after=0&limit=2', service)
    expect(first).toMatchObject({
      status: 200,
      body: {
        head: '3',
        changes: [
          { sequence: '1', kind: 'value.set', entityId: a, payload: { value: 1 } },
          { sequence: '2', entityId: b },
        ],
      },
    })
    const rest = await ask('?after=2', service)
    expect(rest.body).toMatchObject({ feed: first.body.feed, changes: [{ sequence: '3', entityId: c }] })
    expect((await ask('?after=3', service)).body).toMatchObject({ head: '3', changes: [] })
  })

  test('refuses whoever is not a service, and says nothing of the feed', async () => {
    await owner.write([randomUUID(), 1])
    const strangers = await generateServiceKeys()
    const refused = [
      [{}, 401, 'UNTRUSTED_CALLER'],
      [{ 'arcade-context': 'nonsense' }, 401, 'UNTRUSTED_CALLER'],
      [await signedHeaders(strangers, { service: 'reviews' }), 401, 'UNTRUSTED_CALLER'],
      [await signedHeaders(keys), 403, 'FORBIDDEN'],
      [await signedHeaders(keys, { roles: ['staff'] }), 403, 'FORBIDDEN'],
    ] as const
    for (const [headers, status, code] of refused) {
      const answer = await ask('?after=0', { ...headers })
      expect(answer).toMatchObject({ status, code })
      expect(Object.keys(answer.body)).toEqual(['errors'])
    }
  })

  test('does not take the gateway’s word for who is a service', async () => {
    const signer = await createContextSigner({ issuer: 'gateway', keys })
    const caller = { subject: null, name: null, site: 'main', roles: ['service'] }
    const header = await signer.sign(caller, Date.now() + 60_000)
    expect(await ask('', { 'arcade-context': header })).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })

  test('refuses a place or a limit that can not be', async () => {
    const service = await signedHeaders(keys, { service: 'reviews' })
    const places = ['after=-1', 'after=x', 'after=1.5', 'after=9999999999999999999', 'after=']
    for (const query of [...places, 'limit=0', 'limit=1001', 'limit=many']) {
      expect(await ask(`?${query}`, service)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' })
    }
  })
})

describe('a follower', () => {
  test('applies everything once and in order, over several pages, and goes on with what comes', async () => {
    const all = entities(25)
    await owner.write(...all.map((entity, index): [string, number] => [entity, index]))
    const follower = reader.follow({ batchSize: 10 })
    await poll(reader.position).toBe(25)
    await owner.write([all[0] ?? '', 99])
    await poll(reader.position).toBe(26)

    expect(await reader.delivered()).toEqual(upTo(26))
    expect((await reader.state())[all[0] ?? '']).toBe(99)
    await eventually(() =>
      expect(follower.status()).toMatchObject({
        owner: 'cart',
        sequence: '26',
        head: '26',
        lag: 0,
        state: 'current',
        readAt: expect.any(String),
      }),
    )
  })

  test('waits for an owner that is down, and says so; goes on when it is up, and after a restart', async () => {
    const [a = '', b = ''] = entities(2)
    await owner.write([a, 1])
    await owner.stop()
    const follower = reader.follow()
    await eventually(() => expect(follower.status()).toMatchObject({ state: 'unreachable', readAt: null }))

    await owner.start()
    await poll(reader.state).toEqual({ [a]: 1 })
    await owner.stop()
    await eventually(() => expect(follower.status().state).toBe('unreachable'))
    await owner.write([b, 2])
    await owner.start()
    await poll(reader.state).toEqual({ [a]: 1, [b]: 2 })
    expect(await reader.delivered()).toEqual([1, 2])
  })

  test('goes on from where it stopped', async () => {
    const [a = '', b = ''] = entities(2)
    await owner.write([a, 1])
    const first = reader.follow()
    await poll(reader.position).toBe(1)
    await first.stop()
    await owner.write([b, 2])
    reader.follow()
    await poll(reader.position).toBe(2)
    expect(await reader.delivered()).toEqual([1, 2])
  })

  test('leaves position and data in step when it is killed in the middle of a batch', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'arcade-feed-'))
    cleanUp.push(() => rm(folder, { recursive: true }))
    const keysFile = path.join(folder, 'keys.json')
    await writeFile(keysFile, JSON.stringify(keys), { mode: 0o600 })
    await owner.write(...entities(30).map((entity): [string, number] => [entity, 1]))

    const script = await runScript('follow-feed', [reader.url, owner.url, keysFile])
    expect(await nextLine(script)).toBe('in the middle')
    await script.kill()

    expect(await reader.position()).toBe(10)
    expect(await reader.delivered()).toEqual(upTo(10))
    reader.follow()
    await poll(reader.position).toBe(30)
    expect(await reader.delivered()).toEqual(upTo(30))
  })

  test('leaves nothing of a batch that could not be applied, says so, and tries it again', async () => {
    const [a = '', b = ''] = entities(2)
    await owner.write([a, 1], [b, 2])
    let broken = true
    const follower = reader.follow({
      async apply(tx, changes) {
        await reader.apply(tx, changes)
        if (broken) throw new Error('broken')
      },
    })
    await eventually(() => expect(follower.status()).toMatchObject({ state: 'failing', lag: 2 }))
    expect([await reader.position(), await reader.state()]).toEqual([null, {}])
    broken = false
    await poll(reader.state).toEqual({ [a]: 1, [b]: 2 })
    expect(await reader.delivered()).toEqual([1, 2])
  })

  test('comes to the same state when everything is replayed', async () => {
    const [a = '', b = ''] = entities(2)
    await owner.write([a, 1], [b, 1], [a, 2])
    reader.follow()
    await poll(reader.position).toBe(3)
    const before = await reader.state()
    await reader.prisma.$executeRaw`UPDATE "FeedPosition" SET "sequence" = 0`
    await poll(async () => (await reader.delivered()).length).toBe(6)
    expect(await reader.state()).toEqual(before)
    expect(await reader.position()).toBe(3)
  })

  test('starts over when the owner’s database was made anew', async () => {
    const [a = '', b = '', c = ''] = entities(3)
    await owner.write([a, 1], [b, 2])
    reader.follow()
    await poll(reader.position).toBe(2)

    await owner.makeAnew()
    await owner.write([c, 3], [c, 4], [c, 5])
    await poll(reader.state).toEqual({ [c]: 5 })
    expect(await reader.position()).toBe(3)
  })

  test('starts over when the owner’s database went back to an earlier time', async () => {
    const [a = '', b = ''] = entities(2)
    await owner.write([a, 1], [b, 2])
    reader.follow()
    await poll(reader.position).toBe(2)
    await owner.prisma.$executeRaw`DELETE FROM "Change" WHERE "sequence" = 2`
    await poll(reader.state).toEqual({ [a]: 1 })
    expect(await reader.position()).toBe(1)
  })

  test('does nothing twice when several replicas of the reader follow', async () => {
    const replicas = [
      reader.follow({ batchSize: 3 }),
      reader.follow({ batchSize: 3 }),
      reader.follow({ batchSize: 3 }),
    ]
    for (let round = 0; round < 10; round++) {
      await owner.write(...entities(5).map((entity): [string, number] => [entity, round]))
    }
    await poll(reader.position).toBe(50)
    expect(await reader.delivered()).toEqual(upTo(50))
    for (const replica of replicas) {
      await eventually(() => expect(replica.status()).toMatchObject({ state: 'current', sequence: '50' }))
    }
  })

  test('misses no change of transactions that overlap', async () => {
    const [a = '', b = '', c = ''] = entities(3)
    reader.follow()
    const appended = signal()
    const gate = signal()
    const first = owner.prisma.$transaction(async (tx) => {
      await appendChanges(tx, [setTo([a, 1])])
      appended.give()
      await gate.given
    })
    await appended.given
    // It has the higher number, so it must not become visible before the first.
    const second = owner.write([b, 2])
    const waiting = async () => {
      const [row] = await owner.prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int AS count FROM pg_locks
        WHERE locktype = 'advisory' AND NOT granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
      return row?.count
    }
    await poll(waiting).toBe(1)
    expect(await reader.position()).toBeNull()
    gate.give()
    await Promise.all([first, second])
    await owner.write([c, 3])
    await poll(reader.state).toEqual({ [a]: 1, [b]: 2, [c]: 3 })
    expect(await reader.delivered()).toEqual([1, 2, 3])
  })

  test('loses nothing of many writers at once, some of whom give up', async () => {
    reader.follow({ batchSize: 7 })
    const all = entities(60)
    await Promise.all(
      all.map((entity, index) =>
        owner.prisma
          .$transaction(
            async (tx) => {
              await appendChanges(tx, [setTo([entity, index])])
              if (index % 3 === 0) throw new Error('changed its mind')
            },
            { maxWait: 20_000, timeout: 20_000 },
          )
          .catch(() => undefined),
      ),
    )
    const kept = Object.fromEntries(
      all.flatMap((entity, index) => (index % 3 === 0 ? [] : [[entity, index]])),
    )
    await poll(reader.state).toEqual(kept)
    const delivered = await reader.delivered()
    expect(delivered).toEqual([...new Set(delivered)].sort((x, y) => x - y))
  })
})

describe('an owner that misbehaves', () => {
  async function listen(listener: RequestListener) {
    const server = createServer(listener)
    server.listen(0, '127.0.0.1')
    await onceEvent(server, 'listening')
    cleanUp.push(async () => {
      server.closeAllConnections()
      server.close()
      await onceEvent(server, 'close')
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const feed = randomUUID()
  const change = (sequence: string): Record<keyof Change, unknown> => ({
    sequence,
    kind: 'value.set',
    entityId: randomUUID(),
    payload: { value: 1 },
    at: '2026-01-01T00:00:00.000Z',
  })
  const page = (changes: unknown[], head = '9') => JSON.stringify({ feed, head, changes })

  const lies: Record<string, RequestListener> = {
    hangs: () => {},
    'answers with an error': (_, response) => response.writeHead(500).end('{}'),
    'does not speak JSON': (_, response) => response.end('<html>'),
    'breaks off': (_, response) => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"feed":')
      response.destroy()
    },
    'sends too much': (_, response) => response.end(page([{ ...change('1'), kind: 'x'.repeat(100_000) }])),
    'forgets fields': (_, response) => response.end(page([{ sequence: '1' }])),
    'numbers wrongly': (_, response) => response.end(page([change('2'), change('2')])),
    'numbers with words': (_, response) => response.end(page([change('two')])),
  }

  test.each(Object.entries(lies))(
    'and %s is held to be unreachable, and nothing is applied',
    async (_, lie) => {
      const url = await listen(lie)
      const follower = reader.follow({ timeoutMs: 200, maxPageBytes: 50_000 }, url)
      await eventually(() => expect(follower.status().state).toBe('unreachable'))
      expect([await reader.position(), await reader.delivered()]).toEqual([null, []])
    },
  )

  test('and hangs does not keep the reader from stopping', async () => {
    const asked = signal()
    const url = await listen(() => asked.give())
    const follower = reader.follow({ timeoutMs: 60_000 }, url)
    await asked.given
    await follower.stop()
  })
})
