import { describe, expect, test } from 'vitest'
import { composeSchemas, sourcesOf } from '../test-schemas.ts'
import { checkLint } from './check-lint.ts'
import { type LintSeverity, lintRuleNames } from './lint-rules.ts'

const products = `type Query {
  product(id: ID!): Product
}
type Product @key(fields: "id") {
  id: ID!
  name: String
}
`
const all = new Map(lintRuleNames.map((name): [string, LintSeverity] => [name, 'error']))

async function lint(
  sdl: string,
  { rules = all, before }: { rules?: ReadonlyMap<string, LintSeverity>; before?: string } = {},
) {
  const base = before === undefined ? null : composeSchemas({ products: before })
  const [result] = await checkLint({
    ...composeSchemas({ products: sdl }),
    rules,
    sources: sourcesOf({ products: sdl }),
    base: base && { ...base, label: 'main', sources: sourcesOf({ products: before ?? '' }) },
  })
  return result?.findings.map(({ rule, severity, coordinate, location }) => ({
    rule,
    severity,
    coordinate,
    place: location && `${location.file}:${location.line}`,
  }))
}
const withField = (field: string) => products.replace('  name: String\n', `  name: String\n  ${field}\n`)

describe('the rules of style', () => {
  test('find nothing in a schema that keeps them', async () => {
    expect(await lint(products)).toEqual([])
  })

  test.each([
    ['naming', withField('Full_name: String'), 'Product.Full_name'],
    ['naming', withField('price(in_euro: Boolean): Int'), 'Product.price'],
    ['naming', products.replace('product(', 'getProduct('), 'Query.getProduct'],
    ['naming', `${withField('size: Size')}enum Size { small }`, 'Size.small'],
    ['typename-prefix', withField('productSize: String'), 'Product.productSize'],
    ['enum-case-duplicates', `${withField('size: Size')}enum Size { SMALL small }`, 'Size.small'],
    [
      'hashtag-descriptions',
      products.replace('type Product', '# Something to sell.\ntype Product'),
      'Product',
    ],
    ['deprecation-reasons', withField('title: String @deprecated'), 'Product.title'],
    ['unused-types', `${products}type Lost { a: Int }`, 'Lost'],
    ['cost-marks', withField('similar: [Product!]'), 'Product.similar'],
  ])('%s is told of, where it stands', async (rule, sdl, coordinate) => {
    const found = await lint(sdl, { rules: new Map([[rule, 'error']]) })
    expect(found).toMatchObject([{ rule, coordinate, severity: 'error' }])
    expect(found?.[0]?.place).toMatch(/^products\.graphql:\d+$/)
  })

  test('a length that is stated is one', async () => {
    expect(await lint(withField('similar: [Product!] @listSize(assumedSize: 4)'))).toEqual([])
  })

  test('`warn` tells and refuses nothing, `off` and what is not named do not look', async () => {
    const sdl = withField('Bad: String @deprecated')
    const found = await lint(sdl, {
      rules: new Map([
        ['naming', 'warn'],
        ['deprecation-reasons', 'off'],
      ]),
    })
    expect(found).toMatchObject([{ rule: 'naming', severity: 'hint' }])
    expect(await lint(sdl, { rules: new Map() })).toBeUndefined()
  })

  test('no comment in a schema turns a rule off', async () => {
    const sdl = `# eslint-disable\n${withField('Bad: String')}`
    expect((await lint(sdl, { rules: new Map([['naming', 'error']]) }))?.length).toBe(1)
  })
})

describe('against a base, the rules of style', () => {
  const before = withField('Old_name: String')

  test('leave alone what was there, and look at what is new or changed', async () => {
    expect(await lint(before, { before })).toEqual([])
    const after = before.replace('  Old_name', '  New_name: String\n  Old_name')
    expect(await lint(after, { before })).toMatchObject([{ coordinate: 'Product.New_name' }])
    expect(await lint(before.replace('Old_name: String', 'Old_name: Int'), { before })).toMatchObject([
      { coordinate: 'Product.Old_name' },
    ])
  })

  test('tell of a type that is unused by what was taken out elsewhere, and not of one that was before', async () => {
    const used = `${withField('size: Size')}type Size { name: String }`
    const unused = used.replace('  size: Size\n', '')
    expect(await lint(unused, { before: used })).toMatchObject([{ rule: 'unused-types', coordinate: 'Size' }])
    expect(await lint(unused, { before: unused })).toEqual([])
  })
})
