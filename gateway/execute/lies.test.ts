import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GatewayAnswer, startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose, startTestGraph, type TestGraph } from '../test-graph/test-graph.ts'
import { answerWith } from '../test-graph/test-subgraph.ts'

let graph: TestGraph
let gateway: TestGateway

beforeAll(async () => {
  graph = await startTestGraph()
  gateway = await startTestGateway(compose(graph.all))
})
afterAll(async () => {
  await gateway.stop()
  await graph.stop()
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Whether a path leads to a null of the data, over no other null. */
function leadsToNull({ data }: GatewayAnswer, path: readonly (string | number)[]): boolean {
  let value: unknown = data
  for (const step of path) {
    if (!isObject(value)) return false
    value = value[step]
  }
  return value === null
}

/** Whether an answer says by itself that there is no such entity, or no such value. */
function saidNull(said: unknown, index: number, field: string): boolean {
  const entities = isObject(said) && isObject(said.data) ? said.data._entities : undefined
  const entity: unknown = Array.isArray(entities) ? entities[index] : undefined
  return entity === null || (isObject(entity) && entity[field] === null)
}

/** Ratings and reviews as they should be, nearly so, and not at all. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.integer({ min: 0, max: 5 }),
  fc.array(
    fc.oneof(fc.record({ text: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })) }), fc.constant(null)),
    { maxLength: 3 },
  ),
)
const entity = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { rating: value, reviews: value, __typename: fc.oneof(fc.constant('Product'), value) },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
)
const path = fc.array(fc.oneof(fc.constantFrom('_entities', 'rating', 'reviews', 'text'), fc.nat(3)), {
  maxLength: 5,
})
const error = fc.oneof(
  fc.record(
    {
      message: fc.constant('at upstream-7.internal'),
      path,
      extensions: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue({ maxDepth: 1 }),
)
const body = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue() },
  {
    weight: 6,
    arbitrary: fc.record(
      {
        data: fc.oneof(
          {
            weight: 8,
            arbitrary: fc.record({ _entities: fc.array(entity, { minLength: 2, maxLength: 2 }) }),
          },
          { weight: 1, arbitrary: fc.record({ _entities: fc.array(entity, { maxLength: 3 }) }) },
          { weight: 1, arbitrary: fc.jsonValue() },
        ),
        errors: fc.array(error, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  },
)

test('whatever a subgraph says, it costs no field of another, and each error stands at a null', async () => {
  await fc.assert(
    fc.asyncProperty(body, async (said) => {
      graph.reviews.behave(answerWith(said))
      const answer = await gateway.ask(
        '{ products { title rating reviews { text } } search { ... on Article { slug } } }',
      )
      expect(answer.status).toBe(200)
      expect(answer.data).toMatchObject({
        products: [{ title: 'Lamp' }, { title: 'Desk' }],
        search: [{ slug: 'how-to-light' }, {}, { slug: 'desks' }, {}],
      })
      const positions = answer.errors.map(({ path = [] }) => JSON.stringify(path))
      expect(new Set(positions).size).toBe(positions.length)
      for (const { path = [], extensions } of answer.errors) {
        expect(leadsToNull(answer, path)).toBe(true)
        expect(extensions.serviceName).toBe('reviews')
      }
      for (const [index, field] of [
        [0, 'rating'],
        [0, 'reviews'],
        [1, 'rating'],
        [1, 'reviews'],
      ] as const) {
        const position = ['products', index, field]
        const isToldLost = positions.includes(JSON.stringify(position))
        if (leadsToNull(answer, position) && !isToldLost) expect(saidNull(said, index, field)).toBe(true)
      }
      expect(answer.text).not.toContain('upstream-7')
    }),
    { numRuns: 300 },
  )
})
