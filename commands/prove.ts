import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Reporter } from 'vitest/node'
import { z } from 'zod'

const usage = `Proves what an outage costs: makes operations up, makes subgraphs fail in every way, and compares what is lost with
what is predicted from the supergraph alone. Ends with exit code 1 where the two differ.

  npm run prove -- [--operations 1000] [--supergraph all] [--outages hung,reset] [--seed 1] [--json FILE]

  --operations COUNT   how many different operations, each in one outage (default: 1000)
  --supergraph NAME    shop, federation (those of the tests) or all (default: all)
  --outages NAMES      as "hung,endless body" (default: all of those in docs/proof.md)
  --seed NUMBER        the same operations and outages again (default: another each time)
  --json FILE          writes all that was found there as well`

const supergraphs = ['shop', 'federation', 'all']

/** What the person at the command line can mend. */
class UsageError extends Error {}

function readNumber(option: string, value: string, max: number): number {
  if (/^\d{1,10}$/.test(value) && Number(value) >= 1 && Number(value) <= max) return Number(value)
  throw new UsageError(`${option} is ${JSON.stringify(value)}: it takes a whole number from 1 to ${max}`)
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        operations: { type: 'string', default: '1000' },
        supergraph: { type: 'string', default: 'all' },
        outages: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const maxSeed = 2 ** 31 - 1

interface ProofRequest {
  operations: number
  seed: number
  supergraph: string
  outages?: string[]
}

function readArguments(args: string[]): { json: string | undefined; proof: ProofRequest } | null {
  const { operations, supergraph, outages, seed, json, help } = parse(args)
  if (help) return null
  if (!supergraphs.includes(supergraph))
    throw new UsageError(`--supergraph is ${JSON.stringify(supergraph)}: it takes ${supergraphs.join(', ')}`)
  return {
    json,
    proof: {
      operations: readNumber('--operations', operations, 1_000_000),
      seed: seed === undefined ? (Date.now() % maxSeed) + 1 : readNumber('--seed', seed, maxSeed),
      supergraph,
      ...(outages !== undefined && { outages: outages.split(',').map((name) => name.trim()) }),
    },
  }
}

const reportSchema = z.looseObject({
  operations: z.number(),
  supergraphs: z.number(),
  asked: z.number(),
  lost: z.number(),
  spared: z.number(),
  stalled: z.number(),
  unanswered: z.number(),
  elapsedMs: z.number(),
  seed: z.number(),
  byOutage: z.record(z.string(), z.number()),
  mismatches: z.array(z.looseObject({ text: z.string() })),
})

/** Says only what went wrong with the proof itself; what it found stands in its report. */
const reporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const errors = [
      ...unhandledErrors,
      ...modules.flatMap((module) => module.errors()),
      ...tests.flatMap((one) => one.result().errors ?? []),
    ]
    for (const { message } of errors) console.error(`prove: ${message}`)
  },
}

type Report = z.infer<typeof reportSchema>

/** Each has a gateway and subgraphs in a process of its own: more of them would wait for each other. */
const maxParts = 2
/** What is not worth a second process. */
const fewestOfPart = 250

/** Runs the proof as the test that it is, in processes of its own, with the databases that tests have. */
async function runProof(proof: ProofRequest): Promise<Report[]> {
  const { startVitest } = await import('vitest/node')
  const folder = await mkdtemp(path.join(tmpdir(), 'arcade-proof-'))
  const of = Math.max(1, Math.min(maxParts, Math.floor(proof.operations / fewestOfPart)))
  const parts = Array.from({ length: of }, (_, index) => ({
    index,
    report: path.join(folder, `part-${index}.json`),
  }))
  try {
    const vitest = await startVitest(
      'test',
      ['test/outages/generated.test.ts'],
      { watch: false, reporters: [reporter], disableConsoleIntercept: true, maxWorkers: of },
      {
        test: {
          projects: parts.map(({ index, report }) => ({
            extends: true,
            test: {
              name: `part ${index + 1}`,
              env: { PROOF: JSON.stringify({ ...proof, part: { index, of }, report }) },
            },
          })),
        },
      },
    )
    await vitest.close()
    const texts = await Promise.all(parts.map(({ report }) => readFile(report, 'utf8').catch(() => null)))
    return texts.flatMap((text) => (text === null ? [] : [reportSchema.parse(JSON.parse(text))]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const counted = ['operations', 'supergraphs', 'asked', 'lost', 'spared', 'stalled', 'unanswered'] as const

/** What all parts found together. */
function joinReports(reports: readonly Report[]): Report | null {
  const [first] = reports
  if (!first) return null
  const byOutage: Record<string, number> = {}
  for (const [outage, count] of reports.flatMap((one) => Object.entries(one.byOutage))) {
    byOutage[outage] = (byOutage[outage] ?? 0) + count
  }
  const sums = counted.map((name) => [name, reports.reduce((sum, one) => sum + one[name], 0)])
  return {
    ...first,
    ...Object.fromEntries(sums),
    byOutage,
    elapsedMs: Math.max(...reports.map(({ elapsedMs }) => elapsedMs)),
    mismatches: reports.flatMap(({ mismatches }) => mismatches),
  }
}

function describeProof({
  operations,
  supergraphs: count,
  asked,
  lost,
  spared,
  stalled,
  unanswered,
  elapsedMs,
  seed,
  byOutage,
  mismatches,
}: Report): string {
  const longest = Math.max(0, ...Object.keys(byOutage).map(({ length }) => length))
  return [
    ...mismatches.map(({ text }) => `${text}\n`),
    ...Object.entries(byOutage).map(([outage, each]) => `  ${outage.padEnd(longest)}  ${each}`),
    '',
    `${operations} operations on ${count} supergraphs, each in one outage, asked ${asked} times`,
    `  ${lost} answers lost something, ${spared} of them to a subgraph that was known to be down`,
    `  ${unanswered} more operations have nothing to compare, for they fail on a good day`,
    ...(stalled > 0 ? [`  ${stalled} were asked again, since the machine stood still`] : []),
    `  ${Math.round(elapsedMs / 1000)} s`,
    '',
    `${mismatches.length} mismatches, seed ${seed}`,
  ].join('\n')
}

async function main(args: string[]): Promise<boolean> {
  const wanted = readArguments(args)
  if (wanted === null) {
    console.log(usage)
    return true
  }
  const { json, proof } = wanted
  const report = joinReports(await runProof(proof))
  if (report === null) return false
  if (json !== undefined) await writeFile(json, JSON.stringify(report, null, 2))
  console.log(`\n${describeProof(report)}`)
  if (report.operations < proof.operations)
    console.error(`prove: ${report.operations} of ${proof.operations} operations were proved`)
  return report.mismatches.length === 0 && report.operations >= proof.operations
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`prove: ${error.message}`)
  process.exitCode = 1
}
