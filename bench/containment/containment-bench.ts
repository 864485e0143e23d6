import { writeFileSync } from 'node:fs'
import { type BenchRun, gatewayCore, makeFolder, otherCore, saveFigures, takeCores } from '../bench-run.ts'
import { ours, peers } from '../processes/peers.ts'
import { nodeFlagsOf } from '../processes/process-usage.ts'
import { startPeer, untilReady } from '../processes/start-peer.ts'
import { startSubgraphs } from '../processes/subgraphs-process.ts'
import { composeGraph } from '../subgraphs/expected-answers.ts'
import { type ContainmentOptions, readOptions, usage } from './command-line.ts'
import { measureOutage, type OutageTable } from './measure-outage.ts'
import { measureReplica, type ReplicaTable } from './measure-replica.ts'
import { formatOutage, formatReplica } from './report.ts'

interface Measured {
  outage: OutageTable | null
  replica: ReplicaTable | null
}

type Given = Omit<Parameters<typeof startPeer>[1], 'nodeFlags'>

/** The flags that ours is run with, which the others get as well. */
async function readNodeFlags(given: Given): Promise<string[]> {
  const running = await startPeer(ours, { ...given, nodeFlags: [] })
  try {
    await untilReady(running)
    return nodeFlagsOf(running.process.pid)
  } finally {
    await running.process.stop()
  }
}

async function measureAll(options: ContainmentOptions, { print, say }: BenchRun): Promise<Measured> {
  const folder = makeFolder()
  const subgraphs = await startSubgraphs({ core: otherCore, logFile: `${folder}/subgraphs.log` })
  try {
    const graph = composeGraph('shop', subgraphs.url)
    const supergraphFile = `${folder}/shop.graphql`
    writeFileSync(supergraphFile, graph.supergraphSdl)
    const common = { options, subgraphs, graph, supergraphFile, gatewayCore, folder, say }
    const measured: Measured = { outage: null, replica: null }
    if (options.only.includes('outage')) {
      const nodeFlags = await readNodeFlags({
        ...{ supergraphFile, subgraphsUrl: subgraphs.url, core: gatewayCore },
        recordingFile: `${folder}/none.json`,
        logFile: `${folder}/flags.log`,
      })
      const chosen = peers.filter(({ name }) => options.peers.includes(name))
      measured.outage = await measureOutage({ ...common, peers: chosen, nodeFlags })
      print(formatOutage(measured.outage))
    }
    if (options.only.includes('replica')) {
      measured.replica = await measureReplica({ ...common, otherCore })
      print(formatReplica(measured.replica))
    }
    return measured
  } finally {
    await subgraphs.stop()
  }
}

/** Ours has to answer A at all times and B as far as it can; what others make of B is their affair. */
function isContained({ outage, replica }: Measured): boolean {
  const own = outage?.gateways.find(({ name }) => name === ours.name)
  const sparesAll =
    own === undefined ||
    (own.failures === 0 &&
      own.touched['all is well'].every(({ gotten }) => gotten?.data === 'all') &&
      own.touched['one hangs'].every(({ gotten }) => gotten?.data === 'all but what hangs') &&
      own.recoveryMs.every(Number.isFinite))
  return sparesAll && (replica?.moments.every(({ failed }) => failed === 0) ?? true)
}

/** @returns whether an outage cost our gateway's clients no more than it has to */
export async function benchContainment(bench: BenchRun): Promise<boolean> {
  const options = readOptions(bench.args)
  if (options === null) {
    bench.print(usage)
    return true
  }
  await bench.installPeers()
  takeCores()

  const startedAt = new Date()
  const measured = await measureAll(options, bench)
  saveFigures({ file: options.json, startedAt }, { options, ...measured })
  return isContained(measured)
}
