/** How much of something a subgraph's failure costs: 1 where it depends on what is asked or met, 2 always. */
export type Cost = 1 | 2

/** For each thing (a response path, a field), what each subgraph's failure alone would cost of it. */
export type Exposure = ReadonlyMap<string, ReadonlyMap<string, Cost>>

/** Something that more failures cost, or cost more surely, than before. */
export interface Widened {
  thing: string
  /** The subgraphs with which it is lost, and was not, or not as surely. */
  without: readonly string[]
}

/**
 * Compares what was there before. Something that goes from one subgraph to another is lost with as many as before:
 * that has moved, and is not wider.
 */
export function findWidened(before: Exposure, after: Exposure): Widened[] {
  return [...after].flatMap(([thing, now]) => {
    const old = before.get(thing)
    if (!old) return []
    const names = [...new Set([...old.keys(), ...now.keys()])]
    const cost = (of: ReadonlyMap<string, Cost>, name: string): number => of.get(name) ?? 0
    const gained = names.filter((name) => cost(now, name) > cost(old, name))
    const sum = (of: ReadonlyMap<string, Cost>): number =>
      names.reduce((all, name) => all + cost(of, name), 0)
    return sum(now) > sum(old) ? [{ thing, without: gained }] : []
  })
}
