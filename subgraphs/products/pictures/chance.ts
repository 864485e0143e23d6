/** Choices that are the same for one seed on every machine (mulberry32 over FNV-1a). */
export interface Chance {
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  pick<T>(first: T, ...others: T[]): T
}

export function chanceFor(seed: string): Chance {
  let state = 0x811c9dc5
  for (let index = 0; index < seed.length; index++) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193)
  }
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  return {
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (first, ...others) => [first, ...others][Math.floor(next() * (others.length + 1))] ?? first,
  }
}
