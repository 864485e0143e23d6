/**
 * Tells whether a client has gone away before it was answered. An AbortSignal would say the same, and making one for
 * each request, with a listener for each call, costs a tenth of what a small request does.
 */
export interface Departure {
  readonly isGone: boolean
  listen(listener: () => void): void
  unlisten(listener: () => void): void
}

/** A response that a client waits for, as Node has it. */
interface Waiting {
  once(event: 'close', listener: () => void): unknown
  readonly writableFinished: boolean
}

/** A departure that somebody tells of. */
export function createDeparture(): { departure: Departure; leave(): void } {
  const listeners = new Set<() => void>()
  let isGone = false
  return {
    departure: {
      get isGone() {
        return isGone
      },
      listen: (listener) => void listeners.add(listener),
      unlisten: (listener) => void listeners.delete(listener),
    },
    leave() {
      isGone = true
      for (const listener of listeners) listener()
      listeners.clear()
    },
  }
}

/** Watches the client that waits for a response. */
export function watchDeparture(response: Waiting): Departure {
  const { departure, leave } = createDeparture()
  response.once('close', () => {
    if (!response.writableFinished) leave()
  })
  return departure
}
