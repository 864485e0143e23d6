import { printSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { makeFolder } from '../test-folder.ts'
import { composeSchemas } from '../test-schemas.ts'
import { checkContracts } from './check-contracts.ts'
import { buildContractSchema, type Contract } from './contract-schema.ts'

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])`

const products = `${link}
type Query {
  product(id: ID!, debug: Boolean @tag(name: "internal")): Product @tag(name: "partner")
  stock: Stock @tag(name: "internal")
}
type Mutation {
  setStock(input: SetStockInput!): Stock @tag(name: "internal")
}
type Product @key(fields: "id") {
  id: ID! @tag(name: "partner")
  name: String @tag(name: "partner")
  cost: Int @tag(name: "internal")
  size: Size
}
enum Size { SMALL LARGE @tag(name: "internal") }
type Stock { count: Int }
input SetStockInput { count: Int }
`
const reviews = `${link}
type Product @key(fields: "id") {
  id: ID!
  rating: Int @tag(name: "internal")
}
`
const contract = (given: Partial<Contract>): Contract => ({
  name: 'public',
  include: [],
  exclude: ['internal'],
  hideUnreachableTypes: true,
  operations: null,
  ...given,
})
const schemaOf = (schemas: Record<string, string>, given: Partial<Contract>) => {
  const built = buildContractSchema(composeSchemas(schemas).supergraphSdl, contract(given))
  const fieldsOf = (type: string) => {
    const found = built.schema?.getType(type)
    return found && 'getFields' in found ? Object.keys(found.getFields()).toSorted() : null
  }
  return { ...built, fieldsOf }
}
const check = (
  schemas: Record<string, string>,
  given: Partial<Contract> = {},
  before?: Record<string, string>,
) =>
  checkContracts({
    ...composeSchemas(schemas),
    contracts: [contract(given)],
    baseSdl: before ? composeSchemas(before).supergraphSdl : null,
  })
const rulesOf = (results: Awaited<ReturnType<typeof check>>) =>
  results.flatMap(({ findings }) => findings.map(({ rule, coordinate }) => [rule, coordinate]))

describe('a contract', () => {
  test('leaves out what has an excluded tag, in whatever subgraph, and what only that led to', () => {
    const { schema, fieldsOf } = schemaOf({ products, reviews }, {})
    expect(fieldsOf('Product')).toEqual(['id', 'name', 'size'])
    expect(fieldsOf('Query')).toEqual(['product'])
    expect([schema?.getType('Mutation'), schema?.getType('Stock'), schema?.getType('SetStockInput')]).toEqual(
      [undefined, undefined, undefined],
    )
    expect(
      schema
        ?.getQueryType()
        ?.getFields()
        .product?.args.map(({ name }) => name),
    ).toEqual(['id'])
    expect(schema && printSchema(schema)).not.toContain('LARGE')
  })

  test('that includes tags has only the fields with one of them, and no types without a field', () => {
    const { schema, fieldsOf } = schemaOf({ products, reviews }, { include: ['partner'] })
    expect(fieldsOf('Product')).toEqual(['id', 'name'])
    expect(schema?.getType('Size')).toBeUndefined()
  })

  test('takes the tag of a type as one of all its fields', () => {
    const whole = products.replace('type Product @key(fields: "id")', '$& @tag(name: "all")')
    const { fieldsOf } = schemaOf({ products: whole, reviews }, { include: ['partner', 'all'] })
    expect(fieldsOf('Product')).toEqual(['id', 'name', 'size'])
  })

  test('reads the directive under the name that the subgraphs gave it', () => {
    const renamed = products
      .replace('"@tag"]', '{ name: "@tag", as: "@label" }]')
      .replaceAll('@tag(', '@label(')
    const { fieldsOf } = schemaOf({ products: renamed }, {})
    expect(fieldsOf('Product')).toEqual(['id', 'name', 'size'])
  })
})

describe('the check of contracts', () => {
  test('finds nothing where all is fine', async () => {
    expect(rulesOf(await check({ products, reviews }))).toEqual([])
    expect(await checkContracts({ ...composeSchemas({ products }), contracts: [], baseSdl: null })).toEqual(
      [],
    )
  })

  test('refuses a field that stays and refers to a type that goes, at its place', async () => {
    const tagged = products
      .replace('stock: Stock @tag(name: "internal")', 'stock: Stock')
      .replace('type Stock', '$& @tag(name: "internal")')
    const [result] = await check({ products: tagged })
    expect(result?.findings).toMatchObject([
      {
        rule: 'contract-not-composable',
        severity: 'error',
        coordinate: 'Query.stock',
        subgraph: 'products',
        location: { file: 'products.graphql', line: 4 },
      },
    ])
  })

  test.each([
    ['a tag that nothing has', {}, { exclude: ['internal', 'intern'] }, ['contract-unknown-tag', null]],
    [
      'a query of which nothing is left',
      {},
      { exclude: ['internal', 'partner'] },
      ['contract-not-composable', 'Query'],
    ],
  ])('refuses %s', async (_, changes, given, expected) => {
    expect(rulesOf(await check({ products, reviews, ...changes }, given))).toEqual([expected])
  })

  test('refuses types that nothing leads to, unless they are hidden', async () => {
    const found = rulesOf(await check({ products, reviews }, { hideUnreachableTypes: false }))
    expect(found).toEqual([
      ['contract-unreachable-type', 'SetStockInput'],
      ['contract-unreachable-type', 'Stock'],
    ])
  })

  test('refuses a contract that does not keep its operations', async () => {
    const at = makeFolder({ 'A.graphql': 'query A { product(id: 1) { name cost } }' })
    const [result] = await check({ products, reviews }, { operations: at('.') })
    expect(result?.findings).toMatchObject([
      { rule: 'contract-operation', severity: 'error', location: { file: at('A.graphql'), line: 1 } },
    ])
  })

  test('refuses what a tag takes from its clients, though the whole graph keeps it', async () => {
    const tagged = products.replace('name: String', 'name: String @tag(name: "internal")')
    const [result] = await check({ products: tagged }, {}, { products })
    expect(result?.findings).toMatchObject([
      {
        rule: 'contract-breaking',
        coordinate: 'Product.name',
        approvable: 'contract-breaking public field-removed Product.name',
      },
    ])
  })

  test('leaves to the whole what the whole loses as well, and says nothing of a contract that is new', async () => {
    const without = products.replace('  name: String @tag(name: "partner")\n', '')
    expect(rulesOf(await check({ products: without }, {}, { products }))).toEqual([])
    const untagged = products.replaceAll(/ @tag\([^)]*\)/g, '')
    expect(rulesOf(await check({ products }, {}, { products: untagged }))).toEqual([])
  })
})
