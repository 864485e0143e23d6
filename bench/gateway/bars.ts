import type { MeasuredTable } from './measure-workload.ts'

type Figure = 'requestsPerCpuSecond' | 'peakMegabytes'

interface Bar {
  says: string
  table: string
  figure: Figure
  of: string
  /** It is held against the best of these. */
  by: readonly string[]
  /** More is better for speed, less for memory. */
  holds: 'at least' | 'at most'
  bar: number
  aim: number
}

const stock = ['stock-plain', 'stock']
const hiveRust = ['hive-rust-plain', 'hive-rust']
const speed = { figure: 'requestsPerCpuSecond', of: 'arcade', holds: 'at least' } as const

/** What the gateway has to be, beside others in the same run. */
const bars: readonly Bar[] = [
  { ...speed, says: 'heavy query ÷ @apollo/gateway', table: 'heavy', by: stock, bar: 12, aim: 30 },
  { ...speed, says: 'heavy query ÷ Hive Gateway, Rust', table: 'heavy', by: hiveRust, bar: 6, aim: 15 },
  { ...speed, says: 'heavy query ÷ floor, parsing', table: 'heavy', by: ['floor-parse'], bar: 0.7, aim: 1 },
  { ...speed, says: 'small query ÷ @apollo/gateway', table: 'small', by: stock, bar: 8, aim: 12 },
  { ...speed, says: 'small query ÷ Hive Gateway, Rust', table: 'small', by: hiveRust, bar: 6, aim: 11 },
  {
    ...speed,
    says: 'identical requests, sharing ÷ Hive Gateway, Rust, sharing',
    table: 'identical',
    of: 'arcade-shared',
    by: ['hive-rust-shared'],
    bar: 2,
    aim: 10,
  },
  {
    says: 'peak memory, heavy query ÷ @apollo/gateway',
    table: 'heavy',
    figure: 'peakMegabytes',
    of: 'arcade',
    by: stock,
    holds: 'at most',
    bar: 1,
    aim: 0.7,
  },
]

export interface HeldBar {
  says: string
  ratio: number
  bar: string
  aim: string
  verdict: 'missed' | 'holds' | 'aim reached'
}

const reaches = (ratio: number, { holds }: Bar, limit: number) =>
  holds === 'at least' ? ratio >= limit : ratio <= limit

function verdictOf(ratio: number, bar: Bar): HeldBar['verdict'] {
  if (reaches(ratio, bar, bar.aim)) return 'aim reached'
  return reaches(ratio, bar, bar.bar) ? 'holds' : 'missed'
}

/** The bars whose figures were measured. */
export function holdBars(tables: readonly MeasuredTable[]): HeldBar[] {
  return bars.flatMap((bar) => {
    const rows = tables.find(({ workload }) => workload === bar.table)?.peers ?? []
    const figureOf = (name: string) => rows.find((row) => row.name === name)?.[bar.figure]
    const mine = figureOf(bar.of)
    const others = bar.by.flatMap((name) => figureOf(name) ?? [])
    if (mine === undefined || others.length === 0) return []
    const ratio = mine / (bar.holds === 'at least' ? Math.max(...others) : Math.min(...others))
    return {
      says: bar.says,
      ratio,
      bar: `${bar.holds} ${bar.bar}`,
      aim: String(bar.aim),
      verdict: verdictOf(ratio, bar),
    }
  })
}
