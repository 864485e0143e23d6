import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { buildSchema, type OperationDefinitionNode, parse, validate } from 'graphql'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { SettingsError } from '../../service/settings.ts'
import { startTestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { describeOperation } from './describe-operation.ts'
import { createUsage } from './usage.ts'
import { openUsageFile } from './usage-file.ts'

interface Seen {
  name: string | null
  version: string | null
  count: number
  firstSeen: string
  lastSeen: string
}

interface Told {
  dropped: { operations: number; clients: number; lastSeen: string | null }
  operations: { name: string | null; document: string | null; fields: string[] | null; clients: Seen[] }[]
}

let graph: TestGraph
let supergraph: string
let directory: string
const fitsSchema = new Ajv({ strict: true, allowUnionTypes: true })
let validateUsage: ReturnType<Ajv['compile']>

beforeAll(async () => {
  graph = await startTestGraph()
  supergraph = compose(graph.all)
  directory = await mkdtemp(path.join(tmpdir(), 'usage-test-'))
  validateUsage = fitsSchema.compile(JSON.parse(await readFile('docs/usage.schema.json', 'utf8')))
})
afterAll(async () => {
  await graph.stop()
  await rm(directory, { recursive: true, force: true })
})

const phone = { 'apollographql-client-name': 'phone', 'apollographql-client-version': '2.1' }

async function startCounting(file: string, env: Record<string, string> = {}) {
  const gateway = await startTestGateway(supergraph, { env: { USAGE_FILE: file, ...env } })
  let isRunning = true
  const stop = async () => {
    if (isRunning) await gateway.stop()
    isRunning = false
  }
  onTestFinished(stop)
  return { ask: gateway.ask, stop }
}

async function readTold(file: string): Promise<{ text: string; told: Told }> {
  const text = await readFile(file, 'utf8')
  validateUsage(JSON.parse(text))
  expect(validateUsage.errors).toBeNull()
  return { text, told: JSON.parse(text) }
}

let files = 0
const newFile = () => path.join(directory, `usage-${++files}.json`)

describe('the gateway', () => {
  test('counts each operation by client and version, writes no value, and goes on after a restart', async () => {
    const file = newFile()
    const product = 'query Product($id: ID!) { product(id: $id) { id title } }'
    const secret = 'secret-8f1c'
    const first = await startCounting(file)
    for (let times = 0; times < 3; times += 1)
      await first.ask(product, { variables: { id: secret }, headers: phone })
    await first.ask(product, {
      variables: { id: secret },
      headers: { 'graphql-client-name': 'shop', 'graphql-client-version': '1' },
    })
    await first.ask(`{ mine: product(id: "${secret}") { title } }`)
    await first.ask('{ nothing }', { headers: phone })
    await first.stop()

    const second = await startCounting(file)
    await second.ask(`query Product($id: ID!) { product(id: $id) { title  id } }`, {
      variables: { id: 'lamp' },
      headers: phone,
    })
    await second.stop()

    const { text, told } = await readTold(file)
    expect(text).not.toContain(secret)
    expect(text).not.toContain('mine')
    expect(told.operations).toMatchObject([
      {
        name: null,
        document: '{product(id:""){title}}',
        clients: [{ name: null, version: null, count: 1 }],
      },
      {
        name: 'Product',
        kind: 'query',
        fields: ['Product.id', 'Product.title', 'Query.product', 'Query.product(id:)'],
        clients: [
          { name: 'phone', version: '2.1', count: 4 },
          { name: 'shop', version: '1', count: 1 },
        ],
      },
    ])
    expect(told.dropped).toEqual({ operations: 0, clients: 0, lastSeen: null })
  })

  test('counts each of those that share one execution, and writes while it runs', async () => {
    const file = newFile()
    const { ask } = await startCounting(file, { DEDUPLICATE: 'true', USAGE_WRITE_MS: '20' })
    await Promise.all(Array.from({ length: 5 }, () => ask('query Top { topRated { id } }')))
    await expect
      .poll(async () => (await readTold(file).catch(() => null))?.told.operations[0]?.clients[0]?.count)
      .toBe(5)
  })

  test('keeps those that were seen last, and tells how many had to make room', async () => {
    const file = newFile()
    const { ask, stop } = await startCounting(file, { USAGE_MAX_OPERATIONS: '2', USAGE_MAX_CLIENTS: '1' })
    const today = new Date().toISOString().slice(0, 10)
    await ask('query A { ordersToday }')
    await ask('query B { ordersToday }')
    await ask('query A { ordersToday }', { headers: phone })
    await ask('query C { ordersToday }')
    await stop()
    const { told } = await readTold(file)
    expect(told.operations.map(({ name, clients }) => [name, clients.map((client) => client.name)])).toEqual([
      ['A', ['phone']],
      ['C', [null]],
    ])
    expect(told.dropped).toEqual({ operations: 1, clients: 1, lastSeen: expect.any(String) })
    expect((told.dropped.lastSeen ?? '') >= today).toBe(true)
  })

  test('leaves out a text that would take the place of many, and then its fields', async () => {
    const file = newFile()
    const { ask, stop } = await startCounting(file, { USAGE_MAX_BYTES: '2000' })
    const parts = Array.from({ length: 30 }, (_, index) => `... on Product { a${index}: title }`).join(' ')
    await ask(`query ${'N'.repeat(5000)} { ordersToday }`)
    await ask(`query Long { product(id: 1) { ${parts} } }`)
    await stop()
    const { told } = await readTold(file)
    expect(told.operations).toMatchObject([
      { name: 'Long', document: null, fields: ['Product.title', 'Query.product', 'Query.product(id:)'] },
      { name: 'N'.repeat(200), document: null, fields: ['Query.ordersToday'] },
    ])
  })

  test.each([
    [
      'that is something else',
      async (file: string) => writeFile(file, '{"name":"a package"}'),
      'not the gateway',
    ],
    ['in a folder that is not there', async () => undefined, 'ENOENT'],
  ])('does not start with a file %s', async (_, make, message) => {
    const file = message === 'ENOENT' ? path.join(directory, 'none', 'usage.json') : newFile()
    await make(file)
    const starting = startTestGateway(supergraph, { env: { USAGE_FILE: file } })
    await expect(starting).rejects.toThrow(SettingsError)
    await expect(starting).rejects.toThrow(message)
  })
})

test('two gateways that write one file are told of it, and what can not be written is written later', async () => {
  const said: { level: number }[] = []
  const log = pino({}, { write: (line) => said.push(JSON.parse(line)) })
  const folder = path.join(directory, 'shared')
  await mkdir(folder)
  const file = path.join(folder, 'usage.json')
  const [one, other] = [await openUsageFile(file, log), await openUsageFile(file, log)]
  await one.write('1')
  await one.write('2')
  expect(said).toEqual([])
  await other.write('3')
  await one.write('4')
  expect(said).toMatchObject([
    { level: 40, file },
    { level: 40, file },
  ])

  await rm(folder, { recursive: true })
  await one.write('5')
  await one.write('6')
  expect(said.slice(2)).toMatchObject([{ level: 50, file, reason: 'ENOENT' }])
  await mkdir(folder)
  await one.write('7')
  expect([await readFile(file, 'utf8'), await readdir(folder)]).toEqual(['7', ['usage.json']])
})

const schema = buildSchema(`
  scalar Json
  enum Size { S M }
  input Filter { size: Size, sizes: [Size!], min: Int, text: String, on: Boolean, and: [Filter!], more: Json }
  type Item { size: Size, name: String }
  type Query { items(filter: Filter, first: Int = 10, more: Json, ratio: Float): [Item] }
`)

function describeText(text: string) {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  )
  if (!operation) throw new Error('there is no operation')
  return describeOperation({ schema, document, operation })
}

