import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { schemaCompose } from './compose/schema-compose.ts'
import { exitCodes } from './exit-codes.ts'
import { schemaCheck } from './schema-check.ts'
import { makeFolder, run, runAsync } from './test-folder.ts'

const products = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

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
  name: String
  "How heavy it is."
  weight: Int
}
`
const reviews = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

"Something to sell."
type Product @key(fields: "id") {
  "Its id."
  id: ID!
  "From 1 to 5."
  stars: Int
}
`
const config = `subgraphs:
  products:
    routing_url: http://127.0.0.1/products
    schema: { file: products.graphql }
  reviews:
    routing_url: http://127.0.0.1/reviews
    schema: { file: reviews.graphql }
`
const files = {
  'supergraph.yaml': config,
  'products.graphql': products,
  'reviews.graphql': reviews,
  'operations/Page.graphql': 'query Page($id: ID!) { product(id: $id) { title stars } }',
  'operations/Page.variables.json': '{ "id": "1" }',
}

const without = (field: string, sdl = products): string =>
  sdl.replace(new RegExp(`  ".*"\n  ${field}: .*\n`), '')

interface Given {
  /** Files of the change, where they differ from the base's. */
  change?: Record<string, string>
  /** Lines for `checks.yaml`. */
  settings?: string
  /** Files that are named in `settings` and in `argv` as `{name}`. */
  extra?: Record<string, string>
  /** What to compare with; `{base}` is the folder of the base. */
  argv?: readonly string[]
}

const finding = z.object({
  rule: z.string(),
  severity: z.string(),
  subgraph: z.string().nullable(),
  message: z.string(),
  location: z.object({ file: z.string(), line: z.number() }).nullable(),
  change: z
    .object({ level: z.string(), operations: z.array(z.string()), clients: z.array(z.string()) })
    .optional(),
  approvable: z.string().optional(),
})
const json = z.object({
  checks: z.array(z.object({ name: z.string(), subject: z.string(), findings: z.array(finding) })),
})

/** Checks a small graph against a base that it differs from by `change`. */
async function check({ change = {}, settings = '', extra = {}, argv = ['--base', '{base}'] }: Given) {
  const base = makeFolder(files)
  const changed = makeFolder({ ...files, ...change })
  run(schemaCompose, ['--config', changed('supergraph.yaml'), '--output', changed('supergraph.graphql')])
  const beside = makeFolder(extra)
  const named = (text: string): string =>
    text.replace(/\{([\w.-]+)\}/g, (_, name) => (name === 'base' ? base('') : beside(name)))
  const checks = makeFolder({ 'checks.yaml': `operations: ${changed('operations')}\n${named(settings)}` })
  const result = await runAsync(schemaCheck, [
    ...['--config', changed('supergraph.yaml'), '--supergraph', changed('supergraph.graphql')],
    ...['--settings', checks('checks.yaml'), '--format', 'json', ...argv.map(named)],
  ])
  const results = result.output.startsWith('{') ? json.parse(JSON.parse(result.output)).checks : []
  const of = (name: string) => results.find((each) => each.name === name)
  return { ...result, base, changed, of, findings: (name: string) => of(name)?.findings ?? [] }
}

