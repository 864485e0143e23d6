import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../service/free-ports.ts'
import { createLogger } from '../../service/log.ts'
import { createTestDatabase } from '../../test/set-up/databases.ts'
import { workerPorts } from '../../test/set-up/worker-ports.ts'
import { toId } from '../kit/ids.ts'
import { startSubgraph } from '../kit/subgraph.ts'
import { generateServiceKeys, signedHeaders, testConfig } from '../kit/test-subgraph.ts'
import { products } from './products.ts'
import { insertProducts } from './test-data.ts'

/** Stands before the database, and can be cut off or fall silent as a server does that was stopped or hangs. */
async function startRelay(target: URL) {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => other.destroy())
      socket.on('data', (bytes) => silent || other.write(bytes))
    }
  })
  let silent = false
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const port = await freePort(workerPorts)
  await listen(port)
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await closed
  }
  const url = new URL(target)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    cut,
    mend: () => listen(port),
    silence(value: boolean) {
      silent = value
    },
  }
}

let database: Awaited<ReturnType<typeof createTestDatabase>>
let relay: Awaited<ReturnType<typeof startRelay>>
let subgraph: Awaited<ReturnType<typeof startSubgraph>>
let headers: Record<string, string>
let id: string
const logged: string[] = []

beforeAll(async () => {
  database = await createTestDatabase('products')
  const [product] = await insertProducts(database.url, [{ title: 'Teapot' }])
  id = toId('prod', product?.id ?? '')
  relay = await startRelay(new URL(database.url))
  const keys = await generateServiceKeys()
  headers = { 'content-type': 'application/json', ...(await signedHeaders(keys)) }
  subgraph = await startSubgraph(products, {
    config: testConfig(keys, { statementTimeoutMs: 1000 }),
    databaseUrl: relay.url,
    log: createLogger('products', {}, { write: (line) => void logged.push(line) }),
  })
})
afterAll(async () => {
  await subgraph.stop()
  await relay.cut()
  await database.drop()
})

async function ask(query: string) {
  const response = await fetch(`${subgraph.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  })
  return { status: response.status, text: await response.text() }
}
const query = () =>
  `{ __typename product(id: "${id}") { title } products { nodes { title variants { nodes { sku } } } } }`
const readiness = async () => (await fetch(`${subgraph.url}/health/ready`)).status

async function expectWell() {
  // Connections that broke are replaced as they are met.
  await expect
    .poll(async () => JSON.parse((await ask(query())).text).errors ?? [], { timeout: 10_000 })
    .toEqual([])
  expect(JSON.parse((await ask(query())).text).data.product).toEqual({ title: 'Teapot' })
  expect(await readiness()).toBe(200)
}

async function expectLost() {
  const { text } = await ask(query())
  const { data, errors } = JSON.parse(text)
  // What needs no database is still answered, and each lost field has its error.
  expect(data).toEqual({ __typename: 'Query', product: null, products: null })
  const { message: _, locations: __, ...error } = errors[0]
  expect(errors.map(({ path }: { path: string[] }) => path).sort()).toEqual([['product'], ['products']])
  expect(error.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR' })
  const { hostname, port, username, password } = new URL(relay.url)
  for (const secret of [
    hostname,
    port,
    username,
    password,
    'SELECT',
    'prisma',
    'ECONN',
    '/work',
    '.ts',
    'timeout',
  ]) {
    expect(text).not.toContain(secret)
  }
  expect(await readiness()).toBe(503)
  expect(logged.join('')).not.toContain(password)
}

test('a database that is gone costs what needs it, and nothing else; when it is back, all is', async () => {
  await expectWell()
  await relay.cut()
  await expectLost()
  await relay.mend()
  await expectWell()
})

test('a database that falls silent is given up in time; when it answers again, all is well', async () => {
  await expectWell()
  relay.silence(true)
  await expectLost()
  relay.silence(false)
  await expectWell()
})
