import { writeFileSync } from 'node:fs'
import { Client } from 'undici'
import { newToken } from '../load/callers.ts'
import { checkAnswers } from '../load/check-answers.ts'
import { exchange } from '../load/exchange.ts'
import { type LoadResult, runLoad } from '../load/load.ts'
import { median, percentile } from '../load/statistics.ts'
import { ours, type Peer, peers } from '../processes/peers.ts'
import { nodeFlagsOf, type Usage, usageOf } from '../processes/process-usage.ts'
import { BenchError, stopAll } from '../processes/processes.ts'
import { type Running, startPeer, untilReady } from '../processes/start-peer.ts'
import type { SubgraphsProcess } from '../processes/subgraphs-process.ts'
import { type ComposedGraph, composeGraph } from '../subgraphs/expected-answers.ts'
import type { BenchOptions } from './command-line.ts'
import type { Recording } from './floor/floor-settings.ts'
import type { Workload } from './workloads.ts'

const warmUpSeconds = 2
/** Before each turn, as what has been idle is a little slow at first. */
const wakeSeconds = 0.3
/** For so long our gateway is kept busy before it is taken down what it asks. */
const busySeconds = 1
const recordingCount = 5

interface Turn {
  requestsPerCpuSecond: number
  p50Ms: number
  p99Ms: number
  requests: number
  upstreamRequests: number
  upstreamBytes: number
}

/** Medians over the turns; the rest of a turn is there to be looked up. */
export interface MeasuredPeer extends Omit<Turn, 'requests'> {
  name: string
  label: string
  peakMegabytes: number
  failures: number
  firstFault: string | null
  turns: Turn[]
}

export interface MeasuredTable {
  workload: string
  title: string
  connections: number
  answerBytes: number
  /** What Node was given, ours and others alike, but for those that say that they have none. */
  nodeFlags: string[]
  peers: MeasuredPeer[]
  /** Who did not start or answered wrongly, and how: none of those was measured. */
  refused: { label: string; fault: string }[]
}

export interface Bench {
  options: BenchOptions
  subgraphs: SubgraphsProcess
  gatewayCore: number
  /** For supergraphs, recordings and logs. */
  folder: string
  say: (line: string) => void
}

interface Contestant extends Running {
  answerBytes: number
  turns: Turn[]
  failures: number
  firstFault: string | null
}

/** One table: its gateways are started, checked, measured in turns and stopped. */
class WorkloadRun {
  readonly #bench: Bench
  readonly #workload: Workload
  readonly #graph: ComposedGraph
  readonly #files: { supergraph: string; recording: string }
  readonly #started: Running[] = []
  readonly #refused: MeasuredTable['refused'] = []
  #nodeFlags: string[] = []

  constructor(bench: Bench, workload: Workload) {
    this.#bench = bench
    this.#workload = workload
    this.#graph = composeGraph(workload.graph, bench.subgraphs.url)
    const fileOf = (name: string) => `${bench.folder}/${workload.name}.${name}`
    this.#files = { supergraph: fileOf('graphql'), recording: fileOf('recording.json') }
    writeFileSync(this.#files.supergraph, this.#graph.supergraphSdl)
  }

  get #connections() {
    return this.#bench.options.connections ?? this.#workload.connections
  }