describe('a base', () => {
  test('that is a folder is compared with, and nothing is refused where nothing differs', async () => {
    const { exitCode, of, findings } = await check({})
    expect(exitCode).toBe(exitCodes.fine)
    expect(of('changes')?.subject).toContain('nothing differs')
    expect([...findings('changes'), ...findings('outages')]).toEqual([])
  })

  test.each([
    ['a file that names subgraphs', ['--base', '{base}/supergraph.yaml'], {}],
    ['a composed supergraph', ['--base', '{supergraph.graphql}'], { 'supergraph.graphql': '' }],
  ])('may be %s', async (_, argv, extra) => {
    const at = makeFolder(files)
    run(schemaCompose, ['--config', at('supergraph.yaml'), '--output', at('supergraph.graphql')])
    const supergraph = readFileSync(at('supergraph.graphql'), 'utf8')
    const { exitCode, findings } = await check({
      change: { 'products.graphql': without('weight') },
      argv,
      extra: Object.fromEntries(Object.keys(extra).map((name) => [name, supergraph])),
    })
    expect(exitCode).toBe(exitCodes.refused)
    expect(findings('changes')).toMatchObject([{ approvable: 'field-removed Product.weight' }])
  })

  test.each([
    ['is not there', ['--base', 'no-such-thing'], {}, '--base: there is no no-such-thing here'],
    ['is a folder without subgraphs', ['--base', '{.}'], {}, 'supergraph.yaml: there is no such file'],
    ['is not GraphQL', ['--base', '{b.graphql}'], { 'b.graphql': 'type {' }, 'this is not a supergraph'],
    ['is empty', ['--base', '{b.graphql}'], { 'b.graphql': '' }, 'this is not a supergraph'],
    ['is one subgraph', ['--base', '{b.graphql}'], { 'b.graphql': products }, 'this is not a supergraph'],
    ['is not YAML', ['--base', '{b.yaml}'], { 'b.yaml': 'a: [' }, 'this is not YAML'],
    [
      'names a schema that is not there',
      ['--base', '{b.yaml}'],
      { 'b.yaml': config },
      'products.graphql: there is no such file',
    ],
    [
      'cannot be composed',
      ['--base', '{b.yaml}'],
      { 'b.yaml': config, 'products.graphql': 'type Query {', 'reviews.graphql': reviews },
      'b.yaml cannot be composed: Syntax Error',
    ],
  ])('that %s is told with what is accepted', async (_, argv, extra, message) => {
    const { exitCode, errors } = await check({ argv, extra: { '.keep': '', ...extra } })
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})

describe('a base in git', () => {
  function makeRepository(change: Record<string, string>) {
    const at = makeFolder({ ...files, 'checks.yaml': 'operations: {operations}\n' })
    const git = (...argv: string[]) =>
      execFileSync('git', ['-C', at(''), '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...argv], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    git('init', '--quiet', '--initial-branch', 'change')
    git('add', '.')
    git('commit', '--quiet', '--no-gpg-sign', '-m', 'base')
    const commit = (text: Record<string, string>, message: string): string => {
      const folder = makeFolder(text)
      for (const file of Object.keys(text)) execFileSync('cp', [folder(file), at(file)])
      git('commit', '--quiet', '--no-gpg-sign', '-am', message)
      return git('rev-parse', 'HEAD')
    }
    const checkIt = async (...argv: string[]) => {
      const folder = makeFolder({ 'checks.yaml': `operations: ${at('operations')}\n` })
      run(schemaCompose, ['--config', at('supergraph.yaml'), '--output', at('supergraph.graphql')])
      const result = await runAsync(schemaCheck, [
        ...['--config', at('supergraph.yaml'), '--supergraph', at('supergraph.graphql')],
        ...['--settings', folder('checks.yaml'), '--format', 'json', ...argv],
      ])
      const results = result.output === '' ? [] : json.parse(JSON.parse(result.output)).checks
      return { ...result, changes: results.find(({ name }) => name === 'changes') }
    }
    const first = git('rev-parse', 'HEAD')
    commit(change, 'change')
    return { git, commit, first, checkIt }
  }

  test('is named by any ref', async () => {
    const { checkIt, first } = makeRepository({ 'products.graphql': without('weight') })
    const { exitCode, changes } = await checkIt('--base', 'HEAD~1')
    expect(exitCode).toBe(exitCodes.refused)
    expect(changes?.subject).toContain(`HEAD~1 (${first.slice(0, 7)})`)
    expect(changes?.findings).toMatchObject([{ approvable: 'field-removed Product.weight' }])
  })

  test('is origin/main where nothing is said, as far as the branch has it', async () => {
    const { git, first, commit, checkIt } = makeRepository({ 'products.graphql': without('weight') })
    git('checkout', '--quiet', '-b', 'elsewhere', first)
    const main = commit(
      { 'products.graphql': `${products}\n"New."\ntype Brand {\n  "A name."\n  name: String\n}\n` },
      'main goes on',
    )
    git('update-ref', 'refs/remotes/origin/main', main)
    git('checkout', '--quiet', 'change')
    const { changes } = await checkIt()
    expect(changes?.subject).toContain(`origin/main (${first.slice(0, 7)})`)
    expect(changes?.findings).toMatchObject([{ approvable: 'field-removed Product.weight' }])
  })

  test('is not missed in a clone without it: that changes were not checked is told', async () => {
    const { checkIt } = makeRepository({ 'products.graphql': without('weight') })
    const { exitCode, changes } = await checkIt()
    expect(exitCode).toBe(exitCodes.fine)
    expect(changes?.findings).toMatchObject([{ rule: 'no-base', severity: 'hint' }])
    expect(changes?.findings[0]?.message).toContain('there is no origin/main here')
  })

  test('that has no subgraphs yet is told, and refused where it was asked for', async () => {
    const { git, checkIt } = makeRepository({ 'products.graphql': without('weight') })
    git('checkout', '--quiet', '--orphan', 'empty')
    git('commit', '--quiet', '--no-gpg-sign', '--allow-empty', '-m', 'nothing')
    git('rm', '--quiet', '-r', '--cached', '.')
    git('commit', '--quiet', '--no-gpg-sign', '-m', 'nothing at all')
    const empty = git('rev-parse', 'HEAD')
    git('checkout', '--quiet', '--force', 'change')
    git('update-ref', 'refs/remotes/origin/main', empty)
    const silently = await checkIt()
    expect(silently.changes?.findings).toMatchObject([{ rule: 'no-base' }])
    const loudly = await checkIt('--base', 'origin/main')
    expect(loudly.exitCode).toBe(exitCodes.couldNotRun)
    expect(loudly.errors).toContain('origin/main has no')
  })

  test('is not there outside of git, which is told as well', async () => {
    const { exitCode, findings } = await check({ argv: [] })
    expect(exitCode).toBe(exitCodes.fine)
    expect(findings('changes')).toMatchObject([{ rule: 'no-base', severity: 'hint' }])
    const asked = await check({ argv: ['--base', 'HEAD'] })
    expect(asked.exitCode).toBe(exitCodes.couldNotRun)
    expect(asked.errors).toContain('there is no HEAD here')
  })
})

const usage = (...operations: object[]) => JSON.stringify({ version: 1, operations })
const phone = { name: 'phone', version: '2.1', lastSeen: '2026-11-20' }
const sent = { clients: [phone] }
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
const old = { name: 'Old', document: 'query Old { product(id: 1) { weight } }' }

describe('a breaking change', () => {
  test('names the operations that it hits, and stands at its place', async () => {
    const { findings, changed } = await check({ change: { 'products.graphql': without('title') } })
    expect(findings('changes')).toMatchObject([
      {
        rule: 'field-removed',
        severity: 'error',
        subgraph: 'products',
        change: { level: 'breaking', operations: ['Page'], clients: [] },
        location: { file: changed('products.graphql'), line: 8 },
      },
    ])
  })

  test('that is safe in its subgraph and breaks the supergraph is laid to that subgraph', async () => {
    const shared = (type: string, sdl: string) =>
      sdl
        .replace('"@key"]', '"@key", "@shareable"]')
        .replace(
          /title: String|stars: Int/,
          (field) =>
            `${field.startsWith('title') ? '' : `${field}\n  "Its name."\n  `}title: ${type} @shareable`,
        )
    const { findings, changed } = await check({
      change: {
        'products.graphql': shared('String!', products),
        'reviews.graphql': shared('String', reviews),
      },
      argv: ['--base', '{b.yaml}'],
      extra: {
        'b.yaml': config,
        'products.graphql': shared('String!', products),
        'reviews.graphql': reviews,
      },
    })
    expect(findings('changes').filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        approvable: 'field-type-changed Product.title',
        subgraph: 'reviews',
        location: { file: changed('reviews.graphql') },
        change: { operations: ['Page'] },
      },
    ])
  })

  test('is found among thousands of fields', async () => {
    const many = Array.from({ length: 3_000 }, (_, index) => `  "A part."\n  part${index}: Int\n`).join('')
    const at = (sdl: string) => `${sdl}\n"Parts."\ntype Parts {\n${many}}\n`
    const { findings } = await check({
      change: { 'products.graphql': at(without('weight')) },
      argv: ['--base', '{b.yaml}'],
      extra: { 'b.yaml': config, 'products.graphql': at(products), 'reviews.graphql': reviews },
    })
    expect(findings('changes')).toMatchObject([{ approvable: 'field-removed Product.weight' }])
  })

  test.each([
    [false, exitCodes.refused, 'error'],
    [true, exitCodes.fine, 'hint'],
  ])('that hits nobody is let through by a setting: %s', async (setting, code, severity) => {
    const { exitCode, findings } = await check({
      change: { 'products.graphql': without('weight') },
      settings: `changes: { letThroughUnused: ${setting} }`,
    })
    expect(exitCode).toBe(code)
    expect(findings('changes')).toMatchObject([{ severity, change: { operations: [] } }])
  })

  test('that hits what is really sent is refused, and names who sent it', async () => {
    const { exitCode, findings } = await check({
      change: { 'products.graphql': without('weight') },
      settings: 'usage: { files: [{usage.json}, {other.json}] }\nchanges: { letThroughUnused: true }',
      extra: {
        'usage.json': usage({ ...old, ...sent }, { name: 'Page', clients: [{ ...phone, name: 'shop' }] }),
        'other.json': usage({ ...old, clients: [{ ...phone, lastSeen: '2026-11-02', count: 7 }] }),
      },
    })
    expect(exitCode).toBe(exitCodes.refused)
    expect(findings('changes')).toMatchObject([
      { change: { operations: ['Old'], clients: ['phone 2.1 (7 times, last seen 2026-11-20)'] } },
    ])
  })

  test('hits none of what was last seen too long ago, and the report says how much that is', async () => {
    const kept = { name: 'Page', clients: [{ ...phone, lastSeen: daysAgo(1) }] }
    const checkWithin = (days: number) =>
      check({
        change: { 'products.graphql': without('weight') },
        settings: `usage: { files: [{usage}], withinDays: ${days} }\nchanges: { letThroughUnused: true }`,
        extra: {
          'usage/a.json': usage({ ...old, clients: [{ ...phone, lastSeen: daysAgo(20) }] }),
          'usage/b.json': usage(kept),
        },
      })
    const { exitCode, of } = await checkWithin(10)
    expect(exitCode).toBe(exitCodes.fine)
    expect(of('changes')?.subject).toContain(`(1 left out, last seen before ${daysAgo(10)})`)
    expect((await checkWithin(20)).exitCode).toBe(exitCodes.refused)
  })

  test.each([
    ['had to make room', { dropped: { operations: 3, clients: 0, lastSeen: daysAgo(2) } }, 'had no room'],
    ['was not counted for long enough', { since: daysAgo(3) }, 'Counting began'],
    ['is not there at all', { operations: [] }, 'Nothing was counted'],
  ])('is not let through where usage %s, and the report says why', async (_, given, message) => {
    const operations = [{ name: 'Page', clients: [{ ...phone, lastSeen: daysAgo(1) }] }]
    const { exitCode, findings } = await check({
      change: { 'products.graphql': without('weight') },
      settings: 'usage: { files: [{usage.json}], withinDays: 30 }\nchanges: { letThroughUnused: true }',
      extra: { 'usage.json': JSON.stringify({ version: 1, operations, ...given }) },
    })
    expect(exitCode).toBe(exitCodes.refused)
    expect(findings('changes')).toMatchObject([
      { rule: 'field-removed', severity: 'error' },
      { rule: 'usage-incomplete', severity: 'hint', message: expect.stringContaining(message) },
    ])
  })

  test('is told by their fields whether it hits operations whose text is not there', async () => {
    const { findings } = await check({
      change: { 'products.graphql': without('weight') },
      settings: 'usage: {usage.json}\nchanges: { letThroughUnused: true }',
      extra: {
        'usage.json': usage(
          { name: 'Long', fields: ['Product.weight', 'Query.product'], ...sent },
          { name: 'Other', fields: ['Product.title', 'Query.product'], ...sent },
          { name: null, hash: '0123456789abcdef', document: '{ product(id: 1) { weight } }', ...sent },
        ),
      },
    })
    expect(findings('changes')).toMatchObject([
      { change: { operations: ['Long', 'an operation without a name (01234567)'] } },
    ])
  })

  test('hits whatever was sent that nobody has the text of', async () => {
    const { exitCode, findings } = await check({
      change: { 'products.graphql': without('weight') },
      settings: 'usage: {usage.json}\nchanges: { letThroughUnused: true }',
      extra: { 'usage.json': usage({ name: 'Unknown', ...sent }) },
    })
    expect(exitCode).toBe(exitCodes.refused)
    expect(findings('changes')).toMatchObject([{ change: { operations: ['Unknown'] } }])
  })

  test('is found in operations of a persisted-query manifest', async () => {
    const body = 'query Weight { product(id: 1) { weight } }'
    const manifest = {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'a', name: 'Weight', type: 'query', body }],
    }
    const at = makeFolder({
      'manifest.json': JSON.stringify(manifest),
      ...files,
      'products.graphql': without('weight'),
    })
    const base = makeFolder(files)
    const checks = makeFolder({ 'checks.yaml': `operations: ${at('manifest.json')}\n` })
    const { output } = await runAsync(schemaCheck, [
      ...['--config', at('supergraph.yaml'), '--supergraph', at('supergraph.graphql')],
      ...['--settings', checks('checks.yaml'), '--format', 'json', '--base', base('')],
    ])
    const { checks: results } = json.parse(JSON.parse(output))
    expect(results.find(({ name }) => name === 'changes')?.findings).toMatchObject([
      { change: { operations: ['Weight'] } },
    ])
    expect(results.find(({ name }) => name === 'operations')?.findings).toMatchObject([
      { rule: 'valid-operation' },
    ])
  })

  test.each([
    ['is not JSON', '{', 'this is not JSON'],
    ['has another shape', '[]', 'the top level: '],
    ['has an entry without a client', usage({ name: 'A' }), 'operations.0.clients: '],
    ['is of another version', '{"version":2,"operations":[]}', 'version: '],
    [
      'has another kind of day',
      usage({ name: 'A', clients: [{ ...phone, lastSeen: 'today' }] }),
      'operations.0.clients.0.lastSeen: ',
    ],
    ['has text that is not GraphQL', usage({ name: 'A', ...sent, document: '{' }), 'operations.0.document: '],
  ])('is not looked for with usage that %s', async (_, text, message) => {
    const { exitCode, errors } = await check({
      settings: 'usage: {usage.json}',
      extra: { 'usage.json': text },
    })
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})

describe('a change that cannot be composed', () => {
  const named = 'stars: Int\n  "Its name."\n  title: String'

  test('is laid to the subgraph that does not go with the others', async () => {
    const { exitCode, findings } = await check({
      change: {
        'reviews.graphql': reviews.replace('stars: Int', named),
        'products.graphql': without('weight'),
      },
    })
    expect(exitCode).toBe(exitCodes.notComposable)
    expect(findings('composition')).toMatchObject([{ rule: 'INVALID_FIELD_SHARING' }])
    expect(findings('changes')).toMatchObject([{ rule: 'not-composable', subgraph: 'reviews' }])
  })

  test('is laid to all where each goes with the others as they were', async () => {
    const inBoth = (sdl: string, after: string) => sdl.replace(after, `${after}\n  "A part."\n  part: Int`)
    const { exitCode, findings } = await check({
      change: {
        'reviews.graphql': inBoth(reviews, 'stars: Int'),
        'products.graphql': inBoth(products, 'weight: Int'),
      },
    })
    expect(exitCode).toBe(exitCodes.notComposable)
    expect(findings('changes')).toMatchObject([{ rule: 'not-composable', subgraph: null }])
  })
})

describe('the report for people', () => {
  test('has the worst of a great many changes, what to approve, and how many more there are', async () => {
    const parts = Array.from({ length: 30 }, (_, index) => `  "A part."\n  part${index}: Int\n`).join('')
    const at = makeFolder({
      ...files,
      'products.graphql': products.replace('  "How heavy', `${parts}  "How heavy`),
    })
    const { exitCode, output } = await check({ argv: ['--format', 'text', '--base', at('')] })
    expect(exitCode).toBe(exitCodes.refused)
    expect(output).toContain('30 breaking, 0 dangerous, 0 safe')
    expect(output).toContain('approve: field-removed Product.part0')
    expect(output).toContain('and 22 more')
    expect(output).toContain('Refused: 30 errors.')
    expect(output.split('\n').length).toBeLessThan(70)
  })
})

describe('an outage', () => {
  test('that costs more than before is refused, with the operation, the subgraph and the paths', async () => {
    const { exitCode, findings } = await check({
      change: { 'reviews.graphql': reviews.replace('stars: Int', 'stars: Int!') },
    })
    expect(exitCode).toBe(exitCodes.refused)
    const [page, schema] = findings('outages')
    expect(page).toMatchObject({ approvable: 'outage-widened Page without reviews', subgraph: 'reviews' })
    expect(page?.message).toMatch(/: product\.$/)
    expect(schema).toMatchObject({ approvable: 'outage-widened schema without reviews' })
  })

  test('of which nothing can be said is told as not compared', async () => {
    const withContext = reviews
      .replace('"@key"]', '"@key", "@context", "@fromContext"]')
      .replace('@key(fields: "id") {', '@key(fields: "id") @context(name: "product") {')
      .replace('stars: Int', 'stars: Int\n  "A part."\n  part: Part')
    const part = `
"A part."
type Part @key(fields: "id") {
  "Its id."
  id: ID!
  "How much of it."
  share(stars: Int @fromContext(field: "$product { stars }")): Int
}
`
    const { findings } = await check({ change: { 'reviews.graphql': `${withContext}${part}` } })
    expect(findings('outages')).toMatchObject([{ rule: 'not-compared', severity: 'hint' }])
    expect(findings('changes').map(({ rule }) => rule)).toContain('field-added')
  })
})

const approval = (what: string, until = '2999-12-31') =>
  `  - what: "${what}"\n    who: Ada\n    why: Nobody weighs.\n    until: ${until}\n`
const approvals = (...entries: string[]) => ({ 'approved.yaml': `approved:\n${entries.join('')}` })

describe('an approval', () => {
  const settings = 'changes: { approvals: "{approved.yaml}" }'
  const change = { 'products.graphql': without('weight') }

  test('lets through what it names, and says by whom', async () => {
    const { exitCode, findings } = await check({
      change,
      settings,
      extra: approvals(approval('field-removed Product.weight')),
    })
    expect(exitCode).toBe(exitCodes.fine)
    expect(findings('changes')).toMatchObject([{ rule: 'field-removed', severity: 'hint' }])
    expect(findings('changes')[0]?.message).toContain('Approved by Ada until 2999-12-31: Nobody weighs.')
    expect(findings('approvals')).toEqual([])
  })

  test.each([
    ['has run out', 'approval-ran-out', [approval('field-removed Product.weight', '2020-01-01')]],
    [
      'matches nothing',
      'approval-matches-nothing',
      [approval('field-removed Product.weight'), approval('field-removed Product.name')],
    ],
  ])('that %s is refused', async (_, rule, entries) => {
    const { exitCode, findings } = await check({ change, settings, extra: approvals(...entries) })
    expect(exitCode).toBe(exitCodes.refused)
    expect(findings('approvals')).toMatchObject([{ rule, severity: 'error' }])
  })

  test('that has let its change through is told to go, where nothing differs any more', async () => {
    const { exitCode, findings } = await check({
      settings,
      extra: approvals(approval('field-removed Product.weight')),
    })
    expect(exitCode).toBe(exitCodes.fine)
    expect(findings('approvals')).toMatchObject([{ rule: 'approval-matches-nothing', severity: 'hint' }])
  })

  test.each([
    ['nobody', '  - { what: a, why: b, until: 2026-01-01 }\n', 'approved.0.who'],
    ['no day', '  - { what: a, who: b, why: c, until: soon }\n', 'approved.0.until'],
    ['something else', '  - { what: a, who: b, why: c, until: 2026-01-01, if: d }\n', '`if`'],
  ])('with %s is not read', async (_, entry, message) => {
    const { exitCode, errors } = await check({ settings, extra: approvals(entry) })
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})

describe('one subgraph', () => {
  const trial = ['--subgraph', 'reviews', '--schema', '{new.graphql}']

  test('is tried against the others as they are, without a supergraph that would have to be current', async () => {
    const { exitCode, of, findings } = await check({
      argv: trial,
      extra: { 'new.graphql': without('stars', reviews).replace('}', '  "Yes."\n  loved: Boolean\n}') },
    })
    expect(exitCode).toBe(exitCodes.refused)
    expect(of('supergraph')).toBeUndefined()
    expect(findings('changes').map(({ rule, severity }) => [rule, severity])).toEqual([
      ['field-removed', 'error'],
      ['field-added', 'note'],
    ])
  })

  test('that does not compose with the others ends with 2', async () => {
    const { exitCode } = await check({
      argv: trial,
      extra: { 'new.graphql': reviews.replace('stars', 'title') },
    })
    expect(exitCode).toBe(exitCodes.notComposable)
  })

  test.each([
    ['is not known', ['--subgraph', 'chat', '--schema', '{new.graphql}'], 'Subgraphs: products and reviews'],
    ['has no schema', ['--subgraph', 'reviews'], 'go together'],
    ['is not named', ['--schema', '{new.graphql}'], 'go together'],
    ['has a schema that is not there', ['--subgraph', 'reviews', '--schema', '{gone}'], 'no such file'],
    ['has a folder for a schema', ['--subgraph', 'reviews', '--schema', '{base}'], 'this is a folder'],
  ])('that %s is told with what is accepted', async (_, argv, message) => {
    const { exitCode, errors } = await check({ argv, extra: { 'new.graphql': reviews } })
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})
