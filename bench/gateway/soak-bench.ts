import { writeFileSync } from 'node:fs'
import Table from 'cli-table3'
import { type BenchRun, gatewayCore, makeFolder, otherCore, takeCores } from '../bench-run.ts'
import { newToken } from '../load/callers.ts'
import { faultOf } from '../load/check-answers.ts'
import { LoadConnection } from '../load/load-connection.ts'
import { median } from '../load/statistics.ts'
import { parseOptions } from '../option-values.ts'
import { ours } from '../processes/peers.ts'
import { residentMegabytes } from '../processes/process-usage.ts'
import { BenchError, stopAll } from '../processes/processes.ts'
import { startPeer, untilReady } from '../processes/start-peer.ts'
import { startSubgraphs } from '../processes/subgraphs-process.ts'
import { composeGraph } from '../subgraphs/expected-answers.ts'

const connections = 16
/** Every so many requests one is of an operation that was never asked before. */
const newOperationEvery = 10
const samples = 40
/** The last quarter may hold so much more than the second one: what memory does between collections. */
const acceptedGrowth = 1.15

const usage = `Asks Arcade's gateway for a long time, every ${newOperationEvery}th time something new, and looks at its memory.

  npm run bench -- soak [options]

  --requests N   how many (${samples} to 10000000, default: 200000)`

function readRequests(args: string[]): number | null {
  const { requests: given, help } = parseOptions(args, {
    requests: { type: 'string', default: '200000' },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (help) return null
  const requests = Number(given)
  if (Number.isInteger(requests) && requests >= samples && requests <= 10_000_000) return requests
  throw new BenchError(
    `--requests is ${JSON.stringify(given)}: it takes a whole number from ${samples} to 10000000`,
  )
}

/** Twenty operations that come again and again, and those that come once. */
function queryOf(count: number): string {
  const isNew = count % newOperationEvery === 0
  const name = isNew ? `new${count}` : `known${count % 20}`
  return `query Soak($first: Int) { ${name}: topProducts(first: $first) { upc name price inStock reviews { id body } } }`
}

/** @returns whether every answer was right, and the memory stayed where it was */
export async function benchSoak({ args, print, say }: BenchRun): Promise<boolean> {
  const requests = readRequests(args)
  if (requests === null) {
    print(usage)
    return true
  }
  takeCores()
  const folder = makeFolder()
  const subgraphs = await startSubgraphs({ core: otherCore, logFile: `${folder}/subgraphs.log` })
  const { supergraphSdl, expectedAnswer } = composeGraph('shop', subgraphs.url)
  writeFileSync(`${folder}/shop.graphql`, supergraphSdl)
  const gateway = await startPeer(ours, {
    supergraphFile: `${folder}/shop.graphql`,
    recordingFile: `${folder}/none.json`,
    subgraphsUrl: subgraphs.url,
    nodeFlags: [],
    core: gatewayCore,
    logFile: `${folder}/gateway.log`,
  })
  try {
    await untilReady(gateway)
    const memory: number[] = []
    let begun = 0
    let done = 0
    let faults = 0

    async function keepBusy() {
      const connection = new LoadConnection(gateway.url)
      while (begun < (requests ?? 0)) {
        const query = queryOf(begun++)
        const token = newToken()
        const body = JSON.stringify({ query, variables: { first: 2 } })
        const answer = await connection.ask({ path: '/graphql', body, authorization: `Bearer ${token}` })
        const inlined = query.replace('query Soak($first: Int)', '').replace('$first', '2')
        if (begun % 100 === 0 && faultOf(answer, expectedAnswer(inlined, token)) !== null) faults++
        if (answer.status !== 200) faults++
        done++
        if (done % Math.floor((requests ?? 0) / samples) !== 0) continue
        memory.push(residentMegabytes(gateway.process.pid))
        say(`${done} requests, ${Math.round(memory.at(-1) ?? 0)} MB`)
      }
      connection.close()
    }

    await Promise.all(Array.from({ length: connections }, keepBusy))
    return report({ requests, faults, memory, print })
  } finally {
    await stopAll([gateway.process, subgraphs])
  }
}

interface Soaked {
  requests: number
  faults: number
  memory: readonly number[]
  print: (text: string) => void
}

function report({ requests, faults, memory, print }: Soaked): boolean {
  const quarter = Math.floor(memory.length / 4)
  const quarters = [0, 1, 2, 3].map((index) => median(memory.slice(index * quarter, (index + 1) * quarter)))
  const growth = (quarters[3] ?? 0) / (quarters[1] ?? 1)
  const table = new Table({
    head: ['of the requests', 'resident MB, median'],
    style: { head: [], border: [] },
  })
  for (const [index, megabytes] of quarters.entries())
    table.push([`${['first', 'second', 'third', 'last'][index]} quarter`, Math.round(megabytes)])
  print(
    `\n${requests} requests, of which ${Math.ceil(requests / newOperationEvery)} were of operations never asked before`,
  )
  print(table.toString())
  const isFlat = growth <= acceptedGrowth
  print(
    `The last quarter holds ${growth.toFixed(2)} times what the second did: ${isFlat ? 'flat' : 'it grows'} (at most ${acceptedGrowth}). ${faults} wrong answers.`,
  )
  return isFlat && faults === 0
}