  async #start(peer: Peer): Promise<Running> {
    const { subgraphs, gatewayCore, folder } = this.#bench
    const running = await startPeer(peer, {
      supergraphFile: this.#files.supergraph,
      recordingFile: this.#files.recording,
      subgraphsUrl: subgraphs.url,
      nodeFlags: this.#nodeFlags,
      core: gatewayCore,
      logFile: `${folder}/${this.#workload.name}.${peer.name}.log`,
    })
    this.#started.push(running)
    await untilReady(running)
    return running
  }

  /** One that does not start keeps the others from nothing. */
  async #startOrRefuse(peer: Peer): Promise<Running | null> {
    try {
      return await this.#start(peer)
    } catch (error) {
      if (!(error instanceof BenchError)) throw error
      this.#refused.push({ label: peer.label, fault: error.message })
      return null
    }
  }

  /**
   * What one request makes our gateway ask, for the floors: one among many, since a request alone comes to its fetches
   * at other moments, and has fewer of them put together. Of several the one in the middle, by how many it asked.
   */
  async #recordFor(url: string, answerBytes: number) {
    const [workload, connections, { expectedAnswer }] = [this.#workload, this.#connections, this.#graph]
    const load = { url, workload, connections, answerBytes, expectedAnswer }
    await runLoad({ ...load, seconds: busySeconds })
    const others = { areAsking: true }
    const busy = (async () => {
      while (others.areAsking) await runLoad({ ...load, seconds: wakeSeconds })
    })()
    const recordings: Recording[] = []
    while (recordings.length < recordingCount) recordings.push(await this.#recordOne(url))
    others.areAsking = false
    await busy
    recordings.sort((one, other) => one.requests.length - other.requests.length)
    writeFileSync(this.#files.recording, JSON.stringify(recordings[Math.floor(recordingCount / 2)]))
  }

  async #recordOne(url: string): Promise<Recording> {
    const token = newToken()
    const connection = new Client(url)
    const body = JSON.stringify({ query: this.#workload.queryOf(0) })
    let answer = ''
    const requests = await this.#bench.subgraphs.record(token, async () => {
      const answered = await exchange(connection, {
        path: '/graphql',
        body,
        authorization: `Bearer ${token}`,
      })
      answer = answered.body.toString().trim()
    })
    await connection.close()
    return { token, requests, answer }
  }

  async #startAll(): Promise<Running[]> {
    const chosen = peers.filter(
      ({ name }) => this.#workload.peers.includes(name) && this.#bench.options.peers.includes(name),
    )
    // Ours is first, and is there even where it is not measured: the others take Node's flags and the floors the
    // requests from it.
    const own = await this.#start(ours)
    this.#nodeFlags = nodeFlagsOf(own.process.pid)
    if (chosen.some(({ isGateway }) => !isGateway)) {
      const { answerBytes } = await checkAnswers(own.url, this.#workload, this.#graph)
      await this.#recordFor(own.url, answerBytes)
    }
    const others = await Promise.all(
      chosen.filter((peer) => peer !== ours).map((peer) => this.#startOrRefuse(peer)),
    )
    if (!chosen.includes(ours)) await own.process.stop()
    return chosen.flatMap((peer) => [own, ...others].find((running) => running?.peer === peer) ?? [])
  }

  async #check(running: Running): Promise<{ answerBytes: number; fault: string | null }> {
    if (running.peer.isGateway) return checkAnswers(running.url, this.#workload, this.#graph)
    const connection = new Client(running.url)
    const { status, body } = await exchange(connection, {
      path: '/graphql',
      body: JSON.stringify({ query: this.#workload.queryOf(0) }),
      authorization: `Bearer ${newToken()}`,
    })
    await connection.close()
    return { answerBytes: body.length, fault: status === 200 ? null : `status ${status}` }
  }

  async #load(contestant: Contestant, seconds: number): Promise<LoadResult> {
    contestant.process.assertRunning()
    const result = await runLoad({
      url: contestant.url,
      workload: this.#workload,
      connections: this.#connections,
      seconds,
      answerBytes: contestant.answerBytes,
      expectedAnswer: contestant.peer.isGateway ? this.#graph.expectedAnswer : null,
    })
    contestant.failures += result.failures
    contestant.firstFault ??= result.firstFault
    return result
  }

  async #takeTurn(contestant: Contestant) {
    const { subgraphs, options } = this.#bench
    await this.#load(contestant, wakeSeconds)
    const before = { usage: usageOf(contestant.process.pid), counts: await subgraphs.readCounts() }
    const { latenciesMs } = await this.#load(contestant, options.seconds)
    const after = { usage: usageOf(contestant.process.pid), counts: await subgraphs.readCounts() }
    const requests = latenciesMs.length
    contestant.turns.push({
      requests,
      requestsPerCpuSecond: requests / (after.usage.cpuSeconds - before.usage.cpuSeconds),
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      upstreamRequests: (after.counts.requests - before.counts.requests) / requests,
      upstreamBytes: (after.counts.bodyBytes - before.counts.bodyBytes) / requests,
    })
  }

  async run(): Promise<MeasuredTable> {
    const { options, say } = this.#bench
    const { name, title } = this.#workload
    say(`${name}: starting`)
    const started = await this.#startAll()
    const contestants: Contestant[] = []
    for (const running of started) {
      const { answerBytes, fault } = await this.#check(running)
      if (fault === null) {
        contestants.push({ ...running, answerBytes, turns: [], failures: 0, firstFault: null })
      } else this.#refused.push({ label: running.peer.label, fault })
    }
    for (const contestant of contestants) {
      say(`${name}: warming up ${contestant.peer.label}`)
      await this.#load(contestant, warmUpSeconds)
    }
    for (let round = 1; round <= options.rounds; round++) {
      for (const contestant of contestants) {
        say(`${name}: round ${round} of ${options.rounds}, ${contestant.peer.label}`)
        await this.#takeTurn(contestant)
      }
    }
    const gateways = contestants.filter(({ peer }) => peer.isGateway)
    return {
      workload: name,
      title,
      connections: this.#connections,
      answerBytes: gateways[0]?.answerBytes ?? 0,
      nodeFlags: this.#nodeFlags,
      peers: contestants.map((contestant) => summarize(contestant, usageOf(contestant.process.pid))),
      refused: this.#refused,
    }
  }

  async stop() {
    await stopAll(this.#started.map(({ process: started }) => started))
  }
}

function summarize(contestant: Contestant, { peakMegabytes }: Usage): MeasuredPeer {
  const { peer, turns, failures, firstFault } = contestant
  const over = (figure: keyof Turn) => median(turns.map((turn) => turn[figure]))
  return {
    name: peer.name,
    label: peer.label,
    requestsPerCpuSecond: over('requestsPerCpuSecond'),
    p50Ms: over('p50Ms'),
    p99Ms: over('p99Ms'),
    upstreamRequests: over('upstreamRequests'),
    upstreamBytes: over('upstreamBytes'),
    peakMegabytes,
    failures,
    firstFault,
    turns,
  }
}

export async function measureWorkload(bench: Bench, workload: Workload): Promise<MeasuredTable> {
  const run = new WorkloadRun(bench, workload)
  try {
    return await run.run()
  } finally {
    await run.stop()
  }
}
