import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { makeFolder, run } from '../test-folder.ts'
import { sourcesOf } from '../test-schemas.ts'
import { compose } from './compose.ts'
import { schemaCompose } from './schema-compose.ts'

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])'
const products = `${link}\ntype Query { product: Product }\ntype Product @key(fields: "id") { id: ID! title: String }\n`
const reviews = `${link}\ntype Product @key(fields: "id") { id: ID! rating: Int }\n`
const subgraph = (name: string) =>
  `  ${name}:\n    routing_url: http://127.0.0.1/${name}\n    schema:\n      file: ./${name}.graphql\n`
const yaml = `federation_version: 2\nsubgraphs:\n${subgraph('products')}${subgraph('reviews')}`

function composeIn(files: Record<string, string>, ...argv: string[]) {
  const file = makeFolder({
    'supergraph.yaml': yaml,
    'products.graphql': products,
    'reviews.graphql': reviews,
    ...files,
  })
  const given = ['--config', file('supergraph.yaml'), '--output', file('supergraph.graphql'), ...argv]
  return { file, again: () => run(schemaCompose, given), ...run(schemaCompose, given) }
}

describe('schema:compose', () => {
  test('writes the supergraph, and leaves one that is current alone', () => {
    const { file, exitCode, again } = composeIn({})
    expect(exitCode).toBe(exitCodes.fine)
    const written = readFileSync(file('supergraph.graphql'), 'utf8')
    expect(written).toContain('rating: Int @join__field(graph: REVIEWS)')
    const { mtimeNs } = statSync(file('supergraph.graphql'), { bigint: true })
    expect(again().exitCode).toBe(exitCodes.fine)
    expect(statSync(file('supergraph.graphql'), { bigint: true }).mtimeNs).toBe(mtimeNs)
    expect(readdirSync(path.dirname(file('')))).not.toContainEqual(expect.stringContaining('draft'))
  })

  test('with --check refuses one that is not current, and writes nothing', () => {
    const { exitCode, errors, file } = composeIn({ 'supergraph.graphql': 'old\n' }, '--check')
    expect(exitCode).toBe(exitCodes.refused)
    expect(errors).toContain('npm run schema:compose')
    expect(readFileSync(file('supergraph.graphql'), 'utf8')).toBe('old\n')
  })

  test('with --check lets one through that is current, also with lines that end as on Windows', () => {
    const { file } = composeIn({})
    const written = readFileSync(file('supergraph.graphql'), 'utf8')
    const windows = composeIn({ 'supergraph.graphql': written.replaceAll('\n', '\r\n') }, '--check')
    expect(windows.exitCode).toBe(exitCodes.fine)
  })

  test('names the place of an error of the composer, and keeps the supergraph that was there', () => {
    const broken = reviews.replace('rating: Int', 'rating: Int\n  title: String')
    const { exitCode, errors, file } = composeIn({ 'reviews.graphql': broken, 'supergraph.graphql': 'old\n' })
    expect(exitCode).toBe(exitCodes.notComposable)
    expect(errors).toContain('INVALID_FIELD_SHARING')
    expect(errors).toContain(`${file('products.graphql')}:3:`)
    expect(errors).toContain(`${file('reviews.graphql')}:3:3`)
    expect(readFileSync(file('supergraph.graphql'), 'utf8')).toBe('old\n')
  })

  test.each([
    ['a schema that is not GraphQL', 'type Product {\n  id ID!\n}', ':2:6'],
    ['an empty schema', '', ':1:1'],
  ])('names the place of %s', (_, sdl, place) => {
    const { exitCode, errors, file } = composeIn({ 'reviews.graphql': sdl })
    expect(exitCode).toBe(exitCodes.notComposable)
    expect(errors).toContain(`${file('reviews.graphql')}${place}`)
    expect(errors).toContain('INVALID_GRAPHQL')
  })

  test.each([
    ['is empty', '', 'is empty. It takes `federation_version`, `subgraphs`.'],
    ['is not YAML', 'subgraphs:\n  a: [', ':2:7: this is not YAML'],
    ['gives a key twice', `${yaml}subgraphs: {}\n`, 'this is not YAML'],
    ['has a key that is not known', `${yaml}graphs: {}\n`, 'the top level has `graphs`'],
    [
      'has a key in a subgraph that is not known',
      yaml.replace('routing_url: http://127.0.0.1/products', 'url: x'),
      'subgraphs.products has `url`, which is not known. It takes `routing_url`, `schema`.',
    ],
    [
      'takes a schema from an address',
      yaml.replace('file: ./products.graphql', 'subgraph_url: http://127.0.0.1'),
      'subgraphs.products.schema has `subgraph_url`, which is not known. It takes `file`.',
    ],
    ['names no subgraph', 'subgraphs: {}', 'subgraphs: names no subgraph'],
    ['names a subgraph as nobody may', yaml.replace('  products:', '  "1 products":'), '1 products'],
    [
      'has an address that is none',
      yaml.replace('http://127.0.0.1/products', 'products'),
      'subgraphs.products.routing_url: takes an http or https address',
    ],
    [
      'asks for another composer',
      yaml.replace('version: 2', 'version: "=2.0.0"'),
      'federation_version is "=2.0.0"',
    ],
    ['is a list', '- products', 'the top level'],
    [
      'names a schema that is not there',
      yaml.replace('./products.graphql', './gone.graphql'),
      'gone.graphql: there is no such file',
    ],
    ['names a folder as a schema', yaml.replace('./products.graphql', '.'), 'this is a folder'],
  ])('does not run when supergraph.yaml %s, and says so', (_, text, message) => {
    const { exitCode, errors } = composeIn({ 'supergraph.yaml': text })
    expect(exitCode).toBe(exitCodes.couldNotRun)
    expect(errors).toContain(message)
    expect(errors).not.toContain('    at ')
  })

  test('does not run with an option that it does not know, and lists those that it does', () => {
    const { exitCode, errors } = composeIn({}, '--chekc')
    expect(exitCode).toBe(exitCodes.couldNotRun)
    expect(errors).toContain("Unknown option '--chekc'. Options: --config, --output, --check")
  })

  test('does not run where it cannot write', () => {
    const { exitCode, errors } = composeIn({}, '--output', 'no/such/folder/supergraph.graphql')
    expect(exitCode).toBe(exitCodes.couldNotRun)
    expect(errors).toContain('no/such/folder/supergraph.graphql could not be written')
  })
})

