import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { createAnswerer } from './compile-answer.ts'
import { callerOf } from './facts.ts'
import { graphs } from './schemas.ts'

const caller = callerOf('q00001')

function answererOf(name: string) {
  const subgraph = graphs.shop.find((each) => each.name === name)
  if (!subgraph) throw new Error(`There is no subgraph ${name}`)
  const answer = createAnswerer(buildSubgraphSchema(parse(subgraph.sdl)))
  return (query: string, variables = {}): unknown => JSON.parse(answer({ query, variables }, caller))
}

test('aliases, fragments and fields that are selected twice are answered as one selection', () => {
  const answer = answererOf('products')
  const query = `query ($first: Int = 2) {
    best: topProducts(first: $first) { ...Named ... on Product { kind: __typename upc } }
  }
  fragment Named on Product { upc name }`
  expect(answer(query)).toEqual({
    data: {
      best: [
        { upc: 'q000011', name: 'Desk q00001', kind: 'Product' },
        { upc: 'q000012', name: 'Bench q00001', kind: 'Product' },
      ],
    },
  })
  expect(answer(query, { first: 0 })).toEqual({ data: { best: [] } })
})

test('several lists of entities in one request are answered, as variables and as literals', () => {
  const answer = answererOf('inventory')
  const query = `query ($some: [_Any!]!) {
    a: _entities(representations: $some) { __typename ... on Product { inStock shippingEstimate } }
    b: _entities(representations: [{ __typename: "Product", upc: "q000013", price: 2000, weight: 4 }]) {
      ... on Product { shippingEstimate }
    }
  }`
  const some = [
    { __typename: 'Product', upc: 'q000011', price: 900, weight: 101 },
    { __typename: 'Product', upc: 'q000021', price: 900, weight: 101 },
  ]
  expect(answer(query, { some })).toEqual({
    data: {
      // The second is another caller's.
      a: [{ __typename: 'Product', inStock: true, shippingEstimate: 50 }, null],
      b: [{ shippingEstimate: 0 }],
    },
  })
})

test('what a subgraph does not have is an error', () => {
  expect(answererOf('products')('{ topProducts { inStock } }')).toEqual({
    errors: [{ message: 'Cannot query field "inStock" on type "Product".' }],
  })
})
