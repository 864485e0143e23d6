import { parse } from 'graphql'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestGateway, type TestGateway } from '../test-graph/test-gateway.ts'
import { compose } from '../test-graph/test-graph.ts'
import { answerWithChanged, startTestSubgraph, type TestSubgraph } from '../test-graph/test-subgraph.ts'

let library: TestSubgraph
let gateway: TestGateway

const found = [
  { __typename: 'Article', author: { __typename: 'Writer', penName: 'Ada' }, topic: 'light' },
  { __typename: 'Product', author: { __typename: 'Maker', country: 'FR' } },
]

beforeAll(async () => {
  library = await startTestSubgraph(
    'library',
    parse(`
      type Query { found: [Found] }
      union Found = Article | Product
      interface Written { topic: String }
      type Article implements Written { author: Writer topic: String }
      type Product { author: Maker }
      type Writer { penName: String }
      type Maker { country: String }
    `),
    { Query: { found: () => found } },
  )
  gateway = await startTestGateway(compose([library]))
})
afterAll(async () => {
  await gateway.stop()
  await library.stop()
})
afterEach(() => library.recover())

describe('a fragment', () => {
  const query = `{ found {
    __typename
    ... on Article { author { __typename penName } }
    ... on Product { author { __typename country } }
    ... on Written { topic }
  } }`

  test('asks nothing of other types, though they have a field of the same name', async () => {
    const { data, errors } = await gateway.ask(query)
    expect(errors).toEqual([])
    expect(data).toEqual({ found })
  })

  test('on an interface is owed its fields by what implements it', async () => {
    library.behave(
      answerWithChanged(() => ({
        data: { found: found.map(({ __typename, author }) => ({ __typename, author })) },
      })),
    )
    const { data, errors } = await gateway.ask(query)
    expect(data).toMatchObject({
      found: [{ author: { penName: 'Ada' }, topic: null }, { author: { country: 'FR' } }],
    })
    expect(errors).toMatchObject([
      { path: ['found', 0, 'topic'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', serviceName: 'library' } },
    ])
  })
})

test('an answer that does not fit is told in the log, as every other failure is', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(line) })
  const talkative = await startTestGateway(compose([library]), { log })
  library.behave(answerWithChanged(() => ({ data: { found: 'nothing' } })))
  try {
    for (let asked = 0; asked < 3; asked++) await talkative.ask('{ found { __typename } }')
  } finally {
    await talkative.stop()
  }
  const told = lines.map((line) => JSON.parse(line)).filter(({ subgraph }) => subgraph === 'library')
  expect(told).toMatchObject([{ code: 'SUBGRAPH_BAD_RESPONSE', times: 1 }])
})
