import fc from 'fast-check'
import type { GraphQLSchema } from 'graphql'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { asksByType } from './asks-by-type.ts'
import type { World } from './data-universe.ts'
import { allowNulls, differences, expectedAnswer } from './expected-answer.ts'
import { createOperations, type OperationTree } from './random-operation.ts'
import { randomSupergraph } from './random-supergraph.ts'
import { type RunningSupergraph, startSupergraph } from './running-supergraph.ts'
import { runs, searchFailure, seed, timeout } from './search-failure.ts'
import type { SupergraphSource } from './supergraph-facts.ts'
import { writtenSupergraphs } from './supergraphs/all.ts'
import { type WrittenOperation, writeOperation } from './write-operation.ts'

// The gateway answers as one server would that has all the data: operations are made up from the schema, and
// executed by the gateway over real subgraphs and by graphql-js over the whole. DIFFERENTIAL_RUNS says how many.
// What they lose in outages is proved in test/outages.

/** What is done with an operation beside asking once. */
type Manner = 'once' | 'twice' | 'together'

interface Case {
  world: World
  manner: Manner
  tree: OperationTree
  /** What others ask at the same time. */
  company: OperationTree[]
}

const world: fc.Arbitrary<World> = fc.record({
  seed: fc.nat(9999),
  nullRate: fc.constantFrom(0, 0.15),
  errorRate: fc.constantFrom(0, 0, 0.03, 0.12),
})

const show = (operations: readonly (WrittenOperation | null)[]): string[] =>
  operations.flatMap((one) => (one ? [one.request.query, JSON.stringify(one.request.variables)] : []))

/** Drawn anew for each seed: the more is tried, the more of them. */
const randomCount = Math.min(50, Math.max(2, Math.round(runs / 400)))
const supergraphs: SupergraphSource[] = [
  ...writtenSupergraphs,
  ...Array.from({ length: randomCount }, (_, index) => randomSupergraph(seed + index)),
]
const runsOfEach = Math.ceil(runs / supergraphs.length)

describe.each(supergraphs)('the supergraph $name', (source) => {
  let running: RunningSupergraph
  let nullableSchema: GraphQLSchema
  beforeAll(async () => {
    running = await startSupergraph(source)
    nullableSchema = allowNulls(running.facts.apiSchema)
  })
  afterAll(() => running?.stop())

  /** Whether what it was asked to do and what it answered is what one server would. */
  async function differencesIn(operations: readonly WrittenOperation[], times: number): Promise<string[]> {
    const { facts, universe, ask } = running
    const expected = operations.map(({ document, request: { variables, operationName } }) =>
      expectedAnswer({
        ...{ schema: facts.apiSchema, nullableSchema, universe },
        ...{ document, variables, operationName },
      }),
    )
    const wanted = expected.flatMap(({ effects }) => effects).join()
    for (let time = 1; time <= times; time++) {
      universe.takeNotes()
      const answers = await Promise.all(operations.map(({ request }) => ask(request)))
      const notes = universe.takeNotes()
      const effects = notes.effects.join()
      const found = [
        ...(effects === wanted ? [] : [`the effects are ${effects}, in place of ${wanted}`]),
        ...notes.complaints,
        ...answers.flatMap((answer, index) => {
          const one = expected[index]
          return one ? differences(answer, one) : []
        }),
      ]
      if (found.length > 0) return [`when asked time ${time} of ${times}:`, ...found]
    }
    return []
  }

  test('is answered as by one server that has all the data', { timeout }, async () => {
    const { apiSchema } = running.facts
    const operations = createOperations(apiSchema, 5)
    const written = ({ manner, tree, company }: Case) => [
      writeOperation(apiSchema, tree),
      ...(manner === 'together' && tree.kind === 'query' ? company : [])
        .filter(({ kind }) => kind === 'query')
        .map((one) => writeOperation(apiSchema, one)),
    ]
    const cases = fc.record<Case>({
      world,
      manner: fc.constantFrom('once', 'once', 'twice', 'together'),
      tree: operations,
      company: fc.array(operations, { minLength: 1, maxLength: 2 }),
    })
    await searchFailure({
      supergraph: source.name,
      cases,
      numRuns: runsOfEach,
      timeLimitMs: 1400,
      async check(one) {
        const valid = written(one).filter((operation) => operation !== null)
        const sparesObjects = valid.some(({ document }) => asksByType(running.facts, document))
        running.universe.enter({ ...one.world, sparesObjects })
        return differencesIn(valid, one.manner === 'twice' ? 2 : 1)
      },
      show: (one) => [`in the world ${JSON.stringify(one.world)}, ${one.manner}:`, ...show(written(one))],
    })
  })
})
