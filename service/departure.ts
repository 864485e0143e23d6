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

/** Watches the client that waits for a response. */
export function watchDeparture(response: Waiting): Departure {
  const listeners = new Set<() => void>()
  let isGone = false
  response.once('close', () => {
    if (response.writableFinished) return
    isGone = true
    for (const listener of listeners) listener()
    listeners.clear()
  })
  return {
    get isGone() {
      return isGone
    },
    listen: (listener) => void listeners.add(listener),
    unlisten: (listener) => void listeners.delete(listener),
  }
}
