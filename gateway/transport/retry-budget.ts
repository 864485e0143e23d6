import { createSlidingCounts } from './sliding-counts.ts'

export interface RetrySettings {
  /** How often one query is sent again, at most. */
  maxRetries: number
  /** Retries may be this share of the calls (0 to 1). */
  shareOfCalls: number
  /** And so many more each second, or with few calls none could be made. */
  alwaysPerSecond: number
}

/** Keeps a subgraph from being asked much more often when it fails than when it does not. */
export interface RetryBudget {
  /** A call is made, as the first attempt at something. */
  countCall(at: number): void
  /** Whether one more attempt may be made, which is then counted. */
  take(): boolean
}

const count = { calls: 0, retries: 1 }

/** Calls and retries of so long are held against each other. */
const windowMs = 10_000

export function createRetryBudget({
  shareOfCalls,
  alwaysPerSecond,
  now = performance.now.bind(performance),
}: Omit<RetrySettings, 'maxRetries'> & { now?: () => number }): RetryBudget {
  const counts = createSlidingCounts({ kinds: 2, windowMs })
  const always = (alwaysPerSecond * windowMs) / 1000
  return {
    countCall: (at) => counts.add(count.calls, at),
    take() {
      const at = now()
      const [calls = 0, retries = 0] = counts.totals(at)
      if (retries + 1 > always + shareOfCalls * calls) return false
      counts.add(count.retries, at)
      return true
    },
  }
}
