import { readFileSync } from 'node:fs'
import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../exit-codes.ts'
import { makeFolder, run } from '../test-folder.ts'
import { composeSchemas } from '../test-schemas.ts'
import { blastRadius } from './blast-radius.ts'

const { supergraphSdl } = composeSchemas({
  products: `type Query { product: Product }
    type Product @key(fields: "id") { id: ID! title: String parts: [Part] } type Part { name: String! }`,
  reviews: `type Query { topRated: [Product] }
    type Product @key(fields: "id") { id: ID! rating: Int! reviews: [Review] } type Review { text: String! }`,
  stock: 'type Product @key(fields: "id") { id: ID! stock: Int } type Query { left: Int }',
})

const files = {
  'supergraph.graphql': supergraphSdl,
  'operations/Page.graphql': 'query Page { product { title parts { name } ...Stars } left }',
  'operations/Top.graphql': 'query Top($more: Boolean!) { topRated { id title @include(if: $more) } }',
  'operations/fragments/Stars.graphql': 'fragment Stars on Product { reviews { text } }',
}

/** Runs the command on a small shop; a test changes its files and adds arguments. */
function blast(changes: Record<string, string>, ...argv: string[]) {
  const file = makeFolder({ ...files, ...changes })
  const budgets = 'budgets.yaml' in changes ? ['--budgets', file('budgets.yaml')] : []
  const given = ['--supergraph', file('supergraph.graphql'), '--operations', file('operations'), ...budgets]
  return { file, ...run(blastRadius, [...given, ...argv]) }
}

const rowsOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

describe('the table', () => {
  test('has a column for each subgraph, and says what each operation loses', () => {
    const { exitCode, output } = blast({})
    expect(exitCode).toBe(exitCodes.fine)
    expect(rowsOf(output)).toEqual([
      ['operation', 'products', 'reviews', 'stock'],
      ['Page', 'product', 'product.reviews', 'left'],
      ['Top', 'topRated.title?', 'all of it', '–'],
    ])
  })

  test('has a column for each set that was asked for', () => {
    const { output } = blast({}, '--failed', 'stock, products', '--failed', 'reviews')
    expect(rowsOf(output)).toEqual([
      ['operation', 'products and stock', 'reviews'],
      ['Page', 'all of it', 'product.reviews'],
      ['Top', 'topRated.title?', 'all of it'],
    ])
  })

  test('has the reasons below it for a set that was asked for', () => {
    const { output } = blast({}, '--failed', 'products')
    expect(output).toContain(
      'Top without products\n  topRated.title: Product.title is lost with products, when $more is true\n',
    )
  })

  test('tells what a subgraph drags down with it, why, and how to mend it', () => {
    const { output } = blast({})
    expect(output).toContain('Product.title Product.parts')
    expect(output).toContain('`Product.rating` may not be null')
    expect(output).toContain('Make `Product.rating` nullable in reviews.')
  })

  test('is told of one file, with the fragments of its folder', () => {
    const { file } = blast({})
    const { output } = blast({}, '--operations', file('operations/Page.graphql'))
    expect(rowsOf(output).map(([name]) => name)).toEqual(['operation', 'Page'])
  })

  test('can be had as Markdown', () => {
    const { output } = blast({}, '--markdown')
    expect(output).toContain('| operation | products | reviews | stock |')
    expect(output).toContain('| Top | `topRated.title?` | **all of it** |  |')
  })
})

describe('--json', () => {
  test('has every set of one and of two, with what is lost and on what it depends', () => {
    const { exitCode, output } = blast({}, '--json')
    expect(exitCode).toBe(exitCodes.fine)
    const report = JSON.parse(output)
    expect(report).toMatchObject({ version: 1, verdict: 'fine', subgraphs: ['products', 'reviews', 'stock'] })
    const top = report.operations.find(({ name }: { name: string }) => name === 'Top')
    expect(top.outages.map(({ failed }: { failed: string[] }) => failed.join(' '))).toEqual([
      'products',
      'reviews',
      'stock',
      'products reviews',
      'products stock',
      'reviews stock',
    ])
    expect(top.outages[0]).toMatchObject({
      keeps: 'some',
      lostValues: 1,
      losses: [
        { path: ['topRated', '*', 'title'], when: [{ variable: 'more', is: true }], subgraphs: ['products'] },
      ],
    })
    expect(report.schema[0]).toMatchObject({
      failed: ['products'],
      own: { Part: ['name'], Product: ['title', 'parts'], Query: ['product'] },
    })
  })
})

