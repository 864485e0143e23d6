import { ExponentialBackoff, halfJitterGenerator, type IBackoff } from 'cockatiel'
import { createSlidingCounts } from './sliding-counts.ts'

export interface BreakerSettings {
  /** For so long a call counts. */
  windowMs: number
  /** Fewer calls in the window say nothing. */
  minCalls: number
  /** From this share of calls that fail (0 to 1) no more are made. */
  failureShare: number
  /** From this share of calls that are slow (0 to 1) no more are made. */
  slowShare: number
  /** A call that takes as long is slow. */
  slowCallMs: number
  /** For about so long no call is made, at first; each time that it has not helped, twice as long. */
  openMs: number
  maxOpenMs: number
  /** So many calls try whether it is well again. */
  probes: number
}

export type CircuitState = 'closed' | 'open' | 'half-open'

/** What a call has shown: of a call that was given up nobody knows how it would have ended. */
export type CallOutcome = 'answered' | 'failed' | 'unknown'

export interface CircuitChange {
  state: CircuitState
  /** The state before. */
  from: CircuitState
  /** What the calls of the window have shown, when it changed. */
  calls: number
  failures: number
  slow: number
  /** For how long no call is made. */
  openMs: number
}

interface BreakerOptions {
  settings: BreakerSettings
  /** So many failures in a row are enough, however few calls there were. */
  maxFailuresInARow?: number
  onChange?: (change: CircuitChange) => void
  now?: () => number
}

/** Knows of something that is called whether it answers, and says when calling it is of no use. */
export interface CircuitBreaker {
  state(): CircuitState
  /** Whether a call may be made now: it is well, or it is time to try. */
  mayCall(): boolean
  /** Says that a call is made. Its ticket is given back with how it went, and when it was begun on the same clock. */
  begin(): number
  end(ticket: number, outcome: CallOutcome, begunAt: number): void
  /** What had been counted as answered was no answer after all. */
  retract(ticket: number): void
}

const count = { calls: 0, failures: 1, slow: 2 }

/**
 * Opens when too many calls fail or are slow, lets few through once it has been open for a while, and closes when these
 * are answered. What a call says counts only in the state that it was begun in: a hundred timeouts that come in late say
 * nothing of how it is now.
 */
export function createCircuitBreaker({
  settings: { windowMs, minCalls, failureShare, slowShare, slowCallMs, openMs, maxOpenMs, probes },
  maxFailuresInARow = Number.POSITIVE_INFINITY,
  onChange,
  now = performance.now.bind(performance),
}: BreakerOptions): CircuitBreaker {
  const counts = createSlidingCounts({ kinds: 3, windowMs })
  // Jittered, so that many gateways do not try all at once.
  const backoff = new ExponentialBackoff({
    generator: halfJitterGenerator,
    initialDelay: openMs,
    maxDelay: maxOpenMs,
  })
  let opening: IBackoff<unknown> | null = null
  let state: CircuitState = 'closed'
  /** A new one begins with each change of the state. */
  let period = 0
  let openUntil = 0
  let failuresInARow = 0
  let probesUnderWay = 0
  let probesDone = 0
  let slowProbes = 0

  function change(next: CircuitState) {
    const [calls = 0, failures = 0, slow = 0] = counts.totals(now())
    const from = state
    state = next
    period += 1
    failuresInARow = 0
    probesUnderWay = 0
    probesDone = 0
    slowProbes = 0
    if (next !== 'half-open') counts.clear()
    onChange?.({ state, from, calls, failures, slow, openMs: opening?.duration ?? 0 })
  }

  function open() {
    opening = (opening ?? backoff).next(undefined)
    openUntil = now() + opening.duration
    change('open')
  }

  function close() {
    opening = null
    change('closed')
  }

  /** Only by what has just happened: old failures say nothing when a call is slow, nor slow ones when one fails. */
  function openIfTooMany(kind: 'failures' | 'slow', at: number) {
    const totals = counts.totals(at)
    const calls = totals[count.calls] ?? 0
    const share = kind === 'failures' ? failureShare : slowShare
    if (calls >= minCalls && (totals[count[kind]] ?? 0) >= share * calls) open()
    else if (kind === 'failures' && failuresInARow >= maxFailuresInARow) open()
  }

  function endCall(outcome: CallOutcome, isSlow: boolean, at: number) {
    // Clients that give up before a call's time is over would otherwise hide that it hangs.
    if (outcome === 'unknown' && !isSlow) return
    counts.add(count.calls, at)
    if (isSlow) counts.add(count.slow, at)
    if (outcome === 'failed') {
      counts.add(count.failures, at)
      failuresInARow += 1
    } else if (outcome === 'answered') failuresInARow = 0
    if (outcome === 'failed') openIfTooMany('failures', at)
    if (isSlow && state === 'closed') openIfTooMany('slow', at)
  }

  function endProbe(outcome: CallOutcome, isSlow: boolean) {
    probesUnderWay -= 1
    if (outcome === 'failed') return open()
    if (outcome === 'unknown' && !isSlow) return
    probesDone += 1
    if (isSlow) slowProbes += 1
    if (probesDone < probes) return
    if (slowProbes >= slowShare * probesDone) open()
    else close()
  }

  const isDue = () => now() >= openUntil

  return {
    state: () => (state === 'open' && isDue() ? 'half-open' : state),
    mayCall() {
      if (state === 'closed') return true
      return state === 'open' ? isDue() : probesUnderWay < probes
    },
    begin() {
      if (state === 'open' && isDue()) change('half-open')
      if (state === 'half-open') probesUnderWay += 1
      return period
    },
    end(ticket, outcome, begunAt) {
      if (ticket !== period || state === 'open') return
      const at = now()
      const isSlow = at - begunAt >= slowCallMs
      if (state === 'closed') endCall(outcome, isSlow, at)
      else endProbe(outcome, isSlow)
    },
    retract(ticket) {
      if (state === 'half-open' && ticket === period) return open()
      // It may have been the very one that closed it: that counts, too.
      if (state !== 'closed') return
      const at = now()
      counts.add(count.failures, at)
      openIfTooMany('failures', at)
    },
  }
}
