import { createDeparture, type Departure } from '../../service/departure.ts'

/** When a query that is not answered yet is sent a second time: after a fixed time, or after what this share of them took. */
export type HedgeAfter = { ms: number } | { share: number }

/** Knows how long to wait before a query is sent a second time. */
export interface HedgeDelay {
  /** Null while too little is known. */
  ms(): number | null
  /** A query was answered after so long. */
  learn(durationMs: number): void
}

/** What is usual is told by so many durations, and told anew each time that a quarter of them is new. */
const remembered = 200

export function createHedgeDelay(after: HedgeAfter): HedgeDelay {
  if ('ms' in after) return { ms: () => after.ms, learn: () => undefined }
  const durations: number[] = []
  let learned = 0
  let usual: number | null = null
  return {
    ms: () => usual,
    learn(durationMs) {
      durations[learned % remembered] = durationMs
      learned += 1
      if (learned % (remembered / 4) !== 0) return
      const sorted = durations.toSorted((one, other) => one - other)
      usual = sorted[Math.floor(after.share * sorted.length)] ?? null
    },
  }
}

interface HedgeOptions<Answer> {
  delayMs: number
  /** Begins an attempt, for as long as its answer is wanted. */
  begin: (departure: Departure, isFirst: boolean) => Promise<Answer>
  /** Asked once the delay is over. */
  mayHedge: () => boolean
  /** Of the client. */
  departure: Departure
}

/** Begins a second attempt when the first takes long. The first good answer counts, and the other attempt is ended. */
export function hedge<Answer>({
  delayMs,
  begin,
  mayHedge,
  departure,
}: HedgeOptions<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const endings: (() => void)[] = []
    let underWay = 0

    function finish() {
      clearTimeout(timer)
      for (const end of endings) {
        departure.unlisten(end)
        end()
      }
    }
    function start() {
      const attempt = createDeparture()
      endings.push(attempt.leave)
      departure.listen(attempt.leave)
      underWay += 1
      begin(attempt.departure, endings.length === 1).then(
        (answer) => {
          finish()
          resolve(answer)
        },
        (failure) => {
          underWay -= 1
          if (underWay > 0) return
          finish()
          reject(failure)
        },
      )
    }
    const timer = setTimeout(() => {
      if (mayHedge()) start()
    }, delayMs)
    start()
  })
}
