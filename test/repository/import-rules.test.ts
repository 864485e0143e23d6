import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkImports } from '../../checks/imports/check-imports.ts'
import { makeFolder } from '../../checks/test-folder.ts'

const rules = path.resolve('.dependency-cruiser.cjs')

/** Holds a made-up repository to our rules; gives what is refused as `rule: from -> to`. */
async function refusedIn(files: Record<string, string>) {
  const folder = path.dirname(makeFolder({ ...files, 'package.json': manifest })('package.json'))
  const { refused, moduleCount } = await checkImports({ folder, rules })
  expect(moduleCount).toBeGreaterThan(0)
  return refused.map(({ rule, from, to }) => `${rule}: ${from} -> ${to}`).toSorted()
}

const manifest = JSON.stringify({ dependencies: { listed: '1.0.0' }, devDependencies: { tool: '1.0.0' } })
const packageFiles = Object.fromEntries(
  ['listed', 'tool', 'unlisted'].flatMap((name) => [
    [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
    [`node_modules/${name}/index.js`, ''],
  ]),
)

/** A file of each part, which imports nothing. */
const parts = [
  'bench/a.ts',
  'checks/a.ts',
  'commands/a.ts',
  'gateway/a.ts',
  'prisma/cart/generated/client.ts',
  'prisma/cart/seed.ts',
  'prisma/chat/generated/client.ts',
  'prisma/chat/seed.ts',
  'prisma/shop-data/index.ts',
  'service/a.ts',
  'starter/a.ts',
  'storefront/a.ts',
  'subgraphs/cart/a.ts',
  'subgraphs/chat/a.ts',
  'subgraphs/kit/a.ts',
  'subgraphs/kit/database/a.ts',
]
const empty = Object.fromEntries(parts.map((file) => [file, 'export type A = 1\nexport const a = 1\n']))

const reach = (from: string, to: string) =>
  path.posix.relative(path.posix.dirname(from), to).replace(/^(?!\.)/, './')

describe('the import rules', () => {
  test('are kept by this repository', async () => {
    const { refused, moduleCount } = await checkImports({ folder: process.cwd(), rules })
    expect(refused).toEqual([])
    // Without a parser for TypeScript, the tool finds a handful of JavaScript files and nothing wrong.
    expect(moduleCount).toBeGreaterThan(200)
  })

  /** Which part may import which other: all else is refused. Itself is always allowed. */
  const allowed: Record<string, string[]> = {
    'bench/new.ts': [],
    'checks/new.ts': [],
    'gateway/new.ts': ['service/a.ts'],
    'prisma/cart/new.ts': [
      'prisma/cart/generated/client.ts',
      'prisma/shop-data/index.ts',
      'subgraphs/kit/a.ts',
      'subgraphs/kit/database/a.ts',
    ],
    'prisma/shop-data/new.ts': [],
    'service/new.ts': [],
    'starter/new.ts': ['service/a.ts', 'subgraphs/kit/database/a.ts'],
    'storefront/new.ts': [],
    'subgraphs/cart/new.ts': [
      'prisma/cart/generated/client.ts',
      'service/a.ts',
      'subgraphs/kit/a.ts',
      'subgraphs/kit/database/a.ts',
    ],
    'subgraphs/kit/new.ts': ['service/a.ts', 'subgraphs/kit/database/a.ts'],
  }

  test.each([
    ['values', (to: string) => `import { a } from '${to}'\nexport const b = a\n`],
    ['types alone', (to: string) => `import type { A } from '${to}'\nexport type B = A\n`],
  ])('let each part import what it may, and nothing else: %s', async (_, importing) => {
    const files = Object.keys(allowed).map((from) => [
      from,
      parts.map((to) => importing(reach(from, to))).join(''),
    ])
    const refused = await refusedIn({ ...empty, ...Object.fromEntries(files) })
    for (const [from, accepted] of Object.entries(allowed)) {
      const isOwn = (to: string) => path.dirname(to) === path.dirname(from)
      const expected = parts.filter((to) => !accepted.includes(to) && !isOwn(to))
      const found = new Set(
        refused.filter((line) => line.includes(` ${from} ->`)).map((line) => line.split(' -> ')[1]),
      )
      expect([from, ...[...found].toSorted()]).toEqual([from, ...expected.toSorted()])
    }
  })

  test.each<[rule: string, from: string, to: string]>([
    ['service-alone', 'service/b.ts', 'starter/a.ts'],
    ['service-alone-tests', 'service/b.test.ts', 'starter/a.ts'],
    ['gateway-alone', 'gateway/b.ts', 'subgraphs/cart/a.ts'],
    ['gateway-alone-tests', 'gateway/b.test.ts', 'subgraphs/cart/a.ts'],
    ['kit-alone', 'subgraphs/kit/b.ts', 'subgraphs/cart/a.ts'],
    ['kit-alone-tests', 'subgraphs/kit/test-b.ts', 'subgraphs/cart/a.ts'],
    ['subgraph-alone', 'subgraphs/cart/b.ts', 'prisma/chat/generated/client.ts'],
    ['subgraph-alone-tests', 'subgraphs/cart/b.test.ts', 'subgraphs/chat/a.ts'],
    ['seed-alone', 'prisma/cart/b.ts', 'prisma/chat/seed.ts'],
    ['seed-alone-tests', 'prisma/cart/b.test.ts', 'prisma/chat/seed.ts'],
    ['shop-data-alone', 'prisma/shop-data/b.ts', 'subgraphs/kit/a.ts'],
    ['shop-data-alone-tests', 'prisma/shop-data/b.test.ts', 'subgraphs/kit/a.ts'],
    ['shop-data-for-seeds', 'starter/b.ts', 'prisma/shop-data/index.ts'],
    ['checks-alone', 'checks/b.ts', 'service/a.ts'],
    ['checks-alone-tests', 'checks/b.test.ts', 'service/a.ts'],
    ['storefront-alone', 'storefront/b.ts', 'gateway/a.ts'],
    ['storefront-alone-tests', 'storefront/b.test.ts', 'gateway/a.ts'],
    ['starter-alone', 'starter/b.ts', 'gateway/a.ts'],
    ['starter-alone-tests', 'starter/b.test.ts', 'gateway/a.ts'],
    ['bench-alone', 'bench/b.ts', 'gateway/a.ts'],
    ['bench-alone-tests', 'bench/b.test.ts', 'gateway/a.ts'],
    ['commands-are-not-imported', 'starter/b.ts', 'commands/a.ts'],
    ['no-test-code', 'gateway/b.ts', 'gateway/test-graph/a.ts'],
    ['no-test-code', 'commands/b.ts', 'test/set-up/a.ts'],
    ['authoring-is-for-development', 'subgraphs/kit/b.ts', 'subgraphs/kit/database/schema-engine.ts'],
    ['resolvable', 'gateway/b.ts', 'gateway/gone.ts'],
  ])('by %s, refuse that %s imports %s', async (rule, from, to) => {
    const target = rule === 'resolvable' ? {} : { [to]: 'export const a = 1\n' }
    const refused = await refusedIn({
      ...target,
      [from]: `import { a } from '${reach(from, to)}'\nexport const b = a\n`,
    })
    expect(refused).toContainEqual(`${rule}: ${from} -> ${rule === 'resolvable' ? './gone.ts' : to}`)
  })

  test('let tests set up what they test', async () => {
    const imports = (...files: string[]) => files.map((file) => `import '${file}'\n`).join('')
    const refused = await refusedIn({
      ...empty,
      'test/set-up/a.ts': '',
      'subgraphs/cart/test-data.ts': imports('./a.ts', '../../prisma/shop-data/index.ts'),
      'subgraphs/cart/b.test.ts': imports(
        './test-data.ts',
        '../../prisma/cart/seed.ts',
        '../../test/set-up/a.ts',
      ),
      'prisma/cart/seed.test.ts': imports('./seed.ts', './generated/client.ts', '../shop-data/index.ts'),
    })
    expect(refused).toEqual([])
  })

  test('refuse a circle, of types alone too', async () => {
    const refused = await refusedIn({
      'gateway/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
      'gateway/b.ts': "import type { A } from './a.ts'\nexport type B = A | null\n",
    })
    expect(refused).toEqual([expect.stringMatching(/^no-circle: gateway\/[ab]\.ts/)])
  })

  test('take packages from package.json alone, and in production none that is for development', async () => {
    const refused = await refusedIn({
      ...packageFiles,
      'gateway/b.ts': "import 'listed'\nimport 'tool'\nimport 'unlisted'\n",
      'gateway/b.test.ts': "import 'tool'\n",
    })
    expect(refused).toEqual([
      'listed-packages: gateway/b.ts -> node_modules/unlisted/index.js',
      'production-packages: gateway/b.ts -> node_modules/tool/index.js',
    ])
  })

  test('are all planted against in this test', () => {
    const names = [...readFileSync(rules, 'utf8').matchAll(/^ {6}name: '([^']+)'/gm)].map(([, name]) => name)
    const here = readFileSync('test/repository/import-rules.test.ts', 'utf8')
    expect(names.length).toBeGreaterThan(10)
    for (const name of names) expect(here).toContain(name)
  })

  test('cannot be kept by a folder in which there is nothing to read', async () => {
    await expect(refusedIn({ 'gateway/a.txt': '' })).rejects.toThrow('There is no module to read')
  })
})