describe('composing', () => {
  test("gives the composer's hints with their places", () => {
    const { composed } = compose(
      sourcesOf({
        a: 'type Query { a: Money } type Money @shareable { amount: Int! }',
        b: 'type Query { b: Money } type Money @shareable { amount: Int }',
      }),
    )
    expect(composed?.hints).toMatchObject([
      {
        severity: 'hint',
        rule: 'INCONSISTENT_BUT_COMPATIBLE_FIELD_TYPE',
        coordinate: 'Money.amount',
        location: { file: expect.stringMatching(/^[ab]\.graphql$/), line: 3 },
      },
    ])
  })

  test('tells every schema that is not GraphQL, not the first alone', () => {
    const { errors } = compose(sourcesOf({ a: 'type', b: 'type Query { a: Int }', c: 'enum {' }))
    expect(errors?.map(({ subgraph, rule }) => [subgraph, rule])).toEqual([
      ['a', 'INVALID_GRAPHQL'],
      ['c', 'INVALID_GRAPHQL'],
    ])
  })

  test('names the subgraph of an error for which the composer knows no place', () => {
    const [source] = sourcesOf({ shop: 'type Product { id: ID! @nothing }' })
    const { errors } = compose(source ? [source] : [])
    expect(errors).toMatchObject([
      { severity: 'error', subgraph: 'shop', location: { file: 'shop.graphql' } },
    ])
  })
})
