/** Random choices that are the same on every machine, for one name always the same. */
export interface Random {
  /** At least 0, below 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number
  /** True in `share` of the cases. */
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of `list`, each as likely as its weight. */
  weighted<T>(list: readonly (readonly [T, number])[]): T
  /** `count` different items of `list`, or all of them, in random order. */
  sample<T>(list: readonly T[], count: number): T[]
}

/** mulberry32 over an FNV-1a hash of the name: 32-bit integer arithmetic only, so exact everywhere. */
export function randomFor(name: string): Random {
  let state = hash32(name)

  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  function integer(low: number, high: number): number {
    return low + Math.floor(next() * (high - low + 1))
  }

  function pick<T>(list: readonly T[]): T {
    return itemAt(list, integer(0, list.length - 1))
  }

  function weighted<T>(list: readonly (readonly [T, number])[]): T {
    let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [item, weight] of list) {
      left -= weight
      if (left < 0) return item
    }
    return itemAt(list, list.length - 1)[0]
  }

  function sample<T>(list: readonly T[], count: number): T[] {
    if (count === 0) return []
    const rest = [...list]
    const taken: T[] = []
    while (taken.length < count && rest.length > 0) taken.push(...rest.splice(integer(0, rest.length - 1), 1))
    return taken
  }

  return { next, integer, chance: (share) => next() < share, pick, weighted, sample }
}

export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  // FNV alone leaves near names with near hashes: finish as MurmurHash3 does.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** The item at `index`, which has to be there. */
export function itemAt<T>(list: readonly T[], index: number): T {
  if (!Number.isInteger(index) || index < 0 || index >= list.length) {
    throw new RangeError(`There is no item ${index} in a list of ${list.length}.`)
  }
  return list[index] as T
}

/**
 * Walks the numbers below `size` in a scattered order without meeting one twice: the `position`th of them.
 * The step is near the golden section of `size`, so that neighbours land far apart.
 */
export function scattered(position: number, size: number, offset = 0): number {
  let step = Math.max(1, Math.round(size * 0.618))
  while (greatestCommonDivisor(step, size) !== 1) step++
  return ((position % size) * step + offset) % size
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
