import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { World } from './data-universe.ts'
import { allowNulls, differences, expectedAnswer } from './expected-answer.ts'
import { createOperations, type OperationTree } from './random-operation.ts'
import { randomSupergraph } from './random-supergraph.ts'
import { type RunningSupergraph, startSupergraph } from './running-supergraph.ts'
import type { SupergraphSource } from './supergraph-facts.ts'
import { cinema } from './supergraphs/cinema.ts'
import { library } from './supergraphs/library.ts'
import { magazine } from './supergraphs/magazine.ts'
import { museum } from './supergraphs/museum.ts'
import { music } from './supergraphs/music.ts'
import { retail } from './supergraphs/retail.ts'
import { type WrittenOperation, writeOperation } from './write-operation.ts'

// The gateway answers as one server would that has all the data: operations are made up from the schema, and
// executed by the gateway over real subgraphs and by graphql-js over the whole.

const { DIFFERENTIAL_RUNS, DIFFERENTIAL_SEED } = process.env
const runs = DIFFERENTIAL_RUNS ? Number(DIFFERENTIAL_RUNS) : 420
const seed = DIFFERENTIAL_SEED ? Number(DIFFERENTIAL_SEED) : Date.now() % 2 ** 31

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

/** Answers that are not as they should be, a line for each difference. */
async function difference(
  { facts, universe, ask }: RunningSupergraph,
  nullableSchema: ReturnType<typeof allowNulls>,
  operations: readonly WrittenOperation[],
  isTwice: boolean,
): Promise<string[]> {
  const expected = operations.map(({ document, request: { variables, operationName } }) =>
    expectedAnswer({ schema: facts.apiSchema, nullableSchema, universe, document, variables, operationName }),
  )
  const found: string[] = []
  for (const time of isTwice ? ['first', 'second'] : ['first']) {
    universe.takeNotes()
    const answers = await Promise.all(operations.map(({ request }) => ask(request)))
    const { complaints, effects } = universe.takeNotes()
    const wanted = expected.flatMap((one) => one.effects)
    if (effects.join() !== wanted.join())
      found.push(`the effects are ${effects.join()}, in place of ${wanted.join()}`)
    found.push(...complaints)
    for (const [index, answer] of answers.entries()) {
      const one = expected[index]
      if (one) found.push(...differences(answer, one))
    }
    if (found.length > 0) return [`in the ${time} run:`, ...found]
  }
  return []
}

/** Drawn anew for each seed: the more is tried, the more of them. */
const randomCount = Math.min(50, Math.max(2, Math.round(runs / 400)))
const supergraphs: SupergraphSource[] = [
  ...[retail, library, cinema, museum, magazine, music],
  ...Array.from({ length: randomCount }, (_, index) => randomSupergraph(seed + index)),
]

test.each(supergraphs)(
  'the gateway answers of $name as one server that has all the data',
  { timeout: DIFFERENTIAL_RUNS ? 0 : 120_000 },
  async (source) => {
    const running = await startSupergraph(source)
    onTestFinished(() => running.stop())
    const { apiSchema } = running.facts
    const nullableSchema = allowNulls(apiSchema)
    const operations = createOperations(apiSchema, 5)
    const cases: fc.Arbitrary<Case> = fc.record({
      world,
      manner: fc.constantFrom<Manner>('once', 'once', 'twice', 'together'),
      tree: operations,
      company: fc.array(operations, { minLength: 1, maxLength: 2 }),
    })

    const written = ({ manner, tree, company }: Case) =>
      [
        tree,
        ...(manner === 'together' && tree.kind === 'query'
          ? company.filter(({ kind }) => kind === 'query')
          : []),
      ]
        .map((one) => writeOperation(apiSchema, one))
        .filter((one, index) => index === 0 || one?.document)

    const until = DIFFERENTIAL_RUNS ? Infinity : performance.now() + 2000
    let hasFailed = false
    const result = await fc.check(
      fc.asyncProperty(cases, async (one) => {
        // A slow machine tries fewer. What has failed is still made smaller.
        if (!hasFailed && performance.now() > until) return
        running.universe.enter(one.world)
        const operations = written(one)
        if (!operations.every((operation) => operation !== null)) return fc.pre(false)
        const found = await difference(running, nullableSchema, operations, one.manner === 'twice')
        hasFailed ||= found.length > 0
        if (found.length > 0) throw new Error(found.join('\n'))
      }),
      {
        numRuns: Math.ceil(runs / supergraphs.length),
        seed,
      },
    )
    if (!result.failed) return
    const [smallest] = result.counterexample ?? []
    const shown = smallest
      ? written(smallest).map((operation) => [
          operation?.request.query,
          JSON.stringify(operation?.request.variables),
        ])
      : []
    expect.fail(
      [
        `${source.name}: DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs} npx vitest run test/differential -t '${source.name}'`,
        `after ${result.numRuns} runs and ${result.numShrinks} steps to a smaller one, in the world ${JSON.stringify(smallest?.world)}, ${smallest?.manner}:`,
        ...shown.flat(),
        String(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance),
      ].join('\n'),
    )
  },
)
