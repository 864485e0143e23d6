import { parseArgs } from 'node:util'
import picocolors from 'picocolors'
import { openOwnShop } from '../test/journeys/own-shop.ts'
import { type Chapter, faultsOf, type ShopperKind, takeJourneys } from '../test/journeys/take-journeys.ts'

const usage = `A shopper goes through the shop, from the home page to an order that is paid back, by way of the gateway.

  npm run journey [-- options]

  --as KIND        guest, customer or both (default: both)
  --down NAMES     which subgraphs hang in turn, separated by commas; all, or none (default: all)
  --json           prints the steps as JSON

It has a shop with data and ports of its own, and disturbs none that runs. After the good day, the journey is taken with
each subgraph hanging in turn: every answer is held to the failure contract, what is lost to what was predicted, and what
could not be done is done when the subgraph is back, once.

The exit code is 1 where any of it was not as promised.`

/** What the person at the command line can mend. */
class UsageError extends Error {}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        as: { type: 'string', default: 'both' },
        down: { type: 'string', default: 'all' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

function readShoppers(text: string): ShopperKind[] {
  if (text === 'both') return ['guest', 'customer']
  if (text === 'guest' || text === 'customer') return [text]
  throw new UsageError(`--as is ${JSON.stringify(text)}: it takes guest, customer or both`)
}

function readDown(text: string, subgraphs: readonly string[]): string[] {
  if (text === 'all') return [...subgraphs]
  if (text === 'none') return []
  const names = text.split(',')
  const unknown = names.find((name) => !subgraphs.includes(name))
  if (unknown === undefined) return names
  throw new UsageError(
    `--down names ${JSON.stringify(unknown)}: it takes all, none, or some of ${subgraphs.join(', ')}`,
  )
}

const marks = { done: picocolors.green('✓'), lost: picocolors.yellow('–'), wrong: picocolors.red('✗') }

const titleOf = ({ shopper, down }: Chapter) =>
  picocolors.bold(
    `\nA ${shopper === 'guest' ? 'guest' : 'customer'}${down === null ? ', on a good day' : `, while ${down} hangs`}`,
  )

/** The shop that was started is stopped before it ends. */
class Interrupted extends Error {}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interruption.abort(new Interrupted(`ended by ${signal}`)))
const interrupted = new Promise<never>((_, reject) => {
  interruption.signal.addEventListener('abort', () => reject(interruption.signal.reason), { once: true })
})

try {
  const { as, down, json, help } = readArguments(process.argv.slice(2))
  if (help) console.log(usage)
  else {
    const shoppers = readShoppers(as)
    const shop = await openOwnShop()
    try {
      const all = [null, ...readDown(down, shop.subgraphs)]
      const say = (line: string) => json || console.log(line)
      say('The shop opens.')
      await Promise.race([shop.opened, interrupted])
      const taken = await Promise.race([
        takeJourneys({
          shop,
          chapters: all.flatMap((name) => shoppers.map((shopper) => ({ shopper, down: name }))),
          begun: (chapter) => say(titleOf(chapter)),
          taken: ({ title, outcome, said, faults }) => {
            say(`  ${marks[outcome]} ${title}: ${outcome === 'lost' ? `not now, for want of ${said}` : said}`)
            for (const fault of faults) say(picocolors.red(`      ${fault}`))
          },
          backAgain: (name) => say(`  ${name} is back, and what was lost is done:`),
        }),
        interrupted,
      ])
      const faults = taken.flatMap(faultsOf)
      if (json) console.log(JSON.stringify(taken, null, 2))
      else if (faults.length === 0) say(picocolors.green('\nAll of it was as promised.'))
      else say(picocolors.red(`\n${faults.length} things were not as promised.`))
      process.exitCode = faults.length === 0 ? 0 : 1
    } finally {
      await shop.close()
    }
  }
} catch (error) {
  if (!(error instanceof UsageError || error instanceof Interrupted)) throw error
  console.error(`journey: ${error.message}`)
  process.exit(1)
}
