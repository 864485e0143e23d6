import fc from 'fast-check'

const { DIFFERENTIAL_RUNS, DIFFERENTIAL_SEED } = process.env

/** Operations that are tried, over all supergraphs. */
export const runs = DIFFERENTIAL_RUNS ? Number(DIFFERENTIAL_RUNS) : 420
/**
 * The same for everybody, so that a change is judged by itself and not by chance; whoever asks for more runs searches
 * where nobody has.
 */
const usualSeed = 268_976_574
export const seed = DIFFERENTIAL_SEED
  ? Number(DIFFERENTIAL_SEED)
  : DIFFERENTIAL_RUNS
    ? Date.now() % 2 ** 31
    : usualSeed
/** How long a test may take: as many runs as are wanted, or as fit the time. */
export const timeout = DIFFERENTIAL_RUNS ? 0 : 120_000

interface Search<Case> {
  /** What the test's name has, by which it can be run alone. */
  supergraph: string
  cases: fc.Arbitrary<Case>
  numRuns: number
  /** A slow machine tries fewer, unless it was told how many. */
  timeLimitMs: number
  /** A line for each way in which a case is not as it should be. */
  check(one: Case): Promise<string[]>
  show(one: Case): string[]
}

/** Looks for a case that fails, and throws with the smallest that it can make of it, and how to see it again. */
export async function searchFailure<Case>({
  supergraph,
  cases,
  numRuns,
  timeLimitMs,
  check,
  show,
}: Search<Case>): Promise<void> {
  const until = DIFFERENTIAL_RUNS ? Number.POSITIVE_INFINITY : performance.now() + timeLimitMs
  let hasFailed = false
  const result = await fc.check(
    fc.asyncProperty(cases, async (one) => {
      // What has failed is made smaller however long that takes.
      if (!hasFailed && performance.now() > until) return
      const found = await check(one)
      hasFailed ||= found.length > 0
      if (found.length > 0) throw new Error(found.join('\n'))
    }),
    { numRuns, seed },
  )
  if (!result.failed) return
  const [smallest] = result.counterexample ?? []
  const { errorInstance: error } = result
  throw new Error(
    [
      `DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs} npx vitest run test/differential -t '${supergraph}'`,
      `after ${result.numRuns} runs and ${result.numShrinks} steps to a smaller one:`,
      ...(smallest === undefined ? [] : show(smallest)),
      error instanceof Error ? error.message : String(error),
    ].join('\n'),
  )
}
