import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import picocolors from 'picocolors'
import { type KillReport, runKillTest } from '../test/outages/kills/kill-test.ts'

const usage = `Starts the shop and kills its processes with kill -9, while clients ask and write.

  npm run kill-test [-- options]

  --minutes N   for how long (0.1 to 600, default: 3)
  --seed TEXT   which order of kills (default: a new one)
  --log FILE    writes what the shop has said there
  --json        prints all figures as JSON in place of a table
  --quiet       says nothing of each kill

It has data and ports of its own, and disturbs no shop that runs. What is held to be right:

  - each answer is the good day's, but for nulls that have an error, which blames who was killed;
  - each write that was acknowledged is there at the end, once, also after npm start itself was killed;
  - whatever was killed is back by itself, in time.

The exit code is 1 where any of it was broken.`

/** What the person at the command line can mend. */
class UsageError extends Error {}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '3' },
        seed: { type: 'string', default: String(Date.now()) },
        log: { type: 'string' },
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function readMinutes(text: string): number {
  const minutes = Number(text)
  if (text.trim() !== '' && minutes >= 0.1 && minutes <= 600) return minutes
  throw new UsageError(`--minutes is ${JSON.stringify(text)}: it takes a number from 0.1 to 600`)
}

const seconds = (ms: number) => (ms / 1000).toFixed(1)

const middle = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

const style = { head: [], border: [] }

const figures = (values: readonly number[]) =>
  values.length === 0 ? ['', ''] : [seconds(middle(values)), seconds(Math.max(...values))]

function kills({ kills: all, recoveryBoundMs }: KillReport): string {
  const table = new Table({
    head: ['killed', 'times', 'ready after s,\nmedian', 'longest', 'fields back after s,\nmedian', 'longest'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style,
  })
  for (const { process: name, count, readyMs, recoveryMs } of all)
    table.push([name, count, ...figures(readyMs), ...figures(recoveryMs)])
  return `${table}\nWhat was killed has ${seconds(recoveryBoundMs)} s until its fields are back.`
}

function writes({ writes: all }: KillReport): string {
  const table = new Table({
    head: ['writes', 'acknowledged', 'sent more\nthan once', 'read back,\nsessions', 'lost'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style,
  })
  for (const { name, acknowledged, repeated, readBack, lost } of all)
    table.push([name, acknowledged, repeated, readBack, lost.length])
  return table.toString()
}

/** In what the promises were broken: a line each. */
const brokenPromises = ({ queries, writes: all, notBack }: KillReport): string[] => [
  ...queries.wrong,
  ...all.flatMap(({ wrong, lost }) => [...wrong, ...lost]),
  ...notBack,
]

const mostLines = 40

function print(report: KillReport, isJson: boolean) {
  if (isJson) return console.log(JSON.stringify(report, null, 2))
  const { queries, seed, elapsedMs } = report
  const broken = brokenPromises(report)
  console.log(`\n${kills(report)}\n\n${writes(report)}\n`)
  console.log(
    `${queries.asked} queries: ${queries.whole} answered as on a good day, ${queries.degraded} with nulls for what was lost, ` +
      `${queries.unanswered} not answered while the gateway was down, ${queries.wrong.length} wrong.`,
  )
  console.log(`Seed ${seed}, ${seconds(elapsedMs)} s in all.`)
  for (const line of broken.slice(0, mostLines)) console.log(picocolors.red(line))
  if (broken.length > mostLines) console.log(picocolors.red(`and ${broken.length - mostLines} more`))
  console.log(
    broken.length === 0 ? picocolors.green('\nAll promises were kept.') : picocolors.red('\nBroken.'),
  )
}

/** The shop that was started is stopped before it ends. */
class Interrupted extends Error {}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(new Interrupted(`ended by ${signal}`)))

try {
  const { minutes, seed, log, json, quiet, help } = readArguments(process.argv.slice(2))
  if (help) console.log(usage)
  else {
    const report = await runKillTest({
      minutes: readMinutes(minutes),
      seed,
      signal: interruption.signal,
      keepLog: (text) => log !== undefined && writeFileSync(log, text),
      say: (line) => quiet || console.error(`${seconds(performance.now()).padStart(6)} s  ${line}`),
    })
    print(report, json)
    process.exitCode = brokenPromises(report).length === 0 ? 0 : 1
  }
} catch (error) {
  if (!(error instanceof UsageError || error instanceof Interrupted)) throw error
  console.error(`kill-test: ${error.message}`)
  // What it was about to ask or to wait for is of no use any more.
  process.exit(1)
}
