interface DownTime {
  process: string
  from: number
  /** Null while it lasts. */
  until: number | null
}

/** What was asked just before all was well again may still be told that it was not. */
const graceMs = 500

/** The subgraph that a process belongs to, itself or its database. */
export const subgraphOf = (process: string) => process.replace(/-database$/, '')

/** Remembers which processes were down and when, to judge what clients got meanwhile. */
export function createDownTimes() {
  const all: DownTime[] = []
  return {
    begin(process: string): { end: () => void } {
      const downTime: DownTime = { process, from: performance.now(), until: null }
      all.push(downTime)
      return {
        end() {
          downTime.until = performance.now()
        },
      }
    },
    /** The subgraphs, or the gateway, that were down for a part of that time. */
    downBetween(from: number, until: number): Set<string> {
      const overlapping = all.filter(
        (down) => down.from <= until && (down.until === null || down.until + graceMs >= from),
      )
      return new Set(overlapping.map(({ process }) => subgraphOf(process)))
    },
  }
}

export type DownTimes = ReturnType<typeof createDownTimes>
