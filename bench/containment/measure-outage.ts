import { setTimeout as pause } from 'node:timers/promises'
import { checkAnswers } from '../load/check-answers.ts'
import { runLoad } from '../load/load.ts'
import { median, percentile } from '../load/statistics.ts'
import type { Peer } from '../processes/peers.ts'
import { usageOf } from '../processes/process-usage.ts'
import { BenchError, stopAll } from '../processes/processes.ts'
import { type Running, startPeer, untilReady } from '../processes/start-peer.ts'
import type { SubgraphsProcess } from '../processes/subgraphs-process.ts'
import type { ComposedGraph } from '../subgraphs/expected-answers.ts'
import { type Asked, askBeside, createTouchedClient, type Outcome, summarizeOutcomes } from './ask-beside.ts'
import type { ContainmentOptions } from './command-line.ts'
import { hungSubgraph, spared, touched } from './operations.ts'

/** What else goes on while A is asked: nothing, B while all is well, and B while its subgraph hangs. */
const situations = ['alone', 'all is well', 'one hangs'] as const
export type Situation = (typeof situations)[number]

const warmUpSeconds = 2
/** Before each measurement, as what has been idle is a little slow at first. */
const wakeSeconds = 0.3
/** B is asked by as many connections, each as often: 50 times in a second, which is little for any gateway. */
const beside = { connections: 10, everyMs: 200 }
/** Fields are back once as many answers in a row have them. */
const rightInARow = 10
const recoveryPatienceMs = 60_000
const recoveryPauseMs = 10

/** Of operation A. */
interface Figures {
  requestsPerSecond: number
  /** Of the gateway's time, in which it has answered B as well. */
  requestsPerCpuSecond: number
  p50Ms: number
  p99Ms: number
}

export interface MeasuredOutage {
  name: string
  label: string
  /** Medians over the rounds. */
  spared: Record<Situation, Figures>
  /** What B got. */
  touched: Record<Situation, Outcome[]>
  /** From when the subgraph answers again until B has all of its fields, for each round. */
  recoveryMs: number[]
  failures: number
  firstFault: string | null
}

export interface OutageTable {
  gateways: MeasuredOutage[]
  /** Who did not start or answered wrongly, and how. */
  refused: { label: string; fault: string }[]
}

interface OutageOptions {
  options: ContainmentOptions
  subgraphs: SubgraphsProcess
  graph: ComposedGraph
  supergraphFile: string
  peers: readonly Peer[]
  nodeFlags: readonly string[]
  gatewayCore: number
  folder: string
  say: (line: string) => void
}

interface Contestant extends Running {
  answerBytes: number
  turns: Record<Situation, Figures[]>
  touched: Record<Situation, Asked[]>
  recoveryMs: number[]
  failures: number
  firstFault: string | null
}

async function start(peer: Peer, bench: OutageOptions): Promise<Running> {
  const { subgraphs, supergraphFile, nodeFlags, gatewayCore, folder } = bench
  const running = await startPeer(peer, {
    ...{ supergraphFile, nodeFlags },
    recordingFile: `${folder}/none.json`,
    subgraphsUrl: subgraphs.url,
    core: gatewayCore,
    logFile: `${folder}/${peer.name}.log`,
  })
  await untilReady(running)
  return running
}

/** Starts a gateway and compares its answers with what is right. @throws {BenchError} */
async function enter(peer: Peer, bench: OutageOptions): Promise<Contestant> {
  const running = await start(peer, bench)
  const { answerBytes, fault: wrongA } = await checkAnswers(running.url, spared, bench.graph)
  const { fault: wrongB } = await checkAnswers(running.url, touched, bench.graph)
  const fault = wrongA ?? wrongB
  if (fault !== null) {
    await running.process.stop()
    throw new BenchError(fault)
  }
  return {
    ...{ ...running, answerBytes },
    turns: { alone: [], 'all is well': [], 'one hangs': [] },
    touched: { alone: [], 'all is well': [], 'one hangs': [] },
    ...{ recoveryMs: [], failures: 0, firstFault: null },
  }
}

async function loadSpared(contestant: Contestant, seconds: number, { options, graph }: OutageOptions) {
  contestant.process.assertRunning()
  const result = await runLoad({
    url: contestant.url,
    workload: spared,
    connections: options.connections,
    seconds,
    answerBytes: contestant.answerBytes,
    expectedAnswer: graph.expectedAnswer,
  })
  contestant.failures += result.failures
  contestant.firstFault ??= result.firstFault
  return result.latenciesMs
}