describe('--html', () => {
  const open = (...argv: string[]) => {
    const page = makeFolder({})('radius.html')
    const { exitCode } = blast({}, '--html', page, ...argv)
    expect(exitCode).toBe(exitCodes.fine)
    const text = readFileSync(page, 'utf8')
    const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)]
    const [json = '', script = ''] = scripts.map(([, body = '']) => body)
    return { text, script, data: JSON.parse(json) }
  }

  test('writes one page that needs nothing else', () => {
    const { text, script } = open()
    expect(text).not.toMatch(/\b(?:src|href)=|@import|url\(|fetch\(/)
    expect(text.match(/https?:\/\/[^'"\s]+/g)).toEqual(['http://www.w3.org/2000/svg'])
    expect(() => new Script(script)).not.toThrow()
  })

  test('has every set of subgraphs that can be switched off', () => {
    const { data } = open('--failed', 'reviews')
    expect(data.failed).toEqual(['reviews'])
    expect(Object.keys(data.schema)).toHaveLength(7)
    const [page] = data.operations
    expect(page.outages['products,reviews,stock'].keeps).toBe('nothing')
    expect(page.outages.reviews.lost.map(({ path }: { path: string }) => path)).toEqual(['product.reviews'])
  })

  test('holds nothing that could end its data early', () => {
    const { data } = open()
    const page = makeFolder({})('radius.html')
    blast({ 'operations/Page.graphql': 'query Page { left }' }, '--html', page)
    expect(readFileSync(page, 'utf8').split('</script>')).toHaveLength(3)
    expect(data.operations).toHaveLength(2)
  })
})

describe('a budget', () => {
  const budgets = (text: string, ...argv: string[]) => blast({ 'budgets.yaml': text }, ...argv)

  test.each([
    ['a field', '{ without: stock, keeps: [product.title, product.parts] }'],
    ['a field whose children are lost', '{ without: reviews, keeps: [product] }'],
    ['all below a field', '{ without: reviews, keeps: [product.parts.**] }'],
  ])('that is kept is fine: %s', (_, budget) => {
    const { exitCode, output } = budgets(
      `operations: { Page: [${budget}], Top: [{ withoutEach: [stock], keeps: everything }] }`,
    )
    expect(output).toContain('2 budgets')
    expect(exitCode).toBe(exitCodes.fine)
  })

  test.each([
    [
      'its field is lost',
      'Page',
      '{ without: reviews, keeps: [product.reviews] }',
      'product.reviews: Product.reviews',
    ],
    [
      'what is above its field is lost',
      'Page',
      '{ without: products, keeps: [product.reviews] }',
      'product: Query.product',
    ],
    [
      'something below its field is lost',
      'Page',
      '{ without: reviews, keeps: [product.**] }',
      'product.reviews',
    ],
    [
      'anything is lost',
      'Page',
      '{ without: stock, keeps: everything }',
      'left: Query.left is lost with stock',
    ],
    [
      'only several together cost it',
      'Page',
      '{ without: [products, stock], keeps: [left] }',
      'left: Query.left',
    ],
    [
      'one of several alone costs it',
      'Page',
      '{ withoutEach: [products, stock], keeps: [left] }',
      'without stock',
    ],
    ['a variable decides', 'Top', '{ without: products, keeps: [topRated.title] }', 'when $more is true'],
  ])('is broken where %s, and says which and why', (_, operation, budget, message) => {
    const { exitCode, output } = budgets(`operations: { ${operation}: [${budget}] }`)
    expect(exitCode).toBe(exitCodes.refused)
    expect(output).toContain(message)
  })

  test('that is broken is told in every format', () => {
    const text = 'operations: { Page: [{ without: stock, keeps: [left] }] }'
    const { exitCode, output } = budgets(text, '--json')
    expect(exitCode).toBe(exitCodes.refused)
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'refused',
      budgets: {
        count: 1,
        broken: [
          {
            operation: 'Page',
            without: ['stock'],
            broken: [{ keeps: 'left', losses: [{ path: ['left'] }] }],
          },
        ],
      },
    })
    expect(budgets(text, '--markdown').output).toContain('**Page** without stock has to keep `left`')
  })

  test.each([
    [
      'an operation',
      'Gone: [{ without: stock, keeps: everything }]',
      'no such operation. Operations: Page, Top.',
    ],
    [
      'a subgraph',
      'Page: [{ without: [cart], keeps: everything }]',
      'no subgraph "cart". Subgraphs: products, reviews and stock.',
    ],
    [
      'a field',
      'Page: [{ without: stock, keeps: [product.price] }]',
      'Page does not select product.price. At product it selects title, parts, reviews.',
    ],
    [
      'a field below none',
      'Page: [{ without: stock, keeps: [cart.lines] }]',
      'Page does not select cart.lines. At its root it selects product, left.',
    ],
    ['a key', 'Page: [{ without: stock, keep: [left] }]', '`keep`, which is not known'],
    ['neither without nor withoutEach', 'Page: [{ keeps: everything }]', 'takes one of `without`'],
    [
      'both of them',
      'Page: [{ without: stock, withoutEach: [stock], keeps: everything }]',
      'takes one of `without`',
    ],
    ['nothing to keep', 'Page: [{ without: stock, keeps: [] }]', 'operations.Page.0.keeps'],
  ])('that names %s wrongly is not read, and says what is accepted', (_, budget, message) => {
    const { exitCode, errors } = budgets(`operations: { ${budget} }`)
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})

describe('it does not run', () => {
  test.each([
    ['without a supergraph', {}, ['--supergraph', 'no.graphql'], 'no.graphql: there is no such file'],
    [
      'with a schema that is no supergraph',
      { 'supergraph.graphql': 'type Query { a: Int }' },
      [],
      'not a supergraph',
    ],
    ['for a subgraph that is not there', {}, ['--failed', 'cart'], '--failed: there is no subgraph "cart"'],
    ['for no subgraph', {}, ['--failed', ','], '--failed takes names of subgraphs'],
    ['in two formats', {}, ['--json', '--markdown'], 'one of --json and --markdown'],
    ['with an option that is not known', {}, ['--jsn'], 'Options: --failed'],
    [
      'without operations',
      {
        'operations/Page.graphql': 'fragment A on Product { id }',
        'operations/Top.graphql': 'fragment B on Product { id }',
      },
      [],
      'no operation',
    ],
    [
      'for an operation that does not fit',
      { 'operations/Page.graphql': 'query Page { price }' },
      [],
      'Page: Cannot query field "price"',
    ],
    [
      'where the page cannot be written',
      {},
      ['--html', 'no/such/folder/page.html'],
      'page.html could not be written',
    ],
  ])('%s', (_, changes, argv, message) => {
    const { exitCode, errors } = blast(changes, ...argv)
    expect(errors).toContain(message)
    expect(exitCode).toBe(exitCodes.couldNotRun)
  })
})

describe('our own graph', () => {
  test('keeps its budgets', () => {
    const { exitCode, output } = run(blastRadius, [])
    expect(output).toMatch(/all kept\.$/)
    expect(exitCode).toBe(exitCodes.fine)
  })

  test('has no subgraph that drags down what others resolve', () => {
    const { schema } = JSON.parse(run(blastRadius, ['--json']).output)
    expect(schema.flatMap(({ dragged }: { dragged: unknown[] }) => dragged)).toEqual([])
  })
})
