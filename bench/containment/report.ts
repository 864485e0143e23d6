import Table from 'cli-table3'
import picocolors from 'picocolors'
import { median } from '../load/statistics.ts'
import { type Outcome, patienceMs } from './ask-beside.ts'
import type { MeasuredOutage, OutageTable, Situation } from './measure-outage.ts'
import { type ReplicaTable, replicatedSubgraph } from './measure-replica.ts'
import { hungSubgraph } from './operations.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** Without colours, so that a table in a file is text. */
const style = { head: [], border: [] }

const situationNames: Record<Situation, string> = {
  alone: 'A alone',
  'all is well': 'A and B, all is well',
  'one hangs': `A and B, ${hungSubgraph} hangs`,
}
const situations: Situation[] = ['alone', 'all is well', 'one hangs']

function sparedRows({ label, spared }: MeasuredOutage): string[][] {
  const good = spared['all is well']
  return situations.map((situation) => {
    const { requestsPerCpuSecond, requestsPerSecond, p50Ms, p99Ms } = spared[situation]
    return [
      situation === 'alone' ? label : '',
      situationNames[situation],
      fine.format(requestsPerCpuSecond),
      fine.format(requestsPerCpuSecond / good.requestsPerCpuSecond),
      fine.format(requestsPerSecond),
      fine.format(requestsPerSecond / good.requestsPerSecond),
      fine.format(p50Ms),
      fine.format(p99Ms),
      fine.format(p99Ms / good.p99Ms),
    ]
  })
}

function describe({ gotten }: Outcome): string {
  if (gotten === null) return `no answer: the client went away after ${patienceMs / 1000} s`
  const { status, data, codes } = gotten
  return [`${status}, data: ${data}`, ...codes].join(', ')
}

const outcomeRows = ({ label, touched }: MeasuredOutage): string[][] =>
  situations.flatMap((situation) =>
    touched[situation].map((outcome, index) => [
      index === 0 ? label : '',
      index === 0 ? situationNames[situation] : '',
      describe(outcome),
      whole.format(outcome.count),
      fine.format(outcome.medianMs),
      fine.format(outcome.longestMs),
    ]),
  )

export function formatOutage({ gateways, refused }: OutageTable): string {
  const spared = new Table({
    head: [
      'operation A, which has\nnothing that hangs',
      '',
      'requests per\nCPU second',
      'of the\ngood day',
      'requests\nper second',
      'of the\ngood day',
      'p50\nms',
      'p99\nms',
      'of the\ngood day',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style,
  })
  const touched = new Table({
    head: ['operation B, which has', '', 'what it got', 'times', 'median\nms', 'longest\nms'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right'],
    style,
  })
  const recovery = new Table({
    head: [`${hungSubgraph} answers again`, 'B has its fields\nafter ms, median', 'longest'],
    colAligns: ['left', 'right', 'right'],
    style,
  })
  for (const gateway of gateways) {
    spared.push(...sparedRows(gateway))
    touched.push(...outcomeRows(gateway))
    const { recoveryMs } = gateway
    recovery.push([gateway.label, fine.format(median(recoveryMs)), fine.format(Math.max(...recoveryMs))])
  }
  return [
    picocolors.bold(`\nOne subgraph of four, ${hungSubgraph}, takes requests and answers none`),
    spared.toString(),
    touched.toString(),
    recovery.toString(),
    ...refused.map(({ label, fault }) => picocolors.red(`${label} was not measured: ${fault}`)),
    ...gateways.flatMap(({ label, failures, firstFault }) =>
      failures > 0 ? [picocolors.red(`${label} failed A ${failures} times, first with: ${firstFault}`)] : [],
    ),
  ].join('\n')
}

export function formatReplica({ label, moments, firstFault }: ReplicaTable): string {
  const rows = new Table({
    head: [label, 'queries', 'failed', 'requests\nper second', 'p50\nms', 'p99\nms', 'longest\nms'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style,
  })
  for (const { moment, queries, failed, requestsPerSecond, p50Ms, p99Ms, longestMs } of moments)
    rows.push([
      moment,
      whole.format(queries),
      whole.format(failed),
      fine.format(requestsPerSecond),
      fine.format(p50Ms),
      fine.format(p99Ms),
      fine.format(longestMs),
    ])
  return [
    picocolors.bold(
      `\nTwo replicas of ${replicatedSubgraph}, of which one is killed with SIGKILL under load`,
    ),
    rows.toString(),
    ...(firstFault === null ? [] : [picocolors.red(`the first that failed: ${firstFault}`)]),
  ].join('\n')
}
