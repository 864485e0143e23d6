import Table from 'cli-table3'
import picocolors from 'picocolors'
import type { HeldBar } from './bars.ts'
import type { MeasuredPeer, MeasuredTable } from './measure-workload.ts'

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const fine = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

/** Without colours, so that a table in a file is text. */
const style = { head: [], border: [] }
const toTheRight = (count: number): ('left' | 'right')[] => [
  'left',
  ...Array.from({ length: count }, () => 'right' as const),
]

const rowOf = (peer: MeasuredPeer, ours: MeasuredPeer | undefined): string[] => [
  peer.label,
  fine.format(peer.requestsPerCpuSecond),
  ours ? fine.format(ours.requestsPerCpuSecond / peer.requestsPerCpuSecond) : '',
  fine.format(peer.p50Ms),
  fine.format(peer.p99Ms),
  whole.format(peer.peakMegabytes),
  `${fine.format(peer.upstreamRequests)} (${whole.format(peer.upstreamBytes)})`,
  whole.format(peer.failures),
]

function describe(table: MeasuredTable): string {
  const { connections, answerBytes, nodeFlags } = table
  return `${connections} connections, an answer of ${whole.format(answerBytes)} bytes, Node flags: ${nodeFlags.join(' ') || 'none'}`
}

function faultsOf({ peers, refused }: MeasuredTable): string[] {
  return [
    ...refused.map(({ label, fault }) => `${label} was not measured: ${fault}`),
    ...peers.flatMap(({ label, failures, firstFault }) =>
      failures > 0 ? [`${label} failed ${failures} times, first with: ${firstFault}`] : [],
    ),
  ]
}

export function formatTable(table: MeasuredTable): string {
  const ours = table.peers.find(({ name }) => name === 'arcade')
  const rows = new Table({
    head: [
      table.workload,
      'requests per\nCPU second',
      'Arcade is so\nmany times',
      'p50\nms',
      'p99\nms',
      'peak\nMB',
      'upstream requests\n(bytes of bodies)',
      'failed',
    ],
    colAligns: toTheRight(7),
    style,
  })
  rows.push(...table.peers.map((peer) => rowOf(peer, ours)))
  return [
    picocolors.bold(`\n${table.title}`),
    describe(table),
    rows.toString(),
    ...faultsOf(table).map((fault) => picocolors.red(fault)),
  ].join('\n')
}

const colours = { missed: picocolors.red, holds: picocolors.green, 'aim reached': picocolors.green }

export function formatBars(bars: readonly HeldBar[]): string {
  if (bars.length === 0) return ''
  const rows = new Table({
    head: ['Arcade', 'ratio', 'bar', 'aim', ''],
    colAligns: ['left', 'right', 'left', 'right', 'left'],
    style,
  })
  rows.push(
    ...bars.map(({ says, ratio, bar, aim, verdict }) => [
      says,
      fine.format(ratio),
      bar,
      aim,
      colours[verdict](verdict),
    ]),
  )
  return `\n${rows}`
}
