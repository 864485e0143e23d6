import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from '../subgraphs/kit/database/fixtures/run-script.ts'
import { withConnection } from '../subgraphs/kit/database/migrate.ts'
import { createTestDatabase } from '../test/set-up/databases.ts'

let command: Awaited<ReturnType<typeof bundle>>
let database: Awaited<ReturnType<typeof createTestDatabase>>

beforeAll(async () => {
  command = await bundle('commands/feed-replay.ts')
  database = await createTestDatabase('cart')
})
afterAll(async () => {
  await command?.remove()
  await database?.drop()
})

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [command.file, ...args],
      { env: { ...process.env, CART_DATABASE_URL: database.url, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })

const setPositions = (...owners: string[]) =>
  withConnection(database.url, async (connection) => {
    await connection.query('DELETE FROM "FeedPosition"')
    for (const owner of owners) {
      await connection.query('INSERT INTO "FeedPosition" VALUES ($1, gen_random_uuid(), 7, 9, now())', [
        owner,
      ])
    }
  })
const positions = () =>
  withConnection(database.url, async (connection) => {
    const { rows } = await connection.query<{ owner: string; sequence: string }>(
      'SELECT "owner", "sequence" FROM "FeedPosition" ORDER BY "owner"',
    )
    return rows.map(({ owner, sequence }) => `${owner} ${sequence}`)
  })

test('sets one feed back to its start, or all of them', async () => {
  await setPositions('chat', 'products')
  expect(await run(['cart', 'products'])).toMatchObject({ code: 0 })
  expect(await positions()).toEqual(['chat 7', 'products 0'])
  expect(await run(['cart'])).toMatchObject({ code: 0 })
  expect(await positions()).toEqual(['chat 0', 'products 0'])
})

test('says in one line what can not be done, and does nothing', async () => {
  await setPositions('products')
  const refusals: [string[], RegExp, NodeJS.ProcessEnv?][] = [
    [[], /SUBGRAPH/],
    [['cart', 'products', 'more'], /SUBGRAPH/],
    [['basket'], /basket.*cart/],
    [['cart', 'reviews'], /products.*reviews/],
    [['cart', '--force'], /--force/],
    [['cart'], /npm start/, { CART_DATABASE_URL: '', DATA_DIR: 'node_modules/no-data' }],
  ]
  for (const [args, line, env] of refusals) {
    const { code, output } = await run(args, env)
    expect(code).toBe(1)
    expect(output).toMatch(line)
    expect(output.trim().split('\n')).toHaveLength(1)
  }
  expect(await positions()).toEqual(['products 7'])
})
