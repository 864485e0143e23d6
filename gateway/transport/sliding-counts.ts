interface SlidingOptions {
  /** How many different things are counted. */
  kinds: number
  /** For so long what happened counts. */
  windowMs: number
}

/** How often things have happened within the time that is just over. */
export interface SlidingCounts {
  add(kind: number, now: number): void
  /** How often each kind has happened; it is read before the next call, as it is not a copy. */
  totals(now: number): Readonly<Float64Array>
  clear(): void
}

/** What happened is forgotten in so many portions. */
const slots = 10

/** Counts by time, so that what has been long ago says nothing of what is. Times are milliseconds of one clock. */
export function createSlidingCounts({ kinds, windowMs }: SlidingOptions): SlidingCounts {
  const slotMs = windowMs / slots
  const counts = new Float64Array(slots * kinds)
  const totals = new Float64Array(kinds)
  let current = 0

  function empty(slot: number) {
    const start = (slot % slots) * kinds
    for (let kind = 0; kind < kinds; kind++) {
      totals[kind] = (totals[kind] ?? 0) - (counts[start + kind] ?? 0)
      counts[start + kind] = 0
    }
  }

  function forget(now: number) {
    const slot = Math.floor(now / slotMs)
    if (slot <= current) return
    for (let passed = Math.max(current + 1, slot - slots + 1); passed <= slot; passed++) empty(passed)
    current = slot
  }

  return {
    add(kind, now) {
      forget(now)
      const at = (current % slots) * kinds + kind
      counts[at] = (counts[at] ?? 0) + 1
      totals[kind] = (totals[kind] ?? 0) + 1
    },
    totals(now) {
      forget(now)
      return totals
    },
    clear() {
      counts.fill(0)
      totals.fill(0)
    },
  }
}