describe('an operation is described', () => {
  test('by its fields, arguments, input fields and enum values, and by all that a variable may hold', () => {
    expect(describeText('{ items(filter: { sizes: [M], min: 1 }) { name __typename } }').fields).toEqual([
      'Filter.min',
      'Filter.sizes',
      'Item.name',
      'Query.items',
      'Query.items(filter:)',
      'Size.M',
    ])
    expect(describeText('query A($size: Size) { items(filter: { size: $size }) { name } }').fields).toEqual([
      'Filter.size',
      'Item.name',
      'Query.items',
      'Query.items(filter:)',
      'Size.M',
      'Size.S',
    ])
  })

  test('with the same hash where only values, aliases, order or white space differ', () => {
    const one = describeText('query A { items(first: 1, filter: { min: 1, text: "a" }) { name size } }')
    const other = describeText(
      'query A {\n  x: items(filter: { text: """b""", min: 25 }, first: 2) { size, n: name } }\n query B { items { name } }',
    )
    const unlike = describeText('query A { items(first: 1, filter: { min: 1 }) { name size } }')
    expect(other).toEqual(one)
    expect(unlike.hash).not.toBe(one.hash)
    expect(unlike.fields).not.toEqual(one.fields)
  })

  test('without any value, whatever it is written as', () => {
    const word = fc.stringMatching(/^zq[a-z]{3,8}$/)
    const number = fc.integer({ min: 1000, max: 99_999 })
    fc.assert(
      fc.property(word, word, number, number, fc.boolean(), (text, key, whole, part, flag) => {
        const values = `filter: { text: "${text}", min: ${whole}, on: ${flag}, more: { ${key}: [${key}] }, and: [{ text: "${key}" }, { text: "x" }] }`
        const { document } = describeText(
          `query A($given: Filter = { text: "${text}" }) { items(${values}, more: [{ ${key}: "${text}" }, ${whole}], ratio: 0.${part}) { ${key}: name @skip(if: ${flag}) } other: items(filter: $given) { name } }`,
        )
        for (const value of [text, key, String(whole), String(part), 'true'])
          expect(document).not.toContain(value)
        // What is left of it is still an operation, in which the used input fields can be seen.
        expect(parse(document).definitions).toHaveLength(1)
        expect(document).toContain('and:[{text:""}]')
      }),
      { numRuns: 50 },
    )
  })
})

test('the day on which something was seen is that of the last time that it was told', () => {
  let day = '2026-11-24'
  const usage = createUsage({
    ...{ maxOperations: 10, maxClients: 10, maxCharacters: 10_000 },
    known: null,
    today: () => day,
  })
  const document = parse('{ items { name } }')
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('there is no operation')
  const send = () => usage.count({ schema, document, operation }, { name: 'phone', version: null })
  send()
  day = '2026-11-25'
  usage.tell()
  expect(usage.isChanged()).toBe(false)
  send()
  const told: Told = JSON.parse(usage.tell())
  expect(told.operations[0]?.clients).toEqual([
    { name: 'phone', version: null, firstSeen: '2026-11-24', lastSeen: '2026-11-25', count: 2 },
  ])
})
