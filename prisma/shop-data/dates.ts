/** The day that the data is told from, unless a seed passes its own. */
export const SHOP_TODAY = new Date('2026-11-01T00:00:00.000Z')

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** The instant `agoMs` milliseconds before `today`. */
export function before(today: Date, agoMs: number): Date {
  return new Date(today.getTime() - agoMs)
}

/** Midnight in UTC of the day that `instant` falls on, so that a run in the morning equals one at night. */
export function startOfDay(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / DAY_MS) * DAY_MS)
}
