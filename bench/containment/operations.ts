import { isDeepStrictEqual } from 'node:util'
import type { Asking } from '../load/load.ts'
import type { ComposedGraph } from '../subgraphs/expected-answers.ts'

/** The subgraph that hangs, and its fields of a product. */
export const hungSubgraph = 'inventory'
const hungFields = ['inStock', 'shippingEstimate']

const productWith = (fields: string) => `{
  topProducts {
    upc
    name
    price${fields}
    reviews {
      id
      body
      author {
        id
        username
      }
    }
  }
}`

const asking = (query: string): Asking => ({ queryOf: () => query, hasUniqueCallers: true })

/** A: has nothing of the subgraph that hangs. */
export const spared = asking(`query Spared ${productWith('')}`)
/** B: the same, and what the subgraph that hangs has of it. */
export const touched = asking(
  `query Touched ${productWith(hungFields.map((field) => `\n    ${field}`).join(''))}`,
)

/** What a client gets of an operation. */
export interface Gotten {
  status: number
  data: 'all' | 'all but what hangs' | 'null' | 'none' | 'other'
  /** Of its errors, each once. */
  codes: string[]
}

interface Product {
  [field: string]: unknown
}

function withoutHungFields(expected: { data: { topProducts: Product[] } }): unknown {
  const nulls = Object.fromEntries(hungFields.map((field) => [field, null]))
  return { topProducts: expected.data.topProducts.map((product) => ({ ...product, ...nulls })) }
}

function codeOf(error: unknown): string {
  const { extensions, message }: { extensions?: { code?: unknown }; message?: unknown } = Object(error)
  return typeof extensions?.code === 'string' ? extensions.code : `without a code: ${message}`
}

/** Compares an answer of B with what it has to be, when all is well and when its subgraph hangs. */
export function judgeTouched(
  { status, text }: { status: number; text: string },
  { expectedAnswer }: ComposedGraph,
  token: string,
): Gotten {
  const expected = JSON.parse(expectedAnswer(touched.queryOf(0), token))
  let answer: { data?: unknown; errors?: unknown }
  try {
    answer = Object(JSON.parse(text))
  } catch {
    return { status, data: 'none', codes: [] }
  }
  const { data, errors } = answer
  const codes = Array.isArray(errors) ? [...new Set(errors.map(codeOf))].sort() : []
  if (data === undefined) return { status, data: 'none', codes }
  if (data === null) return { status, data: 'null', codes }
  if (isDeepStrictEqual(data, expected.data)) return { status, data: 'all', codes }
  return {
    status,
    data: isDeepStrictEqual(data, withoutHungFields(expected)) ? 'all but what hangs' : 'other',
    codes,
  }
}
