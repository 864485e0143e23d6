import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { schemaCompose } from './compose/schema-compose.ts'
import { exitCodes } from './exit-codes.ts'
import { schemaCheck } from './schema-check.ts'
import { makeFolder, run, runAsync } from './test-folder.ts'

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

type Query {
  "A product. Null when there is none."
  product(id: ID!): Product
}

"Something to sell."
type Product @key(fields: "id") {
  "Its id."
  id: ID!
  "What it is called."
  title: String
  "What it was called."
  name: String @deprecated(reason: "Use title.")
}
`
const files = {
  'supergraph.yaml':
    'subgraphs:\n  products:\n    routing_url: http://127.0.0.1/products\n    schema:\n      file: products.graphql\n',
  'products.graphql': sdl,
  'operations/Product.graphql': 'query Product($id: ID!) {\n  product(id: $id) {\n    ...Card\n  }\n}\n',
  'operations/Product.variables.json': '{ "id": "prod_1" }',
  'operations/fragments/Card.graphql': 'fragment Card on Product {\n  id\n  title\n}\n',
}

/** Checks a small repository in which all is fine but what the test changes after it was composed. */
async function check(changes: Record<string, string>, ...argv: string[]) {
  const before = makeFolder(files)
  run(schemaCompose, ['--config', before('supergraph.yaml'), '--output', before('supergraph.graphql')])
  const changed = makeFolder({
    ...files,
    'supergraph.graphql': readFileSync(before('supergraph.graphql'), 'utf8'),
    ...changes,
  })
  const settings = makeFolder({
    'checks.yaml': changes['checks.yaml'] ?? `operations: ${changed('operations')}\n`,
  })
  const given = [
    ...['--config', changed('supergraph.yaml'), '--supergraph', changed('supergraph.graphql')],
    ...['--settings', settings('checks.yaml'), ...argv],
  ]
  return { file: changed, ...(await runAsync(schemaCheck, given)) }
}

describe('schema:check', () => {
  test('passes when all is fine, and says what it looked at', async () => {
    const { exitCode, output } = await check({})
    const lines = output.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' '))
    expect(lines.slice(0, 4)).toEqual(['✔ composition', '✔ supergraph', '✔ rules', '✔ operations'])
    expect(exitCode).toBe(exitCodes.fine)
  })

  test('gives the same as JSON', async () => {
    const { output } = await check({}, '--format', 'json')
    expect(JSON.parse(output)).toMatchObject({
      version: 1,
      verdict: 'fine',
      exitCode: 0,
      checks: [
        ...['composition', 'supergraph', 'rules', 'operations'].map((name) => ({
          name,
          passed: true,
          findings: [],
        })),
        { name: 'changes', passed: true, findings: [{ rule: 'no-base', severity: 'hint' }] },
      ],
    })
  })

  test('ends with 2 when the subgraphs cannot be composed, and checks nothing further', async () => {
    const { exitCode, output, file } = await check(
      { 'products.graphql': `${sdl}type Product { again: Int }` },
      '--format',
      'json',
    )
    expect(exitCode).toBe(exitCodes.notComposable)
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'notComposable',
      checks: [
        { name: 'composition', passed: false, findings: [{ location: { file: file('products.graphql') } }] },
      ],
    })
  })

  test.each([
    ['supergraph', 'supergraph-current', { 'supergraph.graphql': 'type Query { old: Int }' }],
    ['rules', 'descriptions', { 'products.graphql': sdl.replace('  "Its id."\n', '') }],
    [
      'operations',
      'valid-operation',
      { 'operations/fragments/Card.graphql': 'fragment Card on Product { price }' },
    ],
    ['operations', 'sample-variables', { 'operations/Product.variables.json': '{}' }],
    ['operations', 'sample-variables', { 'operations/Product.variables.json': '{ "id": "1", "slug": "a" }' }],
    ['operations', 'sample-variables', { 'operations/Product.variables.json': '{ "id": ["1"] }' }],
  ])('refuses what fails %s, by the rule %s', async (name, rule, changes) => {
    const { exitCode, output } = await check(changes, '--format', 'json')
    expect(exitCode).toBe(exitCodes.refused)
    const { checks } = JSON.parse(output)
    const failed = checks.find((result: { name: string }) => result.name === name)
    expect(failed).toMatchObject({ passed: false, findings: [{ check: name, rule, severity: 'error' }] })
  })

  test('refuses what breaks a rule of style, with --all wherever it stands', async () => {
    const settings = (at: string) => `operations: ${at}\nlint:\n  naming: error\n`
    const at = makeFolder({ 'A.graphql': 'query A { product(id: 1) { id } }' })
    const { exitCode, output } = await check(
      { 'products.graphql': sdl.replace('title: String', 'Title: String'), 'checks.yaml': settings(at('.')) },
      ...['--all', '--format', 'json'],
    )
    expect(exitCode).toBe(exitCodes.refused)
    expect(JSON.parse(output).checks).toContainEqual(
      expect.objectContaining({
        name: 'lint',
        passed: false,
        findings: [expect.objectContaining({ rule: 'naming', coordinate: 'Product.Title' })],
      }),
    )
  })

  test('tells where an operation uses what is deprecated, without refusing it', async () => {
    const { exitCode, output, file } = await check({
      'operations/fragments/Card.graphql': 'fragment Card on Product {\n  name\n}',
    })
    expect(exitCode).toBe(exitCodes.fine)
    expect(output).toContain(`${file('operations/fragments/Card.graphql')}:2:3`)
    expect(output).toContain('Use title.')
  })

  test.each([
    [
      'an operations folder that is not there',
      'operations: no/such/folder\n',
      'no/such/folder: there is no such file',
    ],
    [
      'a rule that is not known',
      'operations: .\nexceptions:\n  nice-names:\n    A.b: why\n',
      'exceptions.nice-names: there is no such rule',
    ],
    [
      'an exception without a reason',
      'operations: .\nexceptions:\n  descriptions:\n    A.b: ""\n',
      'exceptions.descriptions.A.b: takes the reason',
    ],
    ['a key that is not known', 'operations: .\nlevel: high\n', 'the top level has `level`'],
    [
      'nothing',
      '',
      'is empty. It takes `lint`, `operations`, `usage`, `exceptions`, `changes`, `contracts`.',
    ],
  ])('does not run with settings that name %s', async (_, settings, message) => {
    const { exitCode, errors } = await check({ 'checks.yaml': settings })
    expect(exitCode).toBe(exitCodes.couldNotRun)
    expect(errors).toContain(message)
  })

  test('does not run in a format that it does not know, and lists those that it does', async () => {
    const { exitCode, errors } = await check({}, '--format', 'xml')
    expect(exitCode).toBe(exitCodes.couldNotRun)
    expect(errors).toContain('Formats: text, json')
  })
})

describe('our own graph', () => {
  test('passes', async () => {
    const { exitCode, output } = await runAsync(schemaCheck, ['--base', 'supergraph.graphql'])
    expect(output).toMatch(/Fine\.$/)
    expect(exitCode).toBe(exitCodes.fine)
  })
})
