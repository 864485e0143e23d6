import { describe, expect, test } from 'vitest'
import { composeSchemas } from '../test-schemas.ts'
import { readSubgraphSchemas } from './subgraph-schemas.ts'
import { createSurvey } from './survey-outage.ts'

const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports
    .map((name) => `"@${name}"`)
    .join(', ')}])`

/** What the schema loses without some subgraphs. */
function survey(schemas: Record<string, string>, ...failed: string[]) {
  const { own, dragged } = createSurvey(readSubgraphSchemas(composeSchemas(schemas).supergraphSdl))(failed)
  const drags = dragged.map(({ kind, fields, by, isEverywhere, subgraphs }) => ({
    kind,
    fields,
    by,
    isEverywhere,
    subgraphs,
  }))
  return { own: Object.fromEntries(own), drags, mends: dragged.map(({ mend }) => mend) }
}

const item = 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }'

test('what only failed subgraphs resolve is theirs', () => {
  const schemas = {
    a: `${link('key', 'shareable')} type Query { me: User @shareable a: Int } type User @key(fields: "id") { id: ID! name: String }`,
    b: `${link('key', 'shareable')} type Query { me: User @shareable } type User @key(fields: "id") { id: ID! mail: String }`,
  }
  expect(survey(schemas, 'a')).toMatchObject({ own: { Query: ['a'], User: ['name'] }, drags: [] })
  expect(survey(schemas, 'a', 'b')).toMatchObject({
    own: { Query: ['me', 'a'], User: ['id', 'name', 'mail'] },
    drags: [],
  })
})

describe('what others resolve goes down with it', () => {
  test('where nothing else leads to its type', () => {
    const schemas = {
      start: item,
      stock: 'type Item @key(fields: "id") { id: ID! stock: Stock } type Stock { left: Int }',
    }
    const { drags, mends } = survey(schemas, 'start')
    expect(drags).toEqual([
      {
        kind: 'unreachable',
        fields: ['Item.id', 'Item.stock'],
        by: ['Query.item'],
        isEverywhere: true,
        subgraphs: ['stock'],
      },
      {
        kind: 'unreachable',
        fields: ['Stock.left'],
        by: ['Item.stock'],
        isEverywhere: true,
        subgraphs: ['stock'],
      },
    ])
    expect(mends[0]).toBe(
      'Give stock a way to it: a root field that finds an Item, or a field of its own type.',
    )
  })

  test('where only the lost one has the key', () => {
    const schemas = {
      start: item,
      bridge: 'type Item @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }',
      stock: 'type Item @key(fields: "sku") { sku: ID! stock: Int }',
    }
    expect(survey(schemas, 'bridge').drags).toEqual([
      {
        kind: 'no-key',
        fields: ['Item.sku', 'Item.stock'],
        by: ['sku'],
        isEverywhere: true,
        subgraphs: ['stock'],
      },
      { kind: 'non-null', fields: ['Item.id'], by: ['Item.sku'], isEverywhere: false, subgraphs: ['start'] },
    ])
  })

  test('where it requires what is lost, also by way of others', () => {
    const schemas = {
      start: item,
      prices: 'type Item @key(fields: "id") { id: ID! price: Int }',
      fees: `${link('key', 'requires', 'external')} type Item @key(fields: "id") { id: ID! price: Int @external fee: Int @requires(fields: "price") }`,
      taxes: `${link('key', 'requires', 'external')} type Item @key(fields: "id") { id: ID! fee: Int @external tax: Int @requires(fields: "fee") }`,
    }
    const { drags, mends } = survey(schemas, 'prices')
    expect(drags.map(({ kind, fields, by }) => [kind, ...fields, ...by])).toEqual([
      ['requires', 'Item.fee', 'price'],
      ['requires', 'Item.tax', 'fee'],
    ])
    expect(mends[0]).toBe('Let fees keep a copy of `price`, or another subgraph share it with @shareable.')
  })

  test('where a lost field may not be null, as far up as `!` goes', () => {
    const schemas = {
      start: `type Query { box: Box other: Int } type Box { size: Int items: [Item!]! lid: Lid! } type Lid { colour: String }
        type Item @key(fields: "id") { id: ID! title: String }`,
      stock: 'type Item @key(fields: "id") { id: ID! stock: Int! }',
    }
    const { drags, mends } = survey(schemas, 'stock')
    expect(drags).toEqual([
      {
        kind: 'non-null',
        fields: ['Item.id', 'Item.title', 'Box.size', 'Box.items', 'Box.lid'],
        by: ['Item.stock'],
        isEverywhere: false,
        subgraphs: ['start'],
      },
    ])
    expect(mends).toEqual(['Make `Item.stock` nullable in stock.'])
  })

  test('and not where another provides it', () => {
    const schemas = {
      products: `${link('key', 'shareable')} type Query { x: Int } type Item @key(fields: "id") { id: ID! title: String @shareable }`,
      cart: `${link('key', 'provides', 'external')}
        type Query { best: Item @provides(fields: "title") worst: Item }
        type Item @key(fields: "id") { id: ID! title: String @external }`,
    }
    expect(survey(schemas, 'products')).toMatchObject({ own: { Query: ['x'], Item: ['title'] }, drags: [] })
  })
})
