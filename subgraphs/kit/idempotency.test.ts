import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { PrismaClient } from '../../prisma/cart/generated/client.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { openDatabase } from './database/open.ts'
import { once } from './idempotency.ts'

// Cart's database serves as the example: every subgraph's has the same table.
let database: Awaited<ReturnType<typeof createTestDatabase>>
let opened: ReturnType<typeof open>

const open = (url: string) => openDatabase({ url, createClient: (adapter) => new PrismaClient({ adapter }) })

beforeAll(async () => {
  database = await createTestDatabase('cart')
  opened = open(database.url)
  await opened.client.$executeRaw`CREATE TABLE written (scope text NOT NULL, value int NOT NULL)`
})
afterAll(async () => {
  await opened?.close()
  await database?.drop()
})

const answer = z.object({ value: z.int() })
const valuesOf = async (scope: string) => {
  const rows = await opened.client.$queryRaw<{ value: number }[]>`
    SELECT value FROM written WHERE scope = ${scope} ORDER BY value`
  return rows.map(({ value }) => value)
}

/** Writes `value`, which `once` should let happen only once. */
function write(scope: string, value: number, { key = 'key-0000001', input = { a: 1 } as unknown } = {}) {
  return once(opened.client, { scope, key, input, answer }, async (tx) => {
    await tx.$executeRaw`INSERT INTO written VALUES (${scope}, ${value})`
    return { keep: { value } }
  })
}

describe('once', () => {
  test('writes at the first send, and gives the same answer at every other', async () => {
    expect(await write('repeated', 1)).toEqual({ state: 'written', answer: { value: 1 }, repeated: false })
    expect(await write('repeated', 2)).toEqual({ state: 'written', answer: { value: 1 }, repeated: true })
    expect(await valuesOf('repeated')).toEqual([1])
  })

  test('writes once however many send one key at the same time, and answers all of them alike', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, value) => write('simultaneous', value)))
    const written = await valuesOf('simultaneous')
    expect(written).toHaveLength(1)
    expect(new Set(outcomes.map((outcome) => outcome.state === 'written' && outcome.answer.value))).toEqual(
      new Set(written),
    )
    expect(outcomes.filter((outcome) => outcome.state === 'written' && !outcome.repeated)).toHaveLength(1)
  })

  test('refuses a key that was used with another input, and does not mind the order of its fields', async () => {
    await write('fingerprint', 1, { input: { a: 1, b: { c: [1, 2], d: null } } })
    const same = await write('fingerprint', 2, { input: { b: { d: null, c: [1, 2] }, a: 1 } })
    expect(same).toMatchObject({ state: 'written', answer: { value: 1 } })
    const other = await write('fingerprint', 3, { input: { a: 1, b: { c: [2, 1], d: null } } })
    expect(other).toEqual({ state: 'key reused' })
    expect(await valuesOf('fingerprint')).toEqual([1])
  })

  test('keeps the keys of two scopes apart', async () => {
    await write('scope-a', 1)
    expect(await write('scope-b', 2)).toMatchObject({ repeated: false, answer: { value: 2 } })
  })

  test('undoes a refusal, and takes the same key again', async () => {
    const outcome = await once(
      opened.client,
      { scope: 'refused', key: 'key-0000001', input: 1, answer },
      async (tx) => {
        await tx.$executeRaw`INSERT INTO written VALUES ('refused', 1)`
        return { refuse: ['too many'] }
      },
    )
    expect(outcome).toEqual({ state: 'refused', refusal: ['too many'] })
    expect(await valuesOf('refused')).toEqual([])
    expect(await write('refused', 2, { input: 2 })).toMatchObject({ repeated: false })
  })

  test('undoes a write that throws, lets whoever waited for it write, and says what was thrown', async () => {
    let begun = () => {}
    const started = new Promise<void>((resolve) => {
      begun = resolve
    })
    let fail = () => {}
    const failed = new Promise<void>((resolve) => {
      fail = resolve
    })
    const first = once(
      opened.client,
      { scope: 'thrown', key: 'key-0000001', input: { a: 1 }, answer },
      async (tx) => {
        await tx.$executeRaw`INSERT INTO written VALUES ('thrown', 1)`
        begun()
        await failed
        throw new Error('out of luck')
      },
    )
    await started
    const second = write('thrown', 2)
    fail()
    await expect(first).rejects.toThrow('out of luck')
    expect(await second).toMatchObject({ state: 'written', repeated: false })
    expect(await valuesOf('thrown')).toEqual([2])
  })

  test.each(['', '1234567', 'x'.repeat(101), 'nul\0nul\0nul', '\ud800'.repeat(8)])(
    'refuses %j as a key',
    async (key) => {
      await expect(write('keys', 1, { key })).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      })
      expect(await valuesOf('keys')).toEqual([])
    },
  )
})
