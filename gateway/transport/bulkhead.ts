import type { Departure } from '../../service/departure.ts'
import { clientLeft, SubgraphFailure } from './subgraph-failure.ts'

export interface BulkheadSettings {
  /** Calls that may be in flight at once. */
  maxCalls: number
  /** Calls that may wait for one of these to end. */
  maxQueued: number
}

interface WaitOptions {
  /** For so long the call may wait. */
  timeoutMs: number
  /** Of the client for whom it waits; null where the call is to be made even so. */
  departure: Departure | null
}

/** Bounds what one subgraph can take of the gateway, so that a slow one leaves something for the others. */
export interface Bulkhead {
  /** Takes a place, if one is free. */
  tryEnter(): boolean
  /** Takes a place once one is free. @throws {SubgraphFailure} when there is none in time, or too many wait already. */
  wait(options: WaitOptions): Promise<void>
  /** Gives the place to whoever has waited for the longest time. */
  leave(): void
  load(): { inFlight: number; queued: number }
}

interface Waiter {
  enter(): void
  refuse(failure: SubgraphFailure): void
}

const untold = { kind: 'untold' } as const

export function createBulkhead({ maxCalls, maxQueued }: BulkheadSettings): Bulkhead {
  const waiters = new Set<Waiter>()
  let inFlight = 0

  return {
    tryEnter() {
      if (inFlight >= maxCalls) return false
      inFlight += 1
      return true
    },
    wait({ timeoutMs, departure }) {
      return new Promise((resolve, reject) => {
        if (departure?.isGone) return reject(clientLeft())
        if (waiters.size >= maxQueued)
          return reject(
            new SubgraphFailure(
              'SUBGRAPH_OVERLOADED',
              `${maxCalls} calls are in flight and ${waiters.size} wait`,
              untold,
            ),
          )
        const leaveQueue = () => {
          clearTimeout(timer)
          departure?.unlisten(giveUp)
          waiters.delete(waiter)
        }
        const waiter: Waiter = {
          enter() {
            leaveQueue()
            resolve()
          },
          refuse(failure) {
            leaveQueue()
            reject(failure)
          },
        }
        const giveUp = () => waiter.refuse(clientLeft())
        const timer = setTimeout(() => {
          const message = `${maxCalls} calls were in flight, and none ended within ${Math.round(timeoutMs)} ms`
          waiter.refuse(new SubgraphFailure('SUBGRAPH_TIMEOUT', message, untold))
        }, timeoutMs)
        departure?.listen(giveUp)
        waiters.add(waiter)
      })
    },
    leave() {
      const [next] = waiters
      if (next) next.enter()
      else inFlight -= 1
    },
    load: () => ({ inFlight, queued: waiters.size }),
  }
}
