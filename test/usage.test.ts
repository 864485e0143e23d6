import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { schemaCompose } from '../checks/compose/schema-compose.ts'
import { exitCodes } from '../checks/exit-codes.ts'
import { schemaCheck } from '../checks/schema-check.ts'
import { makeFolder, run, runAsync } from '../checks/test-folder.ts'
import { startTestGateway } from '../gateway/test-graph/test-gateway.ts'

const catalogue = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9")

type Query {
  "What fits best. Null when nothing does."
  shelf(filter: Filter): Product
}

"What is wanted."
input Filter {
  "How large."
  size: Size
  "What it is made of."
  material: String
}

"How large something is."
enum Size {
  "Small."
  S
  "Medium."
  M
}

"Something to sell."
type Product {
  "What it is called."
  title: String
  "How heavy it is."
  weight: Int
  "What it was called."
  name: String
}
`
const files = {
  'supergraph.yaml':
    'subgraphs:\n  catalogue:\n    routing_url: http://127.0.0.1:1/catalogue\n    schema: { file: catalogue.graphql }\n',
  'catalogue.graphql': catalogue,
  'operations/Home.graphql': 'query Home { shelf { title } }',
  'checks.yaml': '',
}

let usage: string
const today = new Date().toISOString().slice(0, 10)

/** Nothing answers: what an operation asks for counts as used all the same. */
beforeAll(async () => {
  usage = mkdtempSync(path.join(tmpdir(), 'usage-'))
  const folder = mkdtempSync(path.join(tmpdir(), 'usage-graph-'))
  writeFileSync(path.join(folder, 'supergraph.yaml'), files['supergraph.yaml'])
  writeFileSync(path.join(folder, 'catalogue.graphql'), catalogue)
  const supergraph = path.join(folder, 'supergraph.graphql')
  run(schemaCompose, ['--config', path.join(folder, 'supergraph.yaml'), '--output', supergraph])
  const sdl = readFileSync(supergraph, 'utf8')
  rmSync(folder, { recursive: true })

  const gateways = await Promise.all(
    ['one', 'other'].map((name) =>
      startTestGateway(sdl, { env: { USAGE_FILE: path.join(usage, `${name}.json`), RETRIES: '0' } }),
    ),
  )
  const [one, other] = gateways
  const client = (name: string, version: string) => ({
    headers: { 'apollographql-client-name': name, 'apollographql-client-version': version },
  })
  const light = 'query Light { shelf(filter: { size: S }) { weight } }'
  await one?.ask(light, client('phone', '2.1'))
  await other?.ask(light, client('phone', '2.1'))
  await other?.ask(light, client('phone', '2.0'))
  await other?.ask('query Made($filter: Filter) { shelf(filter: $filter) { title } }', {
    ...client('kiosk', '7'),
    variables: { filter: { material: 'wool' } },
  })
  await Promise.all(gateways.map(({ stop }) => stop()))
})
afterAll(() => rmSync(usage, { recursive: true, force: true }))

const json = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      subject: z.string(),
      findings: z.array(
        z.object({
          rule: z.string(),
          severity: z.string(),
          change: z.object({ operations: z.array(z.string()), clients: z.array(z.string()) }).optional(),
        }),
      ),
    }),
  ),
})

async function checkWithout(lines: RegExp) {
  const base = makeFolder(files)
  const at = makeFolder({ ...files, 'catalogue.graphql': catalogue.replace(lines, '') })
  cpSync(usage, at('usage'), { recursive: true })
  run(schemaCompose, ['--config', at('supergraph.yaml'), '--output', at('supergraph.graphql')])
  writeFileSync(
    at('checks.yaml'),
    `operations: ${at('operations')}\nusage: { files: [${at('usage')}] }\nchanges: { letThroughUnused: true }\n`,
  )
  const { exitCode, output } = await runAsync(schemaCheck, [
    ...['--config', at('supergraph.yaml'), '--supergraph', at('supergraph.graphql')],
    ...['--settings', at('checks.yaml'), '--base', base(''), '--format', 'json'],
  ])
  const { checks } = json.parse(JSON.parse(output))
  const changes = checks.find(({ name }) => name === 'changes')
  return { exitCode, subject: changes?.subject, findings: changes?.findings }
}

test.each([
  [
    'a field',
    /.*How heavy.*\n.*\n/,
    'Light',
    [`phone 2.0 (1 time, last seen ${today})`, `phone 2.1 (2 times, last seen ${today})`],
  ],
  [
    'an input field that a variable may hold',
    /.*made of.*\n.*\n/,
    'Made',
    [`kiosk 7 (1 time, last seen ${today})`],
  ],
])(
  'a change that takes away %s names the operation and the clients that the gateways have really seen',
  async (_, lines, operation, clients) => {
    const { exitCode, subject, findings } = await checkWithout(lines)
    expect(subject).toMatch(/1 operation and 4 entries of /)
    expect(findings).toMatchObject([{ severity: 'error', change: { operations: [operation], clients } }])
    expect(exitCode).toBe(exitCodes.refused)
  },
)

test('an enum value that an operation gives is named as well, and so is who may give it', async () => {
  const { findings } = await checkWithout(/.*Small.*\n.*\n/)
  expect(findings).toMatchObject([{ change: { operations: ['Light', 'Made'] } }])
})

test('a change that hits nothing that was sent passes', async () => {
  const { exitCode, findings } = await checkWithout(/.*was called.*\n.*\n/)
  expect(findings).toMatchObject([{ rule: 'field-removed', severity: 'hint', change: { operations: [] } }])
  expect(exitCode).toBe(exitCodes.fine)
})
