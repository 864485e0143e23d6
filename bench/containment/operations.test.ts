import { expect, test } from 'vitest'
import { composeGraph } from '../subgraphs/expected-answers.ts'
import { judgeTouched, touched } from './operations.ts'

const graph = composeGraph('shop', 'http://127.0.0.1:1')
const token = 'q00001'
const right = graph.expectedAnswer(touched.queryOf(0), token)

const judge = (text: string, status = 200) => judgeTouched({ status, text }, graph, token)

/** With both of the hung subgraph's fields null in each product, and whatever else is changed. */
function degraded(change: (product: Record<string, unknown>) => void = () => {}) {
  const answer: { data: { topProducts: Record<string, unknown>[] } } = JSON.parse(right)
  for (const product of answer.data.topProducts) {
    product.inStock = null
    product.shippingEstimate = null
    change(product)
  }
  return answer.data
}

test('what a client gets is told from what it has to be', () => {
  expect(judge(right)).toEqual({ status: 200, data: 'all', codes: [] })
  expect(judge(JSON.stringify({ data: degraded() }))).toMatchObject({ data: 'all but what hangs' })
  const more = degraded((product) => {
    product.reviews = null
  })
  expect(judge(JSON.stringify({ data: more }))).toMatchObject({ data: 'other' })
  expect(judge('{"data":null}')).toMatchObject({ data: 'null' })
  expect(judge('<html>', 502)).toEqual({ status: 502, data: 'none', codes: [] })
})

test('each code is told once', () => {
  const errors = [{ extensions: { code: 'LATE' } }, { extensions: { code: 'LATE' } }, { message: 'oh' }]
  expect(judge(JSON.stringify({ data: degraded(), errors })).codes).toEqual(['LATE', 'without a code: oh'])
})