async function measure(contestant: Contestant, situation: Situation, bench: OutageOptions) {
  const { options, graph } = bench
  await loadSpared(contestant, wakeSeconds, bench)
  const asked = situation === 'alone' ? null : askBeside({ url: contestant.url, graph, ...beside })
  const before = { at: performance.now(), usage: usageOf(contestant.process.pid) }
  const latenciesMs = await loadSpared(contestant, options.seconds, bench)
  const after = { at: performance.now(), usage: usageOf(contestant.process.pid) }
  contestant.turns[situation].push({
    requestsPerSecond: (1000 * latenciesMs.length) / (after.at - before.at),
    requestsPerCpuSecond: latenciesMs.length / (after.usage.cpuSeconds - before.usage.cpuSeconds),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  })
  if (asked) contestant.touched[situation].push(...(await asked.stop()))
}

/** Asks for B until all of it is there again. @returns after how long it was */
async function measureRecovery({ url }: Contestant, graph: ComposedGraph): Promise<number> {
  const client = createTouchedClient({ url, graph })
  const beganAt = performance.now()
  let backAt = beganAt
  let inARow = 0
  while (inARow < rightInARow && performance.now() < beganAt + recoveryPatienceMs) {
    const { gotten } = await client.ask()
    inARow = gotten?.data === 'all' ? inARow + 1 : 0
    if (inARow === 1) backAt = performance.now()
    await pause(recoveryPauseMs)
  }
  client.close()
  return inARow < rightInARow ? Number.POSITIVE_INFINITY : backAt - beganAt
}

async function takeTurn(contestant: Contestant, bench: OutageOptions) {
  const { subgraphs, graph } = bench
  await measure(contestant, 'alone', bench)
  await measure(contestant, 'all is well', bench)
  await subgraphs.hang(hungSubgraph)
  try {
    await measure(contestant, 'one hangs', bench)
  } finally {
    await subgraphs.resume(hungSubgraph)
  }
  contestant.recoveryMs.push(await measureRecovery(contestant, graph))
}

function summarize(contestant: Contestant): MeasuredOutage {
  const { peer, turns, recoveryMs, failures, firstFault } = contestant
  const figuresOf = (situation: Situation): Figures => {
    const over = (figure: keyof Figures) => median(turns[situation].map((turn) => turn[figure]))
    return {
      requestsPerSecond: over('requestsPerSecond'),
      requestsPerCpuSecond: over('requestsPerCpuSecond'),
      p50Ms: over('p50Ms'),
      p99Ms: over('p99Ms'),
    }
  }
  const outcomesOf = (situation: Situation) => summarizeOutcomes(contestant.touched[situation])
  return {
    ...{ name: peer.name, label: peer.label, recoveryMs, failures, firstFault },
    spared: {
      alone: figuresOf('alone'),
      'all is well': figuresOf('all is well'),
      'one hangs': figuresOf('one hangs'),
    },
    touched: {
      alone: outcomesOf('alone'),
      'all is well': outcomesOf('all is well'),
      'one hangs': outcomesOf('one hangs'),
    },
  }
}

/** Measures in turns what a hung subgraph costs those who ask nothing of it, and what it costs those who do. */
export async function measureOutage(bench: OutageOptions): Promise<OutageTable> {
  const { options, peers, say } = bench
  const contestants: Contestant[] = []
  const refused: OutageTable['refused'] = []
  try {
    for (const peer of peers) {
      say(`outage: starting ${peer.label}`)
      try {
        contestants.push(await enter(peer, bench))
      } catch (error) {
        if (!(error instanceof BenchError)) throw error
        refused.push({ label: peer.label, fault: error.message })
      }
    }
    for (const contestant of contestants) await loadSpared(contestant, warmUpSeconds, bench)
    for (let round = 1; round <= options.rounds; round++) {
      for (const contestant of contestants) {
        say(`outage: round ${round} of ${options.rounds}, ${contestant.peer.label}`)
        await takeTurn(contestant, bench)
      }
    }
    return { gateways: contestants.map(summarize), refused }
  } finally {
    await stopAll(contestants.map(({ process: started }) => started))
  }
}
