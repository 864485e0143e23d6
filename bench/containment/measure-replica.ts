import { setTimeout as pause } from 'node:timers/promises'
import { checkAnswers } from '../load/check-answers.ts'
import { runLoad } from '../load/load.ts'
import { median, percentile } from '../load/statistics.ts'
import { oursWith } from '../processes/peers.ts'
import { BenchError } from '../processes/processes.ts'
import { startPeer, untilReady } from '../processes/start-peer.ts'
import { type SubgraphsProcess, startSubgraphs } from '../processes/subgraphs-process.ts'
import type { ComposedGraph } from '../subgraphs/expected-answers.ts'
import type { ContainmentOptions } from './command-line.ts'
import { spared } from './operations.ts'

/** The subgraph that has two replicas, and everybody asks. */
export const replicatedSubgraph = 'products'
const warmUpSeconds = 2
/** What happens, happens when so much of a measurement is over. */
const shareBefore = 0.25

const moments = ['both answer', 'one is killed', 'it comes back'] as const
export type Moment = (typeof moments)[number]

export interface MeasuredMoment {
  moment: Moment
  queries: number
  failed: number
  requestsPerSecond: number
  p50Ms: number
  p99Ms: number
  longestMs: number
}

export interface ReplicaTable {
  label: string
  moments: MeasuredMoment[]
  firstFault: string | null
}

interface ReplicaOptions {
  options: ContainmentOptions
  /** All subgraphs, one replica of the one among them. */
  subgraphs: SubgraphsProcess
  graph: ComposedGraph
  supergraphFile: string
  gatewayCore: number
  otherCore: number
  folder: string
  say: (line: string) => void
}

interface Turn {
  latenciesMs: number[]
  failures: number
}

function summarize(moment: Moment, turns: readonly Turn[], seconds: number): MeasuredMoment {
  const over = (figure: (turn: Turn) => number) => median(turns.map(figure))
  const sum = (figure: (turn: Turn) => number) => turns.reduce((total, turn) => total + figure(turn), 0)
  return {
    moment,
    queries: sum(({ latenciesMs }) => latenciesMs.length),
    failed: sum(({ failures }) => failures),
    requestsPerSecond: over(({ latenciesMs }) => latenciesMs.length / seconds),
    p50Ms: over(({ latenciesMs }) => percentile(latenciesMs, 0.5)),
    p99Ms: over(({ latenciesMs }) => percentile(latenciesMs, 0.99)),
    longestMs: Math.max(...turns.map(({ latenciesMs }) => percentile(latenciesMs, 1))),
  }
}

/** Kills one of two replicas under load, and starts it again: no query may fail. */
export async function measureReplica(bench: ReplicaOptions): Promise<ReplicaTable> {
  const { options, subgraphs, graph, supergraphFile, gatewayCore, otherCore, folder, say } = bench
  const { seconds, connections, rounds } = options
  let started = 0
  const startReplica = (port?: number) =>
    startSubgraphs({
      core: otherCore,
      logFile: `${folder}/replica-${++started}.log`,
      ...(port !== undefined && { port }),
    })
  let replica = await startReplica()
  const port = Number(new URL(replica.url).port)
  const addresses = [subgraphs.url, replica.url].map((url) => `${url}/${replicatedSubgraph}`)
  const peer = oursWith({ [`${replicatedSubgraph.toUpperCase()}_URL`]: addresses.join(',') })
  const gateway = await startPeer(peer, {
    ...{ supergraphFile, nodeFlags: [], subgraphsUrl: subgraphs.url, core: gatewayCore },
    recordingFile: `${folder}/none.json`,
    logFile: `${folder}/replicas.log`,
  })
  let firstFault: string | null = null

  async function load(during: number): Promise<Turn> {
    gateway.process.assertRunning()
    const {
      latenciesMs,
      failures,
      firstFault: fault,
    } = await runLoad({
      ...{ url: gateway.url, workload: spared, connections, seconds: during, answerBytes },
      expectedAnswer: graph.expectedAnswer,
    })
    firstFault ??= fault
    return { latenciesMs, failures }
  }
  let answerBytes = 0
  const during = async (happen: () => Promise<unknown>): Promise<Turn> => {
    const loading = load(seconds)
    await pause(seconds * 1000 * shareBefore)
    await happen()
    return loading
  }

  try {
    await untilReady(gateway)
    const checked = await checkAnswers(gateway.url, spared, graph)
    if (checked.fault !== null) throw new BenchError(checked.fault)
    answerBytes = checked.answerBytes
    await load(warmUpSeconds)
    const turns: Record<Moment, Turn[]> = { 'both answer': [], 'one is killed': [], 'it comes back': [] }
    for (let round = 1; round <= rounds; round++) {
      say(`replica: round ${round} of ${rounds}`)
      turns['both answer'].push(await load(seconds))
      turns['one is killed'].push(await during(() => replica.kill()))
      turns['it comes back'].push(
        await during(async () => {
          replica = await startReplica(port)
        }),
      )
    }
    return {
      label: peer.label,
      moments: moments.map((moment) => summarize(moment, turns[moment], seconds)),
      firstFault,
    }
  } finally {
    await gateway.process.stop()
    await replica.stop()
  }
}
